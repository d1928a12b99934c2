/** Functions of awk's library. */
import { formatTime, instantOf, localTime } from "../base/clock.ts";
import type { Awk } from "./contract.ts";
import { AwkError } from "./errors.ts";
import { splitText } from "./record.ts";
import { regexOf } from "./regexes.ts";
import type { Expression } from "./syntax.ts";
import { compareValues, inputValue, toNumber, type Value } from "./values.ts";

type Builtin = (awk: Awk, args: readonly Expression[]) => Value;

export const BUILTIN_FUNCTIONS: Readonly<Record<string, Builtin>> = {
  length: (awk, [argument]) => {
    if (!argument) return awk.record.text().length;
    if (argument.type === "name" && awk.memory.cell(argument.name).array) return awk.memory.array(argument.name).size;
    return awk.string(argument).length;
  },
  substr,
  index: (awk, [text, part]) => {
    const where = awk.string(text);
    const sought = awk.string(part);
    return sought === "" && awk.around.dialect.name === "busybox" ? 0 : where.indexOf(sought) + 1;
  },
  split,
  sub: (awk, args) => substitute(awk, args, false),
  gsub: (awk, args) => substitute(awk, args, true),
  gensub,
  match,
  sprintf: (awk, args) => awk.format(args.map((each) => awk.evaluate(each))),
  sin: (awk, [x]) => Math.sin(awk.number(x)),
  cos: (awk, [x]) => Math.cos(awk.number(x)),
  atan2: (awk, [y, x]) => Math.atan2(awk.number(y), awk.number(x)),
  exp: (awk, [x]) => Math.exp(awk.number(x)),
  log: (awk, [x]) => Math.log(awk.number(x)),
  sqrt: (awk, [x]) => Math.sqrt(awk.number(x)),
  int: (awk, [x]) => Math.trunc(awk.number(x)) + 0,
  rand: (awk) => awk.around.random(),
  srand: (awk, [seed]) => {
    const before = awk.memory.value(SEED);
    awk.memory.set(SEED, seed ? awk.number(seed) : Math.floor(awk.around.nowMs() / 1000));
    return before ?? 0;
  },
  tolower: (awk, [text]) => awk.string(text).replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  toupper: (awk, [text]) => awk.string(text).replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  system: (awk, [command]) => awk.around.streams.system(awk.string(command)),
  close: (awk, [name]) => awk.around.streams.close(awk.string(name), awk.around.dialect.name === "busybox" ? 0 : -1),
  fflush: (awk) => {
    awk.around.streams.flush();
    return 0;
  },
  systime: (awk) => Math.floor(awk.around.nowMs() / 1000),
  strftime: (awk, [format, seconds, isUtc]) => {
    const atMs = seconds ? awk.number(seconds) * 1000 : awk.around.nowMs();
    const zone = isUtc && awk.test(isUtc) ? "UTC" : zoneOf(awk);
    return formatTime(format ? awk.string(format) : "%c", localTime(atMs, zone));
  },
  mktime: (awk, [text]) => {
    const [year, month, day, hour = 0, minute = 0, second = 0] = awk.string(text).trim().split(/\s+/).map(Number);
    if (year === undefined || month === undefined || day === undefined) return -1;
    return Math.floor(instantOf({ year, month: month - 1, day, hour, minute, second }, zoneOf(awk)) / 1000);
  },
  and: (awk, args) => bits(awk, args, (a, b) => a & b),
  or: (awk, args) => bits(awk, args, (a, b) => a | b),
  xor: (awk, args) => bits(awk, args, (a, b) => a ^ b),
  compl: (awk, [x]) => Number(BigInt.asUintN(53, ~BigInt(Math.trunc(awk.number(x))))),
  lshift: (awk, [x, by]) => Math.trunc(awk.number(x)) * 2 ** Math.trunc(awk.number(by)),
  rshift: (awk, [x, by]) => Math.floor(Math.trunc(awk.number(x)) / 2 ** Math.trunc(awk.number(by))),
  strtonum: (awk, [value]) => {
    const text = awk.string(value).trim();
    if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text, 16);
    return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : toNumber(text);
  },
  asort: (awk, args) => sorted(awk, args, (entries) => entries.map(([, value]) => value)),
  asorti: (awk, args) => sorted(awk, args, (entries) => entries.map(([key]) => key)),
};

/** The variable that holds the seed: no program can name it. */
export const SEED = " seed";

function zoneOf(awk: Awk): string | undefined {
  const zone = awk.memory.array("ENVIRON").get("TZ");
  return zone === undefined ? undefined : awk.text(zone);
}

function bits(awk: Awk, args: readonly Expression[], combine: (a: bigint, b: bigint) => bigint): number {
  const numbers = args.map((each) => BigInt(Math.trunc(awk.number(each))));
  return Number(numbers.reduce(combine));
}

