/**
 * Shell patterns: `*`, `?`, `[…]` and the extended `@(…)`, `!(…)` and so on. A match moves a set of positions through
 * the text, so its time is bounded by the product of both lengths.
 */

/** A character of a pattern; a quoted one stands for itself. */
export interface PatternCharacter {
  character: string;
  isQuoted: boolean;
}

type Token =
  | { type: "character"; character: string }
  | { type: "any" }
  | { type: "star" }
  | { type: "set"; isNegated: boolean; test: (character: string) => boolean }
  | { type: "group"; operator: string; alternatives: Token[][] };

export interface Pattern {
  tokens: readonly Token[];
  ignoresCase: boolean;
}

export interface PatternOptions {
  ignoresCase?: boolean;
  /** Without extended patterns, as in dash and busybox. */
  isPlain?: boolean;
}

export function compilePattern(characters: readonly PatternCharacter[], options: PatternOptions = {}): Pattern {
  const reader: Reader = { characters, at: 0, isPlain: options.isPlain === true };
  return { tokens: readTokens(reader, false), ignoresCase: options.ignoresCase === true };
}

interface Reader {
  characters: readonly PatternCharacter[];
  at: number;
  isPlain: boolean;
}

function readTokens(reader: Reader, inGroup: boolean): Token[] {
  const tokens: Token[] = [];
  while (reader.at < reader.characters.length) {
    const { character, isQuoted } = reader.characters[reader.at]!;
    if (inGroup && !isQuoted && (character === "|" || character === ")")) break;
    reader.at++;
    if (isQuoted) tokens.push({ type: "character", character });
    else tokens.push(readActive(reader, character));
  }
  return tokens;
}

function readActive(reader: Reader, character: string): Token {
  const next = reader.characters[reader.at];
  if (!reader.isPlain && "?*+@!".includes(character) && next?.character === "(" && !next.isQuoted) {
    const group = readGroup(reader, character);
    if (group) return group;
  }
  if (character === "*") return { type: "star" };
  if (character === "?") return { type: "any" };
  if (character === "[") return readSet(reader) ?? { type: "character", character };
  return { type: "character", character };
}

function readGroup(reader: Reader, operator: string): Token | undefined {
  const start = reader.at++;
  const alternatives: Token[][] = [];
  for (;;) {
    alternatives.push(readTokens(reader, true));
    const end = reader.characters[reader.at++];
    if (!end) {
      reader.at = start;
      return undefined;
    }
    if (end.character === ")") return { type: "group", operator, alternatives };
  }
}

const CLASSES: Record<string, RegExp> = {
  alpha: /[A-Za-z]/,
  digit: /\d/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t\n\r\f\v]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  xdigit: /[0-9A-Fa-f]/,
  word: /\w/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the class of control characters.
  cntrl: /[\x00-\x1f\x7f]/,
};

/** After `[`. Undefined and unmoved if there is no end of the set. */
function readSet(reader: Reader): Token | undefined {
  const { characters } = reader;
  let at = reader.at;
  const is = (text: string, offset = 0) => {
    const each = characters[at + offset];
    return each !== undefined && !each.isQuoted && each.character === text;
  };
  const isNegated = is("!") || is("^");
  if (isNegated) at++;
  const tests: ((character: string) => boolean)[] = [];
  for (let isFirst = true; ; isFirst = false) {
    if (at >= characters.length) return undefined;
    if (is("]") && !isFirst) break;
    if (is("[") && is(":", 1)) {
      const end = findClassEnd(characters, at + 2);
      if (end !== undefined) {
        const name = characters
          .slice(at + 2, end)
          .map((each) => each.character)
          .join("");
        const expression = CLASSES[name];
        if (expression) tests.push((character) => expression.test(character));
        at = end + 2;
        continue;
      }
    }
    const from = characters[at++]!.character;
    const to = characters[at + 1];
    if (is("-") && to && !(to.character === "]" && !to.isQuoted)) {
      const last = to.character;
      tests.push((character) => character >= from && character <= last);
      at += 2;
    } else tests.push((character) => character === from);
  }
  reader.at = at + 1;
  return { type: "set", isNegated, test: (character) => tests.some((test) => test(character)) };
}

function findClassEnd(characters: readonly PatternCharacter[], from: number): number | undefined {
  for (let at = from; at + 1 < characters.length; at++) {
    if (characters[at]!.character === ":" && characters[at + 1]!.character === "]") return at;
    if (!/[a-z]/.test(characters[at]!.character)) return undefined;
  }
  return undefined;
}

/** Whether the whole text matches. */
export function matches(pattern: Pattern, text: string): boolean {
  return endsOf(pattern, text, 0).has(text.length);
}

