/**
 * Reactions to happenings in containers: process 1 has ended, or the command of a hook has.
 * Kubernetes: pkg/kubelet/pleg/generic.go
 */
import { containerNamed, type PodContainer, type PodContext } from "./context.ts";
import { exitNoticeMs, restartMs } from "./latency.ts";
import type { Happening } from "./runtime/happening.ts";

/** Records happenings in the pod's state. Hooks that ended wait in the state for the next step of the sync. */
export function handleHappenings(context: PodContext, happenings: readonly Happening[]): void {
  for (const happening of happenings) {
    const container = containerNamed(context, happening.container);
    if (!container) continue;
    if (happening.type === "exit") recordEnd(context, container, happening);
    else if (happening.type === "task") container.record.hookEnd = happening.end;
  }
}

function recordEnd(
  context: PodContext,
  { record }: PodContainer,
  happening: Extract<Happening, { type: "exit" }>,
): void {
  const { tx, nowMs, state } = context;
  const { end, message } = happening;
  const isStopping = state.stop !== undefined;
  const noticeMs = isStopping ? 0 : record.restarts ? restartMs(tx) : exitNoticeMs(tx);
  record.end = {
    atMs: end.atMs,
    exitCode: end.status,
    noticedAtMs: isStopping ? end.atMs : Math.max(end.atMs + noticeMs, nowMs + 1),
    ...(end.wasOomKilled && { wasOomKilled: true }),
    ...(message !== undefined && { message }),
  };
}
