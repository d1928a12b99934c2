/** Errors of a request: one sentence for each, with its place. */

import { z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { MAX_PLATFORM_BODY_BYTES, MAX_PROBLEM_ERRORS } from "../../lib/limits.ts";
import { nearestName } from "../../platform/nearest-name.ts";
import { Problem, type ProblemError, unknownPath } from "../../platform/problem.ts";
import { readBytes } from "../body.ts";

const LOCATIONS: Readonly<Record<string, string>> = { json: "body", param: "path", header: "header", query: "query" };

/** The refusal for zod's issues. With the body's schema, it suggests the known name for a misspelt field. */
export function invalidRequest(target: string, issues: readonly z.core.$ZodIssue[], body?: z.ZodType): Problem {
  const root = { location: LOCATIONS[target] ?? target, schemas: target === "json" && body ? [body] : [] };
  const errors = issues.flatMap((issue) => flatten(issue, root));
  const code = target === "json" ? "invalid_body" : "invalid_parameter";
  return new Problem(code, "The request is not valid.", errors);
}

/** For a union, the issues of the nearest alternative are reported: the one with the deepest path. */
function flatten(issue: z.core.$ZodIssue, root: Place): ProblemError[] {
  const location = locationOf(root.location, issue.path);
  const schemas = schemasAt(root.schemas, issue.path);
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const nearest = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0]!;
    if (depth(nearest) > 0) return nearest.flatMap((inner) => flatten(inner, { location, schemas }));
    const wanted = issue.errors.flat().map(({ message }) => message);
    return [{ location, message: wanted.join("; or ") }];
  }
  if (issue.code === "unrecognized_keys") {
    const known = fieldsOf(schemas);
    return issue.keys.map((key, index) => {
      // Issues beyond the limit are counted, not shown.
      const nearest = index < MAX_PROBLEM_ERRORS ? nearestName(key, known) : null;
      const message = `there is no such field${nearest ? `; did you mean ${nearest}?` : ""}`;
      return { location: locationOf(location, [key]), message };
    });
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map(({ message }) => ({ location, message: `is not a valid key: ${message}` }));
  }
  return [{ location, message: issue.message }];
}

/** A place in a request: its name, and the schemas that may apply to it. */
interface Place {
  location: string;
  schemas: readonly z.ZodType[];
}

/** The schemas at a path below these. */
function schemasAt(schemas: readonly z.ZodType[], path: readonly PropertyKey[]): z.ZodType[] {
  return path.reduce<z.ZodType[]>(
    (level, part) =>
      level.flatMap(alternatives).flatMap((schema) => {
        if (schema instanceof z.ZodArray) return [schema.element as z.ZodType];
        if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
        const field = schema instanceof z.ZodObject ? (schema.shape[String(part)] as z.ZodType | undefined) : undefined;
        return field ? [field] : [];
      }),
    [...schemas],
  );
}

function fieldsOf(schemas: readonly z.ZodType[]): string[] {
  return schemas
    .flatMap(alternatives)
    .flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
}

/** The schemas inside optional, nullable and union schemas. */
function alternatives(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return alternatives(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(alternatives);
  return [schema];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

function locationOf(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((location, part) => {
    if (typeof part === "number") return `${location}[${part}]`;
    const name = String(part);
    return /^[\w-]+$/.test(name) ? `${location}.${name}` : `${location}[${JSON.stringify(name)}]`;
  }, root);
}

/** Refuses NUL in paths: no resource has such a name, and the database cannot store it. */
export const refuseNul: MiddlewareHandler = async (c, next) => {
  if (new URL(c.req.url).pathname.includes("%00")) throw unknownPath();
  await next();
};

/** Reads the body: JSON of bounded size. Other bodies are refused before they are validated. */
export const requireJson: MiddlewareHandler = async (c, next) => {
  if (c.req.method === "POST" || c.req.method === "PUT") {
    const contentType = (c.req.header("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
    if (contentType !== "application/json")
      throw new Problem("unsupported_media_type", "Send Content-Type: application/json.");
    const bytes = await readBytes(c.req.raw, MAX_PLATFORM_BODY_BYTES);
    if (!bytes) throw new Problem("body_too_large", `A request may have ${MAX_PLATFORM_BODY_BYTES} bytes.`);
    const text = new TextDecoder().decode(bytes);
    try {
      JSON.parse(text);
    } catch {
      throw new Problem("malformed_body", "The body is not JSON.");
    }
    // Handlers read this request.
    c.req.raw = new Request(c.req.raw, { body: text });
  }
  await next();
};
