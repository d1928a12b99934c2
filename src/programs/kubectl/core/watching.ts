/**
 * Waits for changes of one object by a watch.
 * Source: k8s.io/client-go tools/watch/until.go (`UntilWithSync`)
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { Call } from "./command.ts";
import { pathOf } from "./discovery.ts";
import { metadataOf } from "./objects.ts";
import { objectIn } from "./parts.ts";
import { repeat } from "./repeat.ts";
import type { Selected } from "./selected.ts";
import type { Steps } from "./session.ts";

/** The pause before a watch that has ended begins again. */
const RETRY_MS = 1_000;

/** A state of the object that is followed. `absent`: it did not exist when the watch began. */
export type Seen = { type: "present"; object: JsonObject } | { type: "deleted" } | { type: "absent" };

/**
 * Shows each state of the object to `isDone`, from the present one on, until that returns true. Returns false if the
 * time is over before. Throws Failure, and what `isDone` throws.
 */
export function* followObject(
  call: Call,
  { resource, namespace, name }: Pick<Selected, "resource" | "namespace" | "name">,
  { untilMs, isDone }: { untilMs: number | undefined; isDone: (seen: Seen) => boolean },
): Steps<boolean> {
  const path = pathOf(resource, namespace);
  const query = { fieldSelector: `metadata.name=${name}` };
  const isBounded = untilMs === undefined ? {} : { untilMs };
  // The state is the position in the watch; null before its first events.
  return yield* repeat<JsonValue, boolean>(null, function* (cursor) {
    const piece = yield* call.client.watch(path, { cursor, query, ...isBounded });
    if (!piece) return { result: false };
    const seen: Seen[] = piece.events.map(({ type, object }) =>
      type === "DELETED" ? { type: "deleted" } : { type: "present", object: objectIn(object) },
    );
    if (cursor === null && seen.length === 0) seen.push({ type: "absent" });
    if (seen.some(isDone)) return { result: true };
    if (piece.cursor === undefined) yield { type: "sleep", ms: RETRY_MS };
    return { next: piece.cursor ?? null };
  });
}

/** Follows an object until it is gone or another one has its name. Returns false if the time is over before. */
export function* awaitDeletion(
  call: Call,
  { uid, ...which }: Pick<Selected, "resource" | "namespace" | "name"> & { uid: JsonValue | undefined },
  untilMs: number | undefined,
): Steps<boolean> {
  const isDone = (seen: Seen) =>
    seen.type !== "present" || (uid !== undefined && metadataOf(seen.object)["uid"] !== uid);
  return yield* followObject(call, which, { untilMs, isDone });
}
