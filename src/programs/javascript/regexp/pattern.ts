/** Patterns of regular expressions to trees. Source: ECMAScript's grammar, with the leniencies of Annex B. */

export type Node =
  | { type: "set"; matches: (code: number) => boolean }
  | { type: "sequence"; parts: Node[] }
  | { type: "choice"; options: Node[] }
  | { type: "group"; node: Node; index: number }
  | { type: "repeat"; node: Node; least: number; most: number; isGreedy: boolean; groups: [number, number] }
  | { type: "start" | "end" | "boundary" | "noBoundary" }
  | { type: "look"; node: Node; isBehind: boolean; isNegative: boolean }
  | { type: "back"; index: number | string };

export interface Flags {
  ignoreCase: boolean;
  multiline: boolean;
  dotAll: boolean;
  unicode: boolean;
}

export interface Pattern {
  node: Node;
  /** Groups, the whole match included. */
  groupCount: number;
  names: Map<string, number>;
}

export class PatternError extends Error {
  override name = "PatternError";
}

type Test = (code: number) => boolean;

const range =
  (from: number, to: number): Test =>
  (code) =>
    code >= from && code <= to;
const any =
  (...tests: Test[]): Test =>
  (code) =>
    tests.some((test) => test(code));
const not =
  (test: Test): Test =>
  (code) =>
    !test(code);
const one =
  (wanted: number): Test =>
  (code) =>
    code === wanted;

const DIGIT = range(48, 57);
const WORD = any(DIGIT, range(65, 90), range(97, 122), one(95));
const SPACES = new Set([9, 10, 11, 12, 13, 32, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff]);
const SPACE: Test = (code) => SPACES.has(code) || (code >= 0x2000 && code <= 0x200a);
const LINE_END: Test = (code) => code === 10 || code === 13 || code === 0x2028 || code === 0x2029;
const ESCAPES: Record<string, Test> = { d: DIGIT, D: not(DIGIT), w: WORD, W: not(WORD), s: SPACE, S: not(SPACE) };
const CONTROLS: Record<string, number> = { n: 10, r: 13, t: 9, v: 11, f: 12, 0: 0 };

export const isWord = WORD;
export const isLineEnd = LINE_END;

/** The character that stands for its upper and lower case. */
function fold(code: number): number {
  const text = String.fromCodePoint(code).toLowerCase();
  return text.length === 1 ? text.charCodeAt(0) : code;
}

class Parser {
  at = 0;
  groupCount = 1;
  readonly names = new Map<string, number>();
  readonly source: string;
  readonly flags: Flags;
  readonly #hasNames: boolean;

  constructor(source: string, flags: Flags) {
    this.source = source;
    this.flags = flags;
    this.#hasNames = /\(\?<[^=!]/.test(source);
  }

  fail(message: string): never {
    throw new PatternError(message);
  }

  take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  choice(): Node {
    const options = [this.sequence()];
    while (this.take("|")) options.push(this.sequence());
    return options.length === 1 ? options[0]! : { type: "choice", options };
  }

  sequence(): Node {
    const parts: Node[] = [];
    while (this.at < this.source.length && this.source[this.at] !== "|" && this.source[this.at] !== ")") {
      const before = this.groupCount;
      parts.push(this.repeated(this.atom(), before));
    }
    return parts.length === 1 ? parts[0]! : { type: "sequence", parts };
  }

  repeated(node: Node, before: number): Node {
    const found = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/.exec(this.source.slice(this.at, this.at + 24));
    if (!found) return node;
    this.at += found[0].length;
    const [sign, first, comma, last] = found;
    const least = sign === "+" ? 1 : first === undefined ? 0 : Number(first);
    const infinite = Number.POSITIVE_INFINITY;
    const most =
      sign === "?" ? 1 : first === undefined ? infinite : comma === undefined ? least : last ? Number(last) : infinite;
    if (most < least) this.fail("numbers out of order in {} quantifier");
    const isGreedy = !this.take("?");
    if (/^[*+?]/.test(this.source.slice(this.at))) this.fail("Nothing to repeat");
    return { type: "repeat", node, least, most, isGreedy, groups: [before, this.groupCount] };
  }

  atom(): Node {
    const letter = this.source[this.at]!;
    switch (letter) {
      case "^":
        this.at++;
        return { type: "start" };
      case "$":
        this.at++;
        return { type: "end" };
      case "(":
        return this.group();
      case "[":
        return this.set(this.characterClass());
      case ".":
        this.at++;
        return this.set(this.flags.dotAll ? () => true : not(LINE_END), false);
      case "\\":
        return this.escape();
      case "*":
      case "+":
      case "?":
        return this.fail("Nothing to repeat");
    }
    const code = this.flags.unicode ? this.source.codePointAt(this.at)! : letter.charCodeAt(0);
    this.at += code > 0xffff ? 2 : 1;
    return this.set(one(code));
  }

  /** One character; without case if the flag says so. */
  set(matches: Test, folds = true): Node {
    if (!this.flags.ignoreCase || !folds) return { type: "set", matches };
    const upper = (code: number) => String.fromCodePoint(code).toUpperCase().codePointAt(0)!;
    return { type: "set", matches: (code) => matches(code) || matches(fold(code)) || matches(upper(code)) };
  }

