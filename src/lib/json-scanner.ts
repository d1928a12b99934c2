/** A JSON parser that reports more than the built-in one: duplicate fields, big integers, and errors in Go's words. */
import { defineField, type JsonObject, type JsonValue } from "./json-value.ts";
import { MAX_JSON_DEPTH, MAX_STRICT_ERRORS } from "./limits.ts";

export interface ScannerHooks {
  fail(message: string): never;
  /** Returns the value for an integer that a double cannot represent. */
  bigInteger(digits: string): JsonValue;
  /** Called for numbers that JavaScript would print differently: `3.0`, `1e26`. */
  oddNumber?(path: string, literal: string): void;
  /**
   * Called for every field with the end of its name in the text. `isRepeated`: its object already has a field of that
   * name.
   */
  field?(path: string, at: number, isRepeated: boolean): void;
}

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const PLAIN_STRING = /"([^"\\\p{Cc}]*)"/uy;
const LITERALS: Record<string, [string, JsonValue]> = { t: ["true", true], f: ["false", false], n: ["null", null] };
const SIMPLE_ESCAPES = '"\\/bfnrt';
const MAX_INT64 = 9223372036854775807n;
const MIN_INT64 = -9223372036854775808n;

export class JsonScanner {
  readonly duplicates: string[] = [];
  readonly #text: string;
  readonly #hooks: ScannerHooks;
  #at = 0;
  #depth = 0;

  constructor(text: string, hooks: ScannerHooks) {
    this.#text = text;
    this.#hooks = hooks;
  }

  scanDocument(): JsonValue {
    const value = this.#value("");
    this.#space();
    if (this.#at < this.#text.length) this.#unexpected("after top-level value");
    return value;
  }

  #value(path: string): JsonValue {
    this.#space();
    const start = this.#text[this.#at];
    if (start === "{" || start === "[") return this.#nested(start, path);
    if (start === '"') return this.#string();
    const literal = start === undefined ? undefined : LITERALS[start];
    if (literal) return this.#literal(literal);
    if (start !== undefined && (start === "-" || (start >= "0" && start <= "9"))) return this.#number(path);
    return this.#unexpected("looking for beginning of value");
  }

  #nested(start: "{" | "[", path: string): JsonValue {
    this.#depth++;
    if (this.#depth > MAX_JSON_DEPTH) this.#hooks.fail("exceeded max depth");
    this.#at++;
    const value = start === "{" ? this.#object(path) : this.#array(path);
    this.#depth--;
    return value;
  }

  #object(path: string): JsonObject {
    const object: JsonObject = {};
    this.#space();
    if (this.#take("}")) return object;
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') this.#unexpected("looking for beginning of object key string");
      const key = this.#string();
      this.#space();
      if (!this.#take(":")) this.#unexpected("after object key");
      const fieldPath = path === "" ? key : `${path}.${key}`;
      this.#hooks.field?.(fieldPath, this.#at, Object.hasOwn(object, key));
      const value = this.#value(fieldPath);
      if (Object.hasOwn(object, key)) this.#repeat(object, key, value, fieldPath);
      else defineField(object, key, value);
      this.#space();
      if (this.#take("}")) return object;
      if (!this.#take(",")) this.#unexpected("after object key:value pair");
    }
  }

  #repeat(object: JsonObject, key: string, value: JsonValue, path: string): void {
    if (this.duplicates.length < MAX_STRICT_ERRORS && !this.duplicates.includes(path)) this.duplicates.push(path);
    const earlier = object[key];
    defineField(object, key, isPlainObject(earlier) && isPlainObject(value) ? merged(earlier, value) : value);
  }

  #array(path: string): JsonValue[] {
    const items: JsonValue[] = [];
    this.#space();
    if (this.#take("]")) return items;
    for (;;) {
      items.push(this.#value(`${path}[${items.length}]`));
      this.#space();
      if (this.#take("]")) return items;
      if (!this.#take(",")) this.#unexpected("after array element");
    }
  }

  #string(): string {
    PLAIN_STRING.lastIndex = this.#at;
    const plain = PLAIN_STRING.exec(this.#text);
    if (plain) {
      this.#at = PLAIN_STRING.lastIndex;
      return plain[1]!;
    }
    const start = this.#at;
    this.#at++;
    while (!this.#take('"')) {
      const char = this.#text[this.#at];
      if (char === undefined || char < " ") this.#unexpected("in string literal");
      this.#at++;
      if (char === "\\") this.#escape();
    }
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #escape(): void {
    const char = this.#text[this.#at];
    if (char === "u") {
      this.#at++;
      for (let i = 0; i < 4; i++, this.#at++) {
        if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? "")) this.#unexpected("in \\u hexadecimal character escape");
      }
      return;
    }
    if (char === undefined || !SIMPLE_ESCAPES.includes(char)) this.#unexpected("in string escape code");
    this.#at++;
  }

  #number(path: string): JsonValue {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (!match) {
      this.#at++;
      return this.#unexpected("in numeric literal");
    }
    this.#at = NUMBER.lastIndex;
    const next = this.#text[this.#at];
    if (next === "." && match[1] === undefined) this.#unexpectedAfter("after decimal point in numeric literal");
    if ((next === "e" || next === "E") && match[2] === undefined)
      this.#unexpectedAfter("in exponent of numeric literal");
    const value = Number(match[0]);
    if (String(value) !== match[0]) this.#hooks.oddNumber?.(path, match[0]);
    // A number that JavaScript prints as it was read has lost nothing.
    if (match[1] !== undefined || match[2] !== undefined || value === 0 || String(value) === match[0]) return value;
    const exact = BigInt(match[0]);
    // Beyond 64 bits Go uses a double as well.
    return exact <= MAX_INT64 && exact >= MIN_INT64 ? this.#hooks.bigInteger(match[0]) : value;
  }

  #literal([word, value]: [string, JsonValue]): JsonValue {
    for (let i = 1; i < word.length; i++) {
      this.#at++;
      if (this.#text[this.#at] !== word[i]) this.#unexpected(`in literal ${word} (expecting '${word[i]}')`);
    }
    this.#at++;
    return value;
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #unexpectedAfter(where: string): never {
    this.#at++;
    return this.#unexpected(where);
  }

  #unexpected(where: string): never {
    const char = this.#text[this.#at];
    if (char === undefined) return this.#hooks.fail("unexpected end of JSON input");
    return this.#hooks.fail(`invalid character ${quoteCharacter(char)} ${where}`);
  }
}

/** A byte as Go quotes it in its syntax errors. */
function quoteCharacter(char: string): string {
  if (char === "'") return `'\\''`;
  if (char === '"') return `'"'`;
  const names: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };
  const name = names[char];
  if (name !== undefined) return `'${name}'`;
  return char < " " ? `'\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}'` : `'${char}'`;
}

/** Later fields win; objects are merged. */
function merged(earlier: JsonObject, later: JsonObject): JsonObject {
  for (const key of Object.keys(later)) {
    const before = Object.hasOwn(earlier, key) ? earlier[key] : undefined;
    const after = later[key]!;
    defineField(earlier, key, isPlainObject(before) && isPlainObject(after) ? merged(before, after) : after);
  }
  return earlier;
}

function isPlainObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !Object.isFrozen(value);
}
