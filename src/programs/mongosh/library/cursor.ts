/** Cursors, in JavaScript: the command is sent when the first document is asked for. */
import { scripts } from "../../javascript/intrinsics.ts";

scripts("node:mongosh", {
  cursor: `
function cursor(database, command) {
  const made = $mongosh.make("Cursor");
  for (const [key, value] of Object.entries({ _database: database, _command: command, _rows: undefined, _at: 0 }))
    Object.defineProperty(made, key, { value, writable: true });
  return made;
}`,
});

const OPTION = (name: string) => `function ${name}(value) { this._command.${name} = value; return this; }`;

scripts("node:mongosh.Cursor", {
  sort: OPTION("sort"),
  limit: OPTION("limit"),
  skip: OPTION("skip"),
  projection: OPTION("projection"),
  project: "function project(value) { return this.projection(value); }",
  pretty: "function pretty() { this._isPretty = true; return this; }",
  batchSize: "function batchSize() { return this; }",
  maxTimeMS: "function maxTimeMS() { return this; }",
  hint: "function hint() { return this; }",
  readPref: "function readPref() { globalThis.__shell.readsSecondary = true; return this; }",
  _load: `
function _load() {
  this._rows ??= $mongosh.run(this._database, this._command).cursor.firstBatch;
  return this._rows;
}`,
  hasNext: "function hasNext() { return this._at < this._load().length; }",
  next: "function next() { return this.hasNext() ? this._rows[this._at++] : null; }",
  tryNext: "function tryNext() { return this.next(); }",
  toArray:
    "function toArray() { const rows = this._load().slice(this._at); this._at = this._rows.length; return rows; }",
  forEach: "function forEach(callback) { for (const each of this.toArray()) callback(each); }",
  map: `
function map(callback) {
  const rows = this.toArray().map((each) => callback(each));
  const mapped = $mongosh.cursor(this._database, this._command);
  mapped._rows = rows;
  return mapped;
}`,
  count: `
function count() {
  const { find, filter } = this._command;
  return find === undefined ? this._load().length : $mongosh.run(this._database, { count: find, query: filter }).n;
}`,
  size: "function size() { return this._load().length; }",
  itcount: "function itcount() { return this._load().length; }",
  objsLeftInBatch: "function objsLeftInBatch() { return this._load().length - this._at; }",
  isClosed: "function isClosed() { return this._rows !== undefined && this._at >= this._rows.length; }",
  close: "function close() { this._rows = []; }",
  explain: `
function explain() { $mongosh.fail("MongoshUnimplementedError", "explain is not part of this simulation"); }`,
  /** The next 20 documents, as the shell shows a cursor. */
  _page: `
function _page() {
  const rows = this._load().slice(this._at, this._at + 20);
  this._at += rows.length;
  globalThis.__shell.cursor = this;
  return rows;
}`,
  "@@iterator": "function* iterate() { while (this.hasNext()) yield this.next(); }",
  "@@asyncIterator": "async function* iterate() { while (this.hasNext()) yield this.next(); }",
});
