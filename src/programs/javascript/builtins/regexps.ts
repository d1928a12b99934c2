/** RegExp, and the string functions that take one. */
import { arrayOf, checkLength, toInteger, toText } from "../conversions.ts";
import { defineClass, natives } from "../intrinsics.ts";
import { isCallable, type JsArray, JsIterator, JsObject, JsRegExp, SYMBOLS, type Value } from "../objects.ts";
import { get, set } from "../properties.ts";
import { compilePattern, type Expression, findMatch, type Match, TooManySteps } from "../regexp/matcher.ts";
import { PatternError } from "../regexp/pattern.ts";
import type { Vm } from "../vm.ts";

export function expressionOf(vm: Vm, { source, flags }: Pick<JsRegExp, "source" | "flags">): Expression {
  try {
    return compilePattern(source, flags);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return vm.fail("SyntaxError", `Invalid regular expression: /${source}/${flags}: ${error.message}`);
  }
}

function find(vm: Vm, expression: JsRegExp, text: string, from: number): Match | undefined {
  try {
    const match = findMatch(expressionOf(vm, expression), text, from, expression.flags.includes("y"));
    vm.countStep((match?.steps ?? text.length) >> 3);
    return match;
  } catch (error) {
    if (!(error instanceof TooManySteps)) throw error;
    return vm.fail("RangeError", "the regular expression takes more steps than this cluster allows");
  }
}