  group(): Node {
    this.at++;
    if (this.take("?:")) return this.closed(this.choice());
    if (this.take("?=")) return this.look(false, false);
    if (this.take("?!")) return this.look(false, true);
    if (this.take("?<=")) return this.look(true, false);
    if (this.take("?<!")) return this.look(true, true);
    const index = this.groupCount++;
    if (this.take("?<")) {
      const name = /^[\w$]+(?=>)/.exec(this.source.slice(this.at))?.[0];
      if (name === undefined) this.fail("Invalid capture group name");
      if (this.names.has(name)) this.fail("Duplicate capture group name");
      this.names.set(name, index);
      this.at += name.length + 1;
    } else if (this.source[this.at] === "?") this.fail("Invalid group");
    return { type: "group", node: this.closed(this.choice()), index };
  }

  look(isBehind: boolean, isNegative: boolean): Node {
    return { type: "look", node: this.closed(this.choice()), isBehind, isNegative };
  }

  closed(node: Node): Node {
    if (!this.take(")")) this.fail("Unterminated group");
    return node;
  }

  escape(): Node {
    const letter = this.source[this.at + 1];
    if (letter === undefined) this.fail("\\ at end of pattern");
    if (letter === "b" || letter === "B") {
      this.at += 2;
      return { type: letter === "b" ? "boundary" : "noBoundary" };
    }
    const number = /^[1-9]\d*/.exec(this.source.slice(this.at + 1))?.[0];
    if (number !== undefined) {
      this.at += 1 + number.length;
      return { type: "back", index: Number(number) };
    }
    const name = this.#hasNames && /^k<([\w$]+)>/.exec(this.source.slice(this.at + 1));
    if (name) {
      this.at += 1 + name[0].length;
      return { type: "back", index: name[1]! };
    }
    return this.set(this.escapedCharacter());
  }

  /** `\d`, `\n`, `\u00e9`, `\.`: what one escape matches. */
  escapedCharacter(): Test {
    const rest = this.source.slice(this.at + 1, this.at + 40);
    const letter = rest[0]!;
    const known = ESCAPES[letter];
    if (known) {
      this.at += 2;
      return known;
    }
    const property = this.flags.unicode && /^([pP])\{([\w=]+)\}/.exec(rest);
    if (property) {
      this.at += 1 + property[0].length;
      return propertyTest(property[2]!, property[1] === "P");
    }
    return one(this.escapedCode(rest, letter));
  }

  escapedCode(rest: string, letter: string): number {
    const wide = /^u\{([\da-fA-F]+)\}/.exec(rest);
    const hex =
      (wide && this.flags.unicode ? wide : null) ?? /^u([\da-fA-F]{4})/.exec(rest) ?? /^x([\da-fA-F]{2})/.exec(rest);
    if (hex) {
      this.at += 1 + hex[0].length;
      return Number.parseInt(hex[1]!, 16);
    }
    const control = /^c([a-zA-Z])/.exec(rest);
    if (control) {
      this.at += 3;
      return control[1]!.charCodeAt(0) % 32;
    }
    this.at += 2;
    return CONTROLS[letter] ?? letter.charCodeAt(0);
  }

  characterClass(): Test {
    this.at++;
    const isNegative = this.take("^");
    const tests: Test[] = [];
    while (this.source[this.at] !== "]") {
      if (this.at >= this.source.length) this.fail("Unterminated character class");
      const from = this.classAtom();
      const isRange =
        this.source[this.at] === "-" && this.source[this.at + 1] !== "]" && this.at + 1 < this.source.length;
      if (typeof from !== "number" || !isRange) {
        tests.push(typeof from === "number" ? one(from) : from);
        continue;
      }
      this.at++;
      const to = this.classAtom();
      if (typeof to !== "number") tests.push(one(from), one(45), to);
      else if (to < from) this.fail("Range out of order in character class");
      else tests.push(range(from, to));
    }
    this.at++;
    const test = any(...tests);
    if (!isNegative) return test;
    if (!this.flags.ignoreCase) return not(test);
    return not((code) => test(code) || test(fold(code)));
  }

  /** A character of a class, or a set such as `\d`. */
  classAtom(): number | Test {
    if (this.source[this.at] !== "\\") {
      const code = this.flags.unicode ? this.source.codePointAt(this.at)! : this.source.charCodeAt(this.at);
      this.at += code > 0xffff ? 2 : 1;
      return code;
    }
    const rest = this.source.slice(this.at + 1, this.at + 40);
    const letter = rest[0] ?? this.fail("\\ at end of pattern");
    if (letter === "b") {
      this.at += 2;
      return 8;
    }
    const isSet = ESCAPES[letter] || (this.flags.unicode && /^[pP]\{/.test(rest));
    return isSet ? this.escapedCharacter() : this.escapedCode(rest, letter);
  }
}

/** General categories and scripts, by the host's tables. */
function propertyTest(name: string, isNegative: boolean): Test {
  let expression: RegExp;
  try {
    expression = new RegExp(`\\p{${name}}`, "u");
  } catch {
    throw new PatternError("Invalid property name");
  }
  return (code) => expression.test(String.fromCodePoint(code)) !== isNegative;
}

/** Throws PatternError. */
export function parsePattern(source: string, flags: Flags): Pattern {
  const parser = new Parser(source, flags);
  const node = parser.choice();
  if (parser.at < source.length) parser.fail("Unmatched ')'");
  return { node, groupCount: parser.groupCount, names: parser.names };
}
