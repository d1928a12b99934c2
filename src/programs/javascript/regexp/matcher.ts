/**
 * Matches patterns by backtracking, because look-around and back references need it. The steps of one match are bounded
 * by a multiple of the text's length, so an expression takes linear time or is refused.
 */
import { BoundedCache } from "../../../lib/bounded-cache.ts";
import { MAX_COMPILED_PATTERNS, MAX_REGEX_PATTERN_LENGTH } from "../../../lib/limits.ts";
import { type Flags, isLineEnd, isWord, type Node, type Pattern, PatternError, parsePattern } from "./pattern.ts";

/** Steps of one match: a constant, and for each character of the text. */
const FREE_STEPS = 100_000;
const STEPS_PER_CHARACTER = 200;
const MAX_STEPS = 4_000_000;

/** The expression needs more steps than a match may take. */
export class TooManySteps extends Error {
  override name = "TooManySteps";
}

interface State {
  text: string;
  /** Starts and ends of groups; -1: no part. */
  groups: number[];
  stepsLeft: number;
}

/** Goes on at a position; the end of the match or -1. */
type Next = (state: State, at: number) => number;
type Matcher = (state: State, at: number, next: Next) => number;

export interface Expression extends Pattern {
  match: Matcher;
}

const compiled = new BoundedCache<string, Expression | PatternError>(MAX_COMPILED_PATTERNS);

/** Throws PatternError. */
export function compilePattern(source: string, flags: string): Expression {
  const found = compiled.getOrCompute(`${flags}/${source}`, () => {
    try {
      if (source.length > MAX_REGEX_PATTERN_LENGTH) throw new PatternError("Regular expression too large");
      return compile(source, flags);
    } catch (error) {
      if (error instanceof PatternError) return error;
      throw error;
    }
  });
  if (found instanceof PatternError) throw found;
  return found;
}

function compile(source: string, letters: string): Expression {
  const flags: Flags = {
    ignoreCase: letters.includes("i"),
    multiline: letters.includes("m"),
    dotAll: letters.includes("s"),
    unicode: letters.includes("u") || letters.includes("v"),
  };
  const pattern = parsePattern(source, flags);
  return { ...pattern, match: matcherOf(pattern.node, { flags, names: pattern.names, isBackward: false }) };
}

export interface Match {
  /** Starts and ends of the groups, the whole match first; -1: no part. */
  groups: number[];
  steps: number;
}

/** The first match at or after a position. Throws TooManySteps. */
export function findMatch(expression: Expression, text: string, from: number, isSticky: boolean): Match | undefined {
  const most = Math.min(MAX_STEPS, FREE_STEPS + STEPS_PER_CHARACTER * text.length);
  const state: State = { text, groups: [], stepsLeft: most };
  for (let at = from; at <= text.length; at++) {
    state.groups = new Array<number>(expression.groupCount * 2).fill(-1);
    const end = expression.match(state, at, (_state, to) => to);
    if (end >= 0) {
      state.groups[0] = at;
      state.groups[1] = end;
      return { groups: state.groups, steps: most - state.stepsLeft };
    }
    if (isSticky) return undefined;
    spend(state);
  }
  return undefined;
}

function spend(state: State): void {
  if (--state.stepsLeft < 0) throw new TooManySteps();
}

interface Context {
  flags: Flags;
  names: Map<string, number>;
  isBackward: boolean;
}

function matcherOf(node: Node, context: Context): Matcher {
  switch (node.type) {
    case "set":
      return single(node.matches, context);
    case "sequence":
      return sequence(
        node.parts.map((part) => matcherOf(part, context)),
        context,
      );
    case "choice":
      return choice(node.options.map((option) => matcherOf(option, context)));
    case "group":
      return group(node.index, matcherOf(node.node, context), context);
    case "repeat":
      return node.node.type === "set" ? simpleRepeat(node, context) : repeat(node, matcherOf(node.node, context));
    case "look":
      return look(node, matcherOf(node.node, { ...context, isBackward: node.isBehind }));
    case "back":
      return backReference(node.index, context);
    default:
      return assertion(node.type, context);
  }
}

/** Length of the character at a position if it matches, else 0. */
function step(matches: (code: number) => boolean, { flags, isBackward }: Context, text: string, at: number): number {
  if (isBackward) {
    if (at <= 0) return 0;
    return matches(text.charCodeAt(at - 1)) ? -1 : 0;
  }
  if (at >= text.length) return 0;
  const code = flags.unicode ? text.codePointAt(at)! : text.charCodeAt(at);
  return matches(code) ? (code > 0xffff ? 2 : 1) : 0;
}

function single(matches: (code: number) => boolean, context: Context): Matcher {
  return (state, at, next) => {
    spend(state);
    const size = step(matches, context, state.text, at);
    return size === 0 ? -1 : next(state, at + size);
  };
}

