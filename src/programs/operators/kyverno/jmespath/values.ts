/** Values of JMESPath, and its errors. */
import type { SyntaxNode } from "jmespath";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";

/** `&expression`, an argument of `map`, `sort_by`, `max_by` and `min_by`. */
export class Reference {
  readonly node: SyntaxNode;

  constructor(node: SyntaxNode) {
    this.node = node;
  }
}

export type Value = JsonValue | Reference;

/** An expression that cannot be evaluated. The message is Kyverno's. */
export class QueryError extends Error {
  override name = "QueryError";
}

/** A path leads to a key that an object lacks. Most operators take it for null. */
export class UnknownKeyError extends QueryError {
  override name = "UnknownKeyError";

  constructor(key: string) {
    super(`Unknown key "${key}" in path`);
  }
}

/** JMESPath's notion of false: also empty texts, lists and objects. */
export function isFalse(value: Value): boolean {
  if (value === null || value === false || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** Time and steps, which an evaluation needs besides its data. */
export interface Host {
  nowMs: number;
  /** Counts evaluated nodes. */
  charge(steps: number): void;
}

/** An argument as text: numbers without an exponent. */
export function textOf(value: Value): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** One evaluation. Functions call it for the expressions among their arguments. */
export interface Evaluator {
  readonly host: Host;
  run(node: SyntaxNode, value: Value): Value;
}

/** The values of an object, in the order of their keys. */
export function valuesOf(object: JsonObject): JsonValue[] {
  return Object.keys(object)
    .sort()
    .map((key) => object[key] ?? null);
}
