/** The syntax of POSIX regular expressions as a tree. Follows glibc's regcomp(3) with its GNU extensions. */

export type PosixNode =
  | { type: "empty" }
  | { type: "character"; value: string }
  | { type: "any" }
  /** Codes from low to high, inclusive. */
  | { type: "set"; isNegated: boolean; ranges: readonly (readonly [number, number])[] }
  | {
      type: "anchor";
      at: "start" | "end" | "textStart" | "textEnd" | "boundary" | "notBoundary" | "wordStart" | "wordEnd";
    }
  | { type: "group"; index: number; child: PosixNode }
  | { type: "alternatives"; children: readonly PosixNode[] }
  | { type: "sequence"; children: readonly PosixNode[] }
  | { type: "repeat"; child: PosixNode; min: number; max: number | undefined }
  | { type: "backReference"; index: number };

/** The message is that of regerror(3) in glibc. */
export class PosixSyntaxError extends Error {
  override name = "PosixSyntaxError";
}

/** RE_DUP_MAX of glibc. RE2 allows less, so larger counts are refused as too big. */
const MAX_REPEATS = 32_767;
const MAX_NESTING = 200;
const RE2_MAX_REPEATS = 1000;

export function parsePosix(
  pattern: string,
  isExtended: boolean,
): { node: PosixNode; groups: number; hasBackReferences: boolean } {
  const parser = new Parser(pattern, isExtended);
  const node = parser.parseAll();
  return { node, groups: parser.groups, hasBackReferences: parser.hasBackReferences };
}

class Parser {
  groups = 0;
  hasBackReferences = false;
  readonly #pattern: string;
  readonly #isExtended: boolean;
  #at = 0;
  #depth = 0;
  readonly #closed = new Set<number>();

  constructor(pattern: string, isExtended: boolean) {
    this.#pattern = pattern;
    this.#isExtended = isExtended;
  }

  parseAll(): PosixNode {
    const node = this.#alternatives();
    if (this.#at < this.#pattern.length)
      throw new PosixSyntaxError(this.#isExtended ? "Unmatched ) or \\)" : "Unmatched ) or \\)");
    return node;
  }

  /** Whether an operator such as `(` or `|` is here; basic syntax writes it with a backslash. */
  #isOperator(operator: string): boolean {
    const text = this.#isExtended ? operator : `\\${operator}`;
    return this.#pattern.startsWith(text, this.#at);
  }

  #skipOperator(): void {
    this.#at += this.#isExtended ? 1 : 2;
  }

