/** Loops that may go on for long. */
import { cloneJson, type JsonValue } from "../../../lib/json.ts";
import type { LoopEffect, Steps } from "./session.ts";

/** The end of a round: the state of the next round, or the result of the loop. */
export type Round<S, R> = { next: S } | { result: R };

/** Repeats `work`. Only the state is kept from one round to the next, so the loop has no limit of rounds. */
export function* repeat<S, R>(first: S, work: (state: S) => Steps<Round<S, R>>): Steps<R> {
  const loop: LoopEffect = { type: "loop", state: first as JsonValue };
  // A round may change its state, and runs again from its start.
  const round = yield* work(cloneJson(yield loop) as S);
  if ("result" in round) return round.result;
  // The driver goes back to the head of the loop.
  yield { type: "again", loop, state: round.next as JsonValue };
  throw new Error("a loop goes on at its head");
}
