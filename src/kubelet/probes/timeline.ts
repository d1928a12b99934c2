/**
 * The probes of a pod's running containers in virtual time. A tick whose outcome is known and applied already changes
 * nothing. Any other one is news: the kubelet applies it, and a run ahead ends there.
 * Kubernetes: pkg/kubelet/prober/worker.go
 */
import { earliest } from "../../lib/time.ts";
import type { Probe } from "../../schema/index.ts";
import { containersOf, type PodContainer, type PodContext } from "../context.ts";
import { startNoticeMs } from "../latency.ts";
import type { Happening } from "../runtime/happening.ts";
import type { LiveContainer } from "../runtime/live.ts";
import type { PodProcesses } from "../runtime/pod-processes.ts";
import type { ProbeType, TaskEnd } from "../runtime/task.ts";
import type { ProbeState } from "../state.ts";
import { commandOutcome, startProbe } from "./check.ts";
import type { ProbeOutcome } from "./outcome.ts";

export interface News {
  container: PodContainer;
  type: ProbeType;
  probe: Probe;
  state: ProbeState;
  outcome: ProbeOutcome;
  atMs: number;
}

interface Active {
  container: PodContainer;
  live: LiveContainer;
  type: ProbeType;
  probe: Probe;
  state: ProbeState;
}

const SECOND_MS = 1000;
const PROBE_TYPES = ["startup", "liveness", "readiness"] as const;

export class ProbeTimeline {
  readonly #context: PodContext;
  readonly #processes: PodProcesses;

  constructor(context: PodContext, processes: PodProcesses) {
    this.#context = context;
    this.#processes = processes;
  }