  #alternatives(): PosixNode {
    const children = [this.#sequence()];
    while (this.#isOperator("|")) {
      this.#skipOperator();
      children.push(this.#sequence());
    }
    return children.length === 1 ? children[0]! : { type: "alternatives", children };
  }

  #sequence(): PosixNode {
    const children: PosixNode[] = [];
    while (this.#at < this.#pattern.length && !this.#isOperator("|")) {
      if (this.#isOperator(")") && (this.#depth > 0 || !this.#isExtended)) break;
      const atom = this.#atom(children.length === 0);
      children.push(this.#repeats(atom));
    }
    if (children.length === 1) return children[0]!;
    return children.length === 0 ? { type: "empty" } : { type: "sequence", children };
  }

  #atom(isFirst: boolean): PosixNode {
    const character = this.#pattern[this.#at]!;
    if (this.#isOperator("(")) return this.#group();
    if (character === "\\") return this.#escape();
    this.#at++;
    if (character === "[") return this.#bracket();
    if (character === ".") return { type: "any" };
    if (character === "^" && (this.#isExtended || isFirst)) return { type: "anchor", at: "start" };
    if (character === "$" && (this.#isExtended || this.#isEndOfBranch())) return { type: "anchor", at: "end" };
    if (this.#isExtended && "*+?".includes(character) && isFirst) {
      return character === "*" ? { type: "empty" } : { type: "empty" };
    }
    return { type: "character", value: character };
  }

  #isEndOfBranch(): boolean {
    return this.#at === this.#pattern.length || this.#isOperator(")") || this.#isOperator("|");
  }

  #group(): PosixNode {
    this.#skipOperator();
    if (++this.#depth > MAX_NESTING) throw new PosixSyntaxError("Regular expression too big");
    const index = ++this.groups;
    const child = this.#alternatives();
    if (!this.#isOperator(")")) throw new PosixSyntaxError("Unmatched ( or \\(");
    this.#skipOperator();
    this.#depth--;
    this.#closed.add(index);
    return { type: "group", index, child };
  }

  #escape(): PosixNode {
    const letter = this.#pattern[this.#at + 1];
    if (letter === undefined) throw new PosixSyntaxError("Trailing backslash");
    this.#at += 2;
    const known = ESCAPES[letter];
    if (known) return known;
    if (/[1-9]/.test(letter)) {
      if (!this.#closed.has(Number(letter))) throw new PosixSyntaxError("Invalid back reference");
      this.hasBackReferences = true;
      return { type: "backReference", index: Number(letter) };
    }
    return { type: "character", value: letter };
  }

  #repeats(atom: PosixNode): PosixNode {
    let node = atom;
    for (;;) {
      const range = this.#repeat(node);
      if (!range) return node;
      node = { type: "repeat", child: node, ...range };
    }
  }

  #repeat(atom: PosixNode): { min: number; max: number | undefined } | undefined {
    const character = this.#pattern[this.#at];
    const isAnchor = atom.type === "anchor" && atom.at === "start";
    if (character === "*" && !(isAnchor && !this.#isExtended)) {
      if (isAnchor && this.#isExtended) return undefined;
      this.#at++;
      return { min: 0, max: undefined };
    }
    if (this.#isOperator("+")) return this.#simple(1, undefined);
    if (this.#isOperator("?")) return this.#simple(0, 1);
    if (!this.#isOperator("{")) return undefined;
    return this.#interval();
  }

  #simple(min: number, max: number | undefined) {
    this.#skipOperator();
    return { min, max };
  }

  #interval(): { min: number; max: number | undefined } | undefined {
    const rest = this.#pattern.slice(this.#at);
    const form = this.#isExtended ? /^\{(\d*)(,?)(\d*)\}/ : /^\\\{(\d*)(,?)(\d*)\\\}/;
    const match = form.exec(rest);
    if (!match || (match[1] === "" && match[2] === "")) {
      if (this.#isExtended) return undefined;
      throw new PosixSyntaxError(/\\\}/.test(rest) ? "Invalid content of \\{\\}" : "Unmatched \\{");
    }
    const [all, low = "", comma, high = ""] = match;
    const min = low === "" ? 0 : Number(low);
    const max = comma === "" ? min : high === "" ? undefined : Number(high);
    if (max !== undefined && max < min) throw new PosixSyntaxError("Invalid content of \\{\\}");
    if (min > MAX_REPEATS || (max ?? 0) > MAX_REPEATS || min > RE2_MAX_REPEATS || (max ?? 0) > RE2_MAX_REPEATS) {
      throw new PosixSyntaxError("Regular expression too big");
    }
    this.#at += all.length;
    return { min, max };
  }

  /** The part after `[`. */
  #bracket(): PosixNode {
    const isNegated = this.#pattern[this.#at] === "^";
    if (isNegated) this.#at++;
    const ranges: (readonly [number, number])[] = [];
    for (let isFirst = true; ; isFirst = false) {
      const character = this.#pattern[this.#at];
      if (character === undefined) throw new PosixSyntaxError("Unmatched [, [^, [:, [., or [=");
      if (character === "]" && !isFirst) break;
      this.#bracketItem(ranges);
    }
    this.#at++;
    return { type: "set", isNegated, ranges };
  }

  #bracketItem(ranges: (readonly [number, number])[]): void {
    const named = /^\[:([a-z]*):\]/.exec(this.#pattern.slice(this.#at, this.#at + 16));
    if (named) {
      const set = CLASSES[named[1]!];
      if (!set) throw new PosixSyntaxError("Invalid character class name");
      this.#at += named[0].length;
      ranges.push(...set);
      return;
    }
    const low = this.#bracketCharacter();
    if (
      this.#pattern[this.#at] !== "-" ||
      this.#pattern[this.#at + 1] === "]" ||
      this.#at + 1 >= this.#pattern.length
    ) {
      ranges.push([low, low]);
      return;
    }
    this.#at++;
    const high = this.#bracketCharacter();
    if (high < low) throw new PosixSyntaxError("Invalid range end");
    ranges.push([low, high]);
  }

  #bracketCharacter(): number {
    const special = /^\[([.=])(.)\1\]/s.exec(this.#pattern.slice(this.#at, this.#at + 6));
    if (special) {
      this.#at += special[0].length;
      return special[2]!.charCodeAt(0);
    }
    return this.#pattern.charCodeAt(this.#at++);
  }
}

type Ranges = readonly (readonly [number, number])[];

const code = (character: string) => character.charCodeAt(0);
const range = (low: string, high: string) => [code(low), code(high)] as const;
const single = (character: string) => range(character, character);
const DIGITS = range("0", "9");
const LETTERS = [range("a", "z"), range("A", "Z")];
const SPACES = [range("\t", "\r"), single(" ")];
const WORD = [DIGITS, ...LETTERS, single("_")];

const CLASSES: Readonly<Record<string, Ranges>> = {
  alpha: LETTERS,
  digit: [DIGITS],
  alnum: [DIGITS, ...LETTERS],
  upper: [range("A", "Z")],
  lower: [range("a", "z")],
  space: SPACES,
  blank: [single(" "), single("\t")],
  punct: [range("!", "/"), range(":", "@"), range("[", "`"), range("{", "~")],
  print: [range(" ", "~")],
  graph: [range("!", "~")],
  cntrl: [range("\0", "\x1f"), single("\x7f")],
  xdigit: [DIGITS, range("a", "f"), range("A", "F")],
};

const ESCAPES: Readonly<Record<string, PosixNode>> = {
  w: { type: "set", isNegated: false, ranges: WORD },
  W: { type: "set", isNegated: true, ranges: WORD },
  s: { type: "set", isNegated: false, ranges: SPACES },
  S: { type: "set", isNegated: true, ranges: SPACES },
  b: { type: "anchor", at: "boundary" },
  B: { type: "anchor", at: "notBoundary" },
  "<": { type: "anchor", at: "wordStart" },
  ">": { type: "anchor", at: "wordEnd" },
  "`": { type: "anchor", at: "textStart" },
  "'": { type: "anchor", at: "textEnd" },
};
