/** Does a custom object fit its schema and its schema's rules? */
import type { JsonObject } from "../../lib/json.ts";
import type { JSONSchemaProps } from "../../schema/types.ts";
import type { FieldError } from "../kind.ts";

export interface ValidateValueOptions {
  /** What the object was: for rules about changes, and because what did not change is not held against it. */
  old?: JsonObject;
}

/** The problems in the order in which the server tells them; none if the object is as the schema wants it. */
export function validateValue(
  _object: JsonObject,
  _schema: JSONSchemaProps | undefined,
  _options: ValidateValueOptions = {},
): FieldError[] {
  return [];
}
