/**
 * Parts that kubectl's own types always have, although they are empty: objects of files show them where kubectl reads
 * them into types (`set --local`).
 * Source: k8s.io/api, fields of structs without `omitempty`
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";

/** Kinds whose pod template stands in `spec.template`, and their own empty parts. */
const WORKLOADS: Readonly<Record<string, JsonObject>> = {
  DaemonSet: { updateStrategy: {} },
  Deployment: { strategy: {} },
  Job: {},
  ReplicaSet: {},
  StatefulSet: { updateStrategy: {} },
};

/** The object with its empty parts. */
export function withEmptyParts(object: JsonObject): JsonObject {
  const kind = String(object["kind"]);
  if (kind === "Pod") return { ...object, spec: podSpec(object["spec"]), status: part(object["status"]) };
  const empty = WORKLOADS[kind];
  if (!empty) return object;
  const spec = part(object["spec"]);
  const template = part(spec["template"]);
  return {
    ...object,
    spec: {
      ...empty,
      ...spec,
      template: { ...template, metadata: part(template["metadata"]), spec: podSpec(template["spec"]) },
    },
    status: part(object["status"]),
  };
}

function podSpec(value: unknown): JsonObject {
  const spec = part(value);
  const lists = ["initContainers", "containers"].filter((list) => Array.isArray(spec[list]));
  const containers = (list: string) => (spec[list] as JsonObject[]).map((one) => ({ resources: {}, ...one }));
  return { ...spec, ...Object.fromEntries(lists.map((list) => [list, containers(list)])) };
}

function part(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
