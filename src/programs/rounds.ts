/** Computes rounds of a loop of a shell: their output, and the values of its variables. */
import type { Bytes } from "../files/entry.ts";
import type { LoopModel, Piece, Target } from "../shell/rounds/model.ts";
import { formatTime, localTime } from "./base/clock.ts";

export interface Written {
  target: Target;
  data: Bytes;
}

/** Runs one round at an instant: changes `variables` and returns what it writes, in order. */
export function runRound(model: LoopModel, variables: Map<string, string>, atMs: number): Written[] {
  const written: Written[] = [];
  for (const operation of model.operations) {
    switch (operation.type) {
      case "count":
        variables.set(operation.name, String(Number(variables.get(operation.name)) + operation.by));
        break;
      case "set":
        variables.set(operation.name, textOf(operation.value, variables, atMs));
        break;
      case "write":
        written.push({ target: operation.target, data: textOf(operation.value, variables, atMs) });
    }
  }
  return written;
}

function textOf(pieces: readonly Piece[], variables: ReadonlyMap<string, string>, atMs: number): Bytes {
  let text = "";
  for (const piece of pieces) {
    if (piece.type === "text") text += piece.text;
    else {
      const value =
        piece.type === "variable"
          ? (variables.get(piece.name) ?? "")
          : formatTime(piece.format, localTime(atMs, "UTC"));
      text += piece.collapses ? value.trim().replace(/[ \t\n]+/g, " ") : value;
    }
  }
  return text;
}

const DAY_MS = 86_400_000;

/**
 * The first round after `round` whose writes may have other lengths: a counter gets another digit, or another day
 * begins. Round `n` runs at `startMs + n * periodMs`, and its counters are those of `variables` plus `n` steps.
 */
export function nextLength(
  model: LoopModel,
  variables: ReadonlyMap<string, string>,
  { round, startMs, periodMs }: { round: number; startMs: number; periodMs: number },
): number {
  const nextDayMs = (Math.floor((startMs + round * periodMs) / DAY_MS) + 1) * DAY_MS;
  let next = Math.ceil((nextDayMs - startMs) / periodMs);
  for (const [name, by] of model.counters) {
    // A write may show the counter before or after its step, so both values count.
    for (const offset of [-by, 0]) {
      const start = Number(variables.get(name)) + offset;
      const change = nextDigits(start, by, round);
      if (change !== undefined) next = Math.min(next, change);
    }
  }
  return Math.max(next, round + 1);
}

/** The first `n` after `round` at which `start + n * by` has another number of characters; undefined if none has. */
function nextDigits(start: number, by: number, round: number): number | undefined {
  if (by === 0) return undefined;
  const value = start + round * by;
  return Math.max(round + 1, Math.ceil((otherSize(value, by) - start) / by));
}

/** The nearest number in the direction of `by` that is written with another number of characters. */
function otherSize(value: number, by: number): number {
  const size = Math.abs(value);
  const power = 10 ** String(size).length;
  if (by > 0) {
    if (value >= 0) return power;
    return size < 10 ? 0 : -(power / 10) + 1;
  }
  if (value < 0) return -power;
  return size < 10 ? -1 : power / 10 - 1;
}
