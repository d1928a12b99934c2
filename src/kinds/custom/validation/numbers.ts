/**
 * Ranges and multiples of numbers, and how Go prints numbers.
 *
 * Kubernetes: k8s.io/kube-openapi/pkg/validation/validate/values.go
 */
import type { JSONSchemaProps } from "../../../schema/types.ts";
import { type Problem, placeless, problemOf, Result, valueProblem } from "./result.ts";

const MAX_FLOAT = 3.4028234663852886e38;
const BITS: Readonly<Record<string, number>> = { int32: 2 ** 31, int64: 2 ** 63 };

export function validateNumber(schema: JSONSchemaProps, value: number, path: string): Result {
  const result = new Result();
  const fits = (number: number, what: string): boolean => {
    const problem = rangeProblem(schema, number, what, path);
    result.add(problem);
    return problem === undefined;
  };
  fits(value, "Checked");
  result.add(multipleProblem(schema, value, path, fits));
  result.add(minimumProblem(schema, value, path, fits));
  result.add(maximumProblem(schema, value, path, fits));
  result.matches++;
  return result;
}

type Fits = (number: number, what: string) => boolean;

/** Does a number fit into the type and format that are declared? */
function rangeProblem(
  { type, format }: JSONSchemaProps,
  number: number,
  what: string,
  path: string,
): Problem | undefined {
  if (type === "integer") {
    const known = format === "int32" || format === "int64" ? format : undefined;
    const limit = BITS[known ?? "int64"]!;
    if (Number.isInteger(number) && number >= -limit && number < limit) return undefined;
    return placeless(`${what} value must be of type integer ${formatText(known)} in ${path}`);
  }
  if (type !== "number" || format !== "float" || Math.abs(number) <= MAX_FLOAT) return undefined;
  return placeless(`${what} value must be of type number ${formatText(format)} in ${path}`);
}

function formatText(format: string | undefined): string {
  return format === undefined ? "(default format)" : `with format ${format}`;
}

function multipleProblem(schema: JSONSchemaProps, value: number, path: string, fits: Fits): Problem | undefined {
  const { multipleOf } = schema;
  if (multipleOf === undefined) return undefined;
  const isWhole = fits(multipleOf, "MultipleOf") && Number.isInteger(value);
  const factor = isWhole ? Math.trunc(multipleOf) : multipleOf;
  if (factor <= 0) {
    return problemOf(path, factor, `factor MultipleOf declared for ${path} must be positive: ${goNumber(factor)}`);
  }
  const multiple = factor < 1 ? (1 / factor) * value : value / factor;
  return isAlmostInteger(multiple)
    ? undefined
    : valueProblem(path, value, `should be a multiple of ${goNumber(factor)}`);
}

/** The server tolerates the rounding error of a division of floats. */
function isAlmostInteger(number: number): boolean {
  if (!Number.isFinite(number)) return false;
  const rounded = Math.round(number);
  const difference = Math.abs(number - rounded);
  return difference === 0 || difference / (Math.abs(number) + Math.abs(rounded)) < 1e-9;
}

function minimumProblem(schema: JSONSchemaProps, value: number, path: string, fits: Fits): Problem | undefined {
  const { minimum, exclusiveMinimum } = schema;
  if (minimum === undefined) return undefined;
  const bound = fits(minimum, "Minimum boundary") && Number.isInteger(value) ? Math.trunc(minimum) : minimum;
  if (exclusiveMinimum ? value > bound : value >= bound) return undefined;
  const word = exclusiveMinimum ? "greater than" : "greater than or equal to";
  return valueProblem(path, value, `should be ${word} ${goNumber(bound)}`);
}

function maximumProblem(schema: JSONSchemaProps, value: number, path: string, fits: Fits): Problem | undefined {
  const { maximum, exclusiveMaximum } = schema;
  if (maximum === undefined) return undefined;
  const bound = fits(maximum, "Maximum boundary") && Number.isInteger(value) ? Math.trunc(maximum) : maximum;
  if (exclusiveMaximum ? value < bound : value <= bound) return undefined;
  const word = exclusiveMaximum ? "less than" : "less than or equal to";
  return valueProblem(path, value, `should be ${word} ${goNumber(bound)}`);
}

/** Formats like Go's `%v`: with an exponent of at least two digits for numbers below 0.0001. */
function goNumber(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential().replace(/e-(\d)$/, "e-0$1");
  return String(value);
}
