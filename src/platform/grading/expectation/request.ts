/** The request schema of an expectation: a partial object. `expectation.ts` reads its content against the kind's schema. */
import { z } from "@hono/zod-openapi";
import { MAX_EXPECTATION_DEPTH } from "../../../lib/limits.ts";

export const PartialObject = z
  .looseObject({})
  .refine((value) => !isDeeperThan(value, MAX_EXPECTATION_DEPTH), `nested deeper than ${MAX_EXPECTATION_DEPTH}`)
  .openapi({
    description: "apiVersion, kind, metadata.name or metadata.labels, and the fields that must match.",
    example: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: { replicas: 3 } },
  });

/** Iterative, because a request may be nested as deep as it is long. */
function isDeeperThan(value: unknown, maxDepth: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}
