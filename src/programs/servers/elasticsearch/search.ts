/** Queries of Elasticsearch: match_all, match, multi_match, term, terms, range, exists, ids, prefix, wildcard, bool. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";

export interface Document {
  index: string;
  id: string;
  source: JsonObject;
}

/** The query cannot be read: the type and the reason of the answer. */
export class QueryProblem extends Error {
  override name = "QueryProblem";
  readonly type: string;

  constructor(type: string, reason: string) {
    super(reason);
    this.type = type;
  }
}

/** The score of a document; undefined if it does not match. */
type Query = (document: Document) => number | undefined;

/** Words of a text, as the standard analyzer makes them. */
function tokensOf(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(tokensOf);
  if (value === undefined || value === null || typeof value === "object") return [];
  return (
    String(value)
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu) ?? []
  );
}

export function fieldOf(source: JsonObject, name: string): JsonValue | undefined {
  let value: JsonValue | undefined = source;
  for (const part of name.replace(/\.keyword$/, "").split(".")) {
    value = isJsonObject(value) ? value[part] : undefined;
  }
  return value;
}

/** @throws QueryProblem */
export function queryOf(body: JsonValue | undefined, documents: readonly Document[]): Query {
  if (body === undefined || !isJsonObject(body)) return () => 1;
  const [name = "", extra] = Object.keys(body);
  if (extra !== undefined) {
    throw new QueryProblem(
      "parsing_exception",
      `[${name}] malformed query, expected [END_OBJECT] but found [FIELD_NAME]`,
    );
  }
  const make = Object.hasOwn(QUERIES, name) ? QUERIES[name] : undefined;
  if (!make) throw new QueryProblem("parsing_exception", `unknown query [${name}]`);
  return make((body[name] ?? {}) as JsonObject, documents);
}

function single(body: JsonObject, key: string): { field: string; value: JsonValue; options: JsonObject } {
  const [field = ""] = Object.keys(body);
  const given = body[field] ?? null;
  return isJsonObject(given)
    ? { field, value: given[key] ?? null, options: given }
    : { field, value: given, options: {} };
}

const K1 = 1.2;
const B = 0.75;

/** BM25, as Lucene computes it. */
function match(fields: readonly string[], text: JsonValue, needsAll: boolean, documents: readonly Document[]): Query {
  const words = tokensOf(text);
  const scores = fields.map((field) => {
    const texts = new Map(documents.map((document) => [document, tokensOf(fieldOf(document.source, field))]));
    const filled = [...texts.values()].filter((tokens) => tokens.length > 0);
    const average = filled.reduce((sum, tokens) => sum + tokens.length, 0) / Math.max(1, filled.length);
    return (document: Document) => {
      const tokens = texts.get(document) ?? [];
      let score = 0;
      let found = 0;
      for (const word of words) {
        const frequency = tokens.filter((token) => token === word).length;
        if (frequency === 0) continue;
        found++;
        const holders = filled.filter((each) => each.includes(word)).length;
        const rarity = Math.log(1 + (filled.length - holders + 0.5) / (holders + 0.5));
        score += 2.2 * rarity * (frequency / (frequency + K1 * (1 - B + (B * tokens.length) / average)));
      }
      return found === 0 || (needsAll && found < words.length) ? undefined : score;
    };
  });
  return (document) => {
    const found = scores.map((score) => score(document)).filter((score) => score !== undefined);
    return found.length > 0 ? Math.max(...found) : undefined;
  };
}

function holds(field: string, test: (value: JsonValue) => boolean): Query {
  return ({ id, source }) => {
    const value = field === "_id" ? id : fieldOf(source, field);
    const values = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
    return values.some(test) ? 1 : undefined;
  };
}

/** A term of a text field is compared with its words, one of a keyword with the whole value. */
function equals(field: string, term: JsonValue): (value: JsonValue) => boolean {
  const wanted = String(term);
  return (value) =>
    String(value) === wanted ||
    (!field.endsWith(".keyword") && typeof value === "string" && tokensOf(value).includes(wanted));
}

