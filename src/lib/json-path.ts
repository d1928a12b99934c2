/**
 * JSON paths of kubectl and the API server's tables (client-go's jsonpath): fields, positions, slices, wildcards,
 * unions, `..` and filters that compare a path with a value. Missing fields select nothing.
 */
import { isJsonObject, type JsonValue } from "./json.ts";
import { MAX_JSON_PATH_LENGTH, MAX_JSON_PATH_RESULTS } from "./limits.ts";

/** An invalid path. */
export class JsonPathError extends Error {
  override name = "JsonPathError";
}

/** Selects values in a document. */
export type JsonPath = (document: JsonValue) => JsonValue[];

/** Missing values that are errors. Both are false by default: the path selects nothing. */
export interface JsonPathStrictness {
  fields: boolean;
  /** A position behind the end of a list. */
  positions: boolean;
}

type Step = (value: JsonValue) => JsonValue[];

const LENIENT: JsonPathStrictness = { fields: false, positions: false };

/**
 * Reads `.spec.replicas`, `.status.conditions[?(@.type=="Ready")].status`, with or without `$` and the first dot.
 * A strict path throws JsonPathError when it selects, too.
 * @throws JsonPathError
 */
export function parseJsonPath(text: string, strictness = LENIENT): JsonPath {
  if (text.length > MAX_JSON_PATH_LENGTH)
    throw new JsonPathError(`a path has at most ${MAX_JSON_PATH_LENGTH} characters`);
  const steps = new Reader(text, strictness).steps();
  return (document) => {
    let values = [document];
    for (const step of steps) values = values.flatMap(step).slice(0, MAX_JSON_PATH_RESULTS);
    return values;
  };
}

