/** Takes from a custom object what its schema does not declare. */
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import { decode, pathText, pruneAsWritten } from "../../schema/index.ts";
import type { JSONSchemaProps, StructType } from "../../schema/types.ts";
import { structuralType, typeOfSchema } from "./structural-type.ts";

/** What is left, and the paths of what went. */
export interface Pruned<T> {
  /** A copy; the original stays as it was. */
  value: T;
  /** Paths of what went, in order: `spec.nope`, `spec.list[0].x`. */
  unknown: string[];
}

export interface PruneOptions {
  /** The value is a whole object: its apiVersion, kind and metadata stay whatever the schema says. True by default. */
  isRoot?: boolean;
}

/** Never throws; values of wrong types lose what cannot be theirs, as in Kubernetes. */
export function prune<T>(value: T, schema: JSONSchemaProps | undefined, options: PruneOptions = {}): Pruned<T> {
  const { isRoot = true } = options;
  const type = isRoot || schema === undefined ? structuralType(schema, NOBODY) : typeOfSchema(schema);
  const unknown: string[] = [];
  const pruned = pruneAsWritten(type, value as JsonValue, {
    unknown: (path) => unknown.push(path),
    builtIn: (part, metadata, path) => {
      // The object's own metadata are the business of whoever reads the object.
      const isOwn = isRoot && path.length === 1;
      return isOwn ? metadata : pruneMetadata(part, metadata, (field) => unknown.push(pathText([...path, field])));
    },
  });
  return { value: pruned as T, unknown: unknown.sort() };
}

/** Of an embedded object. What cannot be read stays, for validation to refuse. */
function pruneMetadata(type: StructType, metadata: JsonValue, unknown: (field: string) => void): JsonValue {
  const decoded = decode<JsonObject>(type, metadata, { fieldValidation: "Warn" });
  if ("error" in decoded) return metadata;
  for (const warning of decoded.warnings) unknown(/"(.*)"/.exec(warning)?.[1] ?? "");
  return decoded.value;
}

const NOBODY = { group: "", version: "", kind: "" };
