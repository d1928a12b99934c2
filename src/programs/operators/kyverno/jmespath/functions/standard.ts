/**
 * The functions of the JMESPath specification.
 * Source: github.com/kyverno/go-jmespath functions.go
 */
import { equalJson, isJsonObject, type JsonObject, type JsonValue } from "../../../../../lib/json.ts";
import { type Evaluator, QueryError, type Reference, type Value, valuesOf } from "../values.ts";
import type { Functions } from "./function.ts";

const least = (values: readonly JsonValue[]) => values.reduce((a, b) => (isLess(b, a) ? b : a), values[0] ?? null);
const greatest = (values: readonly JsonValue[]) => values.reduce((a, b) => (isLess(a, b) ? b : a), values[0] ?? null);
const ordered = (values: readonly JsonValue[]) =>
  [...values].sort((a, b) => (isLess(a, b) ? -1 : isLess(b, a) ? 1 : 0));

function isLess(a: JsonValue, b: JsonValue): boolean {
  return (a as number) < (b as number);
}

/** The elements with their values of an expression, which must be of one type: numbers or texts. */
function keyed(list: Value, reference: Value, evaluation: Evaluator): { key: JsonValue; element: JsonValue }[] {
  const { node } = reference as Reference;
  const pairs = (list as JsonValue[]).map((element) => {
    const key = evaluation.run(node, element);
    if (typeof key !== "number" && typeof key !== "string") throw new QueryError("error in sort_by comparison");
    return { key, element };
  });
  if (pairs.some(({ key }) => typeof key !== typeof pairs[0]?.key)) {
    throw new QueryError("error in sort_by comparison");
  }
  return pairs;
}

function typeName(value: Value): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

export const STANDARD_FUNCTIONS: Functions = {
  abs: { args: ["number"], call: ([n]) => Math.abs(n as number) },
  avg: {
    args: ["numbers"],
    call: ([list]) => (list as number[]).reduce((a, b) => a + b, 0) / (list as number[]).length,
  },
  ceil: { args: ["number"], call: ([n]) => Math.ceil(n as number) },
  floor: { args: ["number"], call: ([n]) => Math.floor(n as number) },
  contains: {
    args: ["array|string", "any"],
    call: ([where, what = null]) =>
      typeof where === "string"
        ? typeof what === "string" && where.includes(what)
        : (where as JsonValue[]).some((each) => equalJson(each, what)),
  },
  ends_with: { args: ["string", "string"], call: ([text, end]) => (text as string).endsWith(end as string) },
  starts_with: { args: ["string", "string"], call: ([text, start]) => (text as string).startsWith(start as string) },
  join: { args: ["string", "strings"], call: ([separator, list]) => (list as string[]).join(separator as string) },
  keys: { args: ["object"], call: ([object]) => Object.keys(object as JsonObject).sort() },
  values: { args: ["object"], call: ([object]) => valuesOf(object as JsonObject) },
  length: {
    args: ["string|array|object"],
    call: ([value]) => (isJsonObject(value) ? Object.keys(value).length : [...(value as string)].length),
  },
  map: {
    args: ["expression", "array"],
    call: ([reference, list], evaluation) =>
      (list as JsonValue[]).map((each) => evaluation.run((reference as Reference).node, each) as JsonValue),
  },
  max: { args: ["numbers|strings"], call: ([list]) => greatest(list as JsonValue[]) },
  min: { args: ["numbers|strings"], call: ([list]) => least(list as JsonValue[]) },
  max_by: {
    args: ["array", "expression"],
    call([list = null, reference = null], evaluation) {
      const pairs = keyed(list, reference, evaluation);
      const key = greatest(pairs.map((pair) => pair.key));
      return pairs.find((pair) => pair.key === key)?.element ?? null;
    },
  },
  min_by: {
    args: ["array", "expression"],
    call([list = null, reference = null], evaluation) {
      const pairs = keyed(list, reference, evaluation);
      const key = least(pairs.map((pair) => pair.key));
      return pairs.find((pair) => pair.key === key)?.element ?? null;
    },
  },
  merge: { args: ["object..."], call: (objects) => Object.assign({}, ...(objects as JsonObject[])) as JsonObject },
  not_null: { args: ["any..."], call: (values) => values.find((value) => value !== null) ?? null },
  reverse: {
    args: ["array|string"],
    call: ([value]) =>
      typeof value === "string" ? [...value].reverse().join("") : [...(value as JsonValue[])].reverse(),
  },
  sort: { args: ["strings|numbers"], call: ([list]) => ordered(list as JsonValue[]) },
  sort_by: {
    args: ["array", "expression"],
    call: ([list = null, reference = null], evaluation) =>
      keyed(list, reference, evaluation)
        .sort((a, b) => (isLess(a.key, b.key) ? -1 : isLess(b.key, a.key) ? 1 : 0))
        .map(({ element }) => element),
  },
  to_array: { args: ["any"], call: ([value]) => (Array.isArray(value) ? value : [value as JsonValue]) },
  to_number: {
    args: ["any"],
    call([value]) {
      if (typeof value === "number") return value;
      const isNumber = typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value));
      return isNumber ? Number(value) : null;
    },
  },
  to_string: { args: ["any"], call: ([value]) => (typeof value === "string" ? value : JSON.stringify(value)) },
  type: { args: ["any"], call: ([value = null]) => typeName(value) },
};
