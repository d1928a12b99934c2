/**
 * Reads JSON texts one after the other, with jq's words for errors. Source: jq's jv_parse.c, whose columns count from
 * the last newline and whose values are complete at the character behind them.
 */
import { SIMPLE_ESCAPES } from "./escapes.ts";
import type { Value } from "./values.ts";

export class JsonProblem extends Error {
  override name = "JsonProblem";
}

interface Level {
  list?: Value[];
  object?: Map<string, Value>;
  key?: string;
}

const MAX_DEPTH = 256;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const STRUCTURE = new Set("[],{}:");
const WORDS: Readonly<Record<string, Value>> = {
  true: true,
  false: false,
  null: null,
  nan: Number.NaN,
  NaN: Number.NaN,
};

export class JsonReader {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #stack: Level[] = [];
  #next: { value: Value } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next value; undefined at the end. @throws JsonProblem */
  next(): { value: Value } | undefined {
    const text = this.#text;
    while (this.#at < text.length) {
      const start = this.#at;
      const character = text[start]!;
      if (character === '"') this.#string();
      else if (STRUCTURE.has(character)) {
        this.#at++;
        this.#token(character);
      } else if (isSpace(character)) {
        this.#at++;
        if (character === "\n") {
          this.#line++;
          this.#lineStart = this.#at;
        }
      } else if (!this.#literal()) break;
      const done = this.#done();
      if (done) return done;
    }
    return this.#finish();
  }

  /** Newlines that a reader by lines has read by now. */
  get linesRead(): number {
    let lines = 0;
    const end = this.#text.indexOf("\n", Math.max(0, this.#at - 1));
    const to = end < 0 ? this.#text.length : end + 1;
    for (let at = this.#text.indexOf("\n"); at >= 0 && at < to; at = this.#text.indexOf("\n", at + 1)) lines++;
    return lines;
  }

  #done(): { value: Value } | undefined {
    if (this.#stack.length > 0 || !this.#next) return undefined;
    const done = this.#next;
    this.#next = undefined;
    return done;
  }

  #finish(): { value: Value } | undefined {
    if (this.#stack.length > 0) this.#fail("Unfinished JSON term", true);
    return this.#done();
  }

  #fail(message: string, isAtEnd = false): never {
    const column = this.#at - this.#lineStart;
    this.#at = this.#text.length;
    throw new JsonProblem(`${message}${isAtEnd ? " at EOF" : ""} at line ${this.#line}, column ${column}`);
  }

  #value(value: Value): void {
    if (this.#next) this.#fail("Expected separator between values");
    this.#next = { value };
  }

  /** A number or a word. It is complete at the next character. */
  #literal(): boolean {
    const text = this.#text;
    let end = this.#at;
    while (end < text.length && !isSpace(text[end]!) && text[end] !== '"' && !STRUCTURE.has(text[end]!)) end++;
    const word = text.slice(this.#at, end);
    const isAtEnd = end >= text.length;
    const problem = literalProblem(word);
    if (problem === undefined && !this.#next) {
      this.#at = end;
      this.#next = { value: Object.hasOwn(WORDS, word) ? WORDS[word]! : Number(word) };
      return true;
    }
    this.#at = isAtEnd ? end : end + 1;
    if (text[end] === "\n") {
      this.#line++;
      this.#lineStart = this.#at;
    }
    this.#fail(problem ?? "Expected separator between values", isAtEnd);
  }

  #string(): void {
    const text = this.#text;
    let result = "";
    let at = this.#at + 1;
    let from = at;
    for (; ; at++) {
      const character = text[at];
      if (character === undefined) {
        this.#countLines(this.#at, at);
        this.#at = at;
        this.#fail("Unfinished string", true);
      }
      if (character === '"') break;
      if (character !== "\\") continue;
      result += text.slice(from, at);
      const { text: meant, length } = this.#escape(at);
      result += meant;
      at += length - 1;
      from = at + 1;
    }
    result += text.slice(from, at);
    this.#countLines(this.#at, at);
    this.#at = at + 1;
    this.#value(result);
  }

