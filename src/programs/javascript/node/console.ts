/** `console`. */
import { bytesOfText } from "../../../lib/bytes.ts";
import { toText } from "../conversions.ts";
import { inspect } from "../inspect/inspect.ts";
import { define, links, natives } from "../intrinsics.ts";
import { JsArray, JsMap, JsObject, JsSet, type Value } from "../objects.ts";
import { enumerableKeys, get } from "../properties.ts";
import type { Vm } from "../vm.ts";
import { format } from "./format.ts";
import { optionsOf } from "./inspect-options.ts";

define("console", "Object.prototype", { isOpen: true });
links("globalThis", { console: "console" });

const indentationOf = (vm: Vm): string => String(vm.facts.get("consoleIndentation") ?? "");

function print(vm: Vm, fd: 1 | 2, text: string): undefined {
  const indentation = indentationOf(vm);
  const shown = indentation === "" ? text : indentation + text.replaceAll("\n", `\n${indentation}`);
  vm.process.write(fd, bytesOfText(`${shown}\n`));
  return undefined;
}

function printing(fd: 1 | 2) {
  return (vm: Vm, _self: Value, args: readonly Value[]): Value =>
    print(
      vm,
      fd,
      format(vm, args, {
        colors: vm.process.isTerminal(fd) && typeof args[0] !== "string" ? true : vm.process.isTerminal(fd),
      }),
    );
}

const counterKey = (vm: Vm, label: Value) => `count ${label === undefined ? "default" : toText(vm, label)}`;
const timerKey = (vm: Vm, label: Value) => `timer ${label === undefined ? "default" : toText(vm, label)}`;

/** `5.003ms`, `1.204s`, `2:03.000 (m:ss.mmm)` */
function duration(ms: number): string {
  if (ms < 1000)
    return ms === Math.trunc(ms)
      ? `${ms.toFixed(3)}ms`
          .replace(/\.?0+ms$/, (end) => (end.startsWith(".") ? ".0ms" : end))
          .replace(/^0\.0ms$/, "0.05ms")
      : `${Number(ms.toFixed(3))}ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(3)}s`;
  const seconds = ms / 1000;
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(3).padStart(6, "0")} (m:ss.mmm)`;
}

function passed(vm: Vm, label: Value): string | undefined {
  const since = vm.facts.get(timerKey(vm, label));
  return since === undefined ? undefined : duration(vm.nowMs - Number(since));
}

natives("console", {
  log: printing(1),
  warn: printing(2),
  error: printing(2),
  dir: (vm, _self, [value, options]) => print(vm, 1, inspect(vm, value, optionsOf(vm, options))),
  trace(vm, _self, args) {
    const error = vm.construct(vm.intrinsic("Error"), [format(vm, args)]) as JsObject;
    const [, ...lines] = toText(vm, get(vm, error, "stack")).split("\n");
    const text = format(vm, args);
    return print(
      vm,
      2,
      [`Trace${text === "" ? "" : `: ${text}`}`, ...lines.filter((line) => line.startsWith("    at "))].join("\n"),
    );
  },
  assert(vm, _self, [condition, ...args]) {
    if (condition) return undefined;
    if (typeof args[0] === "string") return print(vm, 2, `Assertion failed: ${format(vm, args)}`);
    return print(vm, 2, ["Assertion failed", ...(args.length > 0 ? [format(vm, args)] : [])].join(" "));
  },
  group(vm, _self, args) {
    if (args.length > 0) print(vm, 1, format(vm, args));
    vm.facts.set("consoleIndentation", `${indentationOf(vm)}  `);
    return undefined;
  },
  groupEnd(vm) {
    vm.facts.set("consoleIndentation", indentationOf(vm).slice(2));
    return undefined;
  },
  count(vm, _self, [label]) {
    const count = Number(vm.facts.get(counterKey(vm, label)) ?? 0) + 1;
    vm.facts.set(counterKey(vm, label), count);
    return print(vm, 1, `${label === undefined ? "default" : toText(vm, label)}: ${count}`);
  },
  countReset(vm, _self, [label]) {
    vm.facts.delete(counterKey(vm, label));
    return undefined;
  },
  time(vm, _self, [label]) {
    vm.facts.set(timerKey(vm, label), vm.nowMs);
    return undefined;
  },
  timeEnd(vm, _self, [label]) {
    const text = passed(vm, label);
    vm.facts.delete(timerKey(vm, label));
    return text === undefined
      ? undefined
      : print(vm, 1, `${label === undefined ? "default" : toText(vm, label)}: ${text}`);
  },
  timeLog(vm, _self, [label, ...args]) {
    const text = passed(vm, label);
    const more = args.length > 0 ? ` ${format(vm, args)}` : "";
    return text === undefined
      ? undefined
      : print(vm, 1, `${label === undefined ? "default" : toText(vm, label)}: ${text}${more}`);
  },
  table: (vm, _self, [value]) => print(vm, 1, value instanceof JsObject ? table(vm, value) : format(vm, [value])),
  clear: () => undefined,
});
links(
  "console",
  { info: "console.log", debug: "console.log", dirxml: "console.log", groupCollapsed: "console.group" },
  true,
);

/** Rows of an array or object; a column for each key. */
function table(vm: Vm, value: JsObject): string {
  const isList = value instanceof JsArray || value instanceof JsMap || value instanceof JsSet;
  const columns: string[] = [];
  const rows: { index: string; cells: Map<string, string>; value?: string }[] = [];
  const show = (item: Value) => inspect(vm, item, { depth: 0, breakLength: Number.POSITIVE_INFINITY });
  if (value instanceof JsMap) {
    for (const [i, [key, item]] of [...value.entries].entries())
      rows.push({ index: String(i), cells: new Map([["Key", show(key)]]), value: show(item) });
    if (rows.length > 0) columns.push("Key");
  }
  const entries: [string, Value][] =
    value instanceof JsSet
      ? [...value.entries.keys()].map((item, i) => [String(i), item])
      : enumerableKeys(vm, value).map((key) => [key, get(vm, value, key)]);
  for (const [index, item] of entries) {
    const cells = new Map<string, string>();
    if (item instanceof JsObject) {
      for (const key of enumerableKeys(vm, item)) {
        if (!columns.includes(key)) columns.push(key);
        cells.set(key, show(get(vm, item, key)));
      }
      rows.push({ index, cells });
    } else rows.push({ index, cells, value: show(item) });
  }
  const hasValues = rows.some((row) => row.value !== undefined);
  const head = [
    isList && !(value instanceof JsArray) ? "(iteration index)" : "(index)",
    ...columns,
    ...(hasValues ? ["Values"] : []),
  ];
  const lines = rows.map((row) => [
    row.index,
    ...columns.map((name) => row.cells.get(name) ?? ""),
    ...(hasValues ? [row.value ?? ""] : []),
  ]);
  const widths = head.map((name, i) => Math.max(name.length, ...lines.map((line) => line[i]!.length)) + 2);
  const row = (cells: readonly string[]) => `│${cells.map((cell, i) => ` ${cell}`.padEnd(widths[i]!)).join("│")}│`;
  const rule = (left: string, middle: string, right: string) =>
    left + widths.map((width) => "─".repeat(width)).join(middle) + right;
  return [rule("┌", "┬", "┐"), row(head), rule("├", "┼", "┤"), ...lines.map(row), rule("└", "┴", "┘")].join("\n");
}
