/** The schemas of a value's parts. */
import type { JSONSchemaProps } from "../../schema/types.ts";

/** The schema of a list's items, if all items share one. */
export function itemsSchema(schema: JSONSchemaProps): JSONSchemaProps | undefined {
  return Array.isArray(schema.items) ? undefined : schema.items;
}

/** The schema of a declared field, or of additional fields. */
export function fieldSchema(schema: JSONSchemaProps, name: string): JSONSchemaProps | undefined {
  return ownProperty(schema, name) ?? additionalSchema(schema);
}

export function ownProperty(schema: JSONSchemaProps, name: string): JSONSchemaProps | undefined {
  const { properties } = schema;
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/** The schema of additional fields; undefined if `additionalProperties` is a boolean or absent. */
export function additionalSchema({ additionalProperties }: JSONSchemaProps): JSONSchemaProps | undefined {
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

/** Declared fields sorted by name, which is the order of reported problems. */
export function propertiesOf(schema: JSONSchemaProps): [string, JSONSchemaProps][] {
  return Object.entries(schema.properties ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * True if undeclared fields are kept. `additionalProperties: true` keeps all fields, but prunes within their values, as
 * Kubernetes does.
 */
export function keepsUnknown(schema: JSONSchemaProps): boolean {
  return schema["x-kubernetes-preserve-unknown-fields"] === true;
}
