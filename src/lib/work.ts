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
  write: 150,
  /** A change with its revision: its text, and the controllers that it wakes. */
  change: 40,
  /** Each character of an object's text that is written. */
  writtenCharacter: 0.02,
  /** Each character of an object's text that is parsed. */
  parsedCharacter: 0.01,
} as const;

/** Work with pauses, in which its caller may let other requests take a turn. */
export type Parts<R> = Generator<void, R, void>;

/** Runs the work to its end without a pause. */
export function runToEnd<R>(parts: Parts<R>): R {
  for (;;) {
    const step = parts.next();
    if (step.done) return step.value;
  }
}
