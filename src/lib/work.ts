/**
 * What the pure core charges for what it does, in units of about a microsecond on a machine of 2024. Counted, never timed, so
 * a limit means the same on every machine. The prices were fitted to measured runs of `bench/work.ts`.
 */
export const WORK = {
  /** One run of a controller, whatever it does. */
  reconcile: 20,
  /** An object that was looked at. */
  read: 0.5,
  /** A key of a list that was put in order. */
  listedKey: 0.2,
  /** An object that was written: defaults, admission, managed fields. */
  write: 150,
  /** A change that got its revision: its text, and who is woken by it. */
  change: 40,
  /** Each character of an object's text that is written. */
  writtenCharacter: 0.02,
  /** Each character of an object's text that is parsed. */
  parsedCharacter: 0.01,
} as const;

/** Work that pauses now and then, so that its caller may let others take a turn before it goes on. */
export type Parts<R> = Generator<void, R, void>;

/** Runs the work to its end without a pause. */
export function runToEnd<R>(parts: Parts<R>): R {
  for (;;) {
    const step = parts.next();
    if (step.done) return step.value;
  }
}
