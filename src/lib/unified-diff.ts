/**
 * The line differences of two texts, in unified form without file names, as Kubernetes prints changed specifications.
 */
import { MAX_DIFF_LINES } from "./limits.ts";

const CONTEXT_LINES = 3;

interface Edit {
  kind: " " | "-" | "+";
  line: string;
}

/** Empty for equal texts. */
export function unifiedDiff(before: string, after: string): string {
  if (before === after) return "";
  const edits = editsBetween(before.split("\n"), after.split("\n"));
  return hunksOf(edits)
    .map(([from, to]) => formatHunk(edits, from, to))
    .join("");
}

function editsBetween(before: readonly string[], after: readonly string[]): Edit[] {
  let prefix = 0;
  while (prefix < before.length && prefix < after.length && before[prefix] === after[prefix]) prefix++;
  let suffix = 0;
  const longest = Math.min(before.length, after.length) - prefix;
  while (suffix < longest && before[before.length - 1 - suffix] === after[after.length - 1 - suffix]) suffix++;
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ kind: " ", line }));
  return [
    ...same(before.slice(0, prefix)),
    ...middleEdits(before.slice(prefix, before.length - suffix), after.slice(prefix, after.length - suffix)),
    ...same(before.slice(before.length - suffix)),
  ];
}

/** By the longest common subsequence; removals come before additions. */
function middleEdits(before: readonly string[], after: readonly string[]): Edit[] {
  const removed = (line: string): Edit => ({ kind: "-", line });
  const added = (line: string): Edit => ({ kind: "+", line });
  if (before.length + after.length > MAX_DIFF_LINES) return [...before.map(removed), ...after.map(added)];

  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const [down, right] = [lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0];
      const diagonal = (lengths[(i + 1) * width + j + 1] ?? 0) + 1;
      lengths[i * width + j] = before[i] === after[j] ? diagonal : Math.max(down, right);
    }
  }
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [left, right] = [before[i], after[j]];
    if (left !== undefined && left === right) {
      edits.push({ kind: " ", line: left });
      i++;
      j++;
    } else if (
      left !== undefined &&
      (right === undefined || (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      edits.push(removed(left));
      i++;
    } else if (right !== undefined) {
      edits.push(added(right));
      j++;
    }
  }
  return edits;
}

/** Ranges of edits with their context. Adjacent ranges are joined. */
function hunksOf(edits: readonly Edit[]): [number, number][] {
  const hunks: [number, number][] = [];
  for (const [i, { kind }] of edits.entries()) {
    if (kind === " ") continue;
    const [from, to] = [Math.max(0, i - CONTEXT_LINES), Math.min(edits.length, i + CONTEXT_LINES + 1)];
    const last = hunks.at(-1);
    if (last && from <= last[1]) last[1] = to;
    else hunks.push([from, to]);
  }
  return hunks;
}

function formatHunk(edits: readonly Edit[], from: number, to: number): string {
  const count = (list: readonly Edit[], other: "-" | "+") => list.filter(({ kind }) => kind !== other).length;
  const [leading, hunk] = [edits.slice(0, from), edits.slice(from, to)];
  const before = rangeOf(count(leading, "+"), count(hunk, "+"));
  const after = rangeOf(count(leading, "-"), count(hunk, "-"));
  const lines = hunk.map(({ kind, line }) => `${kind}${line}\n`).join("");
  return `@@ -${before} +${after} @@\n${lines}`;
}

function rangeOf(start: number, length: number): string {
  if (length === 1) return `${start + 1}`;
  return length === 0 ? `${start},0` : `${start + 1},${length}`;
}
