/** The documentation of endpoints: the common parts of operations, and the refusals implied by an operation's shape. */
import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import { PROBLEM_CODES, type ProblemCode, type ProblemStatus } from "../../platform/problem.ts";

/** The groups of operations, in the order of the documentation. */
export const TAGS = {
  Clusters: "Create, list and delete clusters.",
  Credentials: "Who may use a cluster, and kubeconfigs for them.",
  Grading: "Look into one cluster, or into all clusters of a course.",
  Images: "Images of your own for the pods of all clusters.",
  Simulation: "Let time pass, and break nodes on purpose.",
  Organizations: "Organizations and their API keys.",
  Service: "The service itself.",
} as const;

export type Tag = keyof typeof TAGS;

/** The security requirements of operations. */
export const adminSecurity = [{ adminToken: [] }];
export const apiKeySecurity = [{ apiKey: [] }];

type Route = Omit<RouteConfig, "tags"> & { tags: [Tag]; operationId: string; summary: string; description: string };

/**
 * `createRoute` for this API. Every operation has a tag, a summary and a description, and documents the refusals that its
 * shape implies. Further refusals of the operation are in its own `responses`, with `problems`.
 */
export function defineRoute<P extends string, R extends Route & { path: P }>(route: R) {
  const responses = { ...problems(...impliedStatuses(route)), ...route.responses };
  return createRoute<P, R>({ ...route, responses });
}

function impliedStatuses({ path, security, request }: Route): ProblemStatus[] {
  const withBody: ProblemStatus[] = request?.body ? [413, 415, 422] : [];
  const secured: ProblemStatus[] = security && security.length > 0 ? [401, 429, 507] : [];
  const named: ProblemStatus[] = path.includes("{") ? [404] : [];
  return [400, ...secured, ...named, ...withBody, 500, 503];
}

const ProblemDocument = z
  .object({
    type: z.string().openapi({ description: "Always about:blank; `code` says what it is." }),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(PROBLEM_CODES) as [ProblemCode, ...ProblemCode[]]).openapi({
      description: Object.entries(PROBLEM_CODES)
        .map(([code, { status, meaning }]) => `- \`${code}\` (${status}): ${meaning}.`)
        .join("\n"),
    }),
    detail: z.string().openapi({ description: "For people; its words may change." }),
    requestId: z.string().openapi({ description: "Also in the header x-request-id." }),
    errors: z
      .array(z.object({ location: z.string().openapi({ example: "body.nodes" }), message: z.string() }))
      .optional()
      .openapi({ description: "Where the request is not valid." }),
  })
  .openapi("Problem", {
    description: "A refusal, as RFC 9457 has it. Programs decide by `code`.",
    example: {
      type: "about:blank",
      title: "Not Found",
      status: 404,
      code: "not_found",
      detail: "There is no such cluster.",
      requestId: "0b7a9c7e-5d1e-4c8e-9a55-0f6f3c1d2e4b",
    },
  });

type DocumentedProblem = { description: string; content: typeof problemContent; headers?: typeof retryHeader };
const problemContent = { "application/problem+json": { schema: ProblemDocument } };

const retryHeader = z.object({ "retry-after": z.string().openapi({ description: "Seconds to wait.", example: "1" }) });

/** The documented refusals with these statuses. */
export function problems<S extends ProblemStatus>(...statuses: S[]): Record<S, DocumentedProblem> {
  const documented = {} as Record<S, DocumentedProblem>;
  for (const status of statuses) {
    const meanings = Object.entries(PROBLEM_CODES)
      .filter(([, code]) => code.status === status)
      .map(([code, { meaning }]) => `\`${code}\`: ${meaning}`);
    documented[status] = {
      description: `${meanings.join(". ")}.`,
      content: problemContent,
      ...((status === 429 || status === 503) && { headers: retryHeader }),
    };
  }
  return documented;
}

/** A JSON body with its schema and an example of it. */
export function json<S extends z.ZodType>(schema: S, example: z.input<S>) {
  return { "application/json": { schema, example } };
}

/** A JSON request body; required, as all are. */
export function jsonBody<S extends z.ZodType>(schema: S, example: z.input<S>) {
  return { required: true, content: json(schema, example) };
}

/** The header of a creation's answer. */
export const locationHeader = z.object({
  location: z.string().openapi({ description: "Path of what was created." }),
});
