/**
 * Applies the outcome of a probe: Events, readiness, start, and the demand to kill the container.
 * Kubernetes: pkg/kubelet/prober/worker.go, pkg/kubelet/prober/prober.go
 */
import type { PodContext } from "../context.ts";
import { messages, podEvent } from "../events.ts";
import type { ProbeType } from "../runtime/task.ts";
import { type News, periodOf, thresholdOf } from "./timeline.ts";

/** Consecutive failures with an Event each. After that, only every doubling of the count records one. */
const VERBOSE_FAILURES = 5;

/** True if the container must be killed. */
export function applyOutcome(context: PodContext, { container, type, probe, state, outcome, atMs }: News): boolean {
  const { record, spec } = container;
  if (outcome.type !== "success") {
    state.failures++;
    const name = nameOf(type);
    const event = {
      failure: messages.unhealthy,
      warning: messages.probeWarning,
      unknown: messages.probeErrored,
    }[outcome.type](name, outcome.output);
    if (isTold(state.failures)) podEvent(context, event, spec.name);
  }
  state.remindsAtMs = undefined;
  const remindMs = periodOf(probe) * (state.failures < VERBOSE_FAILURES ? 1 : state.failures);
  if (outcome.type === "unknown") {
    // The outcome is discarded.
    state.remindsAtMs = atMs + remindMs;
    return false;
  }
  const succeeded = outcome.type === "success" || outcome.type === "warning";
  const repeated = state.succeeded === succeeded ? state.count + 1 : 1;
  state.succeeded = succeeded;
  state.count = Math.min(repeated, thresholdOf(probe, state));
  if (state.count < thresholdOf(probe, state)) return false;
  if (outcome.type !== "success") state.remindsAtMs = atMs + remindMs;
  if (type === "readiness") record.isReady = succeeded;
  if (type === "startup" && succeeded) {
    record.isStarted = true;
    record.enabledAtMs = atMs;
    if (!spec.readinessProbe) record.isReady = true;
  }
  return type !== "readiness" && !succeeded;
}

function nameOf(type: ProbeType): string {
  return `${type[0]?.toUpperCase()}${type.slice(1)}`;
}

function isTold(failures: number): boolean {
  return failures <= VERBOSE_FAILURES || Number.isInteger(Math.log2(failures / VERBOSE_FAILURES));
}