function substr(awk: Awk, [text, from, length]: readonly Expression[]): Value {
  const whole = awk.string(text);
  const dialect = awk.around.dialect.name;
  const round = dialect === "gawk" ? Math.round : Math.trunc;
  const start = round(awk.number(from));
  if (Number.isNaN(start)) return "";
  const first = Math.max(1, start);
  if (!length) return whole.slice(first - 1);
  const count = round(awk.number(length));
  if (Number.isNaN(count) || count <= 0) return "";
  // Before the text begins, gawk counts its missing characters, busybox does not, and mawk counts them twice.
  const missing = { gawk: start - first, busybox: 0, mawk: start < 1 ? -start : 0 }[dialect];
  return whole.slice(first - 1, Math.max(0, first - 1 + count + missing));
}

function split(awk: Awk, [text, array, separator]: readonly Expression[]): Value {
  const whole = awk.string(text);
  const field = !separator ? awk.text(awk.memory.value("FS")) : awk.pattern(separator);
  const isRegex = separator?.type === "regex" && field.length === 1;
  const parts = splitText(whole, {
    ...awk.separators(),
    field: isRegex ? (field === " " ? "[ ]" : field === "." ? "(.)" : field) : field,
    isParagraph: false,
  });
  const elements = awk.arrayArgument(array);
  elements.clear();
  parts.forEach((part, i) => void elements.set(String(i + 1), inputValue(part)));
  return parts.length;
}

function match(awk: Awk, [text, pattern, array]: readonly Expression[]): Value {
  const whole = awk.string(text);
  const found = regexOf(awk.pattern(pattern!), awk.braces).find(whole);
  awk.memory.set("RSTART", found ? found[0]![0] + 1 : 0);
  awk.memory.set("RLENGTH", found ? found[0]![1] - found[0]![0] : -1);
  if (array) {
    const groups = awk.arrayArgument(array);
    groups.clear();
    found?.forEach(([start, end], i) => {
      if (start >= 0) groups.set(String(i), inputValue(whole.slice(start, end)));
    });
  }
  return found ? found[0]![0] + 1 : 0;
}

/** `&` is the match, `\&` an ampersand. */
function replacementOf(template: string, matched: string): string {
  return template.replace(/\\\\(?=&)|\\&|&/g, (each) => (each === "&" ? matched : each === "\\&" ? "&" : "\\"));
}

function replaceMatches(
  awk: Awk,
  text: string,
  source: string,
  options: { isGlobal: boolean; which?: number; replace(groups: readonly string[]): string },
): { text: string; count: number } {
  const regex = regexOf(source, awk.braces);
  let result = "";
  let count = 0;
  let seen = 0;
  let at = 0;
  /** End of the last match that was not empty: an empty match directly behind it does not count. */
  let lastEnd = -1;
  while (at <= text.length && (options.isGlobal || count === 0)) {
    const found = regex.find(text, at);
    if (!found) break;
    const [start, end] = found[0]!;
    result += text.slice(at, start);
    const isEmpty = start === end;
    if (isEmpty && start === lastEnd) {
      result += text.slice(end, end + 1);
      at = end + 1;
      continue;
    }
    if (options.which === undefined || ++seen === options.which) {
      count++;
      result += options.replace(found.map(([from, to]) => (from < 0 ? "" : text.slice(from, to))));
    } else result += text.slice(start, end);
    lastEnd = end;
    if (isEmpty) result += text.slice(end, end + 1);
    at = isEmpty ? end + 1 : end;
  }
  return { text: result + text.slice(at), count };
}

function substitute(awk: Awk, [pattern, template, target]: readonly Expression[], isGlobal: boolean): Value {
  const source = awk.pattern(pattern!);
  const replacement = awk.string(template);
  const into = target ?? { type: "field", index: { type: "number", value: 0 } };
  const before = awk.string(into);
  const { text, count } = replaceMatches(awk, before, source, {
    isGlobal,
    replace: ([matched = ""]) => replacementOf(replacement, matched),
  });
  if (count > 0 && (into.type === "name" || into.type === "index" || into.type === "field")) awk.assign(into, text);
  return count;
}

function gensub(awk: Awk, [pattern, template, how, target]: readonly Expression[]): Value {
  const source = awk.pattern(pattern!);
  const replacement = awk.string(template);
  const mode = awk.string(how);
  const text = target ? awk.string(target) : awk.record.text();
  const isGlobal = /^[gG]/.test(mode);
  return replaceMatches(awk, text, source, {
    isGlobal,
    which: isGlobal ? undefined : Math.max(1, toNumber(mode)),
    replace: (groups) =>
      replacement.replace(/\\(\d|&|\\)|&/g, (all, escaped?: string) => {
        if (all === "&") return groups[0] ?? "";
        return /\d/.test(escaped ?? "") ? (groups[Number(escaped)] ?? "") : (escaped ?? "");
      }),
  }).text;
}

function sorted(awk: Awk, [from, into]: readonly Expression[], pick: (entries: [string, Value][]) => Value[]): Value {
  const source = awk.arrayArgument(from);
  const values = pick([...source]).sort((a, b) => {
    const isText = (value: Value) => typeof value === "string";
    if (isText(a) !== isText(b)) return isText(a) ? 1 : -1;
    return compareValues(a, b, (value) => awk.text(value));
  });
  const target = into ? awk.arrayArgument(into) : source;
  if (values.length > 100_000) throw new AwkError("out of memory");
  target.clear();
  values.forEach((value, i) => void target.set(String(i + 1), value));
  return values.length;
}
