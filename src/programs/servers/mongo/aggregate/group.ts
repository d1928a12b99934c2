/** `$group` and its accumulators. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import { MongoError } from "../errors.ts";
import { compare } from "../values.ts";
import { evaluate } from "./expressions.ts";
import type { Values } from "./function.ts";
import { averageOf, deviationOf, extremeOf, sumOf } from "./functions.ts";
import type { Scope } from "./scope.ts";

/** The result for the values of a group's documents. */
type Accumulator = (values: Values) => JsonValue;

const present = (values: Values): JsonValue[] => values.filter((each): each is JsonValue => each !== undefined);

const ACCUMULATORS: Readonly<Record<string, Accumulator>> = {
  $sum: sumOf,
  $avg: averageOf,
  $min: (values) => extremeOf(values, 1),
  $max: (values) => extremeOf(values, -1),
  $first: (values) => values[0] ?? null,
  $last: (values) => values.at(-1) ?? null,
  $push: present,
  $addToSet: (values) =>
    present(values).filter((each, i, all) => all.findIndex((other) => compare(other, each) === 0) === i),
  $count: (values) => values.length,
  $stdDevPop: (values) => deviationOf(values, false),
  $stdDevSamp: (values) => deviationOf(values, true),
  $mergeObjects: (values) => Object.assign({}, ...values.filter(isJsonObject)) as JsonObject,
};

export function group(
  documents: readonly JsonObject[],
  specification: JsonObject,
  variables: Scope["variables"],
): JsonObject[] {
  const { _id, ...fields } = specification;
  if (_id === undefined) throw new MongoError("a group specification must include an _id", "Location40324");
  const groups = new Map<string, { id: JsonValue; members: JsonObject[] }>();
  for (const document of documents) {
    const id = evaluate(_id, { root: document, variables }) ?? null;
    const key = JSON.stringify(id);
    const known = groups.get(key);
    if (known) known.members.push(document);
    else groups.set(key, { id, members: [document] });
  }
  return [...groups.values()].map(({ id, members }) => {
    const result: JsonObject = { _id: id };
    for (const [name, given] of Object.entries(fields))
      result[name] = accumulated(name, given ?? null, members, variables);
    return result;
  });
}

function accumulated(
  field: string,
  given: JsonValue,
  members: readonly JsonObject[],
  variables: Scope["variables"],
): JsonValue {
  const [operator = "", ...others] = isJsonObject(given) ? Object.keys(given) : [];
  if (!isJsonObject(given) || others.length > 0)
    throw new MongoError(`The field '${field}' must be an accumulator object`, "Location40323");
  const accumulator = Object.hasOwn(ACCUMULATORS, operator) ? ACCUMULATORS[operator] : undefined;
  if (!accumulator) throw new MongoError(`unknown group operator '${operator}'`);
  return accumulator(members.map((document) => evaluate(given[operator] ?? null, { root: document, variables })));
}
