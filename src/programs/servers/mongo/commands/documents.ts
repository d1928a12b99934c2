/** Commands on documents. Source: https://www.mongodb.com/docs/manual/reference/command/nav-crud/ */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import type { ProcessView } from "../../../../shell/program.ts";
import { projected } from "../aggregate/projection.ts";
import { aggregate } from "../aggregate/stages.ts";
import { matches, sorted, updated } from "../documents.ts";
import { MongoError } from "../errors.ts";
import { candidatesAt, compare, isTrue, numberOf, valueAt } from "../values.ts";
import { type Command, type CommandContext, objectIn, objectsIn } from "./command.ts";

/** A new ObjectId: time, then random bytes. */
function objectId(process: ProcessView): JsonObject {
  const time = Math.floor(process.nowMs / 1000)
    .toString(16)
    .padStart(8, "0");
  const rest = [process.random(), process.random()].map((each) => each.toString(16).padStart(8, "0")).join("");
  return { $oid: time + rest };
}

/** Documents that a filter of a command accepts. */
function found({ databases, database, target, process }: CommandContext, filter: JsonObject): JsonObject[] {
  const all = databases.read(database, target);
  process.charge(Math.ceil(all.length / 10));
  // An invalid filter is refused in an empty collection too.
  if (all.length === 0) matches({}, filter);
  return all.filter((each) => matches(each, filter));
}

function find(context: CommandContext): JsonObject {
  const { command, database, target } = context;
  const rows = sorted(found(context, objectIn(command["filter"])), objectIn(command["sort"]));
  const skip = numberOf(command["skip"]) ?? 0;
  const limit = Math.abs(numberOf(command["limit"]) ?? 0);
  const chosen = rows.slice(skip, limit > 0 ? skip + limit : undefined);
  const batch = chosen.map((each) => projected(each, objectIn(command["projection"])));
  return cursor(database, target, batch);
}

const cursor = (database: string, collection: string, firstBatch: readonly JsonObject[]): JsonObject => ({
  cursor: { firstBatch: [...firstBatch], id: { $numberLong: "0" }, ns: `${database}.${collection}` },
});

/** @throws MongoError if a unique index has the document's values */
function checkUnique(context: CommandContext, all: readonly JsonObject[], document: JsonObject): void {
  const { databases, database, target } = context;
  for (const { name, key, unique } of databases.indexes(database, target)) {
    if (name !== "_id_" && unique !== true) continue;
    const paths = Object.keys(key);
    const isSame = (other: JsonObject) =>
      paths.every((path) => candidatesAt(other, path).some((each) => compare(each, valueAt(document, path)) === 0));
    if (!all.some((other) => other !== document && isSame(other))) continue;
    const shown = paths.map((path) => `${path}: ${keyText(valueAt(document, path))}`).join(", ");
    throw new MongoError(
      `E11000 duplicate key error collection: ${database}.${target} index: ${name} dup key: { ${shown} }`,
      "DuplicateKey",
    );
  }
}

const keyText = (value: JsonValue | undefined): string =>
  isJsonObject(value) && "$oid" in value ? `ObjectId('${value["$oid"]}')` : JSON.stringify(value ?? null);

function insert(context: CommandContext): JsonObject {
  const { command, databases, database, target, process } = context;
  const all = databases.read(database, target);
  const errors: JsonObject[] = [];
  let n = 0;
  for (const [index, document] of objectsIn(command["documents"]).entries()) {
    const kept = document["_id"] === undefined ? { _id: objectId(process), ...document } : reordered(document);
    try {
      checkUnique(context, all, kept);
      all.push(kept);
      n++;
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      errors.push({ index, code: error.code, errmsg: error.message });
      if (command["ordered"] !== false) break;
    }
  }
  if (n > 0) databases.write(database, target, all);
  return { n, ...(errors.length > 0 && { writeErrors: errors }) };
}

/** The document with `_id` in front, as it is stored. */
function reordered({ _id = null, ...others }: JsonObject): JsonObject {
  return { _id, ...others };
}

interface Changed {
  matched: number;
  modified: number;
  upserted: JsonValue | undefined;
  before: JsonObject | undefined;
  after: JsonObject | undefined;
}

/** Changes the first document or all that a filter accepts. */
function change(
  context: CommandContext,
  statement: { q: JsonObject; u: JsonValue; multi: boolean; upsert: boolean; sort?: JsonObject },
): Changed {
  const { databases, database, target, process } = context;
  const all = databases.read(database, target);
  const { q, u, multi, upsert, sort = {} } = statement;
  const hits = sorted(
    all.filter((each) => matches(each, q)),
    sort,
  ).slice(0, multi ? undefined : 1);
  const result: Changed = { matched: hits.length, modified: 0, upserted: undefined, before: hits[0], after: undefined };
  const next = all.map((each) => {
    if (!hits.includes(each)) return each;
    const made = changed(each, u, { nowMs: process.nowMs, isInsert: false }, context);
    if (compare(made, each) !== 0) result.modified++;
    result.after ??= made;
    return made;
  });
  if (hits.length === 0 && upsert) {
    const equal = Object.entries(q).filter(
      ([name, value]) =>
        !name.startsWith("$") && !(isJsonObject(value) && /^\$(?!oid|date)/.test(Object.keys(value)[0] ?? "")),
    );
    const base = { _id: objectId(process), ...(Object.fromEntries(equal) as JsonObject) };
    const made = changed(base, u, { nowMs: process.nowMs, isInsert: true }, context);
    result.upserted = made["_id"] ?? null;
    result.after = made;
    next.push(made);
  }
  for (const made of next) if (made !== undefined && !all.includes(made)) checkUnique(context, next, made);
  if (result.modified > 0 || result.upserted !== undefined) databases.write(database, target, next);
  return result;
}

