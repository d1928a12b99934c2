/** Schemas of an OpenAPI document. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";

export interface TypeIdentity {
  group: string;
  version: string;
  kind: string;
}

export type Schema = JsonObject;

/** The schema behind a reference such as `#/components/schemas/io.k8s.api.core.v1.Pod`. */
export function resolveReference(document: JsonObject, reference: string): Schema | undefined {
  if (!reference.startsWith("#/")) return undefined;
  let value: JsonValue | undefined = document;
  for (const name of reference.slice(2).split("/")) value = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(value) ? value : undefined;
}

/** The target of a schema's `$ref`; empty without one. */
export function referenceOf(schema: Schema): string {
  return typeof schema["$ref"] === "string" ? schema["$ref"] : "";
}

export function schemaIn(schema: Schema, field: string): Schema | undefined {
  const value = schema[field];
  return isJsonObject(value) ? value : undefined;
}

export function schemasIn(schema: Schema, field: string): Schema[] {
  const value = schema[field];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

export function textIn(schema: Schema, field: string): string {
  const value = schema[field];
  return typeof value === "string" ? value : "";
}

/** The types that a schema stands for. */
export function identitiesOf(schema: Schema): TypeIdentity[] {
  return schemasIn(schema, "x-kubernetes-group-version-kind").map(identityOf);
}

export function identityOf(value: JsonObject): TypeIdentity {
  return { group: textIn(value, "group"), version: textIn(value, "version"), kind: textIn(value, "kind") };
}

export function isSameType(a: TypeIdentity, b: TypeIdentity): boolean {
  return a.group === b.group && a.version === b.version && a.kind === b.kind;
}
