/** An endpoint of the HTTP API. Source: github.com/prometheus/prometheus web/api/v1/api.go */
import type { JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { parseDuration } from "../promql/durations.ts";
import { parsePromql } from "../promql/parser.ts";
import { type Expression, type Labels, type Matcher, PromqlError } from "../promql/syntax.ts";

export interface ApiCall {
  process: ProcessView;
  parameters: ReadonlyMap<string, readonly string[]>;
  /** Groups of the endpoint's path. */
  groups: readonly string[];
}

export interface Endpoint {
  /** Below the API's prefix; must match the whole path. */
  path: RegExp;
  methods: readonly string[];
  /** The `data` of the answer. Throws ApiProblem. */
  answer(call: ApiCall): JsonValue;
}

export type ProblemType = "bad_data" | "execution" | "not_found" | "unavailable";

/** The request is refused. */
export class ApiProblem extends Error {
  override name = "ApiProblem";
  readonly type: ProblemType;

  constructor(type: ProblemType, message: string) {
    super(message);
    this.type = type;
  }
}

export const PROBLEM_STATUS: Readonly<Record<ProblemType, number>> = {
  bad_data: 400,
  execution: 422,
  not_found: 404,
  unavailable: 503,
};

export function first({ parameters }: Pick<ApiCall, "parameters">, name: string): string | undefined {
  const value = parameters.get(name)?.[0];
  return value === "" ? undefined : value;
}

function invalid(name: string, why: string): ApiProblem {
  return new ApiProblem("bad_data", `invalid parameter ${JSON.stringify(name)}: ${why}`);
}

/** An instant in ms: seconds, or a time in RFC 3339. Throws ApiProblem. */
export function timeOf(call: ApiCall, name: string, fallbackMs?: number): number {
  const text = first(call, name);
  if (text === undefined && fallbackMs !== undefined) return fallbackMs;
  const seconds = Number(text);
  if (text !== undefined && Number.isFinite(seconds)) return Math.round(seconds * 1000);
  const parsed = /^\d{4}-\d\d-\d\dT/.test(text ?? "") ? Date.parse(text ?? "") : Number.NaN;
  if (!Number.isNaN(parsed)) return parsed;
  throw invalid(name, `cannot parse ${JSON.stringify(text ?? "")} to a valid timestamp`);
}

/** A duration in ms: seconds, or with units. Throws ApiProblem. */
export function durationOf(call: ApiCall, name: string): number {
  const text = first(call, name) ?? "";
  const seconds = text === "" ? Number.NaN : Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : parseDuration(text);
  if (ms !== undefined) return ms;
  throw invalid(name, `cannot parse ${JSON.stringify(text)} to a valid duration`);
}

/** The expression in a parameter. Throws ApiProblem. */
export function expressionOf(call: ApiCall, name = "query"): Expression {
  try {
    return parsePromql(first(call, name) ?? "");
  } catch (error) {
    if (error instanceof PromqlError) throw invalid(name, error.message);
    throw error;
  }
}

/** The selectors of `match[]`. Throws ApiProblem. */
export function matchersOf({ parameters }: ApiCall): (readonly Matcher[])[] {
  return (parameters.get("match[]") ?? []).map((text) => {
    try {
      const expression = parsePromql(text);
      if (expression.type === "selector") return expression.matchers;
    } catch (error) {
      if (error instanceof PromqlError) throw invalid("match[]", error.message);
      throw error;
    }
    throw invalid("match[]", `1:1: parse error: unexpected ${JSON.stringify(text)}`);
  });
}

/** Labels in the order of their names. */
export function sortedLabels(labels: Labels): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
