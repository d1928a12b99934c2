/** Takes from a custom object what its schema does not declare. */
import type { JsonValue } from "../../lib/json.ts";
import { pruneAsWritten } from "../../schema/index.ts";
import type { JSONSchemaProps } from "../../schema/types.ts";
import { structuralType, typeOfSchema } from "./structural-type.ts";

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
  const pruned = pruneAsWritten(type, value as JsonValue, { unknown: (path) => unknown.push(path) });
  return { value: pruned as T, unknown: unknown.sort() };
}

const NOBODY = { group: "", version: "", kind: "" };