/** The same; undefined for an invalid path. */
export function readableJsonPath(text: string): JsonPath | undefined {
  try {
    return parseJsonPath(text);
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

class Reader {
  readonly #text: string;
  readonly #strictness: JsonPathStrictness;
  #at = 0;

  constructor(text: string, strictness: JsonPathStrictness) {
    this.#text = text.trim();
    this.#strictness = strictness;
  }

  steps(): Step[] {
    const steps: Step[] = [];
    if (this.#text[this.#at] === "$" || this.#text[this.#at] === "@") this.#at++;
    while (this.#at < this.#text.length) steps.push(this.#step(steps.length === 0));
    return steps;
  }

  #step(isFirst: boolean): Step {
    if (this.#take("..")) return descendants(this.#peek() === "[" ? undefined : this.#name());
    if (this.#take("[")) return this.#bracket();
    if (!this.#take(".") && !isFirst) throw this.#fail();
    if (this.#peek() === "[") return this.#step(false);
    // A single dot is the document itself.
    if (this.#peek() === undefined) return (value) => [value];
    const name = this.#name();
    return name === "*" ? children : field(name, this.#strictness);
  }

  /** A field's name. A backslash escapes the next character. */
  #name(): string {
    let name = "";
    for (;;) {
      const letter = this.#peek();
      if (letter === undefined || letter === "." || letter === "[") break;
      this.#at++;
      name += letter === "\\" ? (this.#text[this.#at++] ?? "") : letter;
    }
    if (name === "") throw this.#fail();
    return name;
  }

  #bracket(): Step {
    const inner = this.#untilBracket();
    if (inner.startsWith("?(") && inner.endsWith(")")) return filter(inner.slice(2, -1));
    // Empty brackets stand for the first item of a list.
    if (inner.trim() === "") return (value) => itemAt(value, 0, this.#strictness);
    const members = splitUnion(inner).map((text) => {
      const member = memberOf(text, this.#strictness);
      if (!member) throw new JsonPathError(`invalid array index ${text}`);
      return member;
    });
    return (value) => members.flatMap((member) => member(value));
  }

  /** The text up to the closing bracket. Brackets in quotes and inner brackets do not count. */
  #untilBracket(): string {
    const start = this.#at;
    let quote: string | undefined;
    let depth = 1;
    for (; this.#at < this.#text.length; this.#at++) {
      const letter = this.#text[this.#at]!;
      if (quote !== undefined) quote = letter === quote ? undefined : quote;
      else if (letter === '"' || letter === "'") quote = letter;
      else if (letter === "[") depth++;
      else if (letter === "]" && --depth === 0) return this.#text.slice(start, this.#at++).trim();
    }
    throw this.#fail();
  }

  #take(text: string): boolean {
    const isNext = this.#text.startsWith(text, this.#at);
    if (isNext) this.#at += text.length;
    return isNext;
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #fail(): JsonPathError {
    return new JsonPathError(`unexpected text at position ${this.#at} of ${JSON.stringify(this.#text)}`);
  }
}

function splitUnion(text: string): string[] {
  return text.match(/(?:'[^']*'|"[^"]*"|[^,'"])+/g)?.map((part) => part.trim()) ?? [];
}

function memberOf(text: string, strictness: JsonPathStrictness): Step | undefined {
  if (text === "*") return children;
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted) return field(quoted[2]!, strictness);
  const slice = /^(-?\d*)(?::(-?\d*))?(?::(\d*))?$/.exec(text);
  if (!slice || text === "") return undefined;
  const [, start = "", end, step = "1"] = slice;
  if (end === undefined) return (value) => itemAt(value, Number(start), strictness);
  return (value) => sliceOf(value, start, end, Math.max(1, Number(step || 1)));
}

function field(name: string, strictness = LENIENT): Step {
  return (value) => {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) {
      if (strictness.fields) throw new JsonPathError(`${name} is not found`);
      return [];
    }
    const item = value[name];
    return item === undefined ? [] : [item];
  };
}

function children(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value).filter((item) => item !== undefined) : [];
}

function itemAt(value: JsonValue, index: number, strictness: JsonPathStrictness): JsonValue[] {
  const item = Array.isArray(value) ? value.at(index) : undefined;
  if (item === undefined && Array.isArray(value) && strictness.positions) {
    throw new JsonPathError(`array index out of bounds: index ${index}, length ${value.length}`);
  }
  return item === undefined ? [] : [item];
}

function sliceOf(value: JsonValue, start: string, end: string, step: number): JsonValue[] {
  if (!Array.isArray(value)) return [];
  const taken = value.slice(start === "" ? 0 : Number(start), end === "" ? undefined : Number(end));
  return taken.filter((_, index) => index % step === 0);
}

/** All values at any depth, or only values of fields with the name. */
function descendants(name: string | undefined): Step {
  const pick = name === undefined || name === "*" ? undefined : field(name);
  return (value) => {
    const found: JsonValue[] = [];
    const pending = [value];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (pick) found.push(...pick(next));
      else found.push(next);
      if (found.length > MAX_JSON_PATH_RESULTS) break;
      for (const child of children(next).toReversed()) pending.push(child);
    }
    return found;
  };
}

const COMPARISON = /^(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+)$/s;

function filter(text: string): Step {
  const [, left, operator, right] = COMPARISON.exec(text.trim()) ?? [];
  if (left === undefined || operator === undefined || right === undefined) {
    const path = parseJsonPath(text);
    return (value) => children(value).filter((item) => path(item).length > 0);
  }
  const [a, b] = [operandOf(left), operandOf(right)];
  return (value) => children(value).filter((item) => compare(a(item), b(item), operator));
}

function operandOf(text: string): (item: JsonValue) => JsonValue | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith("@") || trimmed.startsWith("$")) {
    const path = parseJsonPath(trimmed);
    return (item) => path(item)[0];
  }
  const value = literal(trimmed);
  return () => value;
}

function literal(text: string): JsonValue {
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted) return quoted[2]!;
  if (text === "true" || text === "false") return text === "true";
  const number = Number(text);
  if (Number.isNaN(number)) throw new JsonPathError(`unrecognized value ${JSON.stringify(text)}`);
  return number;
}

function compare(a: JsonValue | undefined, b: JsonValue | undefined, operator: string): boolean {
  if (a === undefined || b === undefined) return false;
  switch (operator) {
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    default:
      if (typeof a !== typeof b || (typeof a !== "number" && typeof a !== "string")) return false;
      return ordered(a, b as typeof a, operator);
  }
}

function ordered<T extends number | string>(a: T, b: T, operator: string): boolean {
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}
