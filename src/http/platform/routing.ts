/** HTTP conventions for paths: 405 with Allow for a wrong method, an answer to OPTIONS, no ignored parameters. */
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { MAX_NAMED_PARAMETERS, MAX_SHOWN_PARAMETER_LENGTH } from "../../lib/limits.ts";
import { nearestName } from "../../platform/nearest-name.ts";
import { Problem, type ProblemError, unknownPath } from "../../platform/problem.ts";
import type { AppEnv, RequiredKey } from "./endpoint.ts";

interface DocumentedMethod {
  /** Names of query parameters. */
  parameters: readonly string[];
  requiredKey: RequiredKey;
  body: z.ZodType | undefined;
}

interface DocumentedPath {
  pattern: RegExp;
  /** By name in upper case. */
  methods: Map<string, DocumentedMethod>;
}

/**
 * Refuses paths, methods and parameters that the document does not have, before the rest of the request is read. The paths
 * are read from `app`'s registry at the first request, when all endpoints are registered.
 */
export function refuseUndocumented(app: OpenAPIHono<AppEnv>): MiddlewareHandler<AppEnv> {
  let paths: readonly DocumentedPath[] | null = null;
  return async (c, next) => {
    paths ??= documentedPaths(app);
    const path = paths.find(({ pattern }) => pattern.test(c.req.path));
    if (!path) throw unknownPath();
    const { method } = c.req;
    const allow = [...path.methods.keys(), ...(path.methods.has("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
    if (method === "OPTIONS") return c.body(null, 204, { allow });
    const documented = path.methods.get(method === "HEAD" ? "GET" : method);
    if (!documented) {
      throw new Problem("method_not_allowed", `${method} is not possible here; ${allow} are.`, [], { allow });
    }
    const { parameters, requiredKey, body } = documented;
    c.set("requiredKey", requiredKey);
    c.set("bodySchema", body);
    const unknown = Object.keys(c.req.queries()).filter((name) => !parameters.includes(name));
    if (unknown.length > 0) {
      const errors = unknown.slice(0, MAX_NAMED_PARAMETERS).map((name) => unknownParameter(name, parameters));
      throw new Problem("invalid_parameter", "The request is not valid.", errors);
    }
    return next();
  };
}

function unknownParameter(name: string, known: readonly string[]): ProblemError {
  const nearest = nearestName(name, known);
  const hint = nearest ? `; did you mean ${nearest}?` : known.length > 0 ? `; there are ${known.join(", ")}` : "";
  return {
    location: `query.${name.slice(0, MAX_SHOWN_PARAMETER_LENGTH)}`,
    message: `there is no such parameter${hint}`,
  };
}

function documentedPaths(app: OpenAPIHono<AppEnv>): DocumentedPath[] {
  const paths = new Map<string, DocumentedPath>();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== "route") continue;
    const { path, method, request } = definition.route;
    const entry = paths.get(path) ?? { pattern: patternOf(path), methods: new Map() };
    const query = request?.query as z.ZodObject | undefined;
    const parameters = query ? Object.keys(query.shape) : [];
    const requiredKey = requiredKeyOf(definition.route.security);
    const media = request?.body?.content["application/json"];
    const body = media && "schema" in media ? (media.schema as z.ZodType) : undefined;
    entry.methods.set(method.toUpperCase(), { parameters, requiredKey, body });
    paths.set(path, entry);
  }
  return [...paths.values()];
}

function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${escaped}$`);
}

function requiredKeyOf(security: readonly Readonly<Record<string, unknown>>[] = []): RequiredKey {
  const names = security.flatMap((requirement) => Object.keys(requirement));
  return names.includes("adminToken") ? "operator" : names.includes("apiKey") ? "organization" : "none";
}
