/** Builtins with regular expressions. Their syntax is Oniguruma's, as far as ECMAScript's can say the same. */
import { compilePattern, type Expression, findMatch, TooManySteps } from "../../javascript/regexp/matcher.ts";
import { PatternError } from "../../javascript/regexp/pattern.ts";
import { described } from "../messages.ts";
import { JqError, type Meter, TooMuchWork, typeName, type Value } from "../values.ts";
import { textOf } from "../writer.ts";
import type { Natives } from "./native.ts";

interface Request {
  expression: Expression;
  text: string;
  isGlobal: boolean;
  skipsEmpty: boolean;
}

function request(value: Value, given: Value, modifiers: Value): Request {
  const [pattern, flags] = Array.isArray(given) ? [given[0] ?? null, given[1] ?? modifiers] : [given, modifiers];
  if (typeof value !== "string") throw new JqError(`${described(value)} cannot be matched, as it is not a string`);
  if (typeof pattern !== "string") {
    const problem = Array.isArray(given) ? "cannot be matched, as it is not a string" : "not a string or array";
    throw new JqError(Array.isArray(given) ? `${described(pattern)} ${problem}` : `${typeName(pattern)} ${problem}`);
  }
  if (flags !== null && typeof flags !== "string") throw new JqError(`${described(flags)} is not a string`);
  const letters = flags ?? "";
  const unknown = [...letters].find((letter) => !"gimnpslx".includes(letter));
  if (unknown !== undefined) throw new JqError(`${letters} is not a valid modifier string`);
  const isGlobal = letters.includes("g");
  return { expression: compile(pattern, letters), text: value, isGlobal, skipsEmpty: letters.includes("n") };
}

function compile(pattern: string, letters: string): Expression {
  const inline = /^\(\?([imx]+)\)/.exec(pattern);
  const source = inline ? pattern.slice(inline[0].length) : pattern;
  const all = letters + (inline?.[1] ?? "");
  const isExtended = all.includes("x");
  const flags = `u${all.includes("i") ? "i" : ""}${letters.includes("p") || inline?.[1]?.includes("m") ? "s" : ""}`;
  try {
    return compilePattern(translated(source, isExtended), flags);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new JqError(`Regex failure: ${mistakeOf(pattern)}`);
  }
}

/** Oniguruma's words for the usual mistakes of a pattern that is wrong. */
function mistakeOf(pattern: string): string {
  const bare = pattern.replace(/\\./gs, "").replace(/\[\^?\]?[^\]]*\]/g, "");
  if (bare.includes("[")) return "premature end of char-class";
  const [opened, closed] = [bare.split("(").length, bare.split(")").length];
  if (opened !== closed)
    return opened > closed ? "end pattern with unmatched parenthesis" : "unmatched close parenthesis";
  return /(^|[(|])[*+?]/.test(bare) ? "target of repeat operator is not specified" : "undefined group option";
}

const CLASSES: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  blank: " \\t",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "\\x21-\\x7e",
  lower: "a-z",
  print: "\\x20-\\x7e",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\s",
  upper: "A-Z",
  word: "\\w",
  xdigit: "0-9A-Fa-f",
};
const ANCHORS: Readonly<Record<string, string>> = {
  A: "^",
  z: "$",
  Z: "(?=\\n?$)",
  h: "[0-9a-fA-F]",
  H: "[^0-9a-fA-F]",
};
const UNICODE_ESCAPES = /[\^$\\.*+?()[\]{}|/dDwWsSbBnrtvfcxuk0-9pP-]/;

/** An expression of Oniguruma in ECMAScript's syntax with the flag u. */
function translated(source: string, isExtended: boolean): string {
  let result = "";
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const character = source[i]!;
    if (character === "\\") {
      const letter = source[++i] ?? "";
      const isPlain = !UNICODE_ESCAPES.test(letter) && ANCHORS[letter] === undefined;
      result +=
        inClass || ANCHORS[letter] === undefined ? (isPlain ? escaped(letter) : `\\${letter}`) : ANCHORS[letter];
    } else if (inClass) {
      const named = /^\[:(\^?)([a-z]+):\]/.exec(source.slice(i));
      const set = named?.[1] === "" ? CLASSES[named[2]!] : undefined;
      if (set !== undefined) {
        result += set;
        i += named![0].length - 1;
      } else {
        result += character === "[" ? "\\[" : character;
        inClass = character !== "]";
      }
    } else if (character === "[") {
      inClass = true;
      const start = /^\[\^?\]?/.exec(source.slice(i))![0];
      result += start.replace(/\]$/, "\\]");
      i += start.length - 1;
    } else if (isExtended && /\s/.test(character)) continue;
    else if (isExtended && character === "#") i = nextLine(source, i);
    else result += bare(source, i);
  }
  return result;
}

