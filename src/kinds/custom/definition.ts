/** Is a CustomResourceDefinition one that the server can serve? */
import type { CustomResourceDefinition } from "../../schema/types.ts";
import type { FieldError } from "../kind.ts";

/** The problems of a definition; with `old` those of changing it into this one as well. */
export function validateDefinition(
  _definition: CustomResourceDefinition,
  _old?: CustomResourceDefinition,
): FieldError[] {
  return [];
}
