/**
 * Regular expressions in RE2's syntax, matched in time linear in the text, with the error texts of Go's regexp package.
 * A thin layer over re2js: positions are code points, sizes are bounded, and compiled expressions are cached.
 */
import { RE2JS } from "re2js";
import { BoundedCache } from "./bounded-cache.ts";
import { MAX_COMPILED_PATTERNS, MAX_REGEX_INSTRUCTIONS, MAX_REGEX_PATTERN_LENGTH } from "./limits.ts";

/** `syntax`: RE2 rejects the pattern. `too-large`: the pattern is valid, but exceeds this server's limit. */
export type RegexErrorCode = "syntax" | "too-large";

/** The message of a syntax error is Go's: ``error parsing regexp: missing closing ): `(` ``. */
export class RegexError extends Error {
  override name = "RegexError";
  readonly code: RegexErrorCode;

  constructor(code: RegexErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface RegexMatch {
  text: string;
  /** In code points. */
  start: number;
  end: number;
}

const compiledPatterns = new BoundedCache<string, RE2JS | RegexError>(MAX_COMPILED_PATTERNS);

export class Regex {
  readonly #expression: RE2JS;

  /** @throws RegexError */
  constructor(pattern: string) {
    const compiled = compiledPatterns.getOrCompute(pattern, () => compile(pattern));
    if (compiled instanceof RegexError) throw compiled;
    this.#expression = compiled;
  }

  /** Instructions of the program. Matching executes each of them at most once for each character of the text. */
  get size(): number {
    return this.#expression.programSize();
  }

  /** Whether the text contains a match. */
  test(text: string): boolean {
    return this.#expression.test(text);
  }

  /** The first match and its groups; a group without a part in it is empty. Undefined without a match. */
  groups(text: string): string[] | undefined {
    const matcher = this.#expression.matcher(text);
    if (!matcher.find()) return undefined;
    return Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? "");
  }

  /** Numbers of the groups that have a name. */
  get groupNames(): Readonly<Record<string, number>> {
    return this.#expression.namedGroups();
  }

  /**
   * Places of the whole match and of its groups (UTF-16 offsets) in the first match at or after `from`; undefined
   * groups took no part.
   */
  findGroups(text: string, from = 0): ({ start: number; end: number } | undefined)[] | undefined {
    const matcher = this.#expression.matcher(text);
    if (!matcher.find(from)) return undefined;
    return Array.from({ length: matcher.groupCount() + 1 }, (_, i) => {
      const start = matcher.start(i);
      return start < 0 ? undefined : { start, end: matcher.end(i) };
    });
  }

  /**
   * The first matches that do not overlap, at most `max`. As in Go, an empty match right after a match does not count.
   */
  findAll(text: string, max = Number.POSITIVE_INFINITY): RegexMatch[] {
    const matcher = this.#expression.matcher(text);
    const matches: RegexMatch[] = [];
    const position = codePointPositions(text);
    let lastEnd = -1;
    while (matches.length < max && matcher.find()) {
      const [start, end] = [matcher.start(), matcher.end()];
      if (end > start || start !== lastEnd) {
        matches.push({ text: text.slice(start, end), start: position(start), end: position(end) });
      }
      lastEnd = end;
    }
    return matches;
  }
}

function compile(pattern: string): RE2JS | RegexError {
  if (pattern.length > MAX_REGEX_PATTERN_LENGTH)
    return new RegexError("too-large", "the regular expression is too long");
  try {
    const expression = RE2JS.compile(pattern);
    if (expression.programSize() <= MAX_REGEX_INSTRUCTIONS) return expression;
    return new RegexError("too-large", "the regular expression is too large");
  } catch (error) {
    // All errors of the compiler are errors of the pattern.
    return new RegexError("syntax", error instanceof Error ? error.message : String(error));
  }
}

/** Number of code points before a UTF-16 index. Indexes must not decrease between calls, so the text is walked once. */
function codePointPositions(text: string): (index: number) => number {
  let at = 0;
  let codePoints = 0;
  return (index) => {
    while (at < index) {
      at += text.codePointAt(at)! > 0xffff ? 2 : 1;
      codePoints++;
    }
    return codePoints;
  };
}
