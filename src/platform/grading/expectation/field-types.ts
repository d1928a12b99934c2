/** Types of what an expectation names, also where the schema leaves the structure open. */
import { fieldType } from "../../../schema/index.ts";
import type { ListType, SchemaType } from "../../../schema/types.ts";

const ANYTHING: SchemaType = { kind: "scalar", scalar: "json", goName: "interface {}" };
const LIST_OF_ANYTHING: ListType = { kind: "list", items: ANYTHING, listType: "atomic", keys: [] };

/** The type of a field. Below `x-kubernetes-preserve-unknown-fields` every name may be a field; elsewhere undefined: none. */
export function expectedFieldType(type: SchemaType, name: string): SchemaType | undefined {
  if (isOpen(type)) return ANYTHING;
  return fieldType(type, name) ?? (type.kind === "struct" && type.keepsUnknown ? ANYTHING : undefined);
}

/** May values of the type have fields? */
export function hasFields(type: SchemaType): boolean {
  return type.kind === "struct" || type.kind === "map" || isOpen(type);
}

/** May values of the type be lists? */
export function mayBeList(type: SchemaType): boolean {
  return type.kind === "list" || isOpen(type);
}

/** How a list of the type is compared. */
export function listTypeOf(type: SchemaType): ListType {
  return type.kind === "list" ? type : LIST_OF_ANYTHING;
}

/** Types of values whose structure no schema says. */
function isOpen(type: SchemaType): boolean {
  return type.kind === "scalar" && (type.scalar === "json" || type.scalar === "object");
}