function changed(
  document: JsonObject,
  update: JsonValue,
  facts: { nowMs: number; isInsert: boolean },
  context: CommandContext,
): JsonObject {
  if (Array.isArray(update)) {
    const [made = document] = aggregate([document], update, surroundings(context));
    return made;
  }
  const fields = objectIn(update);
  const isReplacement = !Object.keys(fields).some((name) => name.startsWith("$"));
  return isReplacement ? { _id: document["_id"] ?? null, ...fields } : updated(document, fields, facts);
}

function update(context: CommandContext): JsonObject {
  const totals = { n: 0, nModified: 0 };
  const upserted: JsonObject[] = [];
  for (const [index, statement] of objectsIn(context.command["updates"]).entries()) {
    const { q, u = {}, multi, upsert } = statement;
    const result = change(context, { q: objectIn(q), u, multi: multi === true, upsert: upsert === true });
    totals.n += result.matched + (result.upserted === undefined ? 0 : 1);
    totals.nModified += result.modified;
    if (result.upserted !== undefined) upserted.push({ index, _id: result.upserted });
  }
  return { ...totals, ...(upserted.length > 0 && { upserted }) };
}

function remove(context: CommandContext): JsonObject {
  const { command, databases, database, target } = context;
  const all = databases.read(database, target);
  let kept = all;
  for (const { q, limit } of objectsIn(command["deletes"])) {
    let left = numberOf(limit) === 1 ? 1 : Number.POSITIVE_INFINITY;
    kept = kept.filter((each) => !(left > 0 && matches(each, objectIn(q)) && left-- > 0));
  }
  if (kept.length < all.length) databases.write(database, target, kept);
  return { n: all.length - kept.length };
}

function findAndModify(context: CommandContext): JsonObject {
  const { command, databases, database, target } = context;
  const { query, sort, update: u, remove: removes, new: isNew, upsert, fields } = command;
  const q = objectIn(query);
  const projection = objectIn(fields);
  if (removes === true) {
    const all = databases.read(database, target);
    const [hit] = sorted(
      all.filter((each) => matches(each, q)),
      objectIn(sort),
    );
    if (hit)
      databases.write(
        database,
        target,
        all.filter((each) => each !== hit),
      );
    return { lastErrorObject: { n: hit ? 1 : 0 }, value: hit ? projected(hit, projection) : null };
  }
  const result = change(context, { q, u: u ?? {}, multi: false, upsert: upsert === true, sort: objectIn(sort) });
  const value = isNew === true ? result.after : result.before;
  return {
    lastErrorObject: { n: 1, updatedExisting: result.matched > 0 },
    value: value ? projected(value, projection) : null,
  };
}

function surroundings({ process, databases, database }: CommandContext) {
  return {
    read: (collection: string) => databases.read(database, collection),
    write: (collection: string, documents: readonly JsonObject[]) => databases.write(database, collection, documents),
    random: () => process.random(),
    charge: (documents: number) => process.charge(Math.ceil(documents / 10)),
    variables: { NOW: { $date: new Date(process.nowMs).toISOString() } },
  };
}

function runPipeline(context: CommandContext): JsonObject {
  const { command, databases, database, target } = context;
  const { pipeline } = command;
  if (!Array.isArray(pipeline))
    throw new MongoError("'pipeline' option must be specified as an array", "FailedToParse");
  const documents = databases.read(database, target);
  return cursor(database, target, aggregate(documents, pipeline, surroundings(context)));
}

function distinct(context: CommandContext): JsonObject {
  const key = String(context.command["key"]);
  const values: JsonValue[] = [];
  for (const document of found(context, objectIn(context.command["query"]))) {
    for (const each of candidatesAt(document, key).flat())
      if (each !== undefined && !values.some((old) => compare(old, each) === 0)) values.push(each);
  }
  return { values: values.sort(compare) };
}

/** Whether a pipeline writes. */
export function writesByPipeline({ pipeline }: JsonObject): boolean {
  return objectsIn(pipeline).some((stage) => isTrue(stage["$out"]) || isTrue(stage["$merge"]));
}

export const DOCUMENT_COMMANDS: Readonly<Record<string, Command>> = {
  find: { isRead: true, run: find },
  insert: { isWrite: true, run: insert },
  update: { isWrite: true, run: update },
  delete: { isWrite: true, run: remove },
  findAndModify: { isWrite: true, run: findAndModify },
  count: { isRead: true, run: (context) => ({ n: found(context, objectIn(context.command["query"])).length }) },
  distinct: { isRead: true, run: distinct },
  aggregate: { isRead: true, run: runPipeline },
};
