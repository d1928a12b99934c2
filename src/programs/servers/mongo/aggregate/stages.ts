/** Stages of an aggregation pipeline. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import { matches, sorted } from "../documents.ts";
import { MongoError } from "../errors.ts";
import { compare, numberOf, removeAt, setAt, valueAt } from "../values.ts";
import { evaluate } from "./expressions.ts";
import { group } from "./group.ts";
import { projected } from "./projection.ts";
import type { Scope } from "./scope.ts";

/** What stages need besides their documents. */
export interface Surroundings {
  /** Documents of another collection of the database. */
  read(collection: string): readonly JsonObject[];
  /** Replaces a collection: `$out` and `$merge`. */
  write(collection: string, documents: readonly JsonObject[]): void;
  random(): number;
  /** Counts work, in documents. */
  charge(documents: number): void;
  variables: Scope["variables"];
}

type Stage = (documents: readonly JsonObject[], given: JsonValue, around: Surroundings) => readonly JsonObject[];

/** Most documents between two stages. */
const MAX_DOCUMENTS = 100_000;

/** @throws MongoError */
export function aggregate(
  documents: readonly JsonObject[],
  pipeline: readonly JsonValue[],
  around: Surroundings,
): readonly JsonObject[] {
  let current = documents;
  for (const stage of pipeline) {
    const [name = "", ...others] = isJsonObject(stage) ? Object.keys(stage) : [];
    if (!isJsonObject(stage) || others.length > 0 || name === "")
      throw new MongoError("A pipeline stage specification object must contain exactly one field.", "Location40323");
    const run = Object.hasOwn(STAGES, name) ? STAGES[name] : undefined;
    if (!run) throw new MongoError(`Unrecognized pipeline stage name: '${name}'`, "Location40324");
    around.charge(current.length);
    current = run(current, stage[name] ?? null, around);
    if (current.length > MAX_DOCUMENTS)
      throw new MongoError(`a stage gives more than ${MAX_DOCUMENTS} documents: too many for this simulation`);
  }
  return current;
}

const fieldsOf = (given: JsonValue, stage: string): JsonObject => {
  if (!isJsonObject(given)) throw new MongoError(`${stage} specification must be an object`);
  return given;
};

const count = (given: JsonValue, stage: string): number => {
  const number = numberOf(given);
  if (number === undefined || number < 0) throw new MongoError(`invalid argument to ${stage} stage: ${String(given)}`);
  return number;
};

function withFields(document: JsonObject, fields: JsonObject, { variables }: Surroundings): JsonObject {
  const copy = structuredClone(document);
  for (const [path, expression] of Object.entries(fields)) {
    const value = evaluate(expression ?? null, { root: document, variables });
    if (value === undefined) removeAt(copy, path);
    else setAt(copy, path, value);
  }
  return copy;
}

const addFields: Stage = (documents, given, around) =>
  documents.map((each) => withFields(each, fieldsOf(given, "$addFields"), around));

const replaceRoot: Stage = (documents, given, { variables }) =>
  documents.map((each) => {
    const root = evaluate(given, { root: each, variables });
    if (!isJsonObject(root)) throw new MongoError("'newRoot' expression must evaluate to an object");
    return root;
  });

const sort: Stage = (documents, given) => sorted(documents, fieldsOf(given, "$sort"));

function unwind(documents: readonly JsonObject[], given: JsonValue): readonly JsonObject[] {
  const { path, preserveNullAndEmptyArrays, includeArrayIndex } = isJsonObject(given) ? given : { path: given };
  if (typeof path !== "string" || !path.startsWith("$"))
    throw new MongoError("path option to $unwind stage should be prefixed with a '$'");
  const field = path.slice(1);
  return documents.flatMap((document) => {
    const value = valueAt(document, field);
    const isEmpty = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
    if (isEmpty) {
      if (preserveNullAndEmptyArrays !== true) return [];
      const copy = structuredClone(document);
      if (Array.isArray(value)) removeAt(copy, field);
      return [copy];
    }
    return (Array.isArray(value) ? value : [value]).map((each, i) => {
      const copy = structuredClone(document);
      setAt(copy, field, each);
      if (typeof includeArrayIndex === "string") setAt(copy, includeArrayIndex, i);
      return copy;
    });
  });
}

