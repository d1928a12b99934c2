/** Collections and their methods, in JavaScript. Source: https://www.mongodb.com/docs/manual/reference/method/js-collection/ */
import { scripts } from "../../javascript/intrinsics.ts";

scripts("node:mongosh", {
  /** A collection; other names than its methods are collections too: `db.a.b`. */
  collection: `
function collection(database, name) {
  const target = $mongosh.make("Collection");
  Object.defineProperty(target, "_database", { value: database });
  Object.defineProperty(target, "_collection", { value: name });
  return new Proxy(target, {
    get: (object, key) => typeof key !== "string" || key in object ? object[key] : $mongosh.collection(database, name + "." + key),
  });
}`,
  /** Raises the error of a write that was refused. */
  checkWrite: `
function checkWrite(reply, isBulk) {
  const [error] = reply.writeErrors ?? [];
  if (error) $mongosh.fail(isBulk ? "MongoBulkWriteError" : "MongoServerError", error.errmsg, error.code);
  return reply;
}`,
});

const WRITE = (name: string, isMany: boolean, replaces = false) => `
function ${name}(filter, change, options) {
  if (change === undefined) $mongosh.fail("MongoshInvalidInputError", "[COMMON-10001] Missing required argument at position 1 (Collection.${name})");
  const hasOperators = Array.isArray(change) || Object.keys(change).some((key) => key.startsWith("$"));
  if (${replaces ? "hasOperators" : "!hasOperators"})
    $mongosh.fail("MongoInvalidArgumentError", "${replaces ? "Replacement document must not contain atomic operators" : "Update document requires atomic operators"}");
  const update = { q: filter ?? {}, u: change, multi: ${isMany}, upsert: options?.upsert === true };
  const reply = $mongosh.run(this._database, { update: this._collection, updates: [update] });
  const [upserted] = reply.upserted ?? [];
  return {
    acknowledged: true,
    insertedId: upserted?._id ?? null,
    matchedCount: reply.n - (upserted ? 1 : 0),
    modifiedCount: reply.nModified,
    upsertedCount: upserted ? 1 : 0,
  };
}`;

const DELETE = (name: string, limit: 0 | 1) => `
function ${name}(filter) {
  if (filter === undefined) $mongosh.fail("MongoshInvalidInputError", "[COMMON-10001] Missing required argument at position 0 (Collection.${name})");
  const reply = $mongosh.run(this._database, { delete: this._collection, deletes: [{ q: filter, limit: ${limit} }] });
  return { acknowledged: true, deletedCount: reply.n };
}`;

const MODIFY = (name: string, parameters: string, fields: string) => `
function ${name}(${parameters}) {
  const command = { findAndModify: this._collection, query: filter, ${fields} };
  if (options?.sort) command.sort = options.sort;
  if (options?.projection) command.fields = options.projection;
  command.new = options?.returnDocument === "after" || options?.returnNewDocument === true;
  command.upsert = options?.upsert === true;
  return $mongosh.run(this._database, command).value;
}`;

