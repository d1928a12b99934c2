/**
 * Names of objects in other objects, which follow a changed name.
 * Source: sigs.k8s.io/kustomize api/internal/konfig/builtinpluginconsts/namereference.go
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { type BuiltResource, builtName, kindOf, mapObjects } from "./resource.ts";

/** Objects with a `name`, by the field that holds them. */
const HOLDERS: Readonly<Record<string, string>> = {
  configMap: "ConfigMap",
  configMapKeyRef: "ConfigMap",
  configMapRef: "ConfigMap",
  imagePullSecrets: "Secret",
  secret: "Secret",
  secretKeyRef: "Secret",
  secretRef: "Secret",
  service: "Service",
};

/** Fields that are a name themselves. */
const NAMES: Readonly<Record<string, string>> = {
  claimName: "PersistentVolumeClaim",
  ingressClassName: "IngressClass",
  priorityClassName: "PriorityClass",
  secretName: "Secret",
  serviceAccountName: "ServiceAccount",
  serviceName: "Service",
  storageClassName: "StorageClass",
  volumeName: "PersistentVolume",
};

/** Objects with a `kind` and a `name`. */
const TYPED: ReadonlySet<string> = new Set(["roleRef", "scaleTargetRef", "subjects"]);

/** New names by kind and old name. */
export type Renames = ReadonlyMap<string, string>;

export function renamesOf(before: readonly string[], after: readonly BuiltResource[]): Renames {
  return new Map(
    after.flatMap((resource, i) => {
      const [old = "", now] = [before[i], builtName(resource)];
      return old === now ? [] : [[`${kindOf(resource)}/${old}`, now] as const];
    }),
  );
}

export function withReferences(resource: BuiltResource, renames: Renames): BuiltResource {
  if (renames.size === 0) return resource;
  const named = (kind: unknown, name: unknown) => renames.get(`${String(kind)}/${String(name)}`);
  const change = (object: JsonObject, field: string): JsonObject => {
    const entries = Object.entries(object).map(([key, value]) => [key, named(NAMES[key], value) ?? value] as const);
    const changed = Object.fromEntries(entries) as JsonObject;
    const kind = TYPED.has(field) ? object["kind"] : HOLDERS[field];
    const name = kind === undefined ? undefined : named(kind, object["name"]);
    return name === undefined ? changed : { ...changed, name };
  };
  const { metadata, ...rest } = resource.object;
  const object = mapObjects(rest, change);
  return isJsonObject(object) ? { ...resource, object: { ...object, ...(metadata && { metadata }) } } : resource;
}
