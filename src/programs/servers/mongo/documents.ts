/** Documents of MongoDB: filters, updates, and their order. A document is JSON; an ObjectId is `{ $oid: "…" }`. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { Regex, RegexError } from "../../../lib/regex.ts";

export class MongoError extends Error {
  override name = "MongoError";
}

/** The value at a path such as `address.city`; undefined if it is missing. */
function valueAt(document: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const name of path.split(".")) {
    if (Array.isArray(value)) value = value[Number(name)];
    else value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/** Types in the order of BSON. */
function rank(value: JsonValue | undefined): number {
  if (value === undefined || value === null) return 0;
  const order = ["number", "string", "object", "boolean"];
  return isJsonObject(value) && "$oid" in value ? 3.5 : order.indexOf(typeof value) + 1;
}

function compare(left: JsonValue | undefined, right: JsonValue | undefined): number {
  if (rank(left) !== rank(right)) return rank(left) - rank(right);
  if (typeof left === "number" && typeof right === "number") return left - right;
  const [a, b] = [JSON.stringify(left ?? null), JSON.stringify(right ?? null)];
  return a < b ? -1 : a > b ? 1 : 0;
}

export function sorted(documents: readonly JsonObject[], by: JsonObject): JsonObject[] {
  const keys = Object.entries(by);
  return [...documents].sort((a, b) => {
    for (const [path, direction] of keys) {
      const order = compare(valueAt(a, path), valueAt(b, path));
      if (order !== 0) return order * Number(direction);
    }
    return 0;
  });
}

/** @throws MongoError for an operator that this simulation does not know */
export function matches(document: JsonObject, filter: JsonObject): boolean {
  return Object.entries(filter).every(([name, condition]) => {
    const list = Array.isArray(condition) ? condition.filter(isJsonObject) : [];
    if (name === "$and") return list.every((each) => matches(document, each));
    if (name === "$or") return list.some((each) => matches(document, each));
    if (name === "$nor") return !list.some((each) => matches(document, each));
    if (name.startsWith("$")) throw new MongoError(`unknown top level operator: ${name}`);
    return fits(valueAt(document, name), condition ?? null);
  });
}

function fits(value: JsonValue | undefined, condition: JsonValue): boolean {
  const isOperators = isJsonObject(condition) && Object.keys(condition).some((key) => /^\$(?!oid$|date$)/.test(key));
  if (!isOperators) return isEqual(value, condition);
  return Object.entries(condition).every(([operator, wanted]) => {
    const test = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
    if (!test) throw new MongoError(`unknown operator: ${operator}`);
    return test(value, wanted ?? null, condition);
  });
}

/** A field with an array equals a value that the array contains. */
function isEqual(value: JsonValue | undefined, wanted: JsonValue): boolean {
  if (Array.isArray(value) && !Array.isArray(wanted)) return value.some((each) => compare(each, wanted) === 0);
  return compare(value, wanted) === 0;
}

type Test = (value: JsonValue | undefined, wanted: JsonValue, condition: JsonObject) => boolean;

function ordered(accepts: (order: number) => boolean): Test {
  return (value, wanted) => rank(value) === rank(wanted) && accepts(compare(value, wanted));
}

const OPERATORS: Readonly<Record<string, Test>> = {
  $eq: isEqual,
  $ne: (value, wanted) => !isEqual(value, wanted),
  $gt: ordered((order) => order > 0),
  $gte: ordered((order) => order >= 0),
  $lt: ordered((order) => order < 0),
  $lte: ordered((order) => order <= 0),
  $in: (value, wanted) => Array.isArray(wanted) && wanted.some((each) => isEqual(value, each)),
  $nin: (value, wanted) => !(Array.isArray(wanted) && wanted.some((each) => isEqual(value, each))),
  $exists: (value, wanted) => (value !== undefined) === Boolean(wanted),
  $not: (value, wanted) => !fits(value, wanted),
  $size: (value, wanted) => Array.isArray(value) && value.length === wanted,
  $regex: (value, wanted, { $options }) =>
    typeof value === "string" && hasMatch(value, String(wanted), String($options ?? "")),
  $options: () => true,
};

function hasMatch(text: string, pattern: string, options: string): boolean {
  try {
    return new Regex(`${options.includes("i") ? "(?i)" : ""}${pattern}`).test(text);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new MongoError(`Regular expression is invalid: ${error.message}`);
  }
}

/** The document after an update with operators. @throws MongoError */
export function updated(document: JsonObject, update: JsonObject): JsonObject {
  const copy = structuredClone(document);
  for (const [operator, fields] of Object.entries(update)) {
    if (!operator.startsWith("$")) throw new MongoError("Update document requires atomic operators");
    const change = Object.hasOwn(UPDATES, operator) ? UPDATES[operator] : undefined;
    if (!change || !isJsonObject(fields)) throw new MongoError(`Unknown modifier: ${operator}`);
    for (const [path, value] of Object.entries(fields)) {
      const names = path.split(".");
      const last = names.pop() ?? path;
      let parent: JsonObject = copy;
      for (const name of names) {
        const next = parent[name];
        const child: JsonObject = isJsonObject(next) ? next : {};
        parent[name] = child;
        parent = child;
      }
      change(parent, last, value ?? null);
    }
  }
  return copy;
}

function listAt(parent: JsonObject, name: string): JsonValue[] {
  const value = parent[name];
  return Array.isArray(value) ? value : [];
}

const UPDATES: Readonly<Record<string, (parent: JsonObject, name: string, value: JsonValue) => void>> = {
  $set: (parent, name, value) => {
    parent[name] = value;
  },
  $unset: (parent, name) => {
    delete parent[name];
  },
  $inc: (parent, name, value) => {
    parent[name] = Number(parent[name] ?? 0) + Number(value);
  },
  $mul: (parent, name, value) => {
    parent[name] = Number(parent[name] ?? 0) * Number(value);
  },
  $push: (parent, name, value) => {
    const added = isJsonObject(value) && Array.isArray(value["$each"]) ? value["$each"] : [value];
    parent[name] = [...listAt(parent, name), ...added];
  },
  $pull: (parent, name, value) => {
    parent[name] = listAt(parent, name).filter((each) => !isEqual(each, value));
  },
  $addToSet: (parent, name, value) => {
    const list = listAt(parent, name);
    parent[name] = list.some((each) => isEqual(each, value)) ? list : [...list, value];
  },
  $rename: (parent, name, value) => {
    if (!Object.hasOwn(parent, name)) return;
    parent[String(value)] = parent[name] ?? null;
    delete parent[name];
  },
};

/** The fields that a projection keeps. */
export function projected(document: JsonObject, projection: JsonObject): JsonObject {
  const names = Object.entries(projection);
  if (names.length === 0) return document;
  const isInclusion = names.some(([name, value]) => name !== "_id" && Boolean(value));
  return Object.fromEntries(
    Object.entries(document).filter(([name]) => {
      if (name === "_id") return projection["_id"] === undefined || Boolean(projection["_id"]);
      return isInclusion ? Boolean(projection[name]) : projection[name] === undefined;
    }),
  );
}