defineClass("RegExp", (vm, _self, [pattern, letters]) => {
  const source = pattern instanceof JsRegExp ? pattern.source : pattern === undefined ? "(?:)" : toText(vm, pattern);
  const flags = letters === undefined ? (pattern instanceof JsRegExp ? pattern.flags : "") : toText(vm, letters);
  if (!/^(?!.*(.).*\1)[dgimsuvy]*$/.test(flags))
    vm.fail("SyntaxError", `Invalid flags supplied to RegExp constructor '${flags}'`);
  const made = new JsRegExp(
    vm.intrinsic("RegExp.prototype"),
    source === "" ? "(?:)" : source.replace(/(^|[^\\])\//g, "$1\\/"),
    flags,
  );
  expressionOf(vm, made);
  return made;
});
natives("RegExp", { escape: (vm, _self, [text]) => toText(vm, text).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&") });

const lastIndexOf = (vm: Vm, expression: JsRegExp): number =>
  toInteger(vm, expression.properties.get("lastIndex") as Value);

function matchArray(vm: Vm, expression: JsRegExp, text: string, { groups }: Match): JsArray {
  const count = groups.length / 2;
  const part = (i: number) => (groups[i * 2]! < 0 ? undefined : text.slice(groups[i * 2], groups[i * 2 + 1]));
  const made = arrayOf(
    vm,
    Array.from({ length: count }, (_, i) => part(i)),
  );
  const { names } = expressionOf(vm, expression);
  let named: JsObject | undefined;
  if (names.size > 0) {
    named = new JsObject(null);
    for (const [name, index] of names) named.properties.set(name, part(index));
  }
  made.properties.set("index", groups[0]);
  made.properties.set("input", text);
  made.properties.set("groups", named);
  return made;
}

function execute(vm: Vm, expression: JsRegExp, text: string): { match: Match; array: JsArray } | undefined {
  const isMoving = /[gy]/.test(expression.flags);
  const from = isMoving ? lastIndexOf(vm, expression) : 0;
  const match = from > text.length ? undefined : find(vm, expression, text, from);
  if (isMoving) set(vm, expression, "lastIndex", match ? match.groups[1] : 0);
  return match && { match, array: matchArray(vm, expression, text, match) };
}

const regexpOf = (vm: Vm, self: Value): JsRegExp =>
  self instanceof JsRegExp ? self : vm.fail("TypeError", "Receiver is not a RegExp");

natives("RegExp.prototype", {
  exec: (vm, self, [text]) => execute(vm, regexpOf(vm, self), toText(vm, text))?.array ?? null,
  test: (vm, self, [text]) => execute(vm, regexpOf(vm, self), toText(vm, text)) !== undefined,
  toString: (vm, self) => `/${regexpOf(vm, self).source}/${regexpOf(vm, self).flags}`,
  "get source": (vm, self) => regexpOf(vm, self).source,
  "get flags": (vm, self) => regexpOf(vm, self).flags.split("").sort().join(""),
  "get global": (vm, self) => regexpOf(vm, self).flags.includes("g"),
  "get ignoreCase": (vm, self) => regexpOf(vm, self).flags.includes("i"),
  "get multiline": (vm, self) => regexpOf(vm, self).flags.includes("m"),
  "get dotAll": (vm, self) => regexpOf(vm, self).flags.includes("s"),
  "get sticky": (vm, self) => regexpOf(vm, self).flags.includes("y"),
  "get unicode": (vm, self) => regexpOf(vm, self).flags.includes("u"),
  "get lastIndex": () => 0,
  "set lastIndex"(_vm, self, [value]) {
    (self as JsRegExp).properties.set("lastIndex", value);
    return undefined;
  },
});

/** All matches from the start. */
function* matches(vm: Vm, expression: JsRegExp, text: string): Generator<Match> {
  for (let from = 0; from <= text.length; ) {
    const match = find(vm, expression, text, from);
    if (!match) return;
    yield match;
    vm.countStep();
    const end = match.groups[1]!;
    from = end > match.groups[0]! ? end : end + 1;
  }
}

/** `$1`, `$&`, `$<name>` of a replacement. */
function expand(template: string, text: string, { groups }: Match, names: ReadonlyMap<string, number>): string {
  const part = (i: number) => (groups[i * 2]! < 0 ? "" : text.slice(groups[i * 2], groups[i * 2 + 1]));
  return template.replace(/\$(?:\$|&|`|'|(\d\d?)|<([^>]*)>)/g, (whole, digits?: string, name?: string) => {
    if (whole === "$$") return "$";
    if (whole === "$&") return part(0);
    if (whole === "$`") return text.slice(0, groups[0]);
    if (whole === "$'") return text.slice(groups[1]);
    if (name !== undefined) return names.size === 0 ? whole : part(names.get(name) ?? groups.length);
    for (const size of [2, 1]) {
      const number = Number(digits!.slice(0, size));
      if (digits!.length >= size && number > 0 && number < groups.length / 2) return part(number) + digits!.slice(size);
    }
    return whole;
  });
}

function replacement(vm: Vm, text: string, match: Match, by: Value, expression: JsRegExp | undefined): string {
  const names = expression ? expressionOf(vm, expression).names : new Map<string, number>();
  if (!isCallable(by)) return expand(toText(vm, by), text, match, names);
  const { groups } = match;
  const parts = Array.from({ length: groups.length / 2 }, (_, i) =>
    groups[i * 2]! < 0 ? undefined : text.slice(groups[i * 2], groups[i * 2 + 1]),
  );
  const named = names.size > 0 && expression ? [get(vm, matchArray(vm, expression, text, match), "groups")] : [];
  return toText(vm, vm.call(by, undefined, [...parts, groups[0], text, ...named]));
}

function* plainMatches(text: string, wanted: string): Generator<Match> {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + Math.max(1, wanted.length))) {
    yield { groups: [at, at + wanted.length], steps: 1 };
    if (wanted === "" && at >= text.length) return;
  }
}

function replace(vm: Vm, text: string, pattern: Value, by: Value, isAll: boolean): string {
  const expression = pattern instanceof JsRegExp ? pattern : undefined;
  const found = expression ? matches(vm, expression, text) : plainMatches(text, toText(vm, pattern));
  const isRepeated = expression ? expression.flags.includes("g") : isAll;
  const parts: string[] = [];
  let at = 0;
  for (const match of found) {
    parts.push(text.slice(at, match.groups[0]), replacement(vm, text, match, by, expression));
    at = match.groups[1]!;
    if (!isRepeated) break;
  }
  if (expression?.flags.includes("g")) set(vm, expression, "lastIndex", 0);
  return checkLength(vm, parts.join("") + text.slice(at));
}

function customReplace(vm: Vm, pattern: Value): Value {
  return pattern instanceof JsObject && !(pattern instanceof JsRegExp)
    ? get(vm, pattern, SYMBOLS["replace"]!)
    : undefined;
}

const asExpression = (vm: Vm, value: Value, flags = ""): JsRegExp =>
  value instanceof JsRegExp ? value : (vm.construct(vm.intrinsic("RegExp"), [value, flags]) as JsRegExp);

natives("String.prototype", {
  replace(vm, self, [pattern, by]) {
    const custom = customReplace(vm, pattern);
    return isCallable(custom)
      ? vm.call(custom, pattern, [self, by])
      : replace(vm, toText(vm, self), pattern, by, false);
  },
  replaceAll(vm, self, [pattern, by]) {
    if (pattern instanceof JsRegExp && !pattern.flags.includes("g"))
      vm.fail("TypeError", "replaceAll must be called with a global RegExp");
    return replace(vm, toText(vm, self), pattern, by, true);
  },
  match(vm, self, [pattern]) {
    const text = toText(vm, self);
    const expression = asExpression(vm, pattern);
    if (!expression.flags.includes("g")) return execute(vm, expression, text)?.array ?? null;
    const found = [...matches(vm, expression, text)].map(({ groups }) => text.slice(groups[0], groups[1]));
    return found.length === 0 ? null : arrayOf(vm, found);
  },
  matchAll(vm, self, [pattern]) {
    const text = toText(vm, self);
    if (pattern instanceof JsRegExp && !pattern.flags.includes("g"))
      vm.fail("TypeError", "String.prototype.matchAll called with a non-global RegExp argument");
    const expression = asExpression(vm, pattern, "g");
    const found = [...matches(vm, expression, text)].map((match) => matchArray(vm, expression, text, match));
    return new JsIterator(vm.intrinsic("RegExpStringIterator.prototype"), arrayOf(vm, found), "values");
  },
  search(vm, self, [pattern]) {
    const text = toText(vm, self);
    return find(vm, asExpression(vm, pattern), text, 0)?.groups[0] ?? -1;
  },
  split(vm, self, [separator, limit]) {
    const text = toText(vm, self);
    const most = limit === undefined ? Number.POSITIVE_INFINITY : toInteger(vm, limit);
    if (separator === undefined) return arrayOf(vm, [text]);
    const parts = separator instanceof JsRegExp ? splitBy(vm, text, separator) : text.split(toText(vm, separator));
    vm.countStep(parts.length >> 2);
    return arrayOf(vm, parts.length > most ? parts.slice(0, most) : parts);
  },
});

function splitBy(vm: Vm, text: string, separator: JsRegExp): Value[] {
  if (text === "") return find(vm, separator, text, 0) ? [] : [text];
  const parts: Value[] = [];
  let at = 0;
  for (const { groups } of matches(vm, separator, text)) {
    const [start, end] = [groups[0]!, groups[1]!];
    if (start >= text.length || (end === start && start === at) || end === 0) continue;
    parts.push(text.slice(at, start));
    for (let i = 2; i < groups.length; i += 2)
      parts.push(groups[i]! < 0 ? undefined : text.slice(groups[i], groups[i + 1]));
    at = end;
  }
  return [...parts, text.slice(at)];
}
