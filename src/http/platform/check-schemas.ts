/** What a check of a cluster looks like: for validation one object, for the document one schema for each kind of check. */
import { z } from "@hono/zod-openapi";
import { MAX_CEL_LENGTH, MAX_CHECK_NAME_LENGTH, MAX_EXPECTATION_DEPTH } from "../../lib/limits.ts";
import { checkKinds } from "../../platform/grading/checks/registry.ts";
import type { PlatformApp } from "./endpoint.ts";

const fields = checkKinds.map(({ field }) => field);

const PartialObject = z
  .looseObject({})
  .refine((value) => !isDeeperThan(value, MAX_EXPECTATION_DEPTH), `nested deeper than ${MAX_EXPECTATION_DEPTH}`)
  .openapi({
    description: "apiVersion, kind, metadata.name or metadata.labels, and the fields that must match.",
    example: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: { replicas: 3 } },
  });

/** By the field that asks for it: what a check may ask. */
const ASKED = {
  object: PartialObject,
  absent: PartialObject,
  cel: z.string().min(1).max(MAX_CEL_LENGTH).openapi({ example: "pods.all(p, p.status.phase == 'Running')" }),
};

const CheckName = z
  .string()
  .max(MAX_CHECK_NAME_LENGTH)
  .optional()
  .openapi({ description: "Default: a sentence about what is asked." });

/** The schema of a kind of check in the document: `ObjectCheck`, `AbsentCheck`, `CelCheck`. */
function schemaName(field: string): string {
  return `${field[0]!.toUpperCase()}${field.slice(1)}Check`;
}

export const Check = z
  .strictObject({ name: CheckName, ...z.object(ASKED).partial().shape })
  .refine(
    (check) => fields.filter((field) => (check as Record<string, unknown>)[field] !== undefined).length === 1,
    `a check has exactly one of ${fields.join(", ")}`,
  )
  .openapi("Check", {
    // Generated clients make a union of it, so that a check without a question, or with two, does not compile.
    type: "object",
    oneOf: fields.map((field) => ({ $ref: `#/components/schemas/${schemaName(field)}` })),
  });

/** Adds the schemas that `Check` refers to. */
export function registerCheckSchemas({ openAPIRegistry: registry }: PlatformApp): void {
  for (const [field, asked] of Object.entries(ASKED)) {
    registry.register(schemaName(field), z.strictObject({ name: CheckName, [field]: asked }));
  }
}

/** Without recursion: what comes from outside may be nested as deep as it is long. */
function isDeeperThan(value: unknown, maxDepth: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}
