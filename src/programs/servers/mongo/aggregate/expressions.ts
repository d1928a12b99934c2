/** Expressions of aggregation. Source: https://www.mongodb.com/docs/manual/reference/operator/aggregation/ */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import { MongoError } from "../errors.ts";
import { bsonTypeOf, valueAt } from "../values.ts";
import { FUNCTIONS } from "./functions.ts";
import type { Scope } from "./scope.ts";
import { SCOPED } from "./scoped.ts";

/** The value of an expression; undefined: missing. @throws MongoError */
export function evaluate(expression: JsonValue, scope: Scope): JsonValue | undefined {
  if (typeof expression === "string") return expression.startsWith("$") ? read(expression, scope) : expression;
  if (Array.isArray(expression)) return expression.map((each) => evaluate(each, scope) ?? null);
  if (!isJsonObject(expression) || bsonTypeOf(expression) !== "object") return expression;
  const [name = "", ...others] = Object.keys(expression);
  if (!name.startsWith("$")) return evaluateFields(expression, scope);
  if (others.length > 0)
    throw new MongoError("an expression specification must contain exactly one field", "Location40323");
  return apply(name, expression[name] ?? null, scope);
}

function evaluateFields(expression: JsonObject, scope: Scope): JsonObject {
  const made: JsonObject = {};
  for (const [name, each] of Object.entries(expression)) {
    const value = evaluate(each ?? null, scope);
    if (value !== undefined) made[name] = value;
  }
  return made;
}

function read(path: string, { root, variables }: Scope): JsonValue | undefined {
  if (!path.startsWith("$$")) return valueAt(root, path.slice(1));
  const [name = "", ...rest] = path.slice(2).split(".");
  const value = name === "ROOT" || name === "CURRENT" ? root : named(name, variables);
  return rest.length === 0 ? value : valueAt(value, rest.join("."));
}

function named(name: string, variables: Scope["variables"]): JsonValue | undefined {
  if (name === "REMOVE") return undefined;
  if (!Object.hasOwn(variables, name)) throw new MongoError(`Use of undefined variable: ${name}`);
  return variables[name];
}

function apply(name: string, argument: JsonValue, scope: Scope): JsonValue | undefined {
  const scoped = Object.hasOwn(SCOPED, name) ? SCOPED[name] : undefined;
  if (scoped) return scoped(argument, scope, evaluate);
  const plain = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!plain) throw new MongoError(`Unrecognized expression '${name}'`, "InvalidPipelineOperator");
  const values = Array.isArray(argument) ? argument.map((each) => evaluate(each, scope)) : [evaluate(argument, scope)];
  return plain(values, name);
}
