/** `re`, over regular expressions that match in linear time. Look-around and back references are refused. */
import { Regex, RegexError } from "../../../lib/regex.ts";
import { contentOf, integer, optional } from "../builtins/arguments.ts";
import { register } from "../builtins/registry.ts";
import { builtinClass, defineClass } from "../classes.ts";
import { raise } from "../errors.ts";
import { Dict, Instance, Iterator, List, type Module, Tuple, type Value } from "../objects.ts";
import type { Interpreter } from "../vm.ts";
import { define, functionsOf } from "./define.ts";

const ErrorClass = defineClass("re.error", "Exception");
const METHODS = ["match", "search", "fullmatch", "findall", "finditer", "sub", "split"];
defineClass("re.Pattern", "object", METHODS);
defineClass("re.Match", "object", ["group", "groups", "groupdict", "start", "end", "span", "__getitem__"]);

const FLAGS: Record<number, string> = { 2: "i", 8: "m", 16: "s" };

interface Compiled {
  regex: Regex;
  names: string[];
}

function compiled(pattern: Value, flags: Value = 0n): Compiled {
  if (pattern instanceof Instance) {
    return compiled(pattern.attributes.get("pattern")!, pattern.attributes.get("flags"));
  }
  const source = contentOf(pattern);
  const letters = Object.entries(FLAGS).flatMap(([bit, letter]) => (integer(flags) & Number(bit) ? [letter] : []));
  const verbose = integer(flags) & 64 ? source.replace(/\\#|#.*|\s+/g, (part) => (part === "\\#" ? part : "")) : source;
  const translated = verbose.replaceAll("\\Z", "\\z").replace(/\\'/g, "'").replace(/\\"/g, '"');
  const names = [...source.matchAll(/\((?!\?[^P])(?:\?P<(\w+)>)?/g)].map(([, name = ""]) => name);
  try {
    return { regex: new Regex((letters.length ? `(?${letters.join("")})` : "") + translated), names };
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    return raise(
      "re.error",
      `${error.message} (this interpreter matches in linear time: no look-around, no back references)`,
    );
  }
}

type Places = ({ start: number; end: number } | undefined)[];

function matchOf(subject: string, places: Places, names: readonly string[]): Instance {
  const match = new Instance(builtinClass("re.Match"));
  match.attributes.set("string", subject);
  match.attributes.set(
    ".places",
    new List(places.map((at) => (at ? new Tuple([BigInt(at.start), BigInt(at.end)]) : null))),
  );
  match.attributes.set(".names", new List([...names]));
  return match;
}

function groupAt(match: Value | undefined, index: Value): Value {
  const { attributes } = match as Instance;
  const names = (attributes.get(".names") as List).items;
  const number = typeof index === "string" ? names.indexOf(index) + 1 : integer(index);
  const places = (attributes.get(".places") as List).items;
  if (number < 0 || number >= places.length || (typeof index === "string" && number === 0))
    raise("IndexError", "no such group");
  const place = places[number];
  if (!(place instanceof Tuple)) return null;
  return String(attributes.get("string")).slice(Number(place.items[0]), Number(place.items[1]));
}

function* matches(vm: Interpreter, { regex, names }: Compiled, subject: string): Generator<Instance> {
  for (let from = 0; from <= subject.length; ) {
    vm.countStep();
    const places = regex.findGroups(subject, from);
    if (!places) return;
    const { start, end } = places[0]!;
    yield matchOf(subject, places, names);
    from = end > start ? end : end + 1;
  }
}

const span = (match: Instance): [number, number] => {
  const [place] = (match.attributes.get(".places") as List).items;
  return [Number((place as Tuple).items[0]), Number((place as Tuple).items[1])];
};

function single(how: "match" | "search" | "fullmatch") {
  return (_vm: Interpreter, args: Value[]): Value => {
    const { regex, names } = compiled(args[0]!, args[2]);
    const subject = contentOf(args[1]!);
    if (how === "search") {
      const places = regex.findGroups(subject);
      return places ? matchOf(subject, places, names) : null;
    }
    const pattern = args[0] instanceof Instance ? contentOf(args[0].attributes.get("pattern")!) : contentOf(args[0]!);
    const flags = args[0] instanceof Instance ? args[0].attributes.get("flags") : args[2];
    const anchored = compiled(`^(?:${pattern})${how === "fullmatch" ? "\\z" : ""}`, BigInt(integer(flags ?? 0n) & ~8));
    const places = anchored.regex.findGroups(subject);
    return places ? matchOf(subject, places, names) : null;
  };
}

const groupsOf = (match: Instance): Value[] =>
  (match.attributes.get(".places") as List).items.slice(1).map((_, i) => groupAt(match, BigInt(i + 1)));

function replacement(vm: Interpreter, match: Instance, by: Value): string {
  if (typeof by !== "string") return contentOf(vm.call(by, [match]));
  return by.replace(/\\(?:g<(\w+)>|(\d)|(n)|(t)|(\\))/g, (_, name, digit, newline, tab) => {
    if (newline) return "\n";
    if (tab) return "\t";
    if (name === undefined && digit === undefined) return "\\";
    const key = (name ?? digit) as string;
    return String(groupAt(match, /^\d+$/.test(key) ? BigInt(key) : key) ?? "");
  });
}

const fill = functionsOf("re", {
  compile(_vm, [pattern = null, flags = 0n]) {
    compiled(pattern, flags);
    const made = new Instance(builtinClass("re.Pattern"));
    made.attributes.set("pattern", pattern);
    made.attributes.set("flags", flags);
    return made;
  },
  match: single("match"),
  search: single("search"),
  fullmatch: single("fullmatch"),
  findall(vm, [pattern = null, subject = "", flags]) {
    const found = [...matches(vm, compiled(pattern, flags), contentOf(subject))].map((match) => {
      const groups = groupsOf(match).map((each) => each ?? "");
      return groups.length === 0 ? groupAt(match, 0n) : groups.length === 1 ? groups[0]! : new Tuple(groups);
    });
    return new List(found);
  },
  finditer: (vm, [pattern = null, subject = "", flags]) =>
    new Iterator("sequence", new List([...matches(vm, compiled(pattern, flags), contentOf(subject))])),
  sub(vm, args, keywords) {
    const [pattern = null, by = "", subject = ""] = args;
    const limit = integer(optional(args, 3, keywords, "count") ?? 0n);
    const source = contentOf(subject);
    let out = "";
    let at = 0;
    let count = 0;
    for (const match of matches(vm, compiled(pattern, keywords.get("flags")), source)) {
      if (limit > 0 && count++ >= limit) break;
      const [start, end] = span(match);
      out += source.slice(at, start) + replacement(vm, match, by);
      at = end;
    }
    return out + source.slice(at);
  },
  split(vm, [pattern = null, subject = ""]) {
    const source = contentOf(subject);
    const parts: Value[] = [];
    let at = 0;
    for (const match of matches(vm, compiled(pattern), source)) {
      const [start, end] = span(match);
      parts.push(source.slice(at, start), ...groupsOf(match));
      at = end;
    }
    return new List([...parts, source.slice(at)]);
  },
  escape: (_vm, [subject]) => contentOf(subject!).replace(/[^\w]/g, "\\$&"),
});

for (const name of METHODS)
  register({ [`re.Pattern.${name}`]: (vm, args, keywords) => vm.call(builtinFunction(vm, name), args, keywords) });

const builtinFunction = (vm: Interpreter, name: string): Value => vm.import("re")!.scope.variables.get(name)!;

register({
  "re.Match.group"(_vm, [match, ...indexes]) {
    if (indexes.length <= 1) return groupAt(match, indexes[0] ?? 0n);
    return new Tuple(indexes.map((index) => groupAt(match, index)));
  },
  "re.Match.__getitem__": (_vm, [match, index = 0n]) => groupAt(match, index),
  "re.Match.groups": (_vm, [match]) => new Tuple(groupsOf(match as Instance)),
  "re.Match.groupdict"(vm, [match]) {
    const made = new Dict();
    for (const name of ((match as Instance).attributes.get(".names") as List).items) {
      if (name !== "") vm.setSubscript(made, name, groupAt(match, name));
    }
    return made;
  },
  "re.Match.start": (_vm, [match]) => BigInt(span(match as Instance)[0]),
  "re.Match.end": (_vm, [match]) => BigInt(span(match as Instance)[1]),
  "re.Match.span": (_vm, [match]) => new Tuple(span(match as Instance).map(BigInt)),
});

export function fillRe(_vm: Interpreter, module: Module): void {
  fill(module);
  define(module, {
    error: ErrorClass,
    I: 2n,
    IGNORECASE: 2n,
    M: 8n,
    MULTILINE: 8n,
    S: 16n,
    DOTALL: 16n,
    X: 64n,
    VERBOSE: 64n,
  });
}