/** A brace that begins no repetition, and a bracket that closes nothing, are literal. */
function bare(source: string, at: number): string {
  const character = source[at]!;
  if (character === "{" && !/^\{\d*,?\d*\}/.test(source.slice(at))) return "\\{";
  if (character === "}" && !/\{\d*,?\d*$/.test(source.slice(0, at))) return "\\}";
  return character === "]" ? "\\]" : character;
}

function escaped(letter: string): string {
  return /[a-zA-Z]/.test(letter) || letter === "" ? letter : letter.replace(/[/^$\\.*+?()[\]{}|]/, "\\$&");
}

function nextLine(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  return end < 0 ? source.length : end;
}

/** Starts and ends of the groups of each match. */
function* matches({ expression, text, isGlobal, skipsEmpty }: Request, meter: Meter): Generator<number[]> {
  for (let from = 0; from <= text.length; ) {
    const found = nextMatch(expression, text, from, meter);
    if (!found) return;
    const [start = 0, end = 0] = found;
    if (start < end || !skipsEmpty) yield found;
    if (!isGlobal) return;
    from = end > start ? end : end + (text.codePointAt(end)! > 0xffff ? 2 : 1);
  }
}

function nextMatch(expression: Expression, text: string, from: number, meter: Meter): number[] | undefined {
  try {
    const found = findMatch(expression, text, from, false);
    meter.charge(1 + (found?.steps ?? text.length) / 4);
    return found?.groups;
  } catch (error) {
    if (!(error instanceof TooManySteps)) throw error;
    throw new TooMuchWork("a regular expression takes too many steps");
  }
}

/** Counts code points up to growing positions. */
class Offsets {
  readonly #text: string;
  #at = 0;
  #points = 0;

  constructor(text: string) {
    this.#text = text;
  }

  of(position: number): number {
    if (position < this.#at) this.#at = this.#points = 0;
    for (; this.#at < position; this.#points++) this.#at += this.#text.codePointAt(this.#at)! > 0xffff ? 2 : 1;
    return this.#points;
  }
}

function matchObjects(value: Value, given: Value, flags: Value, meter: Meter): Value[] {
  const wanted = request(value, given, flags);
  const { text, expression } = wanted;
  const offsets = new Offsets(text);
  const names = new Map([...expression.names].map(([name, index]) => [index, name]));
  const part = (groups: readonly number[], index: number): [string, Value][] => {
    const start = groups[2 * index]!;
    const string = start < 0 ? null : text.slice(start, groups[2 * index + 1]);
    const offset = start < 0 ? -1 : offsets.of(start);
    return [
      ["offset", offset],
      ["length", string === null ? 0 : [...string].length],
      ["string", string],
    ];
  };
  const result: Value[] = [];
  for (const groups of matches(wanted, meter)) {
    const captures: Value[] = [];
    for (let index = 1; index < groups.length / 2; index++) {
      captures.push(new Map([...part(groups, index), ["name", names.get(index) ?? null]]));
    }
    meter.charge(groups.length);
    result.push(new Map<string, Value>([...part(groups, 0), ["captures", captures]]));
  }
  return result;
}

function captured(match: Value): Value {
  if (!(match instanceof Map)) throw new JqError(`${textOf(match)} is no match`);
  const captures = (match.get("captures") ?? []) as Map<string, Value>[];
  const named = captures.filter((capture) => capture.get("name") !== null);
  return new Map(named.map((capture) => [capture.get("name") as string, capture.get("string") ?? null]));
}

/** The pieces of a text between the matches. */
function splitByPattern(value: Value, given: Value, flags: Value, meter: Meter): Value[] {
  const wanted = { ...request(value, given, flags), isGlobal: true };
  const pieces: string[] = [];
  let from = 0;
  for (const [start = 0, end = 0] of matches(wanted, meter)) {
    pieces.push(wanted.text.slice(from, start));
    from = end;
  }
  return [...pieces, wanted.text.slice(from)];
}

/** For each match the text before it and its named captures; at the end the rest of the text. */
function edits(value: Value, given: Value, flags: Value, meter: Meter): Value[] {
  const wanted = request(value, given, flags);
  const names = [...wanted.expression.names];
  const result: Value[] = [];
  let from = 0;
  for (const groups of matches(wanted, meter)) {
    const captures = new Map(
      names.map(([name, index]): [string, Value] => {
        const start = groups[2 * index]!;
        return [name, start < 0 ? null : wanted.text.slice(start, groups[2 * index + 1])];
      }),
    );
    result.push(
      new Map<string, Value>([
        ["before", wanted.text.slice(from, groups[0])],
        ["captures", captures],
      ]),
    );
    from = groups[1]!;
  }
  result.push(new Map<string, Value>([["before", wanted.text.slice(from)]]));
  return result;
}

export const PATTERNS: Natives = {
  "_captured/0": captured,
  "_edits/2": (value, [pattern, flags], { meter }) => edits(value, pattern!, flags!, meter),
  "_match/2": (value, [pattern, flags], { meter }) => matchObjects(value, pattern!, flags!, meter),
  "_split/2": (value, [pattern, flags], { meter }) => splitByPattern(value, pattern!, flags!, meter),
  "_test/2": (value, [pattern, flags], { meter }) => {
    const { expression, text } = request(value, pattern!, flags!);
    return nextMatch(expression, text, 0, meter) !== undefined;
  },
};
