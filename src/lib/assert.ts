/** Thrown when an internal invariant does not hold. The client gets a 500 with a request id, never a wrong answer. */
export class InvariantError extends Error {
  override name = "InvariantError";
}

/** Ends a switch over a closed set. Throws for a value outside the set. */
export function unreachable(value: never, what: string): never {
  throw new InvariantError(`it must hold that ${what} is one of a closed set, not ${JSON.stringify(value)}`);
}

/** Checks an invariant; `what` completes the sentence "it must hold that …". @throws InvariantError */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new InvariantError(`it must hold that ${what}`);
}
