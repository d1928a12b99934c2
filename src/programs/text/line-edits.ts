/** Differences of two texts by lines: Myers' algorithm, bounded. */
import type { Bytes } from "../../files/entry.ts";

export interface Edit {
  kind: " " | "-" | "+";
  line: string;
  /** The last line of its text, without a newline. */
  lacksNewline: boolean;
}

/** Beyond so many differences the rest counts as replaced as a whole. */
const MAX_DIFFERENCES = 2000;

interface Lines {
  lines: readonly string[];
  lacksNewline: boolean;
}

function split(text: Bytes): Lines {
  if (text === "") return { lines: [], lacksNewline: false };
  const lacksNewline = !text.endsWith("\n");
  return { lines: (lacksNewline ? text : text.slice(0, -1)).split("\n"), lacksNewline };
}

/** All lines of both texts in order; `normal` makes lines equal that differ only in what is ignored. */
export function compareLines(before: Bytes, after: Bytes, normal: (line: string) => string): Edit[] {
  const [old, young] = [split(before), split(after)];
  const key = ({ lines, lacksNewline }: Lines) =>
    lines.map((line, i) => normal(line) + (lacksNewline && i === lines.length - 1 ? "\0" : ""));
  const [a, b] = [key(old), key(young)];
  const isLast = ({ lines, lacksNewline }: Lines, i: number) => lacksNewline && i === lines.length - 1;
  return script(a, b).map(([kind, i]) => {
    const source = kind === "+" ? young : old;
    return { kind, line: source.lines[i]!, lacksNewline: isLast(source, i) };
  });
}

type Step = [Edit["kind"], number];

function script(a: readonly string[], b: readonly string[]): Step[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const same = (from: number, to: number) => Array.from({ length: to - from }, (_, i): Step => [" ", from + i]);
  return [...same(0, start), ...middle(a, b, { start, endA, endB }), ...same(endA, a.length)];
}

function middle(
  a: readonly string[],
  b: readonly string[],
  { start, endA, endB }: { start: number; endA: number; endB: number },
): Step[] {
  const [n, m] = [endA - start, endB - start];
  const trace: Int32Array[] = [];
  const most = Math.min(n + m, MAX_DIFFERENCES);
  const offset = most + 1;
  let ends = new Int32Array(2 * most + 3);
  for (let d = 0; d <= most; d++) {
    trace.push(ends.slice());
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && ends[offset + k - 1]! < ends[offset + k + 1]!);
      let x = down ? ends[offset + k + 1]! : ends[offset + k - 1]! + 1;
      while (x < n && x - k < m && a[start + x] === b[start + x - k]) x++;
      ends[offset + k] = x;
      if (x >= n && x - k >= m) return ordered(backtrack(trace, { n, m, start, offset, d }));
    }
    ends = ends.slice();
  }
  const all = (kind: Edit["kind"], count: number) => Array.from({ length: count }, (_, i): Step => [kind, start + i]);
  return [...all("-", n), ...all("+", m)];
}

function backtrack(
  trace: readonly Int32Array[],
  { n, m, start, offset, d }: { n: number; m: number; start: number; offset: number; d: number },
): Step[] {
  const steps: Step[] = [];
  let [x, y] = [n, m];
  for (let depth = d; depth >= 0; depth--) {
    const ends = trace[depth]!;
    const k = x - y;
    const down = k === -depth || (k !== depth && ends[offset + k - 1]! < ends[offset + k + 1]!);
    const previousK = down ? k + 1 : k - 1;
    const previousX = depth === 0 ? 0 : ends[offset + previousK]!;
    const previousY = depth === 0 ? 0 : previousX - previousK;
    while (x > previousX && y > previousY) {
      steps.push([" ", start + --x]);
      y--;
    }
    if (depth === 0) break;
    if (down) steps.push(["+", start + --y]);
    else steps.push(["-", start + --x]);
  }
  return steps.reverse();
}

/** Removed lines stand before added ones in each run of changes. */
function ordered(steps: readonly Step[]): Step[] {
  const result: Step[] = [];
  let added: Step[] = [];
  for (const step of steps) {
    if (step[0] === "+") added.push(step);
    else if (step[0] === "-") result.push(step);
    else {
      result.push(...added, step);
      added = [];
    }
  }
  return [...result, ...added];
}

/** Runs of changes with so many equal lines around them, as [from, to) in the edits. */
export function hunksOf(edits: readonly Edit[], context: number): [number, number][] {
  const hunks: [number, number][] = [];
  for (const [i, { kind }] of edits.entries()) {
    if (kind === " ") continue;
    const last = hunks.at(-1);
    const from = Math.max(0, i - context);
    const to = Math.min(edits.length, i + 1 + context);
    if (last && from <= last[1]) last[1] = to;
    else hunks.push([from, to]);
  }
  return hunks;
}
