/** Filters, orders and updates of documents. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { Regex, RegexError } from "../../../lib/regex.ts";
import { evaluate } from "./aggregate/expressions.ts";
import { MongoError } from "./errors.ts";
import {
  bsonTypeOf,
  candidatesAt,
  compare,
  dateValue,
  isSameRank,
  isTrue,
  numberOf,
  parentAt,
  removeAt,
  setAt,
  valueAt,
} from "./values.ts";

export function sorted(documents: readonly JsonObject[], by: JsonObject): JsonObject[] {
  const keys = Object.entries(by);
  return [...documents].sort((a, b) => {
    for (const [path, direction] of keys) {
      const order = compare(sortKey(a, path, Number(direction)), sortKey(b, path, Number(direction)));
      if (order !== 0) return order * Number(direction);
    }
    return 0;
  });
}

/** An array sorts by its least element, or by its greatest one in descending order. */
function sortKey(document: JsonObject, path: string, direction: number): JsonValue | undefined {
  const value = valueAt(document, path);
  if (!Array.isArray(value)) return value;
  return value.reduce<JsonValue | undefined>(
    (best, each) => (best === undefined || compare(each, best) * direction < 0 ? each : best),
    undefined,
  );
}

/** @throws MongoError for an operator that this simulation does not know */
export function matches(document: JsonObject, filter: JsonObject): boolean {
  return Object.entries(filter).every(([name, condition]) => {
    const list = Array.isArray(condition) ? condition.filter(isJsonObject) : [];
    if (name === "$and") return list.every((each) => matches(document, each));
    if (name === "$or") return list.some((each) => matches(document, each));
    if (name === "$nor") return !list.some((each) => matches(document, each));
    if (name === "$expr") return isTrue(evaluate(condition ?? null, { root: document, variables: {} }));
    if (name === "$comment") return true;
    if (name.startsWith("$")) throw new MongoError(`unknown top level operator: ${name}`);
    return fits(candidatesAt(document, name), condition ?? null);
  });
}

type Candidates = readonly (JsonValue | undefined)[];

function isOperators(condition: JsonValue): condition is JsonObject {
  return isJsonObject(condition) && Object.keys(condition).some((key) => key.startsWith("$")) && isPlain(condition);
}

const isPlain = (value: JsonValue): boolean => ["object", "regex"].includes(bsonTypeOf(value));

function fits(candidates: Candidates, condition: JsonValue): boolean {
  if (!isOperators(condition)) return some(candidates, (value) => compare(value, condition) === 0);
  return Object.entries(condition).every(([operator, wanted]) => {
    const test = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
    if (!test) throw new MongoError(`unknown operator: ${operator}`);
    return test(candidates, wanted ?? null, condition);
  });
}

/** Whether a value, or an element of a value that is an array, passes. */
function some(candidates: Candidates, accepts: (value: JsonValue | undefined) => boolean): boolean {
  if (candidates.length === 0) return accepts(undefined);
  return candidates.some((value) => accepts(value) || (Array.isArray(value) && value.some(accepts)));
}

type Test = (candidates: Candidates, wanted: JsonValue, condition: JsonObject) => boolean;

function ordered(accepts: (order: number) => boolean): Test {
  return (candidates, wanted) =>
    some(candidates, (value) => isSameRank(value, wanted) && accepts(compare(value, wanted)));
}

function listOf(operator: string, wanted: JsonValue): readonly JsonValue[] {
  if (!Array.isArray(wanted)) throw new MongoError(`${operator} needs an array`);
  return wanted;
}

const isIn: Test = (candidates, wanted) => listOf("$in", wanted).some((each) => fits(candidates, each));

const OPERATORS: Readonly<Record<string, Test>> = {
  $eq: (candidates, wanted) => some(candidates, (value) => compare(value, wanted) === 0),
  $ne: (candidates, wanted) => !some(candidates, (value) => compare(value, wanted) === 0),
  $gt: ordered((order) => order > 0),
  $gte: ordered((order) => order >= 0),
  $lt: ordered((order) => order < 0),
  $lte: ordered((order) => order <= 0),
  $in: isIn,
  $nin: (candidates, wanted, condition) => !isIn(candidates, listOf("$nin", wanted) as JsonValue[], condition),
  $exists: (candidates, wanted) => candidates.some((value) => value !== undefined) === isTrue(wanted),
  $not: (candidates, wanted) => !fits(candidates, wanted),
  $size: (candidates, wanted) => candidates.some((value) => Array.isArray(value) && value.length === wanted),
  $all: (candidates, wanted) => listOf("$all", wanted).every((each) => fits(candidates, each)),
  $mod: (candidates, wanted) => {
    const [divisor = 1, remainder = 0] = listOf("$mod", wanted).map(Number);
    return some(
      candidates,
      (value) => numberOf(value) !== undefined && Number(numberOf(value)) % divisor === remainder,
    );
  },
  $type: (candidates, wanted) =>
    some(candidates, (value) => {
      const type = bsonTypeOf(value);
      const isNumber = ["int", "double", "long", "decimal"].includes(type);
      return [wanted].flat().some((each) => each === type || (each === "number" && isNumber));
    }),
  $elemMatch: (candidates, wanted) =>
    candidates.some(
      (value) =>
        Array.isArray(value) &&
        value.some((each) =>
          isOperators(wanted)
            ? fits([each], wanted)
            : isJsonObject(each) && isJsonObject(wanted) && matches(each, wanted),
        ),
    ),
  $regex: (candidates, wanted, { $options }) => {
    const regex = compiled(String(wanted), String($options ?? ""));
    return some(candidates, (value) => typeof value === "string" && regex.test(value));
  },
  $options: () => true,
};

