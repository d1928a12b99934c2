/** Answers of a server of API groups: objects, lists, tables and refusals. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { type HttpAnswer, json } from "../http.ts";
import type { HttpRequest } from "../server.ts";

/** Where a request goes: a resource of a group version. */
export interface Place {
  group: string;
  resource: string;
}

export type Reason =
  | "Forbidden"
  | "NotFound"
  | "AlreadyExists"
  | "Conflict"
  | "Invalid"
  | "BadRequest"
  | "MethodNotAllowed"
  | "InternalError";

const CODES: Readonly<Record<Reason, number>> = {
  Forbidden: 403,
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Invalid: 422,
  BadRequest: 400,
  MethodNotAllowed: 405,
  InternalError: 500,
};

export function refusal(reason: Reason, message: string, details: JsonObject = {}): HttpAnswer {
  const code = CODES[reason];
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, details, code };
  return json(code, status);
}

export function notFound({ group, resource }: Place, name: string): HttpAnswer {
  const details = { name, group, kind: resource };
  return refusal("NotFound", `${resource}.${group} ${JSON.stringify(name)} not found`, details);
}

export function metadataOf(object: JsonObject): JsonObject {
  return isJsonObject(object["metadata"]) ? object["metadata"] : {};
}

/** Objects, or a table of them if the client prefers one. `list` is undefined for a single object. */
export function shown(
  { headers }: HttpRequest,
  objects: readonly JsonObject[],
  list: { kind: string; apiVersion: string; revision: number } | undefined,
): HttpAnswer {
  const metadata: JsonObject = list ? { resourceVersion: String(list.revision) } : {};
  if (/as=Table/.test(headers["accept"]?.split(",")[0] ?? "")) return json(200, table(objects, metadata));
  if (!list) return json(200, objects[0] ?? {});
  const items = objects.map((object): JsonValue => object);
  return json(200, { kind: list.kind, apiVersion: list.apiVersion, metadata, items });
}

/** Kubernetes: k8s.io/apiserver/pkg/registry/rest/table.go (`NewDefaultTableConvertor`) */
function table(objects: readonly JsonObject[], metadata: JsonObject): JsonObject {
  const column = (name: string, type: string, format: string) => ({ name, type, format, description: "", priority: 0 });
  const rows = objects.map((object) => {
    const { name = "", creationTimestamp = null, ...others } = metadataOf(object);
    const partial = {
      kind: "PartialObjectMetadata",
      apiVersion: "meta.k8s.io/v1",
      metadata: { name, creationTimestamp, ...others },
    };
    return { cells: [name, creationTimestamp], object: partial };
  });
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: [column("Name", "string", "name"), column("Created At", "date", "")],
    rows,
  };
}
