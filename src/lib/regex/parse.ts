/**
 * Regular expressions in RE2's syntax, as Kubernetes' CEL and Go have them: no back-references and no look-around, so that
 * matching takes time in proportion to the text. Not supported: classes by Unicode property (`\pL`) and `\Q…\E`.
 */

/** Code points from the first to the second, both included. */
export type CodePointRange = readonly [number, number];

export type Assertion = "textStart" | "textEnd" | "lineStart" | "lineEnd" | "wordBoundary" | "noWordBoundary";

export type RegexNode =
  | { type: "set"; ranges: readonly CodePointRange[]; negated: boolean }
  | { type: "assert"; assertion: Assertion }
  | { type: "sequence"; items: readonly RegexNode[] }
  | { type: "alternatives"; items: readonly RegexNode[] }
  | { type: "repeat"; item: RegexNode; min: number; max: number; greedy: boolean };

/** The text is no regular expression; the message says why and where. */
export class RegexError extends Error {
  override name = "RegexError";
}

const LAST_CODE_POINT = 0x10ffff;
const MAX_REPEAT = 1000;
const MAX_NESTING = 200;

const DIGITS: CodePointRange[] = [[48, 57]];
const WORD: CodePointRange[] = [...DIGITS, [65, 90], [95, 95], [97, 122]];
const SPACE: CodePointRange[] = [
  [9, 10],
  [12, 13],
  [32, 32],
];
const CLASSES: Readonly<Record<string, readonly CodePointRange[]>> = { d: DIGITS, w: WORD, s: SPACE };
const NAMED_CLASSES: Readonly<Record<string, readonly CodePointRange[]>> = {
  alnum: [...DIGITS, [65, 90], [97, 122]],
  alpha: [
    [65, 90],
    [97, 122],
  ],
  digit: DIGITS,
  lower: [[97, 122]],
  upper: [[65, 90]],
  space: [
    [9, 13],
    [32, 32],
  ],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  word: WORD,
  xdigit: [...DIGITS, [65, 70], [97, 102]],
};
const CONTROL_ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: "textStart",
  z: "textEnd",
  b: "wordBoundary",
  B: "noWordBoundary",
};

interface Flags {
  ignoreCase: boolean;
  /** `^` and `$` also match at lines. */
  multiLine: boolean;
  /** `.` also matches a line's end. */
  dotAll: boolean;
  /** `*?` and `*` change places. */
  ungreedy: boolean;
}

/** @throws RegexError */
export function parseRegex(pattern: string): RegexNode {
  return new Parser(pattern).parse();
}

class Parser {
  readonly #pattern: string[];
  #at = 0;
  #depth = 0;
  #flags: Flags = { ignoreCase: false, multiLine: false, dotAll: false, ungreedy: false };

  constructor(pattern: string) {
    this.#pattern = [...pattern];
  }

