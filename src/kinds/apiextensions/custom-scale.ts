/**
 * The scale of custom resources, at the paths that the definition names.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/etcd.go
 */
import { defineField, isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { KubernetesObject } from "../../schema/index.ts";
import type { CustomResourceSubresourceScale } from "../../schema/types.ts";
import type { ScaleDefinition } from "../kind.ts";

/** The value at a path of plain fields: `.spec.replicas`. */
function scaleField(object: KubernetesObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = object as unknown as JsonObject;
  for (const name of pathSteps(path)) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** Reads and writes the numbers at the definition's paths, which were validated with it. */
export function customScale(scale: CustomResourceSubresourceScale): ScaleDefinition {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  return {
    replicasPath: pathSteps(specReplicasPath).map((name) => `f:${name}`),
    specReplicas: (object) => numberAt(object, specReplicasPath),
    setSpecReplicas: (object, replicas) => setField(object, specReplicasPath, replicas),
    statusReplicas: (object) => numberAt(object, statusReplicasPath) ?? 0,
    selector: (object) => {
      const selector = labelSelectorPath === undefined ? undefined : scaleField(object, labelSelectorPath);
      return typeof selector === "string" ? selector : "";
    },
  };
}

function pathSteps(path: string): string[] {
  return path.split(".").filter((name) => name !== "");
}

function numberAt(object: KubernetesObject, path: string): number | undefined {
  const value = scaleField(object, path);
  return typeof value === "number" ? value : undefined;
}

/** Replaces values on the path that are not objects; validation then reports them. */
function setField(object: KubernetesObject, path: string, value: JsonValue): void {
  const names = pathSteps(path);
  const last = names.pop();
  let target = object as unknown as JsonObject;
  for (const name of names) {
    const next = Object.hasOwn(target, name) ? target[name] : undefined;
    const inner: JsonObject = isJsonObject(next) ? next : {};
    defineField(target, name, inner);
    target = inner;
  }
  if (last !== undefined) defineField(target, last, value);
}
