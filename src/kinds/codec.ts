/**
 * The codec of built-in kinds, whose objects are Go structs.
 *
 * Kubernetes: staging/src/k8s.io/apimachinery/pkg/runtime/serializer
 */
import { applyStructDefaults, decode, type ObjectMeta } from "../schema/index.ts";
import type { KubernetesObject } from "../schema/types.ts";
import { apiVersion, type Codec, type KindDefinition } from "./kind.ts";

/** The order in which Kubernetes writes metadata. */
const FIELD_ORDER = [
  "name",
  "generateName",
  "namespace",
  "selfLink",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "labels",
  "annotations",
  "ownerReferences",
  "finalizers",
  "managedFields",
] as const satisfies readonly (keyof ObjectMeta)[];

const structCodec: Codec = {
  decode: (schema, value, options) => decode<KubernetesObject>(schema, value, options),
  normalize: (schema, object, options) => inOrder(applyStructDefaults(schema, object, { ...options, copiesAll: true })),
  fromStored: (stored) => stored,
  toStored: (schema, object) => inOrder(applyStructDefaults(schema, object)),
  listText(kind, metadata, bodies) {
    const version = apiVersion(kind);
    // Items of typed lists carry neither kind nor apiVersion. Stored bodies begin with both.
    const prefix = `{"kind":"${kind.kind}","apiVersion":"${version}",`;
    const items = bodies.map((body) => (body.startsWith(prefix) ? `{${body.slice(prefix.length)}` : body));
    return (
      `{"kind":"${kind.kind}List","apiVersion":"${version}",` +
      `"metadata":${JSON.stringify(metadata)},"items":[${items.join(",")}]}`
    );
  },
  listValue: (kind, metadata, objects) => ({
    kind: `${kind.kind}List`,
    apiVersion: apiVersion(kind),
    metadata,
    items: objects.map(({ kind: _kind, apiVersion: _apiVersion, ...item }) => item),
  }),
  readsOwnKindOnly: false,
};

export function codecOf({ codec }: Pick<KindDefinition, "codec">): Codec {
  return codec ?? structCodec;
}

/** The object with its fields in the order in which Kubernetes writes them; bodies begin with kind and apiVersion. */
export function inOrder<T extends KubernetesObject>(object: T): T {
  const { kind, apiVersion, metadata, ...rest } = object;
  const ordered: Record<string, unknown> = {};
  for (const field of FIELD_ORDER) {
    const value = metadata[field];
    // A new object gets its resourceVersion with its revision; this keeps the field's position.
    if ((value !== undefined && value !== null) || field === "resourceVersion") ordered[field] = value ?? undefined;
  }
  return { kind, apiVersion, metadata: ordered, ...rest } as unknown as T;
}
