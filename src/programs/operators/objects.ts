/** Reads and writes of objects by controllers. */
import type { JsonObject } from "../../lib/json.ts";
import { type Client, ServerError, serverError } from "../kubectl/core/client.ts";
import { objectIn, objectsIn } from "../kubectl/core/parts.ts";
import type { Steps } from "../kubectl/core/session.ts";

/** The object at a path; undefined if there is none, or no such resource. */
export function* find(client: Client, path: string): Steps<JsonObject | undefined> {
  const reply = yield* client.fetch(path);
  if (reply.status === 404) return undefined;
  if (reply.status >= 400) throw serverError(reply);
  return objectIn(reply.json);
}

/** All objects of a collection; none if there is no such resource. */
export function* list(client: Client, path: string): Steps<JsonObject[]> {
  const found = yield* find(client, path);
  return found ? objectsIn(found["items"]) : [];
}

export function* create(client: Client, path: string, object: JsonObject): Steps<JsonObject> {
  return yield* client.json(path, { method: "POST", body: object });
}

/** Creates the object unless it is there. */
export function* ensure(client: Client, path: string, object: JsonObject): Steps<void> {
  try {
    yield* create(client, path, object);
  } catch (error) {
    if (!(error instanceof ServerError) || error.reason !== "AlreadyExists") throw error;
  }
}

export function* replace(client: Client, path: string, object: JsonObject): Steps<JsonObject> {
  return yield* client.json(path, { method: "PUT", body: object });
}

export function* mergePatch(client: Client, path: string, patch: JsonObject): Steps<JsonObject> {
  return yield* client.json(path, { method: "PATCH", body: patch, contentType: "application/merge-patch+json" });
}

export function metadataOf(object: JsonObject | undefined): JsonObject {
  return objectIn(object?.["metadata"]);
}

export function nameOf(object: JsonObject): string {
  return String(metadataOf(object)["name"] ?? "");
}

export function namespaceOf(object: JsonObject): string {
  return String(metadataOf(object)["namespace"] ?? "");
}

/** The text of a Secret's entry; undefined without one. */
export function secretText(secret: JsonObject | undefined, key: string): string | undefined {
  const value = objectIn(secret?.["data"])[key];
  return typeof value === "string" && value !== "" ? atob(value) : undefined;
}

/** A Secret with texts. */
export function secretOf(metadata: JsonObject, data: Readonly<Record<string, string>>, type = "Opaque"): JsonObject {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, btoa(value)]));
  return { apiVersion: "v1", kind: "Secret", metadata, type, data: encoded };
}
