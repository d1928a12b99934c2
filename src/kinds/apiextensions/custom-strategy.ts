/**
 * The strategy of custom resources: defaults, status, generation, validation.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/strategy.go
 */
import { equalJson } from "../../lib/json.ts";
import type { KubernetesObject } from "../../schema/index.ts";
import type { CustomResourceSubresources } from "../../schema/types.ts";
import type { Strategy } from "../kind.ts";
import { subdomainName, validateCommonMeta } from "../validation/object-meta.ts";
import type { Structure, ValidateOptions } from "./structure.ts";

/** The policies of one version of a custom resource. */
export function customStrategy(
  structure: Structure,
  { namespaced, subresources = {} }: { namespaced: boolean; subresources?: CustomResourceSubresources | undefined },
): Strategy {
  const { status, scale } = subresources;
  const validate = (object: KubernetesObject, options: ValidateOptions) => [
    ...validateCommonMeta(object, { namespaced, name: subdomainName }),
    ...structure.validate(object, { ...options, ...(scale && { scale }) }),
  ];
  return {
    // The schema's defaults do not apply to metadata, and the write path keeps a reference to it.
    default: (object) => replaceFields(object, { ...structure.withDefaults(object), metadata: object.metadata }),
    prepareForCreate: (object) => {
      if (status) delete object["status"];
    },
    prepareForUpdate: (object, old) => {
      if (status) keepField(object, old, "status");
      // Without a status subresource, `status` is an ordinary field.
      else if (!equalJson(object["status"], old["status"])) raiseGeneration(object, old);
    },
    prepareForStatusUpdate: (object, old) => {
      const { managedFields, resourceVersion } = object.metadata;
      const next = object["status"];
      replaceFields(object, { ...old, metadata: { ...old.metadata, managedFields, resourceVersion } });
      if (next === undefined) delete object["status"];
      else object["status"] = next;
    },
    validate(object, { warn }) {
      warnOfFinalizers(object, undefined, warn);
      return validate(object, { warn });
    },
    validateUpdate(object, old, { warn }) {
      warnOfFinalizers(object, old, warn);
      return validate(object, { old, warn });
    },
    validateStatusUpdate: (object, old, { warn }) => validate(object, { old, warn, subresource: "status" }),
  };
}

const STANDARD_FINALIZERS = ["orphan", "foregroundDeletion", "kubernetes"];

/** Unlike those of built-in kinds, finalizers of custom resources may have any qualified name. */
function warnOfFinalizers(
  { metadata }: KubernetesObject,
  old: KubernetesObject | undefined,
  warn: ValidateOptions["warn"],
): void {
  for (const name of metadata.finalizers ?? []) {
    if (name.includes("/") || STANDARD_FINALIZERS.includes(name) || old?.metadata.finalizers?.includes(name)) continue;
    const form = `finalizer name ${name.includes(".") ? "including a path (/) " : ""}to avoid accidental conflicts`;
    warn?.(
      `metadata.finalizers: ${JSON.stringify(name)}: prefer a domain-qualified ${form} with other finalizer writers`,
    );
  }
}

function replaceFields(object: KubernetesObject, next: KubernetesObject): void {
  for (const field of Object.keys(object)) if (next[field] === undefined) delete object[field];
  for (const field of Object.keys(next)) if (next[field] !== undefined) object[field] = next[field];
}

function keepField(object: KubernetesObject, old: KubernetesObject, field: string): void {
  if (old[field] === undefined) delete object[field];
  else object[field] = old[field];
}

function raiseGeneration(object: KubernetesObject, old: KubernetesObject): void {
  object.metadata.generation = (old.metadata.generation ?? 0) + 1;
}
