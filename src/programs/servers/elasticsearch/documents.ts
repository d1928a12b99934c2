/** Requests of Elasticsearch on documents: write, read, update, delete, `_bulk`, `_search`, `_count`. */
import { MAX_FILE_BYTES } from "../../../lib/container-limits.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { failure, missingIndex, type Reply } from "./answers.ts";
import {
  type Index,
  MAX_DOCUMENTS,
  mapFields,
  matchingNames,
  newId,
  newIndex,
  readIndex,
  writeIndex,
} from "./indices.ts";
import { type Document, fieldOf, QueryProblem, queryOf, queryString } from "./search.ts";

const SHARDS = { total: 2, successful: 1, failed: 0 };

/** An index that a write makes if it does not exist. */
function indexFor(process: ProcessView, name: string): Index | Reply {
  const known = readIndex(process, name);
  if (known) return known;
  if (/^[a-z0-9.][^/\\*?"<>| ,#A-Z]*$/.test(name)) return newIndex(process);
  const why = /[A-Z]/.test(name) ? "must be lowercase" : "must not contain special characters";
  return failure(400, "invalid_index_name_exception", `Invalid index name [${name}], ${why}`, { index: name });
}

function changed(
  name: string,
  id: string,
  result: string,
  document: { version: number; sequence: number },
): JsonObject {
  const { version, sequence } = document;
  return { _index: name, _id: id, _version: version, result, _shards: SHARDS, _seq_no: sequence, _primary_term: 1 };
}

export interface Write {
  name: string;
  id: string | undefined;
  source: JsonObject;
  /** Refuses an id that exists. */
  isCreate?: boolean;
}

export function putDocument(process: ProcessView, { name, id = newId(process), source, isCreate }: Write): Reply {
  const index = indexFor(process, name);
  if ("status" in index) return index;
  const old = index.documents[id];
  if (old && isCreate) {
    const reason = `[${id}]: version conflict, document already exists (current version [${old.version}])`;
    return failure(409, "version_conflict_engine_exception", reason, { index: name });
  }
  if (!old && Object.keys(index.documents).length >= MAX_DOCUMENTS) {
    return failure(429, "circuit_breaking_exception", `an index has at most ${MAX_DOCUMENTS} documents here`);
  }
  const document = { version: (old?.version ?? 0) + 1, sequence: index.sequence++, source };
  index.documents[id] = document;
  mapFields(index, source);
  writeIndex(process, name, index);
  return { status: old ? 200 : 201, body: changed(name, id, old ? "updated" : "created", document) };
}

export function getDocument(process: ProcessView, name: string, id: string, onlySource: boolean): Reply {
  const index = readIndex(process, name);
  if (!index) return missingIndex(name);
  const found = index.documents[id];
  if (!found) {
    if (onlySource) return failure(404, "resource_not_found_exception", `Document not found [${name}]/[${id}]`);
    return { status: 404, body: { _index: name, _id: id, found: false } };
  }
  const { version, sequence, source } = found;
  if (onlySource) return { status: 200, body: source };
  const facts = { _index: name, _id: id, _version: version, _seq_no: sequence, _primary_term: 1 };
  return { status: 200, body: { ...facts, found: true, _source: source } };
}

export function deleteDocument(process: ProcessView, name: string, id: string): Reply {
  const index = readIndex(process, name);
  if (!index) return missingIndex(name);
  const old = index.documents[id];
  const gone = { version: (old?.version ?? 0) + 1, sequence: index.sequence++ };
  delete index.documents[id];
  writeIndex(process, name, index);
  return { status: old ? 200 : 404, body: changed(name, id, old ? "deleted" : "not_found", gone) };
}

export function updateDocument(process: ProcessView, name: string, id: string, body: JsonObject): Reply {
  const old = readIndex(process, name)?.documents[id];
  const part = isJsonObject(body["doc"]) ? body["doc"] : {};
  if (!old && isJsonObject(body["upsert"])) return putDocument(process, { name, id, source: body["upsert"] });
  if (!old && body["doc_as_upsert"] !== true) {
    return failure(404, "document_missing_exception", `[${id}]: document missing`, { index: name });
  }
  return putDocument(process, { name, id, source: { ...old?.source, ...part } });
}

/** Lines of actions, each but `delete` with a document in the next line. */
export function bulk(process: ProcessView, body: string, absent: string | undefined): Reply {
  const lines = body.split("\n").filter((line) => line.trim() !== "");
  const items: JsonObject[] = [];
  for (let i = 0; i < lines.length; i++) {
    const action = parsed(lines[i]!);
    const [verb = ""] = Object.keys(action ?? {});
    const target = action?.[verb];
    if (!isJsonObject(target)) {
      return failure(400, "illegal_argument_exception", `Malformed action/metadata line [${i + 1}]`);
    }
    const name = String(target["_index"] ?? absent ?? "");
    const id = target["_id"] === undefined ? undefined : String(target["_id"]);
    const source = verb === "delete" ? {} : (parsed(lines[++i] ?? "") ?? {});
    const reply = bulkItem(process, verb, { name, id, source });
    const result = isJsonObject(reply.body) ? reply.body : {};
    items.push({ [verb]: { ...result, status: reply.status } });
  }
  const errors = items.some((item) => Object.values(item).some((each) => isJsonObject(each) && "error" in each));
  return { status: 200, body: { took: 3, errors, items } };
}

function bulkItem(process: ProcessView, verb: string, write: Write): Reply {
  if (verb === "delete") return deleteDocument(process, write.name, write.id ?? "");
  if (verb === "update") return updateDocument(process, write.name, write.id ?? "", write.source);
  return putDocument(process, { ...write, isCreate: verb === "create" });
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function documentsOf(process: ProcessView, names: readonly string[]): Document[] {
  return names.flatMap((name) =>
    Object.entries(readIndex(process, name)?.documents ?? {}).map(([id, { source }]) => ({ index: name, id, source })),
  );
}

interface Search {
  pattern: string;
  body: JsonObject;
  parameters: ReadonlyMap<string, string[]>;
}

function hitsOf(
  process: ProcessView,
  { pattern, body, parameters }: Search,
): { document: Document; score: number }[] | Reply {
  const names = matchingNames(process, pattern);
  if (names.length === 0 && pattern !== "" && pattern !== "_all" && !pattern.includes("*"))
    return missingIndex(pattern);
  const documents = documentsOf(process, names);
  process.charge(documents.length);
  const text = parameters.get("q")?.[0];
  try {
    const query = text === undefined ? queryOf(body["query"], documents) : queryString(text, documents);
    return documents.flatMap((document) => {
      const score = query(document);
      return score === undefined ? [] : [{ document, score }];
    });
  } catch (error) {
    if (!(error instanceof QueryProblem)) throw error;
    return failure(400, error.type, error.message, { line: 1, col: 1 });
  }
}

export function count(process: ProcessView, search: Search): Reply {
  const hits = hitsOf(process, search);
  if (!Array.isArray(hits)) return hits;
  return { status: 200, body: { count: hits.length, _shards: { total: 1, successful: 1, skipped: 0, failed: 0 } } };
}

export function search(process: ProcessView, request: Search): Reply {
  const hits = hitsOf(process, request);
  if (!Array.isArray(hits)) return hits;
  const { body, parameters } = request;
  const number = (name: string, absent: number) => Number(parameters.get(name)?.[0] ?? body[name] ?? absent);
  const sorted = sortHits(hits, parameters.get("sort")?.[0] ?? body["sort"]);
  const page = sorted.slice(number("from", 0), number("from", 0) + Math.min(number("size", 10), MAX_FILE_BYTES));
  const isScored = body["sort"] === undefined && !parameters.has("sort");
  const most = hits.length === 0 || !isScored ? null : Math.max(...hits.map(({ score }) => score));
  const shown = page.map(({ document: { index, id, source }, score }) => ({
    ...{ _index: index, _id: id, _score: isScored ? rounded(score) : null },
    ...(body["_source"] !== false && { _source: source }),
  }));
  const total = { value: hits.length, relation: "eq" };
  const shards = { total: 1, successful: 1, skipped: 0, failed: 0 };
  const result = { total, max_score: most === null ? null : rounded(most), hits: shown };
  return { status: 200, body: { took: 2, timed_out: false, _shards: shards, hits: result } };
}

/** A score as a float of 32 bits is printed. */
function rounded(score: number): number {
  return Number(Math.fround(score).toPrecision(8));
}

function sortHits(hits: { document: Document; score: number }[], order: JsonValue | undefined) {
  const rules = (Array.isArray(order) ? order : order === undefined ? [] : [order]).flatMap((rule) => {
    if (typeof rule === "string") {
      const [field = "", direction = "asc"] = rule.split(":");
      return [{ field, sign: direction === "desc" ? -1 : 1 }];
    }
    return Object.entries((rule ?? {}) as JsonObject).map(([field, how]) => {
      const direction = isJsonObject(how) ? how["order"] : how;
      return { field, sign: direction === "desc" ? -1 : 1 };
    });
  });
  if (rules.length === 0) return [...hits].sort((a, b) => b.score - a.score);
  return [...hits].sort((a, b) => {
    for (const { field, sign } of rules) {
      const [x, y] = [fieldOf(a.document.source, field) ?? "", fieldOf(b.document.source, field) ?? ""];
      if (x !== y) return (x < y ? -1 : 1) * sign;
    }
    return 0;
  });
}
