/** Waits for changes of objects, as a watch does. */
import type { Steps } from "./session.ts";

/**
 * Waits until an object of one of the resources is written, or the instant comes. Resources have the form `core/pods`.
 */
export function* awaitChange(resources: readonly string[], untilMs?: number): Steps<void> {
  yield { type: "events", input: false, resources, ...(untilMs !== undefined && { untilMs }) };
}