scripts("node:mongosh.Collection", {
  getName: "function getName() { return this._collection; }",
  getFullName: "function getFullName() { return this._database + '.' + this._collection; }",
  toString: "function toString() { return this.getFullName(); }",
  getDB: "function getDB() { return $mongosh.database(this._database); }",
  getCollection:
    "function getCollection(name) { return $mongosh.collection(this._database, this._collection + '.' + name); }",
  insertOne: `
function insertOne(document) {
  if (document === undefined) $mongosh.fail("MongoshInvalidInputError", "[COMMON-10001] Missing required argument at position 0 (Collection.insertOne)");
  const kept = { _id: document._id ?? new ObjectId(), ...document };
  $mongosh.checkWrite($mongosh.run(this._database, { insert: this._collection, documents: [kept] }));
  return { acknowledged: true, insertedId: kept._id };
}`,
  insertMany: `
function insertMany(documents, options) {
  if (!Array.isArray(documents)) $mongosh.fail("MongoInvalidArgumentError", 'Argument "docs" must be an array of documents');
  const kept = documents.map((each) => ({ _id: each._id ?? new ObjectId(), ...each }));
  const command = { insert: this._collection, documents: kept, ordered: options?.ordered !== false };
  $mongosh.checkWrite($mongosh.run(this._database, command), true);
  return { acknowledged: true, insertedIds: Object.fromEntries(kept.map(({ _id }, i) => [i, _id])) };
}`,
  insert: `
function insert(given) {
  const many = Array.isArray(given);
  if (!$mongosh.options().isLegacy) return this.insertMany(many ? given : [given]);
  this.insertMany(many ? given : [given]);
  return many ? $mongosh.written("BulkWriteResult", { nInserted: given.length }) : $mongosh.written("WriteResult", { nInserted: 1 });
}`,
  updateOne: WRITE("updateOne", false),
  updateMany: WRITE("updateMany", true),
  replaceOne: WRITE("replaceOne", false, true),
  update: `
function update(filter, change, options) {
  const hasOperators = Object.keys(change).some((key) => key.startsWith("$"));
  const method = !hasOperators ? "replaceOne" : options?.multi === true ? "updateMany" : "updateOne";
  const result = this[method](filter, change, options);
  if (!$mongosh.options().isLegacy) return result;
  return $mongosh.written("WriteResult", { nMatched: result.matchedCount, nUpserted: result.upsertedCount, nModified: result.modifiedCount });
}`,
  deleteOne: DELETE("deleteOne", 1),
  deleteMany: DELETE("deleteMany", 0),
  remove: `
function remove(filter, options) {
  const one = options === true || options?.justOne === true;
  const result = one ? this.deleteOne(filter) : this.deleteMany(filter);
  return $mongosh.options().isLegacy ? $mongosh.written("WriteResult", { nRemoved: result.deletedCount }) : result;
}`,
  find: `
function find(filter, projection) {
  return $mongosh.cursor(this._database, { find: this._collection, filter: filter ?? {}, ...(projection && { projection }) });
}`,
  findOne: "function findOne(filter, projection) { return this.find(filter, projection).limit(1).next(); }",
  findAndModify: `
function findAndModify({ query, ...options }) {
  return $mongosh.run(this._database, { findAndModify: this._collection, query: query ?? {}, ...options }).value;
}`,
  findOneAndUpdate: MODIFY("findOneAndUpdate", "filter, change, options", "update: change"),
  findOneAndReplace: MODIFY("findOneAndReplace", "filter, change, options", "update: change"),
  findOneAndDelete: MODIFY("findOneAndDelete", "filter, options", "remove: true"),
  countDocuments:
    "function countDocuments(query) { return $mongosh.run(this._database, { count: this._collection, query: query ?? {} }).n; }",
  estimatedDocumentCount: "function estimatedDocumentCount() { return this.countDocuments({}); }",
  count: "function count(query) { return this.countDocuments(query); }",
  distinct: `
function distinct(key, query) { return $mongosh.run(this._database, { distinct: this._collection, key, query: query ?? {} }).values; }`,
  aggregate: `
function aggregate(...given) {
  const pipeline = Array.isArray(given[0]) ? given[0] : given;
  return $mongosh.cursor(this._database, { aggregate: this._collection, pipeline, cursor: {} });
}`,
  bulkWrite: `
function bulkWrite(operations) {
  const totals = { acknowledged: true, insertedCount: 0, insertedIds: {}, matchedCount: 0, modifiedCount: 0, deletedCount: 0, upsertedCount: 0, upsertedIds: {} };
  operations.forEach((operation, i) => {
    const [[name, given]] = Object.entries(operation);
    if (name === "insertOne") { totals.insertedIds[i] = this.insertOne(given.document).insertedId; totals.insertedCount++; return; }
    const change = given.update ?? given.replacement;
    const result = change === undefined ? this[name](given.filter) : this[name](given.filter, change, given);
    totals.matchedCount += result.matchedCount ?? 0;
    totals.modifiedCount += result.modifiedCount ?? 0;
    totals.deletedCount += result.deletedCount ?? 0;
    if (result.upsertedCount) { totals.upsertedCount++; totals.upsertedIds[i] = result.insertedId; }
  });
  return totals;
}`,
  createIndex: `
function createIndex(key, options) {
  const name = options?.name ?? Object.entries(key).map(([field, order]) => field + "_" + order).join("_");
  const reply = $mongosh.run(this._database, { createIndexes: this._collection, indexes: [{ ...options, key, name }] });
  return $mongosh.options().isLegacy ? reply : name;
}`,
  createIndexes: "function createIndexes(keys, options) { return keys.map((key) => this.createIndex(key, options)); }",
  ensureIndex: "function ensureIndex(key, options) { return this.createIndex(key, options); }",
  getIndexes:
    "function getIndexes() { return $mongosh.run(this._database, { listIndexes: this._collection }).cursor.firstBatch; }",
  dropIndex: `
function dropIndex(index) {
  const { nIndexesWas } = $mongosh.run(this._database, { dropIndexes: this._collection, index });
  return { nIndexesWas, ok: 1 };
}`,
  dropIndexes: "function dropIndexes() { return this.dropIndex('*'); }",
  drop: "function drop() { return $mongosh.run(this._database, { drop: this._collection }).dropped; }",
  renameCollection: `
function renameCollection(name) {
  $mongosh.run("admin", { renameCollection: this.getFullName(), to: this._database + "." + name });
  return { ok: 1 };
}`,
});
