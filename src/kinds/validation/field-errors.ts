/** Makes field errors in the words of apimachinery's field package. */
import type { FieldError } from "../kind.ts";

export function required(field: string, detail = ""): FieldError {
  return { type: "FieldValueRequired", field, message: withDetail("Required value", detail) };
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: "FieldValueInvalid", field, message: withDetail(`Invalid value: ${printed(value)}`, detail) };
}

/** Kubernetes: field.OmitValueType; for values that are not printed. */
export function invalidWithoutValue(field: string, detail: string): FieldError {
  return { type: "FieldValueInvalid", field, message: withDetail("Invalid value", detail) };
}

/** One error for each problem with one value. */
export function invalidFor(field: string, value: unknown, problems: readonly string[]): FieldError[] {
  return problems.map((problem) => invalid(field, value, problem));
}

/** `supported` is printed in the given order, because Kubernetes sorts only some of its lists. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const values = supported.map((text) => JSON.stringify(text)).join(", ");
  return {
    type: "FieldValueNotSupported",
    field,
    message: withDetail(`Unsupported value: ${printed(value)}`, values && `supported values: ${values}`),
  };
}

export function duplicate(field: string, value: unknown, detail = ""): FieldError {
  return { type: "FieldValueDuplicate", field, message: withDetail(`Duplicate value: ${printed(value)}`, detail) };
}

export function forbidden(field: string, detail: string): FieldError {
  return { type: "FieldValueForbidden", field, message: withDetail("Forbidden", detail) };
}

export function notFoundValue(field: string, value: unknown, detail = ""): FieldError {
  return { type: "FieldValueNotFound", field, message: withDetail(`Not found: ${printed(value)}`, detail) };
}

export function tooLong(field: string, bytes: number): FieldError {
  return {
    type: "FieldValueTooLong",
    field,
    message: `Too long: may not be more than ${bytes} ${bytes === 1 ? "byte" : "bytes"}`,
  };
}

export function tooMany(field: string, count: number, most: number): FieldError {
  return {
    type: "FieldValueTooMany",
    field,
    message: `Too many: ${count}: must have at most ${most} ${most === 1 ? "item" : "items"}`,
  };
}

/** A list within a detail, as Go's `%q` prints it: `["a" "b"]`. */
export function goList(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(" ")}]`;
}

export const NOT_NEGATIVE = "must be greater than or equal to 0";
export const IMMUTABLE = "field is immutable";

export function negativeProblem(field: string, value: number | undefined): FieldError[] {
  return value !== undefined && value < 0 ? [invalid(field, value, NOT_NEGATIVE)] : [];
}

function withDetail(text: string, detail: string): string {
  return detail === "" ? text : `${text}: ${detail}`;
}

function printed(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  // Go's JSON escapes HTML markup; a bare string is quoted without that.
  return typeof value === "object" ? text.replace(/[<>&]/g, (character) => HTML_SAFE[character]!) : text;
}

const HTML_SAFE: Readonly<Record<string, string>> = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026" };
