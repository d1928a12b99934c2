/** Thrown when an invariant of our own does not hold. Surfaces as a 500 with a request id, never as a wrong answer. */
export class InvariantError extends Error {
  override name = "InvariantError";
}

/** Ends a switch over a closed set: a value outside it is refused, never treated as one of the set. */
export function unreachable(value: never, what: string): never {
  throw new InvariantError(`it must hold that ${what} is one of a closed set, not ${JSON.stringify(value)}`);
}

/** States what must hold at this point; `what` completes the sentence "it must hold that …". */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new InvariantError(`it must hold that ${what}`);
}