  /** The next tick, ms. */
  get nextMs(): number | undefined {
    return earliest(...this.#active().map(({ state }) => state.nextAtMs));
  }

  /** The next tick that repeats an Event, ms. */
  get remindsAtMs(): number | undefined {
    return earliest(...this.#active().map(({ state }) => state.remindsAtMs));
  }

  /** The time after which all ticks repeat, ms; undefined if an outcome is not applied yet. */
  get roundMs(): number | undefined {
    let round = 1;
    for (const { probe, state, type } of this.#active()) {
      if (state.succeeded === undefined ? type !== "liveness" : state.count < thresholdOf(probe, state))
        return undefined;
      round = leastCommonMultiple(round, periodOf(probe));
    }
    return round;
  }

  /** Runs the probes whose tick is at `atMs`. */
  run(atMs: number): { happenings: Happening[]; news: News[] } {
    const happenings: Happening[] = [];
    const news: News[] = [];
    for (const active of this.#active()) {
      if (active.state.nextAtMs !== atMs) continue;
      const begun = startProbe(this.#context, this.#processes, active, atMs);
      happenings.push(...begun.happenings);
      if (begun.outcome === "running") {
        active.state.nextAtMs = undefined;
        continue;
      }
      const found = this.#conclude(active, begun.outcome, atMs);
      if (found) news.push(found);
    }
    return { happenings, news };
  }

  /** The end of a probe's command; undefined if the happening is another one, or if it is no news. */
  finish(happening: Happening): News | undefined {
    if (happening.type !== "task") return undefined;
    const { end, container } = happening;
    const active = this.#active().find(
      ({ container: { spec }, type }) => spec.name === container && type === end.purpose,
    );
    return active && this.#conclude(active, commandOutcome(active.probe, end), end.atMs);
  }

  /** True for ends of probes' commands, which concern no other part of the kubelet. */
  isOwn(happening: Happening): boolean {
    return happening.type === "task" && isProbe(happening.end);
  }

  /** All ticks move by this time, which is a multiple of the round. */
  skip(byMs: number): void {
    for (const { state } of this.#active()) if (state.nextAtMs !== undefined) state.nextAtMs += byMs;
  }

  #conclude(active: Active, outcome: ProbeOutcome, atMs: number): News | undefined {
    const { state, probe, type, container } = active;
    state.nextAtMs = tickFrom(this.#context, { probe, state }, atMs + 1);
    if (isKnown(type, probe, state, outcome, atMs)) return undefined;
    return { container, type, probe, state, outcome, atMs };
  }

  #active(): Active[] {
    const all: Active[] = [];
    for (const container of containersOf(this.#context)) {
      const live = this.#processes.find(container.spec.name);
      if (!live || !isProbed(this.#context, container)) continue;
      for (const type of PROBE_TYPES) {
        const probe = definitionOf(container, type);
        if (!probe || (type === "startup") === container.record.isStarted) continue;
        all.push({ container, live, type, probe, state: this.#stateOf(container, type, probe) });
      }
    }
    return all;
  }

  #stateOf({ record }: PodContainer, type: ProbeType, probe: Probe): ProbeState {
    record.probes ??= {};
    const known = record.probes[type];
    if (known?.ofStart === record.starts) return known;
    const startedAtMs = record.startedAtMs ?? this.#context.nowMs;
    const fromMs = startedAtMs + (probe.initialDelaySeconds ?? 0) * SECOND_MS;
    // Ticks before the startup probe had succeeded were passed over.
    const enabledAtMs = type === "startup" ? undefined : record.enabledAtMs;
    const earliestMs = enabledAtMs === undefined ? fromMs : Math.max(fromMs, enabledAtMs + 1);
    // The sync after the start, or after the startup probe's success, runs the readiness probe and restarts its timer.
    const syncedAtMs = enabledAtMs === undefined ? startedAtMs + startNoticeMs(this.#context.tx) : enabledAtMs + 1;
    const timer = type === "readiness" ? { timerFromMs: syncedAtMs } : {};
    const state: ProbeState = { ofStart: record.starts, ...timer, count: 0, failures: 0 };
    state.nextAtMs = tickFrom(this.#context, { probe, state }, earliestMs);
    record.probes[type] = state;
    return state;
  }
}

function isProbe({ purpose }: TaskEnd): boolean {
  return PROBE_TYPES.some((type) => type === purpose);
}

/** Init containers and ephemeral containers have no probes. A hook that runs and a stop suspend them. */
function isProbed({ state }: PodContext, { role, spec, record }: PodContainer): boolean {
  if (role === "init" || role === "ephemeral" || record.shows !== "running") return false;
  const { work, stop } = state;
  return !record.end && !record.stopping && !stop && !(work?.kind === "postStart" && work.container === spec.name);
}

function definitionOf({ spec }: PodContainer, type: ProbeType): Probe | undefined {
  return { startup: spec.startupProbe, liveness: spec.livenessProbe, readiness: spec.readinessProbe }[type];
}

/** The outcome is the one that counts already, and no Event is due. A liveness probe counts as succeeded at first. */
function isKnown(type: ProbeType, probe: Probe, state: ProbeState, outcome: ProbeOutcome, atMs: number): boolean {
  if (outcome.type === "unknown") return state.remindsAtMs !== undefined && atMs < state.remindsAtMs;
  const isQuiet = outcome.type === "success";
  const succeeded = isQuiet || outcome.type === "warning";
  if (state.succeeded === undefined) return type === "liveness" && isQuiet;
  if (state.succeeded !== succeeded || state.count < thresholdOf(probe, state)) return false;
  return isQuiet || (state.remindsAtMs !== undefined && atMs < state.remindsAtMs);
}

export function thresholdOf({ successThreshold, failureThreshold }: Probe, { succeeded }: ProbeState): number {
  return succeeded ? (successThreshold ?? 1) : (failureThreshold ?? 3);
}

/** The first tick of the probe's timer at or after `fromMs`. */
function tickFrom(context: PodContext, { probe, state }: Pick<Active, "probe" | "state">, fromMs: number): number {
  const { timerFromMs = context.state.acceptedAtMs } = state;
  const periodMs = periodOf(probe);
  return timerFromMs + Math.max(0, Math.ceil((fromMs - timerFromMs) / periodMs)) * periodMs;
}

export function periodOf({ periodSeconds }: Probe): number {
  return (periodSeconds ?? 10) * SECOND_MS;
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
