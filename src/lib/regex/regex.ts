/**
 * Matching in time proportional to text times pattern, whatever both are: all ways to match go along side by side (Pike's
 * machine), preferring as Go does the leftmost match and, of those, the one that the pattern prefers.
 */
import { MAX_REGEX_INSTRUCTIONS } from "../limits.ts";
import { type Assertion, type CodePointRange, parseRegex, RegexError, type RegexNode } from "./parse.ts";

export { RegexError } from "./parse.ts";

type Instruction =
  | { type: "set"; ranges: readonly CodePointRange[]; negated: boolean }
  | { type: "assert"; assertion: Assertion }
  /** Goes on at both, `first` preferred. */
  | { type: "split"; first: number; second: number }
  | { type: "jump"; to: number }
  | { type: "match" };

export interface RegexMatch {
  text: string;
  /** In code points. */
  start: number;
  end: number;
}

interface Thread {
  at: number;
  start: number;
}

export class Regex {
  readonly #program: Instruction[] = [];
  #compiled = 0;

  /** @throws RegexError for what is no pattern or is too long when its counted repetitions are written out. */
  constructor(pattern: string) {
    this.#compile(parseRegex(pattern));
    this.#emit({ type: "match" });
  }

  /** Matching looks at each character of the text at most this often. */
  get size(): number {
    return this.#program.length;
  }

  test(text: string): boolean {
    return this.#search([...text], 0) !== null;
  }

  /** The first matches that do not overlap, at most `max`. */
  findAll(text: string, max = Number.POSITIVE_INFINITY): RegexMatch[] {
    const characters = [...text];
    const matches: RegexMatch[] = [];
    for (let from = 0; from <= characters.length && matches.length < max; ) {
      const found = this.#search(characters, from);
      if (!found) break;
      const last = matches.at(-1);
      // As in Go, an empty match right after another match does not count.
      if (found.end > found.start || found.start !== last?.end) {
        matches.push({ ...found, text: characters.slice(found.start, found.end).join("") });
      }
      from = found.end > found.start ? found.end : found.end + 1;
    }
    return matches;
  }

  #search(text: readonly string[], from: number): { start: number; end: number } | null {
    const program = this.#program;
    let found: { start: number; end: number } | null = null;
    let threads: Thread[] = [];
    let seen = new Uint8Array(program.length);
    for (let i = from; i <= text.length; i++) {
      if (!found) this.#follow({ at: 0, start: i }, threads, seen, text, i);
      if (threads.length === 0 && found) break;
      const next: Thread[] = [];
      const nextSeen = new Uint8Array(program.length);
      for (const { at, start } of threads) {
        const instruction = program[at]!;
        if (instruction.type === "match") {
          found = { start, end: i };
          // Those that come later in the order of preference are given up.
          break;
        }
        if (i < text.length && instruction.type === "set" && isIn(text[i]!.codePointAt(0)!, instruction)) {
          this.#follow({ at: at + 1, start }, next, nextSeen, text, i + 1);
        }
      }
      threads = next;
      seen = nextSeen;
    }
    return found;
  }

  /** Adds the instructions that a thread comes to without reading, in order of preference. */
  #follow(thread: Thread, threads: Thread[], seen: Uint8Array, text: readonly string[], i: number): void {
    const pending = [thread.at];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (seen[at] === 1) continue;
      seen[at] = 1;
      const instruction = this.#program[at]!;
      switch (instruction.type) {
        case "jump":
          pending.push(instruction.to);
          break;
        case "split":
          pending.push(instruction.second, instruction.first);
          break;
        case "assert":
          if (holds(instruction.assertion, text, i)) pending.push(at + 1);
          break;
        default:
          threads.push({ at, start: thread.start });
      }
    }
  }

  // ---- Compiling

  #compile(node: RegexNode): void {
    // Repetitions of nothing make no instructions, but work.
    if (++this.#compiled > 2 * MAX_REGEX_INSTRUCTIONS) throw new RegexError("is too long");
    switch (node.type) {
      case "set":
      case "assert":
        this.#emit(node);
        return;
      case "sequence":
        for (const item of node.items) this.#compile(item);
        return;
      case "alternatives":
        this.#compileAlternatives(node.items);
        return;
      case "repeat":
        this.#compileRepeat(node);
    }
  }

  #compileAlternatives(items: readonly RegexNode[]): void {
    const jumps: { to: number }[] = [];
    for (const item of items.slice(0, -1)) {
      const split = this.#emit({ type: "split", first: this.size + 1, second: 0 });
      this.#compile(item);
      jumps.push(this.#emit({ type: "jump", to: 0 }));
      split.second = this.size;
    }
    this.#compile(items.at(-1)!);
    for (const jump of jumps) jump.to = this.size;
  }

  #compileRepeat({ item, min, max, greedy }: Extract<RegexNode, { type: "repeat" }>): void {
    for (let i = 0; i < min; i++) this.#compile(item);
    if (max === Number.POSITIVE_INFINITY) {
      const again = this.size;
      const split = this.#emit({ type: "split", first: 0, second: 0 });
      const inside = this.size;
      this.#compile(item);
      this.#emit({ type: "jump", to: again });
      Object.assign(split, greedy ? { first: inside, second: this.size } : { first: this.size, second: inside });
      return;
    }
    const splits: { split: { first: number; second: number }; inside: number }[] = [];
    for (let i = min; i < max; i++) {
      const split = this.#emit({ type: "split", first: 0, second: 0 });
      splits.push({ split, inside: this.size });
      this.#compile(item);
    }
    for (const { split, inside } of splits) {
      Object.assign(split, greedy ? { first: inside, second: this.size } : { first: this.size, second: inside });
    }
  }

  #emit<I extends Instruction>(instruction: I): I {
    if (this.#program.length >= MAX_REGEX_INSTRUCTIONS) throw new RegexError("is too long");
    const own = { ...instruction };
    this.#program.push(own);
    return own;
  }
}

function isIn(
  codePoint: number,
  { ranges, negated }: { ranges: readonly CodePointRange[]; negated: boolean },
): boolean {
  return ranges.some(([first, last]) => first <= codePoint && codePoint <= last) !== negated;
}

function holds(assertion: Assertion, text: readonly string[], i: number): boolean {
  switch (assertion) {
    case "textStart":
      return i === 0;
    case "textEnd":
      return i === text.length;
    case "lineStart":
      return i === 0 || text[i - 1] === "\n";
    case "lineEnd":
      return i === text.length || text[i] === "\n";
    case "wordBoundary":
      return isWord(text[i - 1]) !== isWord(text[i]);
    case "noWordBoundary":
      return isWord(text[i - 1]) === isWord(text[i]);
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /^\w$/.test(character);
}
