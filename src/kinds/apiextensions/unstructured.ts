/**
 * Unstructured objects in Go's field order: by name at every depth.
 *
 * Kubernetes: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/unstructured.go
 */
import { cloneJson, defineField, isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { apiVersion, type Codec } from "../kind.ts";

/** The parts of a custom resource's codec that are the same for all. Lists are written by field names, items complete. */
export const unstructuredCodec = {
  normalize: (_schema, object) => cloneJson(object),
  listText(kind, metadata, bodies) {
    const { listKind = `${kind.kind}List` } = kind;
    const meta = JSON.stringify({ continue: "", ...metadata });
    return `{"apiVersion":"${apiVersion(kind)}","items":[${bodies.join(",")}],"kind":"${listKind}","metadata":${meta}}`;
  },
  listValue: (kind, metadata, objects) => ({
    apiVersion: apiVersion(kind),
    items: objects,
    kind: kind.listKind ?? `${kind.kind}List`,
    metadata: { continue: "", ...metadata },
  }),
  // Custom resources have no merge strategies for lists, so strategic merge patches are not accepted.
  patchMediaTypes: "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
  readsOwnKindOnly: true,
} satisfies Partial<Codec>;

/** A copy with ordered fields. A new object gets its resourceVersion later; the field's position is reserved. */
export function inNameOrder(object: KubernetesObject): KubernetesObject {
  const { metadata, ...rest } = object;
  const withVersion = { ...metadata, resourceVersion: metadata.resourceVersion };
  const sorted = sortFields({ ...rest, metadata: withVersion } as unknown as JsonObject);
  return sorted as unknown as KubernetesObject;
}

function sortFields(value: JsonValue | undefined, depth = 0): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item) => sortFields(item, depth + 1) as JsonValue);
  if (!isJsonObject(value)) return value;
  const sorted: JsonObject = {};
  for (const field of Object.keys(value).sort()) {
    const item = value[field];
    // Only `metadata.resourceVersion` may be undefined and still reserve a position.
    if (item !== undefined || (depth === 1 && field === "resourceVersion")) {
      defineField(sorted, field, sortFields(item, depth + 1) as JsonValue);
    }
  }
  return sorted;
}
