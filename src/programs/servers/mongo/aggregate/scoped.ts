/** Operators of expressions that evaluate their arguments themselves: conditions, variables and loops. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import { MongoError } from "../errors.ts";
import { isTrue } from "../values.ts";
import type { Scope } from "./scope.ts";

type Evaluate = (expression: JsonValue, scope: Scope) => JsonValue | undefined;
type Scoped = (argument: JsonValue, scope: Scope, evaluate: Evaluate) => JsonValue | undefined;

function fields(argument: JsonValue, operator: string): JsonObject {
  if (!isJsonObject(argument)) throw new MongoError(`${operator} only supports an object as its argument`);
  return argument;
}

function listIn(value: JsonValue | undefined, operator: string): JsonValue[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw new MongoError(`input to ${operator} must be an array`);
  return value;
}

const withVariable = (scope: Scope, name: string, value: JsonValue | undefined): Scope => ({
  ...scope,
  variables: { ...scope.variables, [name]: value },
});

export const SCOPED: Readonly<Record<string, Scoped>> = {
  $literal: (argument) => argument,
  $and: (argument, scope, evaluate) => [argument].flat().every((each) => isTrue(evaluate(each as JsonValue, scope))),
  $or: (argument, scope, evaluate) => [argument].flat().some((each) => isTrue(evaluate(each as JsonValue, scope))),
  $cond: (argument, scope, evaluate) => {
    const given = isJsonObject(argument)
      ? [argument["if"], argument["then"], argument["else"]]
      : Array.isArray(argument)
        ? argument
        : [];
    const [condition = null, yes = null, no = null] = given;
    return evaluate(isTrue(evaluate(condition, scope)) ? yes : no, scope);
  },
  $ifNull: (argument, scope, evaluate) => {
    for (const each of Array.isArray(argument) ? argument : []) {
      const value = evaluate(each, scope);
      if (value !== undefined && value !== null) return value;
    }
    return null;
  },
  $switch: (argument, scope, evaluate) => {
    const { branches, default: other } = fields(argument, "$switch");
    for (const branch of Array.isArray(branches) ? branches.filter(isJsonObject) : [])
      if (isTrue(evaluate(branch["case"] ?? null, scope))) return evaluate(branch["then"] ?? null, scope);
    if (other === undefined)
      throw new MongoError("$switch could not find a matching branch for an input, and no default was specified.");
    return evaluate(other, scope);
  },
  $let: (argument, scope, evaluate) => {
    const { vars, in: body = null } = fields(argument, "$let");
    const variables = { ...scope.variables };
    for (const [name, each] of Object.entries(fields(vars ?? {}, "$let")))
      variables[name] = evaluate(each ?? null, scope);
    return evaluate(body, { ...scope, variables });
  },
  $filter: (argument, scope, evaluate) => {
    const { input = null, as = "this", cond = null } = fields(argument, "$filter");
    const list = listIn(evaluate(input, scope), "$filter");
    return list?.filter((each) => isTrue(evaluate(cond, withVariable(scope, String(as), each)))) ?? null;
  },
  $map: (argument, scope, evaluate) => {
    const { input = null, as = "this", in: body = null } = fields(argument, "$map");
    const list = listIn(evaluate(input, scope), "$map");
    return list?.map((each) => evaluate(body, withVariable(scope, String(as), each)) ?? null) ?? null;
  },
  $reduce: (argument, scope, evaluate) => {
    const { input = null, initialValue = null, in: body = null } = fields(argument, "$reduce");
    const list = listIn(evaluate(input, scope), "$reduce");
    let value = evaluate(initialValue, scope) ?? null;
    for (const each of list ?? [])
      value = evaluate(body, withVariable(withVariable(scope, "value", value), "this", each)) ?? null;
    return list ? value : null;
  },
};
