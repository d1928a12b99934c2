/** Makes what many rounds of a proven loop write: all of it for files, the lines that rotation keeps for the log. */
import { MAX_OUTPUT_BYTES } from "../../lib/container-limits.ts";
import type { LoopModel } from "../../shell/rounds/model.ts";
import { appendOutput, type ContainerLog, skipLines } from "./log.ts";
import type { RoundFiles } from "./round-files.ts";
import { linesOfRound } from "./round-lines.ts";
import { software } from "./software.ts";

interface Rounds {
  model: LoopModel;
  /** Values before the first round; changed to those after the last one. */
  variables: Map<string, string>;
  startMs: number;
  periodMs: number;
  /** Rounds that are wanted. Fewer are made if files have no room for more, or if they take too many operations. */
  rounds: number;
  minRounds: number;
  files: RoundFiles;
  /** Gets the lines. */
  log: ContainerLog;
  maxOperations: number;
}

interface WrittenRounds {
  rounds: number;
  operations: number;
  /** Contents by the path in the script. */
  contents: Map<string, string>;
}

/** Undefined, and nothing is changed, if it would make fewer than `minRounds` rounds. */
export function writeRounds(asked: Rounds): WrittenRounds | undefined {
  const { model, files, maxOperations, minRounds } = asked;
  const grows = [...files.values()].some(({ appends }) => appends);
  const perRound = model.operations.length;
  const possible = grows ? Math.min(asked.rounds, Math.floor(maxOperations / perRound)) : asked.rounds;
  if (possible < minRounds || perRound === 0) return undefined;
  const made = grows ? appendAll({ ...asked, rounds: possible }) : { rounds: possible, contents: new Map() };
  if (made.rounds < minRounds) return undefined;
  const skipped = roundsBefore({ ...asked, rounds: made.rounds });
  skipLines(asked.log, skipped);
  const { contents } = made;
  const variables = variablesBefore(asked, skipped.rounds);
  for (let round = skipped.rounds + 1; round <= made.rounds; round++) {
    const atMs = asked.startMs + round * asked.periodMs;
    for (const { target, data } of software().rounds.runRound(model, variables, atMs)) {
      if (target.type !== "file") appendOutput(asked.log, target.type, atMs, data);
      else if (!grows) contents.set(target.path, data);
    }
  }
  for (const [name, value] of variables) asked.variables.set(name, value);
  const generated = made.rounds - skipped.rounds + (grows ? made.rounds : 0);
  return { rounds: made.rounds, contents, operations: generated * perRound };
}

/** Contents after as many rounds as all files have room for. */
function appendAll({ model, variables: before, startMs, periodMs, rounds, files }: Rounds) {
  const variables = new Map(before);
  const pieces = new Map([...files].map(([path, { content }]) => [path, [content]]));
  const sizes = new Map([...files].map(([path, { content }]) => [path, content.length]));
  let made = 0;
  for (; made < rounds; made++) {
    const written = software().rounds.runRound(model, variables, startMs + (made + 1) * periodMs);
    const after = new Map(sizes);
    for (const { target, data } of written) {
      if (target.type === "file") after.set(target.path, (target.appends ? after.get(target.path)! : 0) + data.length);
    }
    if ([...after].some(([path, size]) => size > files.get(path)!.roomBytes)) break;
    for (const { target, data } of written) {
      if (target.type !== "file") continue;
      if (target.appends) pieces.get(target.path)!.push(data);
      else pieces.set(target.path, [data]);
    }
    for (const [path, size] of after) sizes.set(path, size);
  }
  return { rounds: made, contents: new Map([...pieces].map(([path, parts]) => [path, parts.join("")])) };
}

/** The first rounds whose lines rotation drops: their number, lines and octets. */
function roundsBefore(asked: Rounds): { rounds: number; lines: number; bytes: number } {
  const { model, startMs, periodMs, rounds } = asked;
  /** Rounds with the same number of octets each, oldest first. */
  const stretches: { from: number; count: number; bytes: number; lines: number }[] = [];
  for (let from = 1; from <= rounds; ) {
    const next = software().rounds.nextLength(model, variablesBefore(asked, 0), { round: from, startMs, periodMs });
    const written = software().rounds.runRound(model, variablesBefore(asked, from - 1), startMs + from * periodMs);
    const { lines, bytes } = linesOfRound(written)!;
    const count = Math.min(next, rounds + 1) - from;
    stretches.push({ from, count, bytes, lines: lines.length });
    from += count;
  }
  let kept = 0;
  let first = rounds + 1;
  for (const { from, count, bytes } of stretches.toReversed()) {
    const needed = bytes === 0 ? Number.POSITIVE_INFINITY : Math.ceil((KEPT_BYTES - kept) / bytes);
    first = from + Math.max(0, count - needed);
    if (needed <= count) break;
    kept += count * bytes;
  }
  // Nothing is printed at all, so the last two rounds give the values of the variables.
  if (kept === 0 && stretches.every(({ bytes }) => bytes === 0)) first = Math.max(1, rounds - 1);
  const passed = { rounds: first - 1, lines: 0, bytes: 0 };
  for (const { from, count, bytes, lines } of stretches) {
    const before = Math.min(count, Math.max(0, first - from));
    passed.lines += before * lines;
    passed.bytes += before * bytes;
  }
  return passed.lines > 0 || passed.bytes === 0 ? passed : { rounds: 0, lines: 0, bytes: 0 };
}

/** Octets of lines that are written although rotation may drop some of them. */
const KEPT_BYTES = MAX_OUTPUT_BYTES * 1.2;

/** Values after `rounds` rounds. A value that is assigned in a round follows from that round alone. */
function variablesBefore({ model, variables, startMs, periodMs }: Rounds, rounds: number): Map<string, string> {
  const values = new Map(variables);
  if (rounds === 0) return values;
  for (const [name, by] of model.counters) values.set(name, String(Number(values.get(name)) + by * (rounds - 1)));
  software().rounds.runRound(model, values, startMs + rounds * periodMs);
  return values;
}