/** All positions at which a match that begins at `from` can end. */
function endsOf(pattern: Pattern, text: string, from: number): Set<number> {
  const subject = pattern.ignoresCase ? text.toLowerCase() : text;
  return advance(pattern.tokens, subject, new Set([from]), pattern.ignoresCase);
}

function advance(tokens: readonly Token[], text: string, from: Set<number>, ignoresCase: boolean): Set<number> {
  let positions = from;
  for (const token of tokens) {
    if (positions.size === 0) return positions;
    positions = step(token, text, positions, ignoresCase);
  }
  return positions;
}

function step(token: Token, text: string, positions: Set<number>, ignoresCase: boolean): Set<number> {
  const next = new Set<number>();
  switch (token.type) {
    case "star": {
      let first = text.length;
      for (const at of positions) first = Math.min(first, at);
      for (let at = first; at <= text.length; at++) next.add(at);
      return next;
    }
    case "group":
      return stepGroup(token, text, positions, ignoresCase);
    default:
      for (const at of positions) if (at < text.length && accepts(token, text[at]!, ignoresCase)) next.add(at + 1);
      return next;
  }
}

function accepts(token: Token, character: string, ignoresCase: boolean): boolean {
  if (token.type === "character") {
    return (ignoresCase ? token.character.toLowerCase() : token.character) === character;
  }
  if (token.type !== "set") return true;
  const isIn = token.test(character) || (ignoresCase && token.test(character.toUpperCase()));
  return isIn !== token.isNegated;
}

function stepGroup(
  { operator, alternatives }: Token & { type: "group" },
  text: string,
  positions: Set<number>,
  ignoresCase: boolean,
): Set<number> {
  const once = (from: Set<number>) =>
    new Set(alternatives.flatMap((tokens) => [...advance(tokens, text, from, ignoresCase)]));
  switch (operator) {
    case "@":
      return once(positions);
    case "?":
      return new Set([...positions, ...once(positions)]);
    case "!": {
      const next = new Set<number>();
      for (const from of positions) {
        const matched = once(new Set([from]));
        for (let at = from; at <= text.length; at++) if (!matched.has(at)) next.add(at);
      }
      return next;
    }
    default: {
      const reached = operator === "*" ? new Set(positions) : once(positions);
      let fresh = new Set(reached);
      while (fresh.size > 0) {
        fresh = new Set([...once(fresh)].filter((at) => !reached.has(at)));
        for (const at of fresh) reached.add(at);
      }
      return reached;
    }
  }
}

/** Length of the shortest or longest match at the beginning. */
export function prefixLength(pattern: Pattern, text: string, isLongest: boolean): number | undefined {
  const ends = [...endsOf(pattern, text, 0)];
  return ends.length === 0 ? undefined : ends.reduce((a, b) => (isLongest ? Math.max(a, b) : Math.min(a, b)));
}

/** Length of the shortest or longest match at the end. */
export function suffixLength(pattern: Pattern, text: string, isLongest: boolean): number | undefined {
  if (!pattern.tokens.some((token) => token.type === "group")) {
    const reversed: Pattern = { ...pattern, tokens: [...pattern.tokens].reverse() };
    return prefixLength(reversed, [...reverse(text)].join(""), isLongest);
  }
  for (let i = 0; i <= text.length; i++) {
    const length = isLongest ? text.length - i : i;
    if (endsOf(pattern, text, text.length - length).has(text.length)) return length;
  }
  return undefined;
}

function reverse(text: string): string[] {
  return text.split("").reverse();
}

/** Replaces the first or all matches; each match is the longest at its position. */
export function replaceMatches(
  pattern: Pattern,
  text: string,
  replacement: (match: string) => string,
  where: "first" | "all" | "prefix" | "suffix",
): string {
  if (where === "prefix") {
    const length = prefixLength(pattern, text, true);
    return length === undefined ? text : replacement(text.slice(0, length)) + text.slice(length);
  }
  if (where === "suffix") {
    const length = suffixLength(pattern, text, true);
    const start = text.length - (length ?? 0);
    return length === undefined ? text : text.slice(0, start) + replacement(text.slice(start));
  }
  const first = pattern.ignoresCase ? undefined : pattern.tokens[0];
  let result = "";
  let at = 0;
  while (at < text.length) {
    if (first?.type === "character") {
      const found = text.indexOf(first.character, at);
      if (found === -1) break;
      result += text.slice(at, found);
      at = found;
    }
    const end = Math.max(-1, ...endsOf(pattern, text, at));
    if (end <= at) {
      result += text[at++];
      continue;
    }
    result += replacement(text.slice(at, end));
    at = end;
    if (where === "first") break;
  }
  return result + text.slice(at);
}
