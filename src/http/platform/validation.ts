/** What is wrong with a request, said where it is and in one sentence each. */

import { z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { MAX_PLATFORM_BODY_BYTES, MAX_PROBLEM_ERRORS } from "../../lib/limits.ts";
import { nearestName } from "../../platform/nearest-name.ts";
import { Problem, type ProblemError, unknownPath } from "../../platform/problem.ts";
import { readBytes } from "../body.ts";

const LOCATIONS: Readonly<Record<string, string>> = { json: "body", param: "path", header: "header", query: "query" };

/** The refusal for what zod found. With the body's schema, misspelt fields are answered with the name that was meant. */
export function invalidRequest(target: string, issues: readonly z.core.$ZodIssue[], body?: z.ZodType): Problem {
  const root = { location: LOCATIONS[target] ?? target, schemas: target === "json" && body ? [body] : [] };
  const errors = issues.flatMap((issue) => flatten(issue, root));
  const code = target === "json" ? "invalid_body" : "invalid_parameter";
  return new Problem(code, "The request is not valid.", errors);
}

/** A union's issues are those of the alternative that came nearest: the one with the deepest path. */
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
      // Those beyond the limit are counted, not shown.
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

/** A place in a request: its name, and the schemas that may describe it. */
interface Place {
  location: string;
  schemas: readonly z.ZodType[];
}

/** The schemas of what is at a path below these. */
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

/** What is below optional and united schemas. */
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

/** Nothing is called so, and the database could not even look for it. */
export const refuseNul: MiddlewareHandler = async (c, next) => {
  if (new URL(c.req.url).pathname.includes("%00")) throw unknownPath();
  await next();
};

/** Reads the body, which is a JSON object of bounded size; anything else is refused before it is looked at. */
export const requireJson: MiddlewareHandler = async (c, next) => {
  if (c.req.method === "POST") {
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
    // What handlers read from here on.
    c.req.raw = new Request(c.req.raw, { body: text });
  }
  await next();
};
