/** Work that pauses now and then, so that its caller may let others take a turn before it goes on. */
export type Parts<R> = Generator<void, R, void>;

/** Runs the work to its end without a pause. */
export function runToEnd<R>(parts: Parts<R>): R {
  for (;;) {
    const step = parts.next();
    if (step.done) return step.value;
  }
}
