/** The request schema of a check, built from the registry: one object for validation, one schema per kind in the document. */
import { z } from "@hono/zod-openapi";
import { MAX_CHECK_NAME_LENGTH } from "../../lib/limits.ts";
import { checkKinds } from "../../platform/grading/checks/registry.ts";
import type { PlatformApp } from "./endpoint.ts";

const fields = checkKinds.map(({ field }) => field);

const CheckName = z
  .string()
  .max(MAX_CHECK_NAME_LENGTH)
  .optional()
  .openapi({ description: "Default: a sentence about what is asked." });

/** The name of a check kind's schema in the document: `ObjectCheck`, `AbsentCheck`, `CelCheck`. */
function schemaName(field: string): string {
  return `${field[0]!.toUpperCase()}${field.slice(1)}Check`;
}

const shape: { name: typeof CheckName; [field: string]: z.ZodType } = { name: CheckName };
for (const { field, schema } of checkKinds) shape[field] = schema.optional();

export const Check = z
  .strictObject(shape)
  .refine(
    (check) => fields.filter((field) => check[field] !== undefined).length === 1,
    `a check has exactly one of ${fields.join(", ")}`,
  )
  .openapi("Check", {
    // Generated clients make a union of `oneOf`: a check without a question, or with two, does not compile.
    type: "object",
    oneOf: fields.map((field) => ({ $ref: `#/components/schemas/${schemaName(field)}` })),
  });

/** Adds the schemas that `Check` refers to. */
export function registerCheckSchemas({ openAPIRegistry: registry }: PlatformApp): void {
  for (const { field, schema, description } of checkKinds) {
    registry.register(schemaName(field), z.strictObject({ name: CheckName, [field]: schema }).openapi({ description }));
  }
}
