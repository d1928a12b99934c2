/**
 * Skips rounds of probes that change nothing. If the states at the beginning of three rounds differ only in numbers that
 * grow evenly (times, counters), the rounds that follow are equal, and only the numbers move. The last rounds before an
 * event are run, because their output is kept.
 */
import { MAX_OUTPUT_BYTES } from "../../lib/container-limits.ts";
import { equalJson, type JsonValue } from "../../lib/json.ts";
import type { ProbeTimeline } from "../probes/timeline.ts";
import type { PodProcesses } from "./pod-processes.ts";
import { differences, isEven } from "./skip-growth.ts";
import { isQuiet, move, type Printed, printedBy, stateOf } from "./skip-state.ts";

/** Longest round, ms: the least common multiple of the probes' periods. */
const MAX_ROUND_MS = 3_600_000;
/** Octets of output that run rounds leave: more than a log keeps. */
const KEPT_BYTES = MAX_OUTPUT_BYTES * 1.2;
const STATES = 3;

interface RoundState {
  atMs: number;
  printed: Printed[];
  state: JsonValue;
}

export class RoundSkipper {
  readonly #processes: PodProcesses;
  readonly #probes: ProbeTimeline;
  #states: RoundState[] = [];

  constructor(processes: PodProcesses, probes: ProbeTimeline) {
    this.#processes = processes;
    this.#probes = probes;
  }

  /** Called before the tick at `atMs`. `untilMs`: the next other event; it may be infinite. */
  skip(atMs: number, untilMs: number): "skipped" | "never" | undefined {
    const roundMs = this.#probes.roundMs;
    if (roundMs === undefined || roundMs > MAX_ROUND_MS || !isQuiet(this.#processes)) return undefined;
    const limitMs = Math.min(untilMs, this.#probes.remindsAtMs ?? Number.POSITIVE_INFINITY);
    const last = this.#states.at(-1);
    if (last && atMs - last.atMs < roundMs) return undefined;
    if (atMs + STATES * roundMs > limitMs && !last) return undefined;
    if (last && atMs - last.atMs > roundMs) this.#states = [];
    this.#states.push({ atMs, printed: printedBy(this.#processes), state: stateOf(this.#processes) });
    if (this.#states.length > STATES) this.#states.shift();
    if (this.#states.length < STATES) return undefined;
    const [first, second, third] = this.#states as [RoundState, RoundState, RoundState];
    const [before, after] = [differences(first.state, second.state), differences(second.state, third.state)];
    if (!before || !after || !isEven(before, after)) return undefined;
    // Random numbers may decide about anything.
    if ([...after.keys()].some((path) => path.endsWith("/machine/draws"))) return undefined;
    const printed = growthOf(second.printed, third.printed);
    if (!equalJson(growthOf(first.printed, second.printed), printed)) return undefined;
    if (limitMs === Number.POSITIVE_INFINITY) return "never";
    const kept = Math.max(0, ...printed.map(({ bytes }) => (bytes > 0 ? Math.ceil(KEPT_BYTES / bytes) : 0)));
    const rounds = Math.floor((limitMs - 1 - atMs) / roundMs) - kept;
    if (rounds <= 0) return undefined;
    move(this.#processes, after, rounds, printed);
    this.#probes.skip(rounds * roundMs);
    this.#states = [];
    return "skipped";
  }
}

function growthOf(before: readonly Printed[], after: readonly Printed[]): (Printed & Record<string, number>)[] {
  return after.map(({ lines, bytes }, i) => ({
    lines: lines - (before[i]?.lines ?? 0),
    bytes: bytes - (before[i]?.bytes ?? 0),
  }));
}
