/** Thrown when an invariant of our own does not hold. Surfaces as a 500 with a request id, never as a wrong answer. */
export class InvariantError extends Error {
  override name = "InvariantError";
}

/** States what must hold at this point; `what` completes the sentence "it must hold that …". */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new InvariantError(`it must hold that ${what}`);
}
