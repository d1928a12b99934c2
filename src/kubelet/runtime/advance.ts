/** Lets a pod's processes and probes go on together in virtual time, the earliest first. */
import { earliest } from "../../lib/time.ts";
import { type Parts, runToEnd } from "../../lib/work.ts";
import type { News, ProbeTimeline } from "../probes/timeline.ts";
import type { Happening } from "./happening.ts";
import { LoopSkipper } from "./loop-skip.ts";
import type { PodProcesses } from "./pod-processes.ts";
import { RoundSkipper } from "./skip.ts";

export interface Advance {
  processes: PodProcesses;
  probes: ProbeTimeline;
  /** Called for what concerns the kubelet. `stop` ends the advance at this instant. */
  onHappening(happening: Happening): "stop" | undefined;
  onNews(news: News): "stop" | undefined;
}

/**
 * `over`: the instant was reached. `never`: nothing will happen before an event from outside. `stopped` and `spent`
 * (no steps were left) tell how far it came, ms.
 */
export type Advanced = { type: "over" | "never" } | { type: "stopped" | "spent"; atMs: number };

/** As `advanceInParts`, without a pause. */
export function advanceProcesses(advance: Advance, toMs: number): Advanced {
  return runToEnd(advanceInParts(advance, toMs));
}

/** `toMs` may be infinite: the advance then ends when nothing can change any more, when stopped or spent. */
export function* advanceInParts({ processes, probes, onHappening, onNews }: Advance, toMs: number): Parts<Advanced> {
  const skipper = new RoundSkipper(processes, probes);
  const loops = new LoopSkipper(processes, probes);
  for (;;) {
    const wakeMs = processes.nextMs;
    const tickMs = probes.nextMs;
    const atMs = earliest(wakeMs, tickMs);
    if (atMs === undefined) return { type: "never" };
    if (atMs > toMs) return { type: "over" };
    if (processes.steps.isSpent) return { type: "spent", atMs };
    const isTick = tickMs !== undefined && (wakeMs === undefined || tickMs < wakeMs);
    if (isTick) {
      const skipped = skipper.skip(tickMs, Math.min(toMs, wakeMs ?? Number.POSITIVE_INFINITY));
      if (skipped === "never") return { type: "never" };
      if (skipped === "skipped") continue;
    } else {
      const skipped = loops.skip(toMs);
      if (skipped === "never") return { type: "never" };
      if (skipped === "skipped") continue;
    }
    const { happenings, news } = isTick ? probes.run(atMs) : { happenings: processes.wake(atMs), news: [] };
    let stops = false;
    for (const each of news) stops = onNews(each) === "stop" || stops;
    for (const happening of [...processes.takeLate(), ...happenings]) {
      const finished = probes.finish(happening);
      if (finished) stops = onNews(finished) === "stop" || stops;
      else if (!probes.isOwn(happening)) stops = onHappening(happening) === "stop" || stops;
    }
    if (stops) return { type: "stopped", atMs };
    processes.steps.countWork();
    yield;
  }
}
