/**
 * A look at a pod's processes between two syncs of its kubelet: they are brought to the present, and an event from
 * outside may follow.
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { objectKey } from "../../kinds/kind.ts";
import { MAX_STEPS_PER_LOOK, SAVED_LOOK_STEPS } from "../../lib/container-limits.ts";
import type { Pod } from "../../schema/index.ts";
import type { ServedAnswer, ServedRequest } from "../../shell/question.ts";
import type { PodContainer, PodContext } from "../context.ts";
import { lookContext } from "../look-context.ts";
import { ProbeTimeline } from "../probes/timeline.ts";
import { KUBELET } from "../state.ts";
import { startAdopted } from "./adopted.ts";
import { advanceProcesses } from "./advance.ts";
import type { Happening } from "./happening.ts";
import type { LiveContainer } from "./live.ts";
import { outlineOf } from "./outline.ts";
import { outsideOf } from "./outside.ts";
import { PodProcesses } from "./pod-processes.ts";

/** Brings the processes of a pod to the present, so that later looks at this instant are short. */
export function bringToPresent(tx: Transaction, pod: Pod): void {
  const context = lookContext(tx, pod);
  if (context && !context.state.isFinished) new Look(context).keep();
}

export class Look {
  readonly context: PodContext;
  readonly processes: PodProcesses;
  readonly probes: ProbeTimeline;
  #hasLeft = false;

  constructor(context: PodContext) {
    this.context = context;
    const outside = outsideOf(context, () => this.processes);
    this.processes = new PodProcesses(context, { outside });
    this.probes = new ProbeTimeline(context, this.processes);
    const left = this.processes.takeLate();
    this.processes.leave(left);
    this.#hasLeft = left.length > 0;
    const happenings: Happening[] = [];
    const onHappening = (happening: Happening) => {
      happenings.push(happening);
      return "stop" as const;
    };
    // Happenings that concern the kubelet are due, so it has seen them already, unless the pod lags behind.
    advanceProcesses(
      { processes: this.processes, probes: this.probes, onHappening, onNews: () => "stop" },
      context.nowMs,
    );
    this.#leave(happenings);
  }

  /** The container's processes; undefined if they have ended, or cannot start. */
  open(container: PodContainer): LiveContainer | undefined {
    const { record, spec } = container;
    const live = this.processes.find(spec.name);
    // It ended just now, and its kubelet has not seen that.
    const hasEnded = this.processes.ended.some((one) => one.container.spec.name === spec.name);
    if (live || hasEnded || record.shows !== "running" || record.end) return live;
    const happenings = startAdopted(this.processes, container);
    if (!happenings) return undefined;
    this.#leave(happenings);
    advanceProcesses(
      { processes: this.processes, probes: this.probes, onHappening: () => "stop", onNews: () => "stop" },
      this.context.nowMs,
    );
    return this.processes.find(spec.name);
  }

  /** Gives a request to the process of the pod that listens on its port; undefined if none does. */
  serve(request: ServedRequest): ServedAnswer | undefined {
    const { answer, happenings } = this.processes.serve(request, this.context.nowMs);
    this.#leave(happenings);
    return answer;
  }

  /** Ends the processes of a container with signal 9. */
  kill(name: string, end: { wasOomKilled?: boolean }): void {
    this.#leave(this.processes.signal(name, "KILL", this.context.nowMs, end));
  }

  /** Runs what an event from outside made possible. */
  touch(live: LiveContainer): void {
    this.#leave(this.processes.touched(live, this.context.nowMs));
  }

  /**
   * Stores the processes and lets the kubelet look at the pod. `before` is the outline before the event: if it is the
   * same, and no file changed, the pod stays due when it was.
   */
  store(before?: string): void {
    const { tx, pod, state, nowMs } = this.context;
    const key = objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
    this.#spend();
    const hasNews = this.#hasLeft || this.processes.hasAsked || state.ahead === undefined;
    const isSame = before !== undefined && !hasNews && outlineOf(this.processes) === before;
    const { hasChangedFiles } = this.processes.save();
    const isStill = isSame && !hasChangedFiles;
    if (!isStill) state.ahead = undefined;
    tx.setPrivateState(key, KUBELET, state);
    if (!isStill) tx.requeue(KUBELET, key, nowMs);
  }

  /** The outline of the processes now; undefined if they left something to the kubelet. */
  outline(): string | undefined {
    return this.#hasLeft ? undefined : outlineOf(this.processes);
  }

  /**
   * After a mere look: stores the processes only if it was long, so that the next look is shorter, or if they asked
   * others, who must not be asked again.
   */
  keep(): void {
    if (this.#spend() >= SAVED_LOOK_STEPS || this.processes.hasAsked) this.processes.save();
  }

  #spend(): number {
    this.processes.steps.countWork();
    return MAX_STEPS_PER_LOOK - this.processes.steps.left;
  }

  #leave(happenings: readonly Happening[]): void {
    const all = [...this.processes.takeLate(), ...happenings];
    this.#hasLeft ||= all.length > 0;
    this.processes.leave(all);
  }
}
