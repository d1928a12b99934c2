/**
 * POSIX regular expressions, basic and extended, with GNU's additions. Texts are byte strings, as in the C locale. They
 * are matched in linear time by RE2, or, with back-references, by a matcher whose steps are counted.
 */
import { RE2JS } from "re2js";
import { BoundedCache } from "./bounded-cache.ts";
import { MAX_REGEX_BYTES, MAX_REGEX_STEPS } from "./container-limits.ts";
import { MAX_COMPILED_PATTERNS, MAX_REGEX_INSTRUCTIONS } from "./limits.ts";
import { type PosixNode, PosixSyntaxError, parsePosix } from "./posix-syntax.ts";

export interface PosixOptions {
  isExtended: boolean;
  ignoresCase?: boolean;
  /** `^` and `$` match at each line (sed's M). */
  isMultiline?: boolean;
}

/** Start and end of the match and of each group; -1 for a group without a match. */
export type PosixMatch = readonly (readonly [number, number])[];

export interface PosixRegex {
  readonly groups: number;
  /** The leftmost match that does not begin before `from`. `^` matches only at the start of the text. */
  find(text: string, from?: number): PosixMatch | undefined;
}

const compiled = new BoundedCache<string, PosixRegex>(MAX_COMPILED_PATTERNS);

/** @throws PosixSyntaxError with the message of regcomp(3) in glibc */
export function compilePosix(pattern: string, options: PosixOptions): PosixRegex {
  const key = `${options.isExtended}${options.ignoresCase}${options.isMultiline} ${pattern}`;
  return compiled.getOrCompute(key, () => compile(pattern, options));
}

function compile(pattern: string, options: PosixOptions): PosixRegex {
  if (pattern.length > MAX_REGEX_BYTES) throw new PosixSyntaxError("Regular expression too big");
  const { node, groups, hasBackReferences } = parsePosix(pattern, options.isExtended);
  if (hasBackReferences) return new Backtracker(node, groups, options);
  const text = options.ignoresCase ? undefined : literalOf(node);
  if (text !== undefined) return literalRegex(text);
  const flags =
    RE2JS.DOTALL |
    RE2JS.LONGEST_MATCH |
    (options.ignoresCase ? RE2JS.CASE_INSENSITIVE : 0) |
    (options.isMultiline ? RE2JS.MULTILINE : 0);
  return linear(toRe2(node), flags, groups);
}

/** The text that is all that the expression matches; undefined if it matches others too. */
function literalOf(node: PosixNode): string | undefined {
  const nodes = node.type === "sequence" ? node.children : [node];
  const characters = nodes.flatMap((each) => (each.type === "character" ? [each.value] : []));
  return characters.length === nodes.length && nodes.length > 0 ? characters.join("") : undefined;
}

/** As RE2 would match it, in a fraction of the time. */
function literalRegex(wanted: string): PosixRegex {
  return {
    groups: 0,
    find: (text, from = 0) => {
      const at = from > text.length ? -1 : text.indexOf(wanted, from);
      return at < 0 ? undefined : [[at, at + wanted.length]];
    },
  };
}

/** Perl's syntax as far as RE2 has it: no look-around and no back-references. @throws PosixSyntaxError */
export function compilePerl(pattern: string, ignoresCase: boolean): PosixRegex {
  if (pattern.length > MAX_REGEX_BYTES) throw new PosixSyntaxError("regular expression is too large");
  const groups = re2(pattern, 0, (message) => message).groupCount();
  return linear(pattern, ignoresCase ? RE2JS.CASE_INSENSITIVE : 0, groups);
}

/** @throws PosixSyntaxError with the text that `message` makes of RE2's */
function re2(pattern: string, flags: number, message: (text: string) => string): RE2JS {
  try {
    return RE2JS.compile(pattern, flags);
  } catch (error) {
    throw new PosixSyntaxError(message(error instanceof Error ? error.message : String(error)));
  }
}

function linear(pattern: string, flags: number, groups: number): PosixRegex {
  // The syntax was checked before: what RE2 refuses is a product of repetitions.
  const expression = re2(pattern, flags, () => "Regular expression too big");
  if (expression.programSize() > MAX_REGEX_INSTRUCTIONS) throw new PosixSyntaxError("Regular expression too big");
  return {
    groups,
    find: (text, from = 0) => {
      const matcher = expression.matcher(text);
      if (from > text.length || !matcher.find(from)) return undefined;
      return Array.from({ length: groups + 1 }, (_, group) => [matcher.start(group), matcher.end(group)] as const);
    },
  };
}

function toRe2(node: PosixNode): string {
  switch (node.type) {
    case "empty":
      return "(?:)";
    case "character":
      return literal(node.value);
    case "any":
      return ".";
    case "set":
      return `[${node.isNegated ? "^" : ""}${node.ranges.map(([low, high]) => `${hex(low)}-${hex(high)}`).join("")}]`;
    case "anchor":
      return {
        start: "^",
        end: "$",
        textStart: "\\A",
        textEnd: "\\z",
        boundary: "\\b",
        notBoundary: "\\B",
        wordStart: "\\b",
        wordEnd: "\\b",
      }[node.at];
    case "group":
      return `(${toRe2(node.child)})`;
    case "alternatives":
      return `(?:${node.children.map(toRe2).join("|")})`;
    case "sequence":
      return node.children.map(toRe2).join("");
    case "repeat":
      return repeated(toRe2(node.child), node.min, node.max);
    case "backReference":
      throw new Error("a back-reference has no linear form");
  }
}