/** A regular expression with its options. @throws MongoError */
function compiled(pattern: string, options: string): Regex {
  const flags = [...options].filter((each) => "ims".includes(each)).join("");
  try {
    return new Regex(`${flags === "" ? "" : `(?${flags})`}${pattern}`);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new MongoError(`Regular expression is invalid: ${error.message}`, "Location51003");
  }
}

export interface UpdateFacts {
  nowMs: number;
  /** The document is new: `$setOnInsert` applies. */
  isInsert: boolean;
}

/** The document after an update with operators. @throws MongoError */
export function updated(document: JsonObject, update: JsonObject, facts: UpdateFacts): JsonObject {
  const copy = structuredClone(document);
  for (const [operator, fields] of Object.entries(update)) {
    if (!operator.startsWith("$")) throw new MongoError("Update document requires atomic operators", "FailedToParse");
    const change = Object.hasOwn(UPDATES, operator) ? UPDATES[operator] : undefined;
    if (!change || !isJsonObject(fields))
      throw new MongoError(
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
        "FailedToParse",
      );
    for (const [path, value] of Object.entries(fields)) {
      if (path === "_id" && operator === "$set" && compare(document["_id"], value) !== 0)
        throw new MongoError("Performing an update on the path '_id' would modify the immutable field '_id'");
      if (/(^|\.)\$/.test(path))
        throw new MongoError(`The positional operator of '${path}' is not part of this simulation`);
      change(copy, path, value ?? null, facts);
    }
  }
  return copy;
}

type Change = (document: JsonObject, path: string, value: JsonValue, facts: UpdateFacts) => void;

function numeric(document: JsonObject, path: string, operator: string): number {
  const value = valueAt(document, path);
  const number = value === undefined ? 0 : numberOf(value);
  if (number === undefined)
    throw new MongoError(
      `Cannot apply ${operator} to a value of non-numeric type. {_id: ${JSON.stringify(document["_id"])}} has the field '${path.split(".").at(-1)}' of non-numeric type ${bsonTypeOf(value)}`,
      "TypeMismatch",
    );
  return number;
}

function listAt(document: JsonObject, path: string, operator: string): JsonValue[] {
  const value = valueAt(document, path);
  if (value === undefined) return [];
  if (!Array.isArray(value))
    throw new MongoError(
      `The field '${path}' must be an array but is of type ${bsonTypeOf(value)} in document {_id: ${JSON.stringify(document["_id"])}} (${operator})`,
    );
  return [...value];
}

const eachOf = (value: JsonValue): JsonValue[] =>
  isJsonObject(value) && Array.isArray(value["$each"]) ? value["$each"] : [value];

const limited =
  (replaces: (order: number) => boolean): Change =>
  (document, path, value) => {
    const old = valueAt(document, path);
    if (old === undefined || replaces(compare(value, old))) setAt(document, path, value);
  };

const UPDATES: Readonly<Record<string, Change>> = {
  $set: setAt,
  $setOnInsert: (document, path, value, { isInsert }) => {
    if (isInsert) setAt(document, path, value);
  },
  $unset: removeAt,
  $inc: (document, path, value) => setAt(document, path, numeric(document, path, "$inc") + Number(numberOf(value))),
  $mul: (document, path, value) => setAt(document, path, numeric(document, path, "$mul") * Number(numberOf(value))),
  $min: limited((order) => order < 0),
  $max: limited((order) => order > 0),
  $push: (document, path, value) => {
    const list = [...listAt(document, path, "$push"), ...eachOf(value)];
    const slice = isJsonObject(value) ? value["$slice"] : undefined;
    setAt(document, path, typeof slice !== "number" ? list : slice < 0 ? list.slice(slice) : list.slice(0, slice));
  },
  $pull: (document, path, value) => {
    if (valueAt(document, path) === undefined) return;
    const isRemoved = (each: JsonValue) =>
      isJsonObject(value) && !isOperators(value) && isJsonObject(each) ? matches(each, value) : fits([each], value);
    setAt(
      document,
      path,
      listAt(document, path, "$pull").filter((each) => !isRemoved(each)),
    );
  },
  $pop: (document, path, value) => {
    const list = listAt(document, path, "$pop");
    setAt(document, path, Number(value) < 0 ? list.slice(1) : list.slice(0, -1));
  },
  $addToSet: (document, path, value) => {
    const list = listAt(document, path, "$addToSet");
    for (const each of eachOf(value)) if (!list.some((old) => compare(old, each) === 0)) list.push(each);
    setAt(document, path, list);
  },
  $rename: (document, path, value) => {
    const [parent, name] = parentAt(document, path, false) ?? [];
    const old = parent && !Array.isArray(parent) && name !== undefined ? parent[name] : undefined;
    if (old === undefined) return;
    removeAt(document, path);
    setAt(document, String(value), old);
  },
  $currentDate: (document, path, _value, { nowMs }) => setAt(document, path, dateValue(nowMs)),
};
