/**
 * Removes fields that the schema of a custom object does not declare.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning/algorithm.go
 *   staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta/coerce.go
 */
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import { decode, pathText, pruneAsWritten } from "../../schema/index.ts";
import type { JSONSchemaProps, StructType } from "../../schema/types.ts";
import { structuralType, typeOfSchema } from "./structural-type.ts";

/** The pruned object, and the paths of the removed fields. */
export interface Pruned<T> {
  /** A copy; the original stays as it was. */
  value: T;
  /** Paths of removed fields, in order: `spec.nope`, `spec.list[0].x`. */
  unknown: string[];
}

export interface PruneOptions {
  /** The value is a whole object: apiVersion, kind and metadata are always kept. True by default. */
  isRoot?: boolean;
}

/** Never throws. Values of a wrong type lose their undeclared parts, as in Kubernetes. */
export function prune<T>(value: T, schema: JSONSchemaProps | undefined, options: PruneOptions = {}): Pruned<T> {
  const { isRoot = true } = options;
  const type = isRoot || schema === undefined ? structuralType(schema, NOBODY) : typeOfSchema(schema);
  const unknown: string[] = [];
  const pruned = pruneAsWritten(type, value as JsonValue, {
    unknown: (path) => unknown.push(path),
    builtIn: (part, metadata, path) => {
      // The decoder checks the object's own metadata.
      const isOwn = isRoot && path.length === 1;
      return isOwn ? metadata : pruneMetadata(part, metadata, (field) => unknown.push(pathText([...path, field])));
    },
  });
  return { value: pruned as T, unknown: unknown.sort() };
}

/** Decodes the metadata of an embedded object. Invalid metadata stay, so that validation reports them. */
function pruneMetadata(type: StructType, metadata: JsonValue, unknown: (field: string) => void): JsonValue {
  const decoded = decode<JsonObject>(type, metadata, { fieldValidation: "Warn" });
  if ("error" in decoded) return metadata;
  for (const warning of decoded.warnings) unknown(/"(.*)"/.exec(warning)?.[1] ?? "");
  return decoded.value;
}

const NOBODY = { group: "", version: "", kind: "" };