function repeated(child: string, min: number, max: number | undefined): string {
  const unit = `(?:${child})`;
  if (min === 0 && max === undefined) return `${unit}*`;
  if (min === 1 && max === undefined) return `${unit}+`;
  if (min === 0 && max === 1) return `${unit}?`;
  return `${unit}{${min},${max ?? ""}}`;
}

function literal(character: string): string {
  return /[a-zA-Z0-9 ]/.test(character) ? character : hex(character.charCodeAt(0));
}

function hex(code: number): string {
  return `\\x{${code.toString(16)}}`;
}

type Continuation = (at: number) => number;
const NO_MATCH = -1;

/** Tries alternatives in their order. A text that needs too many steps does not match. */
class Backtracker implements PosixRegex {
  readonly groups: number;
  readonly #node: PosixNode;
  readonly #options: PosixOptions;
  #text = "";
  #steps = 0;
  #starts: number[] = [];
  #ends: number[] = [];

  constructor(node: PosixNode, groups: number, options: PosixOptions) {
    this.#node = node;
    this.groups = groups;
    this.#options = options;
  }

  find(text: string, from = 0): PosixMatch | undefined {
    this.#text = text;
    this.#steps = 0;
    for (let start = from; start <= text.length; start++) {
      this.#starts = new Array(this.groups + 1).fill(NO_MATCH);
      this.#ends = new Array(this.groups + 1).fill(NO_MATCH);
      const end = this.#match(this.#node, start, (at) => at);
      if (end === NO_MATCH) continue;
      [this.#starts[0], this.#ends[0]] = [start, end];
      return this.#starts.map((each, group) => [each, this.#ends[group]!] as const);
    }
    return undefined;
  }

  #match(node: PosixNode, at: number, next: Continuation): number {
    if (++this.#steps > MAX_REGEX_STEPS) return NO_MATCH;
    switch (node.type) {
      case "empty":
        return next(at);
      case "sequence":
        return this.#sequence(node.children, 0, at, next);
      case "alternatives":
        for (const child of node.children) {
          const end = this.#match(child, at, next);
          if (end !== NO_MATCH) return end;
        }
        return NO_MATCH;
      case "group":
        return this.#group(node.index, node.child, at, next);
      case "repeat":
        return this.#repeat(node, 0, at, next);
      case "backReference":
        return this.#backReference(node.index, at, next);
      case "anchor":
        return this.#isAt(node.at, at) ? next(at) : NO_MATCH;
      default:
        return at < this.#text.length && this.#accepts(node, this.#text[at]!) ? next(at + 1) : NO_MATCH;
    }
  }

  #sequence(children: readonly PosixNode[], index: number, at: number, next: Continuation): number {
    const child = children[index];
    return child ? this.#match(child, at, (end) => this.#sequence(children, index + 1, end, next)) : next(at);
  }

  #group(index: number, child: PosixNode, at: number, next: Continuation): number {
    const [start, end] = [this.#starts[index]!, this.#ends[index]!];
    const result = this.#match(child, at, (to) => {
      const [innerStart, innerEnd] = [this.#starts[index]!, this.#ends[index]!];
      [this.#starts[index], this.#ends[index]] = [at, to];
      const found = next(to);
      if (found === NO_MATCH) [this.#starts[index], this.#ends[index]] = [innerStart, innerEnd];
      return found;
    });
    if (result === NO_MATCH) [this.#starts[index], this.#ends[index]] = [start, end];
    return result;
  }

  #repeat(node: PosixNode & { type: "repeat" }, count: number, at: number, next: Continuation): number {
    if (node.max === undefined || count < node.max) {
      const more = this.#match(node.child, at, (end) =>
        end === at && count >= node.min ? NO_MATCH : this.#repeat(node, count + 1, end, next),
      );
      if (more !== NO_MATCH) return more;
    }
    return count >= node.min ? next(at) : NO_MATCH;
  }

  #backReference(index: number, at: number, next: Continuation): number {
    if (this.#starts[index] === NO_MATCH) return NO_MATCH;
    const wanted = this.#text.slice(this.#starts[index], this.#ends[index]);
    const found = this.#text.slice(at, at + wanted.length);
    const isEqual = this.#options.ignoresCase ? found.toLowerCase() === wanted.toLowerCase() : found === wanted;
    return isEqual ? next(at + wanted.length) : NO_MATCH;
  }

  #accepts(node: PosixNode, character: string): boolean {
    if (node.type === "any") return true;
    const variants = this.#options.ignoresCase ? [character.toLowerCase(), character.toUpperCase()] : [character];
    if (node.type === "character")
      return variants.some(
        (each) => each === node.value || (this.#options.ignoresCase && each === node.value.toLowerCase()),
      );
    if (node.type !== "set") return false;
    const isIn = variants.some((each) =>
      node.ranges.some(([low, high]) => each.charCodeAt(0) >= low && each.charCodeAt(0) <= high),
    );
    return isIn !== node.isNegated;
  }

  #isAt(anchor: (PosixNode & { type: "anchor" })["at"], at: number): boolean {
    const text = this.#text;
    const isWord = (index: number) => /\w/.test(text[index] ?? " ");
    const [before, after] = [isWord(at - 1), isWord(at)];
    switch (anchor) {
      case "start":
        return at === 0 || (this.#options.isMultiline === true && text[at - 1] === "\n");
      case "end":
        return at === text.length || (this.#options.isMultiline === true && text[at] === "\n");
      case "textStart":
        return at === 0;
      case "textEnd":
        return at === text.length;
      case "boundary":
        return before !== after;
      case "notBoundary":
        return before === after;
      case "wordStart":
        return !before && after;
      case "wordEnd":
        return before && !after;
    }
  }
}
