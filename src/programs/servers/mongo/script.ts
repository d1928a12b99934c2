/** The part of JavaScript that mongosh's one-liners use: chains of names and calls with literal arguments. */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";

/** `db.users.find({ age: 3 }).sort({ age: 1 })`: names, indexes and calls from left to right. */
export interface Chain {
  steps: { name: string; args?: JsonValue[] }[];
}

export class ScriptError extends Error {
  override name = "ScriptError";
}

const MAX_DEPTH = 100;

export class ScriptReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next statement; undefined at the end. @throws ScriptError */
  statement(): Chain | undefined {
    this.#blank();
    while (this.#take(";")) this.#blank();
    if (this.#at >= this.#text.length) return undefined;
    const chain = this.#chain();
    this.#blank();
    const rest = this.#text.slice(this.#at, this.#at + 1);
    if (rest !== "" && rest !== ";" && !/\n\s*$/.test(this.#text.slice(0, this.#at))) throw this.#unexpected();
    return chain;
  }

  #chain(): Chain {
    const chain: Chain = { steps: [{ name: this.#name() }] };
    for (;;) {
      this.#blank();
      if (this.#take(".")) chain.steps.push({ name: this.#name() });
      else if (this.#take("[")) {
        chain.steps.push({ name: String(this.#value()) });
        this.#expect("]");
      } else if (this.#take("(")) {
        const last = chain.steps.at(-1);
        if (last) last.args = this.#list(")");
      } else return chain;
    }
  }

  #list(end: string): JsonValue[] {
    const items: JsonValue[] = [];
    for (this.#blank(); !this.#take(end); this.#blank()) {
      items.push(this.#value());
      this.#blank();
      if (!this.#take(",") && this.#text[this.#at] !== end) throw this.#unexpected();
    }
    return items;
  }

  #value(): JsonValue {
    if (++this.#depth > MAX_DEPTH) throw new ScriptError("RangeError: Maximum call stack size exceeded");
    const value = this.#plainValue();
    this.#depth--;
    return value;
  }

  #plainValue(): JsonValue {
    this.#blank();
    const rest = this.#text.slice(this.#at);
    if (this.#take("{")) return this.#object();
    if (this.#take("[")) return this.#list("]");
    if (/^['"`]/.test(rest)) return this.#string();
    const number = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/i.exec(rest)?.[0];
    if (number !== undefined) {
      this.#at += number.length;
      return Number(number);
    }
    const regex = /^\/((?:[^/\\\n]|\\.)+)\/([a-z]*)/.exec(rest);
    if (regex) {
      this.#at += regex[0].length;
      return { $regex: regex[1] ?? "", $options: regex[2] ?? "" };
    }
    const word = /^(?:new\s+)?([A-Za-z_$][\w$]*)/.exec(rest);
    if (!word) throw this.#unexpected();
    this.#at += word[0].length;
    return this.#wordValue(word[1] ?? "");
  }

  #wordValue(word: string): JsonValue {
    const constants: Record<string, JsonValue> = { true: true, false: false, null: null, undefined: null };
    if (Object.hasOwn(constants, word)) return constants[word] ?? null;
    if (!this.#take("(")) throw new ScriptError(`ReferenceError: ${word} is not defined`);
    const [first = null] = this.#list(")");
    if (word === "ObjectId") return { $oid: String(first) };
    if (word === "ISODate" || word === "Date") return { $date: String(first) };
    if (/^Number(Int|Long|Decimal)$|^(Int32|Long|Double)$/.test(word)) return Number(first);
    throw new ScriptError(`ReferenceError: ${word} is not defined`);
  }

  #object(): JsonObject {
    const result: JsonObject = {};
    for (this.#blank(); !this.#take("}"); this.#blank()) {
      const isQuoted = /^['"`]/.test(this.#text.slice(this.#at));
      const name = isQuoted ? this.#string() : this.#name();
      this.#expect(":");
      Object.defineProperty(result, name, {
        value: this.#value(),
        enumerable: true,
        writable: true,
        configurable: true,
      });
      this.#blank();
      if (!this.#take(",") && this.#text[this.#at] !== "}") throw this.#unexpected();
    }
    return result;
  }

  #string(): string {
    const quote = this.#text[this.#at++];
    let value = "";
    for (; this.#text[this.#at] !== quote; this.#at++) {
      let character = this.#text[this.#at];
      if (character === undefined) throw new ScriptError("SyntaxError: Unterminated string constant.");
      if (character === "\\") {
        character = this.#text[++this.#at] ?? "";
        character = { n: "\n", t: "\t", r: "\r" }[character] ?? character;
      }
      value += character;
    }
    this.#at++;
    return value;
  }

  #name(): string {
    this.#blank();
    const name = /^[\w$]+/.exec(this.#text.slice(this.#at))?.[0];
    if (name === undefined) throw this.#unexpected();
    this.#at += name.length;
    return name;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #expect(text: string): void {
    this.#blank();
    if (!this.#take(text)) throw this.#unexpected();
  }

  #blank(): void {
    this.#at += /^(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/.exec(this.#text.slice(this.#at))?.[0].length ?? 0;
  }

  #unexpected(): ScriptError {
    return new ScriptError(
      `SyntaxError: Unexpected token (1:${this.#at}): this simulation of mongosh runs calls on db with literal arguments`,
    );
  }
}

/** A value as mongosh prints it. */
export function inspect(value: JsonValue, indent = 0): string {
  const one = inline(value);
  if (one.length + indent <= 72 || typeof value !== "object" || value === null) return one;
  const pad = " ".repeat(indent + 2);
  const end = " ".repeat(indent);
  if (Array.isArray(value)) return `[\n${value.map((each) => pad + inspect(each, indent + 2)).join(",\n")}\n${end}]`;
  const fields = Object.entries(value).map(
    ([name, each]) => `${pad}${keyText(name)}: ${inspect(each ?? null, indent + 2)}`,
  );
  return `{\n${fields.join(",\n")}\n${end}}`;
}

function keyText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`;
}

function inline(value: JsonValue): string {
  if (typeof value === "string")
    return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value.replace(/'/g, "\\'")}'`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `[ ${value.map(inline).join(", ")} ]`;
  if (typeof value["$oid"] === "string") return `ObjectId('${value["$oid"]}')`;
  if (typeof value["$date"] === "string") return `ISODate('${value["$date"]}')`;
  const fields = Object.entries(value).map(([name, each]) => `${keyText(name)}: ${inline(each ?? null)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}
