/** Types of the fields of an expectation, also where the schema leaves the structure open. */
import { fieldType } from "../../../schema/index.ts";
import type { ListType, SchemaType } from "../../../schema/types.ts";

const ANYTHING: SchemaType = { kind: "scalar", scalar: "json", goName: "interface {}" };
const LIST_OF_ANYTHING: ListType = { kind: "list", items: ANYTHING, listType: "atomic", keys: [] };

/** The type of a field; undefined if it does not exist. Below `x-kubernetes-preserve-unknown-fields` every name is one. */
export function expectedFieldType(type: SchemaType, name: string): SchemaType | undefined {
  if (isOpen(type)) return ANYTHING;
  return fieldType(type, name) ?? (type.kind === "struct" && type.keepsUnknown ? ANYTHING : undefined);
}

/** Whether values of the type may have fields. */
export function hasFields(type: SchemaType): boolean {
  return type.kind === "struct" || type.kind === "map" || isOpen(type);
}

/** Whether values of the type may be lists. */
export function mayBeList(type: SchemaType): boolean {
  return type.kind === "list" || isOpen(type);
}

/** The way to compare a list of the type. */
export function listTypeOf(type: SchemaType): ListType {
  return type.kind === "list" ? type : LIST_OF_ANYTHING;
}

/** Types of values without a schema. */
function isOpen(type: SchemaType): boolean {
  return type.kind === "scalar" && (type.scalar === "json" || type.scalar === "object");
}
