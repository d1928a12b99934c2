/** The schemas of a value's parts. */
import type { JSONSchemaProps } from "../../schema/types.ts";

/** The schema of a list's items, where there is one for all of them. */
export function itemsSchema(schema: JSONSchemaProps): JSONSchemaProps | undefined {
  return Array.isArray(schema.items) ? undefined : schema.items;
}

/** Of a declared field, or of all others. */
export function fieldSchema(schema: JSONSchemaProps, name: string): JSONSchemaProps | undefined {
  return ownProperty(schema, name) ?? additionalSchema(schema);
}

export function ownProperty(schema: JSONSchemaProps, name: string): JSONSchemaProps | undefined {
  const { properties } = schema;
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/** The schema of values under names that are not declared; undefined where any value will do, or none. */
export function additionalSchema({ additionalProperties }: JSONSchemaProps): JSONSchemaProps | undefined {
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

/** Declared fields in the order of their names, which is the order in which problems are told. */
export function propertiesOf(schema: JSONSchemaProps): [string, JSONSchemaProps][] {
  return Object.entries(schema.properties ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
