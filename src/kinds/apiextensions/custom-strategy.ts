/** What becomes of a custom object when it is written: defaults, who may write what, generation, validation. */
import { equalJson } from "../../lib/json.ts";
import type { KubernetesObject } from "../../schema/index.ts";
import type { CustomResourceSubresourceScale, CustomResourceSubresources } from "../../schema/types.ts";
import type { FieldError, Strategy } from "../kind.ts";
import { invalid } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { scaleField } from "./custom-scale.ts";
import type { Structure } from "./structure.ts";

export function customStrategy(
  structure: Structure,
  { namespaced, subresources = {} }: { namespaced: boolean; subresources?: CustomResourceSubresources | undefined },
): Strategy {
  const { status, scale } = subresources;
  const validate = (object: KubernetesObject, old?: KubernetesObject) => [
    ...validateObjectMeta(object, { namespaced }),
    ...inOrder(structure.validate(object, old), scale ? validateScale(scale, object) : []),
  ];
  return {
    // Metadata have no defaults, and who writes the object holds on to them.
    default: (object) => replaceFields(object, { ...structure.withDefaults(object), metadata: object.metadata }),
    prepareForCreate: (object) => {
      if (status) delete object["status"];
    },
    prepareForUpdate: (object, old) => {
      if (status) keepField(object, old, "status");
      // Without a status of its own, the field is one like any other.
      else if (!equalJson(object["status"], old["status"])) raiseGeneration(object, old);
    },
    prepareForStatusUpdate: (object, old) => {
      const { managedFields, resourceVersion } = object.metadata;
      const next = object["status"];
      replaceFields(object, { ...old, metadata: { ...old.metadata, managedFields, resourceVersion } });
      if (next === undefined) delete object["status"];
      else object["status"] = next;
    },
    validatesUpdatesAlone: true,
    validate: (object) => validate(object),
    validateUpdate: validate,
    validateStatusUpdate: validate,
  };
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

/** What the schema says goes first, then the scale, then the rules, which may have been left unchecked. */
function inOrder(errors: FieldError[], scaleErrors: FieldError[]): FieldError[] {
  if (scaleErrors.length === 0) return errors;
  const unchecked = errors.findIndex(({ field }) => field === "<nil>");
  if (unchecked < 0) return [...errors, ...scaleErrors];
  return [...errors.slice(0, unchecked), ...scaleErrors, ...errors.slice(unchecked)];
}

function validateScale(scale: CustomResourceSubresourceScale, object: KubernetesObject): FieldError[] {
  const replicas = [scale.specReplicasPath, scale.statusReplicasPath].flatMap((path) => {
    const value = scaleField(object, path);
    if (value === undefined) return [];
    if (typeof value !== "number" || !Number.isInteger(value)) return [accessorError(path, value, "int64", 0)];
    if (value < 0) return [invalid(path, value, "should be a non-negative integer")];
    const isTooLarge = value > MAX_INT32;
    return isTooLarge ? [invalid(path, value, `should be less than or equal to ${MAX_INT32}`)] : [];
  });
  const { labelSelectorPath } = scale;
  const selector = labelSelectorPath === undefined ? undefined : scaleField(object, labelSelectorPath);
  const isText = selector === undefined || typeof selector === "string";
  return isText ? replicas : [...replicas, accessorError(labelSelectorPath!, selector, "string", "")];
}

const MAX_INT32 = 2 ** 31 - 1;

function accessorError(path: string, value: unknown, expected: string, shown: unknown): FieldError {
  const found = `${path} accessor error: ${goText(value)} is of the type ${goType(value)}, expected ${expected}`;
  return invalid(path, shown, found);
}

function goText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** As Go's `%T` names what JSON decodes to. */
function goType(value: unknown): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "bool";
    case "number":
      return Number.isInteger(value) ? "int64" : "float64";
    default:
      return "map[string]interface {}";
  }
}
