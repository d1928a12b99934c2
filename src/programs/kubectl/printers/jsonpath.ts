/**
 * `-o jsonpath=…`
 * Source: k8s.io/client-go util/jsonpath
 */

import { goQuote } from "../../../lib/go-quote.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { type JsonPath, JsonPathError, type JsonPathStrictness, parseJsonPath } from "../../../lib/json-path.ts";
import { Failure } from "../core/session.ts";
import { compactJson } from "./yaml.ts";

/** A part of a template. */
type Part =
  | { type: "text"; text: string }
  | { type: "path"; path: JsonPath; source: string }
  | { type: "range"; path: JsonPath; body: readonly Part[] };

/** The text of a template for an object. Throws Failure. */
export function jsonPathPrinter(template: string, { failsOnMissing = false } = {}): (object: JsonObject) => string {
  const parts = parseTemplate(template, { fields: failsOnMissing, positions: true });
  return (object) => {
    try {
      return render(parts, object);
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error;
      throw executeFailure(template, error, object);
    }
  };
}

/** kubectl shows the whole object in Go's syntax. */
function executeFailure(template: string, error: JsonPathError, object: JsonObject): Failure {
  const debugging = [
    `Error executing template: ${error.message}. Printing more information for debugging the template:`,
    `\ttemplate was:\n\t\t${template}`,
    `\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n`,
  ];
  return new Failure(`error: error executing jsonpath ${goQuote(template)}: ${debugging.join("\n")}`);
}

/** Go's `%#v` of decoded JSON. */
function goSyntax(value: JsonValue): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (value === null) return "interface {}(nil)";
  if (!isJsonObject(value)) return typeof value === "string" ? goQuote(value) : String(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${goQuote(key)}:${goSyntax(value[key] ?? null)}`);
  return `map[string]interface {}{${entries.join(", ")}}`;
}

/** The values of a template's paths as JSON (`jsonpath-as-json`). */
export function jsonPathValues(template: string): (object: JsonObject) => JsonValue[] {
  const parts = parseTemplate(template, { fields: false, positions: true });
  return (object) => parts.flatMap((part) => (part.type === "path" ? part.path(object) : []));
}

function parseTemplate(template: string, strictness: JsonPathStrictness): Part[] {
  const full = template.startsWith("{") || template.includes("{") ? template : `{${template}}`;
  try {
    const { parts } = new TemplateReader(tokensOf(full), strictness).parts(0, false);
    return parts;
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw new Failure(`error: error parsing jsonpath ${template}, ${error.message}`);
  }
}

type Token = { type: "text"; text: string } | { type: "action"; text: string };

function tokensOf(template: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < template.length; ) {
    const open = template.indexOf("{", at);
    if (open < 0 || open > at) tokens.push({ type: "text", text: template.slice(at, open < 0 ? undefined : open) });
    if (open < 0) break;
    const close = endOfAction(template, open);
    tokens.push({ type: "action", text: template.slice(open + 1, close).trim() });
    at = close + 1;
  }
  return tokens;
}

/** The brace that closes the action; braces in quotes do not count. */
function endOfAction(template: string, open: number): number {
  let quote = "";
  for (let i = open + 1; i < template.length; i++) {
    const character = template[i]!;
    if (character === "\\") i++;
    else if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === "}") return i;
  }
  throw new JsonPathError("unclosed action");
}

class TemplateReader {
  readonly #tokens: readonly Token[];
  readonly #strictness: JsonPathStrictness;

  constructor(tokens: readonly Token[], strictness: JsonPathStrictness) {
    this.#tokens = tokens;
    this.#strictness = strictness;
  }

  /** The parts up to `{end}`. A range may end with the template. */
  parts(from: number, isInRange: boolean): { parts: Part[]; next: number } {
    const parts: Part[] = [];
    for (let i = from; i < this.#tokens.length; i++) {
      const token = this.#tokens[i]!;
      if (token.type === "text") {
        parts.push({ type: "text", text: token.text });
      } else if (token.text === "end") {
        if (!isInRange) throw new JsonPathError("not in range, nothing to end");
        return { parts, next: i };
      } else if (/^range\s/.test(token.text)) {
        const inner = this.parts(i + 1, true);
        const path = parseJsonPath(token.text.slice(5).trim(), this.#strictness);
        parts.push({ type: "range", path, body: inner.parts });
        i = inner.next;
      } else {
        parts.push(...this.#action(token.text));
      }
    }
    return { parts, next: this.#tokens.length };
  }

  /** A quoted text, or paths that follow one another. */
  #action(text: string): Part[] {
    const quoted = /^(["'])((?:[^\\]|\\.)*?)\1/s.exec(text);
    if (quoted) {
      const rest = text.slice(quoted[0].length).trim();
      return [{ type: "text", text: unescaped(quoted[2]!) }, ...(rest === "" ? [] : this.#action(rest))];
    }
    return [{ type: "path", path: parseJsonPath(text, this.#strictness), source: text }];
  }
}

function unescaped(text: string): string {
  const known: Record<string, string> = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "'": "'" };
  return text.replaceAll(/\\(.)/gs, (whole, character: string) => known[character] ?? whole);
}

function render(parts: readonly Part[], value: JsonValue): string {
  return parts
    .map((part) => {
      if (part.type === "text") return part.text;
      if (part.type === "range")
        return rangeItems(part.path(value))
          .map((item) => render(part.body, item))
          .join("");
      return part.path(value).map(valueText).join(" ");
    })
    .join("");
}

/** A range over a list visits its entries. */
function rangeItems(values: readonly JsonValue[]): readonly JsonValue[] {
  return values.flatMap((value) => (Array.isArray(value) ? value : [value]));
}

/** Texts are plain, all other values JSON. */
export function valueText(value: JsonValue): string {
  if (typeof value === "string") return value;
  return isJsonObject(value) || Array.isArray(value) ? compactJson(value) : String(value);
}
