/** Types that CREATE TYPE made. */
import type { Context } from "./context.ts";
import { SqlError } from "./errors.ts";
import type { SqlType } from "./sql-type.ts";

/** The type with its values, if it is an enumeration. @throws SqlError `noType` */
export function resolvedType(type: SqlType, { workspace }: Context): SqlType {
  if (!type.isCustom || type.values) return type;
  const { at, ...rest } = type;
  const entry = workspace.find(`@type.${type.name}`);
  if (entry?.kind !== "type") throw new SqlError({ kind: "noType", name: type.name }, at);
  return { ...rest, values: entry.values };
}