function inRange(options: JsonObject): (value: JsonValue) => boolean {
  const compare = (a: JsonValue, b: JsonValue) => {
    const [x, y] = [Number(a), Number(b)];
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    return String(a) < String(b) ? -1 : String(a) === String(b) ? 0 : 1;
  };
  const tests: Record<string, (order: number) => boolean> = {
    gt: (order) => order > 0,
    gte: (order) => order >= 0,
    lt: (order) => order < 0,
    lte: (order) => order <= 0,
  };
  return (value) =>
    Object.entries(options).every(([name, bound]) => tests[name]?.(compare(value, bound as JsonValue)) ?? true);
}

function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^$|()[\]{}\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s");
}

function listOf(body: JsonValue | undefined): JsonValue[] {
  return body === undefined ? [] : Array.isArray(body) ? body : [body];
}

function bool(body: JsonObject, documents: readonly Document[]): Query {
  const make = (name: string) => listOf(body[name]).map((each) => queryOf(each, documents));
  const [must, filter, should, mustNot] = [make("must"), make("filter"), make("should"), make("must_not")];
  const needed = Number(
    body["minimum_should_match"] ?? (must.length + filter.length === 0 && should.length > 0 ? 1 : 0),
  );
  return (document) => {
    const scores = must.map((query) => query(document));
    if (scores.includes(undefined) || filter.some((query) => query(document) === undefined)) return undefined;
    if (mustNot.some((query) => query(document) !== undefined)) return undefined;
    const more = should.map((query) => query(document)).filter((score) => score !== undefined);
    if (more.length < needed) return undefined;
    return [...scores, ...more].reduce<number>((sum, score) => sum + (score ?? 0), 0);
  };
}

const QUERIES: Readonly<Record<string, (body: JsonObject, documents: readonly Document[]) => Query>> = {
  match_all: () => () => 1,
  match_none: () => () => undefined,
  match: (body, documents) => {
    const { field, value, options } = single(body, "query");
    return match([field], value, String(options["operator"] ?? "or").toLowerCase() === "and", documents);
  },
  match_phrase: (body) => {
    const { field, value } = single(body, "query");
    const phrase = ` ${tokensOf(value).join(" ")} `;
    return holds(field, (each) => ` ${tokensOf(each).join(" ")} `.includes(phrase));
  },
  multi_match: (body, documents) => match(listOf(body["fields"]).map(String), body["query"] ?? "", false, documents),
  query_string: (body, documents) => queryString(String(body["query"] ?? ""), documents),
  term: (body) => {
    const { field, value } = single(body, "value");
    return holds(field, equals(field, value));
  },
  terms: (body) => {
    const [field = ""] = Object.keys(body);
    const tests = listOf(body[field]).map((term) => equals(field, term));
    return holds(field, (value) => tests.some((test) => test(value)));
  },
  range: (body) => {
    const [field = ""] = Object.keys(body);
    return holds(field, inRange((body[field] ?? {}) as JsonObject));
  },
  exists: (body) => holds(String(body["field"]), () => true),
  ids: (body) => holds("_id", (id) => listOf(body["values"]).includes(id)),
  prefix: (body) => {
    const { field, value } = single(body, "value");
    return holds(field, (each) => String(each).startsWith(String(value)));
  },
  wildcard: (body) => {
    const { field, value } = single(body, "value");
    const pattern = glob(String(value));
    return holds(field, (each) => pattern.test(String(each)));
  },
  bool,
};

/** `field:word`, or words that any field may hold. */
export function queryString(text: string, documents: readonly Document[]): Query {
  if (text === "*" || text === "*:*") return () => 1;
  const [, field, value = text] = /^([\w.]+):(.*)$/.exec(text) ?? [];
  const fields = field === undefined ? [...new Set(documents.flatMap(({ source }) => Object.keys(source)))] : [field];
  return match(fields, value.replace(/^"(.*)"$/, "$1"), false, documents);
}