function sequence(parts: Matcher[], { isBackward }: Context): Matcher {
  const ordered = isBackward ? [...parts].reverse() : parts;
  const from = (i: number): Matcher => {
    const part = ordered[i];
    if (!part) return (state, at, next) => next(state, at);
    const rest = from(i + 1);
    return (state, at, next) => part(state, at, (inner, to) => rest(inner, to, next));
  };
  return from(0);
}

function choice(options: Matcher[]): Matcher {
  return (state, at, next) => {
    for (const option of options) {
      const saved = [...state.groups];
      const end = option(state, at, next);
      if (end >= 0) return end;
      state.groups = saved;
    }
    return -1;
  };
}

function group(index: number, inner: Matcher, { isBackward }: Context): Matcher {
  return (state, at, next) =>
    inner(state, at, (after, to) => {
      const saved = [...after.groups];
      after.groups[index * 2] = isBackward ? to : at;
      after.groups[index * 2 + 1] = isBackward ? at : to;
      const end = next(after, to);
      if (end < 0) after.groups = saved;
      return end;
    });
}

type Repeat = Node & { type: "repeat" };

/** A repeated character does not recur. */
function simpleRepeat({ node, least, most, isGreedy }: Repeat, context: Context): Matcher {
  const { matches } = node as Node & { type: "set" };
  return (state, at, next) => {
    const places = [at];
    const limit = isGreedy ? most : least;
    let place = at;
    while (places.length <= limit) {
      spend(state);
      const size = step(matches, context, state.text, place);
      if (size === 0) break;
      place += size;
      places.push(place);
    }
    if (places.length <= least) return -1;
    if (isGreedy) {
      for (let i = places.length - 1; i >= least; i--) {
        const end = next(state, places[i]!);
        if (end >= 0) return end;
        spend(state);
      }
      return -1;
    }
    for (let count = least; ; count++) {
      const end = next(state, place);
      if (end >= 0) return end;
      spend(state);
      const size = count < most ? step(matches, context, state.text, place) : 0;
      if (size === 0) return -1;
      place += size;
    }
  };
}

function repeat({ least, most, isGreedy, groups }: Repeat, inner: Matcher): Matcher {
  const round =
    (count: number): Matcher =>
    (state, at, next) => {
      spend(state);
      const again = (): number => {
        if (count >= most) return -1;
        const saved = [...state.groups];
        for (let i = groups[0] * 2; i < groups[1] * 2; i++) state.groups[i] = -1;
        const end = inner(state, at, (after, to) =>
          to === at && count >= least ? -1 : round(count + 1)(after, to, next),
        );
        if (end < 0) state.groups = saved;
        return end;
      };
      if (count < least) return again();
      if (!isGreedy) {
        const end = next(state, at);
        return end >= 0 ? end : again();
      }
      const end = again();
      return end >= 0 ? end : next(state, at);
    };
  return round(0);
}

function look({ isNegative }: Node & { type: "look" }, inner: Matcher): Matcher {
  return (state, at, next) => {
    spend(state);
    const saved = [...state.groups];
    const end = inner(state, at, (_state, to) => to);
    if (end >= 0 === isNegative) {
      state.groups = saved;
      return -1;
    }
    if (isNegative) state.groups = saved;
    return next(state, at);
  };
}

function backReference(index: number | string, { flags, names, isBackward }: Context): Matcher {
  const number = typeof index === "string" ? (names.get(index) ?? 0) : index;
  return (state, at, next) => {
    const { text, groups } = state;
    const [from = -1, to = -1] = [groups[number * 2], groups[number * 2 + 1]];
    if (from < 0) return next(state, at);
    const wanted = text.slice(from, to);
    state.stepsLeft -= wanted.length;
    spend(state);
    const start = isBackward ? at - wanted.length : at;
    if (start < 0) return -1;
    const found = text.slice(start, start + wanted.length);
    const isSame = flags.ignoreCase ? found.toLowerCase() === wanted.toLowerCase() : found === wanted;
    return isSame ? next(state, isBackward ? start : at + wanted.length) : -1;
  };
}

function assertion(type: "start" | "end" | "boundary" | "noBoundary", { flags }: Context): Matcher {
  const holds = (text: string, at: number): boolean => {
    if (type === "start") return at === 0 || (flags.multiline && isLineEnd(text.charCodeAt(at - 1)));
    if (type === "end") return at === text.length || (flags.multiline && isLineEnd(text.charCodeAt(at)));
    const before = at > 0 && isWord(text.charCodeAt(at - 1));
    const after = at < text.length && isWord(text.charCodeAt(at));
    return (before !== after) === (type === "boundary");
  };
  return (state, at, next) => {
    spend(state);
    return holds(state.text, at) ? next(state, at) : -1;
  };
}
