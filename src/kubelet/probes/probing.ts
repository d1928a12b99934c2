/**
 * Runs due probes and applies their outcomes: readiness, start and kills. A probe whose outcome cannot change does not
 * run again; only changes are scheduled.
 * Kubernetes: pkg/kubelet/prober/worker.go
 */
import type { Probe } from "../../schema/index.ts";
import type { PodContainer, PodContext } from "../context.ts";
import { messages, podEvent } from "../events.ts";
import type { ProbeState, ProbeType } from "../state.ts";
import { outcomeChanges, type ProbeTarget, probeOutcome } from "./outcome.ts";

export interface ProbingResult {
  /** The next due probe, ms. */
  nextAtMs?: number;
  /** The probe that requests the kill of the container. */
  kills?: Extract<ProbeType, "startup" | "liveness">;
}

const SECOND_MS = 1000;
/** Consecutive failures with an Event each. After that, only every doubling of the count records one. */
const VERBOSE_FAILURES = 5;

/** Runs the due probes of one running container and updates its record. */
export function runProbes(context: PodContext, container: PodContainer, target: ProbeTarget): ProbingResult {
  const { spec, record } = container;
  const result: ProbingResult = {};
  if (!spec.startupProbe) record.isStarted = true;
  else if (!record.isStarted) probe(context, container, target, "startup", result);
  if (record.isStarted) {
    if (spec.livenessProbe) probe(context, container, target, "liveness", result);
    if (!spec.readinessProbe) record.isReady = true;
    else probe(context, container, target, "readiness", result);
  }
  return result;
}

function probe(
  context: PodContext,
  container: PodContainer,
  target: ProbeTarget,
  type: ProbeType,
  result: ProbingResult,
): void {
  const { record, spec } = container;
  const definition = definitionOf(container, type);
  const startedAtMs = record.startedAtMs ?? context.nowMs;
  record.probes ??= {};
  let state = record.probes[type];
  if (state?.ofStart !== record.starts) {
    const firstAtMs = tickFrom(context, definition, startedAtMs + (definition.initialDelaySeconds ?? 0) * SECOND_MS);
    state = { ofStart: record.starts, nextAtMs: firstAtMs, count: 0, failures: 0 };
    record.probes[type] = state;
    // Successes of a liveness probe change nothing: only the first tick that may fail is scheduled.
    if (type === "liveness" && probeOutcome(definition, target, firstAtMs - startedAtMs).succeeded) {
      state.succeeded = true;
      state.nextAtMs = nextChange(context, definition, target, { atMs: firstAtMs, startedAtMs });
    }
  }
  while (state.nextAtMs !== undefined && state.nextAtMs <= context.nowMs) {
    const atMs = state.nextAtMs;
    const outcome = probeOutcome(definition, target, atMs - startedAtMs);
    count(state, outcome.succeeded);
    if (!outcome.succeeded && isTold(state.failures)) {
      podEvent(context, messages.unhealthy(`${type[0]?.toUpperCase()}${type.slice(1)}`, outcome.output), spec.name);
    }
    if (act(container, type, definition, state)) result.kills = type === "startup" ? "startup" : "liveness";
    state.nextAtMs = nextTick(context, definition, state, target, { atMs, startedAtMs, type });
    if (result.kills) break;
  }
  if (state.nextAtMs !== undefined) result.nextAtMs = Math.min(result.nextAtMs ?? Infinity, state.nextAtMs);
}

function definitionOf({ spec }: PodContainer, type: ProbeType): Probe {
  const probes = { startup: spec.startupProbe, liveness: spec.livenessProbe, readiness: spec.readinessProbe };
  return probes[type] ?? {};
}

function count(state: ProbeState, succeeded: boolean): void {
  state.count = state.succeeded === succeeded ? state.count + 1 : 1;
  state.succeeded = succeeded;
  if (!succeeded) state.failures++;
}

/** Applies thresholds; true if the container must be killed. */
function act({ record }: PodContainer, type: ProbeType, definition: Probe, { succeeded, count }: ProbeState): boolean {
  const reached = count >= (succeeded ? (definition.successThreshold ?? 1) : (definition.failureThreshold ?? 3));
  if (!reached) return false;
  if (type === "readiness") record.isReady = succeeded === true;
  if (type === "startup" && succeeded) record.isStarted = true;
  return type !== "readiness" && !succeeded;
}

/** The next tick, ms; undefined if the outcome was applied and cannot change. */
function nextTick(
  context: PodContext,
  definition: Probe,
  state: ProbeState,
  target: ProbeTarget,
  { atMs, startedAtMs, type }: { atMs: number; startedAtMs: number; type: ProbeType },
): number | undefined {
  const periodMs = periodOf(definition);
  const threshold = state.succeeded ? (definition.successThreshold ?? 1) : (definition.failureThreshold ?? 3);
  if (state.count < threshold) return atMs + periodMs;
  if (type === "startup") return undefined;
  const changeTick = nextChange(context, definition, target, { atMs, startedAtMs });
  if (state.succeeded) return changeTick;
  // A probe that keeps failing runs again at growing intervals, only for its Events.
  const reminder = atMs + periodMs * (state.failures < VERBOSE_FAILURES ? 1 : state.failures);
  return Math.min(changeTick ?? Infinity, reminder);
}

/** The first tick whose outcome may differ from the outcome at `atMs`. */
function nextChange(
  context: PodContext,
  definition: Probe,
  target: ProbeTarget,
  { atMs, startedAtMs }: { atMs: number; startedAtMs: number },
): number | undefined {
  const change = outcomeChanges(definition, target).find((changeMs) => startedAtMs + changeMs > atMs);
  return change === undefined ? undefined : tickFrom(context, definition, startedAtMs + change);
}

/** The first tick of the probe's timer at or after `fromMs`. The timer starts when the kubelet accepts the pod. */
function tickFrom({ state }: PodContext, definition: Probe, fromMs: number): number {
  const periodMs = periodOf(definition);
  return state.acceptedAtMs + Math.ceil((fromMs - state.acceptedAtMs) / periodMs) * periodMs;
}

function periodOf({ periodSeconds }: Probe): number {
  return (periodSeconds ?? 10) * SECOND_MS;
}

function isTold(failures: number): boolean {
  return failures <= VERBOSE_FAILURES || Number.isInteger(Math.log2(failures / VERBOSE_FAILURES));
}