  #countLines(from: number, to: number): void {
    for (let at = this.#text.indexOf("\n", from); at >= 0 && at < to; at = this.#text.indexOf("\n", at + 1)) {
      this.#line++;
      this.#lineStart = at + 1;
    }
  }

  #escape(at: number): { text: string; length: number } {
    const letter = this.#text[at + 1];
    const simple = letter === undefined ? undefined : SIMPLE_ESCAPES[letter];
    if (simple !== undefined) return { text: simple, length: 2 };
    if (letter !== "u") return this.#escapeFailure(at, "Invalid escape");
    const digits = this.#text.slice(at + 2, at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) return this.#escapeFailure(at, "Invalid \\uXXXX escape");
    const code = Number.parseInt(digits, 16);
    if (code < 0xd800 || code > 0xdfff) return { text: String.fromCharCode(code), length: 6 };
    const low = /^\\u([dD][c-fC-F][0-9a-fA-F]{2})$/.exec(this.#text.slice(at + 6, at + 12))?.[1];
    if (code > 0xdbff || low === undefined) {
      if (this.#text[at + 6] === "\\") return { text: "\ufffd", length: 6 };
      return this.#escapeFailure(at, "Invalid \\uXXXX\\uXXXX surrogate pair escape");
    }
    return { text: String.fromCharCode(code, Number.parseInt(low, 16)), length: 12 };
  }

  /** Escapes are looked at when the string ends. */
  #escapeFailure(at: number, message: string): never {
    let end = at;
    for (; end < this.#text.length && this.#text[end] !== '"'; end++) if (this.#text[end] === "\\") end++;
    const isAtEnd = end >= this.#text.length;
    this.#countLines(this.#at, end);
    this.#at = isAtEnd ? this.#text.length : end + 1;
    return this.#fail(isAtEnd ? "Unfinished string" : message, isAtEnd);
  }

  #token(character: string): void {
    const top = this.#stack.at(-1);
    if (character === "[" || character === "{") this.#open(character);
    else if (character === ":") this.#colon(top);
    else if (character === ",") this.#comma(top);
    else if (character === "]") this.#closeList(top);
    else this.#closeObject(top);
  }

  #open(character: "[" | "{"): void {
    if (this.#stack.length >= MAX_DEPTH) this.#fail("Exceeds depth limit for parsing");
    if (this.#next) this.#fail("Expected separator between values");
    this.#stack.push(character === "[" ? { list: [] } : { object: new Map() });
  }

  #colon(top: Level | undefined): void {
    if (!top?.object || top.key !== undefined) this.#fail("':' not as part of an object");
    if (!this.#next) this.#fail("Expected string key before ':'");
    if (typeof this.#next.value !== "string") this.#fail("Object keys must be strings");
    top.key = this.#next.value;
    this.#next = undefined;
  }

  #comma(top: Level | undefined): void {
    if (!this.#next) this.#fail("Expected value before ','");
    if (!top) this.#fail("',' not as part of an object or array");
    if (top.list) top.list.push(this.#next.value);
    else if (top.key === undefined) this.#fail("Objects must consist of key:value pairs");
    else top.object!.set(top.key, this.#next.value);
    delete top.key;
    this.#next = undefined;
  }

  #closeList(top: Level | undefined): void {
    if (!top?.list) this.#fail("Unmatched ']'");
    if (this.#next) top.list.push(this.#next.value);
    else if (top.list.length > 0) this.#fail("Expected another array element");
    this.#stack.pop();
    this.#next = { value: top.list };
  }

  #closeObject(top: Level | undefined): void {
    if (!top) this.#fail("Unmatched '}'");
    if (this.#next) {
      if (!top.object || top.key === undefined) this.#fail("Objects must consist of key:value pairs");
      top.object.set(top.key, this.#next.value);
    } else if (!top.object || top.key !== undefined) this.#fail("Unmatched '}'");
    else if (top.object.size > 0) this.#fail("Expected another key-value pair");
    this.#stack.pop();
    this.#next = { value: top.object };
  }
}

function isSpace(character: string): boolean {
  return character === " " || character === "\n" || character === "\t" || character === "\r";
}

function literalProblem(word: string): string | undefined {
  const first = word[0]!;
  if (word === "NaN") return undefined;
  if (first === "t" || first === "f" || first === "n") {
    return Object.hasOwn(WORDS, word) ? undefined : "Invalid literal";
  }
  return NUMBER.test(word) ? undefined : "Invalid numeric literal";
}

/** The only value of a text. @throws JsonProblem */
export function parseJson(text: string): Value {
  const reader = new JsonReader(text);
  const first = reader.next();
  if (!first) throw new JsonProblem(text.trim() === "" ? "Expected JSON value" : "Unexpected end");
  if (reader.next()) throw new JsonProblem("Unexpected extra JSON values");
  return first.value;
}
