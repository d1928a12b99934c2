/** The verbs of a server of API groups, on objects in a store. */

import { textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { type HttpAnswer, json, text } from "../http.ts";
import type { HttpRequest } from "../server.ts";
import { metadataOf, notFound, type Place, refusal, shown } from "./answers.ts";
import { jsonPatch, mergePatch } from "./patches.ts";
import type { ApiResource } from "./resources.ts";
import { type ObjectStore, withRevision } from "./store.ts";

export interface Target extends Place {
  definition: ApiResource;
  apiVersion: string;
  namespace: string;
  /** Empty for a collection. */
  name: string;
  /** First values by name. */
  query: ReadonlyMap<string, string>;
}

export interface Context {
  process: ProcessView;
  request: HttpRequest;
  store: ObjectStore;
  target: Target;
}

const STORE_FAILED = refusal("InternalError", "context deadline exceeded");

export function answerVerb(context: Context): HttpAnswer {
  const { request, target } = context;
  const isNamed = target.name !== "";
  switch (request.method) {
    case "GET":
    case "HEAD":
      return isNamed ? get(context) : list(context);
    case "POST":
      if (!isNamed) return create(context);
      break;
    case "PUT":
      if (isNamed) return update(context);
      break;
    case "PATCH":
      if (isNamed) return patch(context);
      break;
    case "DELETE":
      return remove(context);
  }
  return refusal("MethodNotAllowed", "the server does not allow this method on the requested resource");
}

function keyOf({ group, resource, namespace }: Target, name: string): string {
  return `/registry/${group}/${resource}/${namespace === "" ? "" : `${namespace}/`}${name}`;
}

/** The stored object of a name; `failed`: the store does not answer. */
function find({ store, target }: Context, name: string): JsonObject | "failed" | undefined {
  const found = store.range(keyOf(target, name));
  if (!found) return "failed";
  return found.objects.find((object) => metadataOf(object)["name"] === name);
}

function inVersion({ target }: Context, stored: JsonObject): JsonObject {
  const { definition, apiVersion } = target;
  const { kind: _kind, apiVersion: _version, metadata = {}, ...rest } = stored;
  return { kind: definition.kind, apiVersion, metadata, ...(definition.fromStored?.(rest) ?? rest) };
}

function get(context: Context): HttpAnswer {
  const found = find(context, context.target.name);
  if (found === "failed") return STORE_FAILED;
  return found
    ? shown(context.request, [inVersion(context, found)], undefined)
    : notFound(context.target, context.target.name);
}

function list(context: Context): HttpAnswer {
  const { store, target, request } = context;
  const { definition, apiVersion, query } = target;
  const found = store.range(keyOf(target, ""));
  if (!found) return STORE_FAILED;
  const objects = found.objects.filter((object) => isSelected(object, query)).map((each) => inVersion(context, each));
  if (/^(1|true)$/.test(query.get("watch") ?? "")) {
    // The connection carries one answer: a watch from the beginning ends after the objects that exist.
    const isFromStart = /^0?$/.test(query.get("resourceVersion") ?? "");
    const lines = isFromStart ? objects.map((object) => `${JSON.stringify({ type: "ADDED", object })}\n`) : [];
    return text(200, lines.join(""), { contentType: "application/json" });
  }
  return shown(request, objects, { kind: `${definition.kind}List`, apiVersion, revision: found.revision });
}

function isSelected(object: JsonObject, query: ReadonlyMap<string, string>): boolean {
  const { name, labels } = metadataOf(object);
  const wanted = /^metadata\.name==?(.+)$/.exec(query.get("fieldSelector") ?? "")?.[1];
  if (wanted !== undefined && wanted !== name) return false;
  const own = isJsonObject(labels) ? labels : {};
  return (query.get("labelSelector") ?? "")
    .split(",")
    .filter((term) => term !== "")
    .every((term) => {
      const [, key = "", operator, value] = /^([^=!]+)(?:(==?|!=)(.*))?$/.exec(term) ?? [];
      if (operator === undefined) return own[key] !== undefined;
      return operator === "!=" ? own[key] !== value : own[key] === value;
    });
}

function bodyOf({ request }: Context): JsonValue | undefined {
  try {
    return parseJson(textOfBytes(request.body));
  } catch {
    return undefined;
  }
}

function create(context: Context): HttpAnswer {
  const { target, process } = context;
  const body = bodyOf(context);
  if (!isJsonObject(body)) return refusal("BadRequest", "the object provided is unrecognized");
  const metadata = metadataOf(body);
  const prefix = String(metadata["generateName"] ?? "");
  const suffix = (process.random() % 60_466_176).toString(36).padStart(5, "0");
  const name = String(metadata["name"] ?? (prefix === "" ? "" : prefix + suffix));
  if (name === "") return invalid(target, name, ["metadata.name: Required value: name or generateName is required"]);
  const forbidden = target.definition.forbids?.(name, context.store);
  if (forbidden !== undefined) {
    const { group, resource } = target;
    const message = `${resource}.${group} ${JSON.stringify(name)} is forbidden: ${forbidden}`;
    return refusal("Forbidden", message, { name, group, kind: resource });
  }
  const there = find(context, name);
  if (there === "failed") return STORE_FAILED;
  if (there) {
    const details = { name, group: target.group, kind: target.resource };
    return refusal(
      "AlreadyExists",
      `${target.resource}.${target.group} ${JSON.stringify(name)} already exists`,
      details,
    );
  }
  const stamped = {
    ...metadata,
    name,
    ...(target.namespace !== "" && { namespace: target.namespace }),
    uid: uidOf(process),
    creationTimestamp: `${new Date(process.nowMs).toISOString().slice(0, 19)}Z`,
  };
  return write(context, { ...body, metadata: stamped }, 201);
}

function uidOf(process: ProcessView): string {
  const hex = Array.from({ length: 4 }, () => (process.random() >>> 0).toString(16).padStart(8, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function invalid({ group, definition, resource }: Target, name: string, problems: readonly string[]): HttpAnswer {
  const [first = ""] = problems;
  const message = problems.length === 1 ? first : `[${problems.join(", ")}]`;
  const causes = problems.map((problem) => ({
    message: problem.replace(/^\S+: /, ""),
    field: problem.split(":")[0] ?? "",
  }));
  const details = { name, group, kind: definition.kind, causes };
  const what = `${definition.kind}.${group}`;
  return refusal("Invalid", `${what} ${JSON.stringify(name)} is invalid: ${message || resource}`, details);
}

/** Writes an object of the request's version and answers with it. */
function write(context: Context, object: JsonObject, status: number): HttpAnswer {
  const { store, target } = context;
  const { definition } = target;
  const { kind: _kind, apiVersion: _version, metadata = {}, ...rest } = object;
  const stored: JsonObject = { metadata, ...(definition.toStored?.(rest) ?? rest) };
  const name = String(metadataOf(object)["name"] ?? "");
  const problems = definition.problems?.(stored) ?? [];
  if (problems.length > 0) return invalid(target, name, problems);
  const { resourceVersion: _old, ...meta } = metadataOf(stored);
  const isDryRun = target.query.get("dryRun") === "All";
  const kept = { ...stored, metadata: meta };
  const revision = isDryRun ? 0 : store.put(keyOf(target, name), kept);
  if (revision === undefined) return STORE_FAILED;
  return json(status, inVersion(context, isDryRun ? kept : withRevision(kept, revision)));
}

function update(context: Context): HttpAnswer {
  const { target } = context;
  const body = bodyOf(context);
  if (!isJsonObject(body)) return refusal("BadRequest", "the object provided is unrecognized");
  const there = find(context, target.name);
  if (there === "failed") return STORE_FAILED;
  if (!there) return notFound(target, target.name);
  return replace(context, there, body);
}

/** Fields of the system stay as they are. */
function replace(context: Context, there: JsonObject, next: JsonObject): HttpAnswer {
  const { target } = context;
  const { uid = "", creationTimestamp = "", resourceVersion } = metadataOf(there);
  const { resourceVersion: wanted, ...metadata } = metadataOf(next);
  if (wanted !== undefined && wanted !== "" && wanted !== resourceVersion) {
    const what = `${target.resource}.${target.group} ${JSON.stringify(target.name)}`;
    const why = "the object has been modified; please apply your changes to the latest version and try again";
    const details = { name: target.name, group: target.group, kind: target.resource };
    return refusal("Conflict", `Operation cannot be fulfilled on ${what}: ${why}`, details);
  }
  const kept = { ...metadata, uid, creationTimestamp, name: target.name };
  return write(context, { ...next, metadata: kept }, 200);
}

function patch(context: Context): HttpAnswer {
  const { request, target } = context;
  const body = bodyOf(context);
  if (body === undefined) return refusal("BadRequest", "the patch is no JSON");
  const there = find(context, target.name);
  if (there === "failed") return STORE_FAILED;
  const type = request.headers["content-type"] ?? "";
  const isApply = type.startsWith("application/apply-patch");
  if (!there && !isApply) return notFound(target, target.name);
  if (!there) return create({ ...context, target: { ...target, name: "" } });
  const current = inVersion(context, there);
  const patched = type.startsWith("application/json-patch") ? jsonPatch(current, body) : mergePatch(current, body);
  if (!isJsonObject(patched))
    return refusal("Invalid", `the server rejected our request due to an error in our request`);
  return replace(context, there, patched);
}

function remove(context: Context): HttpAnswer {
  const { store, target } = context;
  const { group, resource, name, query } = target;
  const isDryRun = query.get("dryRun") === "All";
  if (name === "") {
    const found = store.range(keyOf(target, ""));
    if (!found) return STORE_FAILED;
    const chosen = found.objects.filter((object) => isSelected(object, query));
    for (const object of chosen) {
      const { name: each = "", namespace = "" } = metadataOf(object);
      if (!isDryRun) store.remove(keyOf({ ...target, namespace: String(namespace) }, String(each)));
    }
    const list = { kind: `${target.definition.kind}List`, apiVersion: target.apiVersion, revision: found.revision };
    return shown(
      context.request,
      chosen.map((object) => inVersion(context, object)),
      list,
    );
  }
  const there = find(context, name);
  if (there === "failed") return STORE_FAILED;
  if (!there) return notFound(target, name);
  if (!isDryRun && store.remove(keyOf(target, name)) === undefined) return STORE_FAILED;
  const details = { name, group, kind: resource, uid: metadataOf(there)["uid"] ?? "" };
  return json(200, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details });
}