  parse(): RegexNode {
    const node = this.#alternatives();
    if (this.#at < this.#pattern.length) this.#fail("unexpected )");
    return node;
  }

  #alternatives(): RegexNode {
    if (++this.#depth > MAX_NESTING) this.#fail("nested too deeply");
    const items = [this.#sequence()];
    while (this.#take("|")) items.push(this.#sequence());
    this.#depth--;
    return items.length === 1 ? items[0]! : { type: "alternatives", items };
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = [];
    while (this.#at < this.#pattern.length && !this.#sees("|") && !this.#sees(")")) {
      const atom = this.#atom();
      if (atom) items.push(this.#repeated(atom));
    }
    return items.length === 1 ? items[0]! : { type: "sequence", items };
  }

  /** Null for what only sets flags. */
  #atom(): RegexNode | null {
    const character = this.#next();
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return this.#set();
      case ".":
        return { type: "set", ranges: this.#flags.dotAll ? [] : [[10, 10]], negated: true };
      case "^":
        return { type: "assert", assertion: this.#flags.multiLine ? "lineStart" : "textStart" };
      case "$":
        return { type: "assert", assertion: this.#flags.multiLine ? "lineEnd" : "textEnd" };
      case "*":
      case "+":
      case "?":
        return this.#fail(`nothing to repeat before ${character}`);
      case "\\":
        return this.#escape();
      default:
        return this.#literal(character.codePointAt(0)!);
    }
  }

  #repeated(item: RegexNode): RegexNode {
    const bounds = this.#bounds();
    if (!bounds) return item;
    const lazy = this.#take("?");
    if (this.#bounds()) this.#fail("one repetition right after another");
    return { type: "repeat", item, ...bounds, greedy: lazy === this.#flags.ungreedy };
  }

  #bounds(): { min: number; max: number } | null {
    if (this.#take("*")) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#take("+")) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#take("?")) return { min: 0, max: 1 };
    if (!this.#sees("{")) return null;
    const match = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.#pattern.slice(this.#at, this.#at + 12).join(""));
    // As in RE2, a brace that begins no repetition is a brace.
    if (!match) return null;
    this.#at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === "" ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (min > MAX_REPEAT || (max !== Number.POSITIVE_INFINITY && max > MAX_REPEAT) || max < min) {
      this.#fail(`${match[0]} is no repetition`);
    }
    return { min, max };
  }

  #group(): RegexNode | null {
    const outer = { ...this.#flags };
    if (this.#take("?") && !this.#takeName()) {
      const flags = /^([imsU]*)(?:-([imsU]+))?([:)])/.exec(this.#pattern.slice(this.#at, this.#at + 12).join(""));
      if (!flags) return this.#fail("(? begins neither flags nor a name; there is no look-around");
      this.#at += flags[0].length;
      this.#setFlags(flags[1] ?? "", true);
      this.#setFlags(flags[2] ?? "", false);
      if (flags[3] === ")") return null;
    }
    const node = this.#alternatives();
    if (!this.#take(")")) this.#fail("missing )");
    this.#flags = outer;
    return node;
  }

  /** `P<name>` or `<name>`: names mean nothing here. */
  #takeName(): boolean {
    const match = /^P?<\w{1,64}>/.exec(this.#pattern.slice(this.#at, this.#at + 68).join(""));
    if (!match) return false;
    this.#at += match[0].length;
    return true;
  }

  #setFlags(letters: string, value: boolean): void {
    const names = { i: "ignoreCase", m: "multiLine", s: "dotAll", U: "ungreedy" } as const;
    for (const letter of letters) this.#flags[names[letter as keyof typeof names]] = value;
  }

  #escape(): RegexNode {
    const letter = this.#sees("") ? this.#fail("a backslash at the end") : this.#pattern[this.#at]!;
    const assertion = ASSERTIONS[letter];
    if (assertion) {
      this.#at++;
      return { type: "assert", assertion };
    }
    const ranges = CLASSES[letter.toLowerCase()];
    if (ranges) {
      this.#at++;
      return { type: "set", ranges, negated: letter !== letter.toLowerCase() };
    }
    return this.#literal(this.#escapedCodePoint());
  }

  /** What follows a backslash, where it means one character. */
  #escapedCodePoint(): number {
    const letter = this.#next();
    const control = CONTROL_ESCAPES[letter];
    if (control !== undefined) return control;
    if (letter === "x") {
      const rest = this.#pattern.slice(this.#at, this.#at + 10).join("");
      const match = /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(rest);
      const codePoint = Number.parseInt(match?.[1] ?? match?.[2] ?? "", 16);
      if (!match || codePoint > LAST_CODE_POINT) return this.#fail("\\x needs a hexadecimal number");
      this.#at += match[0].length;
      return codePoint;
    }
    if (/[A-Za-z0-9]/.test(letter)) return this.#fail(`\\${letter} is not supported`);
    return letter.codePointAt(0)!;
  }

  #literal(codePoint: number): RegexNode {
    return { type: "set", ranges: this.#withCases([[codePoint, codePoint]]), negated: false };
  }

  #set(): RegexNode {
    const negated = this.#take("^");
    const ranges: CodePointRange[] = [];
    for (let first = true; first || !this.#sees("]"); first = false) {
      if (this.#at >= this.#pattern.length) this.#fail("missing ]");
      const named = /^\[:(\^?)(\w+):\]/.exec(this.#pattern.slice(this.#at, this.#at + 12).join(""));
      if (named) {
        const members = NAMED_CLASSES[named[2]!] ?? this.#fail(`there is no class ${named[0]}`);
        this.#at += named[0].length;
        ranges.push(...(named[1] === "^" ? complement(members) : members));
        continue;
      }
      ranges.push(...this.#setItem());
    }
    this.#at++;
    return { type: "set", ranges: this.#withCases(ranges), negated };
  }

  #setItem(): readonly CodePointRange[] {
    const members = this.#sees("\\") ? CLASSES[(this.#pattern[this.#at + 1] ?? "").toLowerCase()] : undefined;
    if (members) {
      const letter = this.#pattern[this.#at + 1]!;
      this.#at += 2;
      return letter === letter.toLowerCase() ? members : complement(members);
    }
    const first = this.#setCharacter();
    if (!this.#sees("-") || this.#pattern[this.#at + 1] === "]" || this.#pattern[this.#at + 1] === undefined) {
      return [[first, first]];
    }
    this.#at++;
    const last = this.#setCharacter();
    if (last < first) this.#fail("a range that ends before it begins");
    return [[first, last]];
  }

  #setCharacter(): number {
    return this.#take("\\") ? this.#escapedCodePoint() : this.#next().codePointAt(0)!;
  }

  /** With `(?i)` both cases of ASCII letters. */
  #withCases(ranges: readonly CodePointRange[]): readonly CodePointRange[] {
    if (!this.#flags.ignoreCase) return ranges;
    const all = [...ranges];
    for (const [first, last] of ranges) {
      for (const [from, to, shift] of [
        [65, 90, 32],
        [97, 122, -32],
      ] as const) {
        const low = Math.max(first, from);
        const high = Math.min(last, to);
        if (low <= high) all.push([low + shift, high + shift]);
      }
    }
    return all;
  }

  /** Does the rest begin with this character? With "": is there no rest? */
  #sees(character: string): boolean {
    return character === "" ? this.#at >= this.#pattern.length : this.#pattern[this.#at] === character;
  }

  #take(character: string): boolean {
    if (!this.#sees(character)) return false;
    this.#at++;
    return true;
  }

  #next(): string {
    return this.#pattern[this.#at++] ?? this.#fail("ends too early");
  }

  #fail(what: string): never {
    throw new RegexError(`${what} (at character ${Math.min(this.#at, this.#pattern.length)})`);
  }
}

function complement(ranges: readonly CodePointRange[]): CodePointRange[] {
  const gaps: CodePointRange[] = [];
  let from = 0;
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (first > from) gaps.push([from, first - 1]);
    from = Math.max(from, last + 1);
  }
  if (from <= LAST_CODE_POINT) gaps.push([from, LAST_CODE_POINT]);
  return gaps;
}
