/**
 * Parameters of a query as the fields of an options object.
 *
 * Kubernetes: k8s.io/apimachinery/pkg/runtime/conversion.go
 */
import { ApiError } from "../../lib/api-error.ts";
import { parseTime } from "../../lib/time.ts";
import { decodeScalar, ScalarError } from "../../schema/scalars.ts";
import { parseInteger } from "../options.ts";

const TIME = { kind: "scalar", scalar: "time", goName: "Time" } as const;

/** Only `false` and `0` mean false, and so does absence. */
export function booleanOf(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && !["false", "0"].includes(value.toLowerCase());
}

/** Throws BadRequest. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  return value === null ? undefined : parseInteger(value);
}

/** The instant (ms). An empty value is the zero instant, before all others. Throws BadRequest. */
export function timeOf(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (value === "" || value === "null") return Number.NEGATIVE_INFINITY;
  try {
    return parseTime(String(decodeScalar(TIME, value)));
  } catch (error) {
    if (error instanceof ScalarError) throw new ApiError("BadRequest", error.message);
    throw error;
  }
}
