/**
 * Patterns of single values: wildcards, `|`, `&`, comparisons and ranges of numbers, quantities and durations.
 * Source: github.com/kyverno/kyverno pkg/engine/pattern/pattern.go
 */
import { GoDurationError, parseGoDuration } from "../../../lib/duration.ts";
import { isJsonObject, type JsonValue } from "../../../lib/json.ts";
import { compareQuantities, isQuantity } from "../../../lib/quantity.ts";
import { matchesWildcard } from "./wildcard.ts";

const ENDPOINT = "([-|+]?\\d+(?:\\.\\d+)?[A-Za-z]*)";
const IN_RANGE = new RegExp(`^${ENDPOINT}-${ENDPOINT}$`);
const NOT_IN_RANGE = new RegExp(`^${ENDPOINT}!-${ENDPOINT}$`);

export function isRange(pattern: string): boolean {
  return operatorOf(pattern) === "" && !NOT_IN_RANGE.test(pattern) && IN_RANGE.test(pattern);
}

/** Whether a value has the form that the pattern asks for. */
export function matchesValue(value: JsonValue | undefined, pattern: JsonValue): boolean {
  switch (typeof pattern) {
    case "boolean":
      return value === pattern;
    case "number":
      return typeof value === "string" ? isNumber(value) && Number(value) === pattern : value === pattern;
    case "string":
      return matchesText(value, pattern);
    default:
      if (pattern === null) return value === undefined || value === null || [0, "", false].includes(value as never);
      return isJsonObject(pattern) && isJsonObject(value);
  }
}

function isNumber(text: string): boolean {
  return /^[-+]?[\d.]+([eE][-+]?\d+)?$/.test(text) && !Number.isNaN(Number(text));
}

function matchesText(value: JsonValue | undefined, pattern: string): boolean {
  if (value === pattern) return true;
  return pattern.split("|").some((alternative) =>
    alternative
      .trim()
      .split("&")
      .every((condition) => fulfils(value, condition.trim())),
  );
}

const OPERATORS = [">=", "<=", ">", "<", "!"];

function operatorOf(pattern: string): string {
  return pattern.length < 2 ? "" : (OPERATORS.find((operator) => pattern.startsWith(operator)) ?? "");
}

function fulfils(value: JsonValue | undefined, pattern: string): boolean {
  const operator = operatorOf(pattern);
  if (operator === "" && pattern.length >= 2) {
    const [, below = "", above = ""] = NOT_IN_RANGE.exec(pattern) ?? [];
    if (below !== "") return compares(value, below, "<") || compares(value, above, ">");
    const [, from = "", to = ""] = IN_RANGE.exec(pattern) ?? [];
    if (from !== "") return compares(value, from, ">=") && compares(value, to, "<=");
  }
  return compares(value, pattern.slice(operator.length).trim(), operator);
}

function compares(value: JsonValue | undefined, pattern: string, operator: string): boolean {
  const number = numericText(value);
  if (number !== undefined) {
    const [wanted, given] = [durationMs(pattern), durationMs(number)];
    if (wanted !== undefined && given !== undefined) return holds(operator, given - wanted);
    if (isQuantity(pattern) && isQuantity(number)) return holds(operator, compareQuantities(number, pattern));
  }
  if (operator !== "" && operator !== "!") return false;
  if (value === undefined || value === null || typeof value === "object") return false;
  return matchesWildcard(pattern, String(value)) === (operator === "");
}

function numericText(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return "0";
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** Undefined for other texts. */
export function durationMs(text: string): number | undefined {
  try {
    return parseGoDuration(text);
  } catch (error) {
    if (error instanceof GoDurationError) return undefined;
    throw error;
  }
}

function holds(operator: string, difference: number): boolean {
  switch (operator) {
    case ">":
      return difference > 0;
    case "<":
      return difference < 0;
    case ">=":
      return difference >= 0;
    case "<=":
      return difference <= 0;
    case "!":
      return difference !== 0;
    default:
      return difference === 0;
  }
}
