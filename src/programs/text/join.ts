/** join of GNU coreutils: lines of two sorted files that agree in a field. */
import { type Call, tool, UsageError } from "../base/call.ts";
import { fileProblem } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { linesOf } from "./fields.ts";

const RULES = {
  short: "1:2:a:e:ij:o:t:v:z",
  long: { "check-order": "-", header: "-", "ignore-case": "i", "nocheck-order": "-", "zero-terminated": "z" },
};

interface Row {
  fields: readonly string[];
  key: string;
}

interface Side {
  name: string;
  rows: Row[];
  /** Index of the first row whose key is less than that of the row before; -1: sorted. */
  unsortedAt: number;
  lines: readonly string[];
}

export const join = tool((call) => {
  const options = readOptions(call, RULES);
  const [first, second, extra] = options.operands;
  if (first === undefined) throw new UsageError("missing operand");
  if (second === undefined) throw new UsageError(`missing operand after '${first}'`);
  if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`);
  const sides = [sideOf(call, options, 1, first), sideOf(call, options, 2, second)] as const;
  const form = outputForm(options, sides);
  return print(call, options, sides, form);
});

function sideOf(call: Call, options: Options, number: 1 | 2, name: string): Side {
  const field = fieldNumber(options.value(String(number)) ?? options.value("j") ?? "1");
  const separator = options.value("t");
  const lines = linesOf(contentOf(call, name));
  const rows = lines.map((line): Row => {
    const fields = separator === undefined ? line.trim().split(/[ \t]+/) : line.split(separator);
    const key = fields[field - 1] ?? "";
    return { fields, key: options.has("i") ? key.toLowerCase() : key };
  });
  const start = options.has("header") ? 2 : 1;
  const unsortedAt = rows.findIndex((row, i) => i >= start && row.key < rows[i - 1]!.key);
  return { name, rows, unsortedAt, lines };
}

function contentOf(call: Call, name: string): string {
  try {
    return call.read(name);
  } catch (error) {
    throw new UsageError(`${name}: ${fileProblem(error)}`, { hasHint: false });
  }
}

function fieldNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(`invalid field number: '${text}'`, { hasHint: false });
}

/** Fields of a line of output: of file 1 or 2, or 0 for the key. Undefined: all fields, the key first. */
type Form = readonly { file: 0 | 1 | 2; field: number }[] | undefined;

function outputForm(options: Options, sides: readonly [Side, Side]): Form {
  const text = options.values("o").join(",");
  if (text === "") return undefined;
  const keys = ([1, 2] as const).map((number) =>
    fieldNumber(options.value(String(number)) ?? options.value("j") ?? "1"),
  );
  if (text === "auto") {
    const others = sides.flatMap(({ rows }, i) => {
      const numbers = (rows[0]?.fields ?? []).map((_text, at) => at + 1).filter((at) => at !== keys[i]);
      return numbers.map((field) => ({ file: (i + 1) as 1 | 2, field }));
    });
    return [{ file: 0, field: 0 }, ...others];
  }
  return text.split(/[, \t]+/).map((part) => {
    const match = /^(?:0|([12])\.([1-9]\d*))$/.exec(part);
    if (!match) throw new UsageError(`invalid file number in field spec: '${part}'`, { hasHint: false });
    return { file: Number(match[1] ?? 0) as 0 | 1 | 2, field: Number(match[2] ?? 0) };
  });
}

function print(call: Call, options: Options, sides: readonly [Side, Side], form: Form): number {
  const [left, right] = sides;
  const unpaired = new Set([...options.values("a"), ...options.values("v")]);
  const showsPaired = !options.has("v");
  const write = (a: Row | undefined, b: Row | undefined) => call.print(`${lineOf(options, form, [a, b])}\n`);
  let [i, j] = [0, 0];
  if (options.has("header") && left.rows[0] && right.rows[0]) write(left.rows[i++], right.rows[j++]);
  while (i < left.rows.length || j < right.rows.length) {
    const [a, b] = [left.rows[i], right.rows[j]];
    if (a && b && a.key === b.key) {
      const [endA, endB] = [endOfGroup(left.rows, i), endOfGroup(right.rows, j)];
      for (const one of left.rows.slice(i, endA)) {
        for (const other of right.rows.slice(j, endB)) if (showsPaired) write(one, other);
      }
      [i, j] = [endA, endB];
    } else if (a && (!b || a.key < b.key)) {
      if (unpaired.has("1")) write(a, undefined);
      i++;
    } else {
      if (unpaired.has("2")) write(undefined, b);
      j++;
    }
  }
  return orderProblems(call, options, sides);
}

function endOfGroup(rows: readonly Row[], start: number): number {
  let end = start + 1;
  while (end < rows.length && rows[end]!.key === rows[start]!.key) end++;
  return end;
}

function lineOf(options: Options, form: Form, rows: readonly [Row | undefined, Row | undefined]): string {
  const separator = options.value("t") ?? " ";
  const filler = options.value("e") ?? "";
  const keyAt = [options.value("1"), options.value("2")].map((text) => Number(text ?? options.value("j") ?? 1));
  const keyOf = (i: 0 | 1) => rows[i]?.fields[keyAt[i]! - 1];
  const key = keyOf(0) ?? keyOf(1) ?? "";
  if (form) {
    const cells = form.map(({ file, field }) => (file === 0 ? key : rows[file - 1]?.fields[field - 1]) || filler);
    return cells.join(separator);
  }
  const others = rows.flatMap((row, i) => (row?.fields ?? []).filter((_text, at) => at !== keyAt[i]! - 1));
  return [key, ...others].join(separator);
}

/** Files that are not sorted are told after the output, if a line had no partner. */
function orderProblems(call: Call, options: Options, sides: readonly [Side, Side]): number {
  if (options.has("nocheck-order")) return 0;
  const [left, right] = sides;
  const isEach = ({ rows }: Side, other: Side) => rows.every((row) => other.rows.some(({ key }) => key === row.key));
  if (!options.has("check-order") && isEach(left, right) && isEach(right, left)) return 0;
  const wrong = sides.filter(({ unsortedAt }) => unsortedAt >= 0);
  for (const { name, unsortedAt, lines } of wrong) {
    call.warn(`join: ${name}:${unsortedAt + 1}: is not sorted: ${lines[unsortedAt]}\n`);
  }
  if (wrong.length > 0) call.warn("join: input is not in sorted order\n");
  return wrong.length > 0 ? 1 : 0;
}
