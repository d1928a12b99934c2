/**
 * The operations on custom objects that follow from one version's schema. The schema is read once.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go
 */
import { BoundedCache } from "../../lib/bounded-cache.ts";
import { type JsonObject, stringifyJson } from "../../lib/json.ts";
import { MAX_KNOWN_STRUCTURES_LENGTH } from "../../lib/limits.ts";
import { decode, type KubernetesObject, type StructType } from "../../schema/index.ts";
import type { CustomResourceDefinitionVersion, JSONSchemaProps } from "../../schema/types.ts";
import {
  applyDefaults,
  type CustomNames,
  dropNulls,
  prune,
  structuralType,
  type ValidateValueOptions,
  validateValue,
} from "../custom/index.ts";
import type { FieldError } from "../kind.ts";

/** The operations on objects that follow from the schema. */
export interface Structure {
  type: StructType;
  /** The value without undeclared fields, and their paths. */
  decode(value: JsonObject): { value: JsonObject; unknown: string[] } | { error: string };
  /** A copy of the object with its defaults. */
  withDefaults(object: KubernetesObject): KubernetesObject;
  /** A stored object, possibly written under another schema, in the form of this one. */
  read(stored: KubernetesObject): KubernetesObject;
  validate(object: KubernetesObject, options: ValidateOptions): FieldError[];
}

/** See `ValidateValueOptions`. `old` is in its stored form. */
export interface ValidateOptions extends Omit<ValidateValueOptions, "old"> {
  old?: KubernetesObject;
}

/** Keyed by names and schema as text: many clusters have the same definitions, and most writes keep the schema. */
const known = new BoundedCache<string, Structure>(MAX_KNOWN_STRUCTURES_LENGTH, (key) => key.length);

/** Returns one instance for the same names and schema, shared by all clusters. */
export function structureOf(names: CustomNames, version: CustomResourceDefinitionVersion): Structure {
  const schema = version.schema?.openAPIV3Schema;
  const key = `${names.group}/${names.version}/${names.kind} ${schema ? stringifyJson(schema) : ""}`;
  return known.getOrCompute(key, () => newStructure(names, schema));
}

function newStructure(names: CustomNames, schema: JSONSchemaProps | undefined): Structure {
  return {
    type: structuralType(schema, names),
    decode: (value) => decodeObject(value, schema),
    withDefaults: (object) => dropNulls(applyDefaults(object, schema), schema),
    read: (stored) => dropNulls(applyDefaults(prune(stored, schema).value, schema), schema),
    validate: (object, { old, ...options }) =>
      validateValue(asJson(object), schema, { ...options, ...(old && { old: asJson(old) }) }),
  };
}

function asJson(object: KubernetesObject): JsonObject {
  return object as unknown as JsonObject;
}

function decodeObject(
  { metadata = {}, ...rest }: JsonObject,
  schema: JSONSchemaProps | undefined,
): { value: JsonObject; unknown: string[] } | { error: string } {
  const { value, unknown } = prune(rest, schema);
  const meta = decode<JsonObject>("ObjectMeta", metadata, { fieldValidation: "Warn" });
  if ("error" in meta) return meta;
  const unknownMeta = meta.warnings.map((warning) => `metadata.${/"(.*)"/.exec(warning)?.[1] ?? ""}`);
  return { value: { ...value, metadata: meta.value }, unknown: [...unknown, ...unknownMeta].sort() };
}
