import { WORK_BETWEEN_PAUSES } from "./limits.ts";
import { MAX_TURN_MS } from "./turn-limits.ts";

/**
 * Prices of the pure core's work, in units of about a microsecond on a machine of 2024. Work is counted, never timed, so a
 * limit means the same on every machine. The prices were fitted to measured runs of `bench/work.ts`.
 */
export const WORK = {
  /** One run of a controller. */
  reconcile: 20,
  /** An object that was read. */
  read: 0.5,
  /** A key of a sorted list. */
  listedKey: 0.2,
  /** A written object: defaults, admission, managed fields. */
  write: 50,
  /** Each octet of an object that is written, up to the length of an ordinary object; larger ones pay for each pass. */
  objectOctet: 0.045,
  /** A change with its revision: its text, and the controllers that it wakes. */
  change: 40,
  /** Each character of an object's text that is written. */
  writtenCharacter: 0.02,
  /** A step of a process in a container. */
  step: 4,
  /** One step of a pod's life: a sync looks at all its containers and their records. */
  podStep: 60,
  /** The start of a container: its files, its first process. */
  containerStart: 600,
  /** A run ahead of a pod's processes, and each state that it compares. */
  lookAhead: 200,
  comparedState: 60,
  /** An object of a list that is shown in another form than the stored one. */
  shownObject: 15,
  /** A row that is loaded, and each character of its body, which is not parsed yet. */
  loadedRow: 5,
  loadedCharacter: 0.002,
  /** Each character of a commit, for one pass of its encoding. */
  encodedCharacter: 0.005,
  /** Each character of an object's text that is parsed. */
  parsedCharacter: 0.01,
  /** Each character of a request's body, for one pass over it: YAML's parser, its constructor, the decoder. */
  bodyCharacter: 0.025,
  /** Each character of a short YAML text, which is read with a tree of nodes. */
  carefullyReadCharacter: 1,
  /** Each character of a large object, for one pass of the write path over it: defaults, managed fields, checks. */
  largeObjectCharacter: 0.04,
} as const;

/** Length of an object's text above which its passes are counted one by one. */
const ORDINARY_OBJECT_CHARACTERS = 16 * 1024;

/** The price of a write of an object of this size, without the passes over a large object. */
export function workOfWrite(octets: number): number {
  return WORK.write + Math.min(octets, ORDINARY_OBJECT_CHARACTERS) * WORK.objectOctet;
}

/** The price of a loaded row with texts of these lengths. */
export function workOfLoad(bodyCharacters: number, stateCharacters: number): number {
  return WORK.loadedRow + bodyCharacters * WORK.loadedCharacter + stateCharacters * WORK.parsedCharacter;
}

/** The price of one pass of the write path over an object whose text has this length. */
export function workOfPass(characters: number): number {
  return Math.max(0, characters - ORDINARY_OBJECT_CHARACTERS) * WORK.largeObjectCharacter;
}

/**
 * Work in parts. Each `yield` is a place where the caller may let other requests take a turn, so there may be many of
 * them. The work's transaction belongs to it alone until its end.
 */
export type Parts<R> = Generator<void, R, void>;

/** A unit of work takes about a microsecond. */
const WORK_PER_MS = 1_000;

/** The longest turn that other requests get after this much work without a pause: as long as the work itself. */
export function turnMs(work: number): number {
  return Math.min(MAX_TURN_MS, Math.ceil(work / WORK_PER_MS));
}

/** Tells after which part the caller pauses: after `WORK_BETWEEN_PAUSES` units since the last pause. */
export class Turns {
  readonly #meter: { readonly work: number };
  #pausedAt: number;

  /** @param meter counts the work done so far */
  constructor(meter: { readonly work: number }) {
    this.#meter = meter;
    this.#pausedAt = meter.work;
  }

  /** The work since the last pause if it is time to pause, which the caller then does; else 0. */
  over(): number {
    const work = this.#meter.work - this.#pausedAt;
    if (work < WORK_BETWEEN_PAUSES) return 0;
    this.#pausedAt = this.#meter.work;
    return work;
  }
}

/** As `Array.map`, with a place for a pause after each item. */
export function* mapInParts<T, R>(items: readonly T[], map: (item: T) => R): Parts<R[]> {
  const results: R[] = [];
  for (const item of items) {
    results.push(map(item));
    yield;
  }
  return results;
}

/** Work without a place for a pause. It begins when the first part is asked for. */
// biome-ignore lint/correctness/useYield: the work is one part
export function* inOnePart<R>(work: () => R): Parts<R> {
  return work();
}

/** Runs the work to its end without a pause. */
export function runToEnd<R>(parts: Parts<R>): R {
  for (;;) {
    const step = parts.next();
    if (step.done) return step.value;
  }
}