const lookup: Stage = (documents, given, around) => {
  const { from, localField, foreignField, as, pipeline, let: variables } = fieldsOf(given, "$lookup");
  if (typeof from !== "string" || typeof as !== "string")
    throw new MongoError("must specify 'from' and 'as' for a $lookup", "FailedToParse");
  const foreign = around.read(from);
  return documents.map((document) => {
    around.charge(foreign.length);
    let found = foreign;
    if (typeof localField === "string" && typeof foreignField === "string") {
      const local = valueAt(document, localField) ?? null;
      const wanted = Array.isArray(local) ? { $in: local } : local;
      found = foreign.filter((each) => matches(each, { [foreignField]: wanted }));
    }
    if (Array.isArray(pipeline)) {
      const own: Record<string, JsonValue | undefined> = { ...around.variables };
      for (const [name, each] of Object.entries(isJsonObject(variables) ? variables : {}))
        own[name] = evaluate(each ?? null, { root: document, variables: around.variables });
      found = aggregate(found, pipeline, { ...around, variables: own });
    }
    const copy = structuredClone(document);
    setAt(copy, as, [...found]);
    return copy;
  });
};

const bucket: Stage = (documents, given, { variables }) => {
  const { groupBy = null, boundaries, default: other, output } = fieldsOf(given, "$bucket");
  const limits = Array.isArray(boundaries) ? boundaries : [];
  const labelled = documents.map((document) => {
    const value = evaluate(groupBy, { root: document, variables });
    const at = limits.findIndex((each, i) => compare(value, each) >= 0 && compare(value, limits[i + 1]) < 0);
    if (at < 0 && other === undefined)
      throw new MongoError("$switch could not find a matching branch for an input, and no default was specified.");
    return { label: at < 0 || at === limits.length - 1 ? (other ?? null) : (limits[at] ?? null), document };
  });
  const labels = [...new Set(labelled.map(({ label }) => label))].sort(compare);
  return labels.flatMap((label) => {
    const members = labelled.filter((each) => each.label === label).map(({ document }) => document);
    const fields = isJsonObject(output) ? output : { count: { $sum: 1 } };
    return group(members, { ...fields, _id: { $literal: label } }, variables);
  });
};

const sortByCount: Stage = (documents, given, { variables }) =>
  sorted(group(documents, { _id: given, count: { $sum: 1 } }, variables), { count: -1 });

const out: Stage = (documents, given, around) => {
  const target = isJsonObject(given) ? given["into"] : given;
  if (typeof target !== "string") throw new MongoError("this simulation writes into a collection of the same database");
  around.write(target, documents);
  return [];
};

const merge: Stage = (documents, given, around) => {
  const target = isJsonObject(given) ? given["into"] : given;
  if (typeof target !== "string") throw new MongoError("this simulation merges into a collection of the same database");
  const kept = around.read(target).filter((old) => !documents.some((each) => compare(each["_id"], old["_id"]) === 0));
  around.write(target, [...kept, ...documents]);
  return [];
};

const sample: Stage = (documents, given, { random }) => {
  const pool = [...documents];
  const size = Math.min(pool.length, count(fieldsOf(given, "$sample")["size"] ?? null, "$sample"));
  return Array.from({ length: size }, () => pool.splice(random() % pool.length, 1)).flat();
};

const STAGES: Readonly<Record<string, Stage>> = {
  $match: (documents, given) => documents.filter((each) => matches(each, fieldsOf(given, "$match"))),
  $project: (documents, given, { variables }) => {
    const fields = fieldsOf(given, "$project");
    if (Object.keys(fields).length === 0)
      throw new MongoError("Invalid $project :: caused by :: projection specification must have at least one field");
    return documents.map((each) => projected(each, fields, variables));
  },
  $addFields: addFields,
  $set: addFields,
  $unset: (documents, given) =>
    documents.map((each) => {
      const copy = structuredClone(each);
      for (const path of [given].flat()) removeAt(copy, String(path));
      return copy;
    }),
  $group: (documents, given, { variables }) => group(documents, fieldsOf(given, "$group"), variables),
  $sort: sort,
  $limit: (documents, given) => documents.slice(0, count(given, "$limit")),
  $skip: (documents, given) => documents.slice(count(given, "$skip")),
  $unwind: unwind,
  $lookup: lookup,
  $count: (documents, given) => (documents.length === 0 ? [] : [{ [String(given)]: documents.length }]),
  $sortByCount: sortByCount,
  $replaceRoot: (documents, given, around) =>
    replaceRoot(documents, fieldsOf(given, "$replaceRoot")["newRoot"] ?? null, around),
  $replaceWith: replaceRoot,
  $bucket: bucket,
  $facet: (documents, given, around) => [
    Object.fromEntries(
      Object.entries(fieldsOf(given, "$facet")).map(([name, pipeline]) => [
        name,
        [...aggregate(documents, Array.isArray(pipeline) ? pipeline : [], around)],
      ]),
    ),
  ],
  $unionWith: (documents, given, around) => {
    const { coll, pipeline } = isJsonObject(given) ? given : { coll: given, pipeline: undefined };
    const others = around.read(String(coll));
    return [...documents, ...(Array.isArray(pipeline) ? aggregate(others, pipeline, around) : others)];
  },
  $sample: sample,
  $out: out,
  $merge: merge,
};
