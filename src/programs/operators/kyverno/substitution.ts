/**
 * Variables in the texts of policies: `{{ request.object.metadata.name }}`, and references to other fields: `$(./../x)`.
 * Source: github.com/kyverno/kyverno pkg/engine/variables/vars.go
 */
import { MAX_SUBSTITUTIONS } from "../../../lib/container-limits.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { parseAnchor } from "./anchors.ts";
import { QueryError } from "./jmespath/values.ts";
import type { VariableContext } from "./variable-context.ts";

/** A variable, unless a backslash stands before it. */
const VARIABLE = /(?<!\\)\{\{(?:\{[^{}]*\}|[^{}])*\}\}/g;
const REFERENCE = /(?<!\\)\$\((.[^ ]*?)\)/g;

type Path = readonly string[];

/** The value with all variables replaced, also those of keys. Throws QueryError. */
export function substitute(context: VariableContext, value: JsonValue): JsonValue {
  const referred = JSON.stringify(value).includes("$(")
    ? mapTexts(value, [], (text, path) => refer(value, text, path))
    : value;
  return mapTexts(referred, [], (text, path) => replaceVariables(context, text, path));
}

/** As `substitute`, for a text whose value is a text. */
export function substituteText(context: VariableContext, text: string): string {
  const value = substitute(context, text);
  if (typeof value === "string") return value;
  return isJsonObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value ?? "");
}

function mapTexts(value: JsonValue, path: Path, change: (text: string, path: Path) => JsonValue): JsonValue {
  if (typeof value === "string") return change(value, path);
  if (Array.isArray(value)) return value.map((each, i) => mapTexts(each, [...path, String(i)], change));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, each]): [string, JsonValue] => {
    const changed = change(key, path);
    const name = typeof changed === "string" ? changed : JSON.stringify(changed);
    return [name, mapTexts(each ?? null, [...path, key], change)];
  });
  return Object.fromEntries(entries) as JsonObject;
}

function replaceVariables(context: VariableContext, original: string, path: Path): JsonValue {
  let text = original;
  let rounds = 0;
  for (let found = text.match(VARIABLE); found; found = text.match(VARIABLE)) {
    for (const variable of found) {
      if (++rounds > MAX_SUBSTITUTIONS) throw new QueryError(`too many variables in ${JSON.stringify(original)}`);
      const inner = variable.replaceAll("{{", "").replaceAll("}}", "").trim();
      // `{{- x }}`: variables in its value are not replaced.
      const isShallow = inner.startsWith("-");
      const value = resolved(context, isShallow ? inner.slice(1).trim() : inner, path);
      if (text === variable) return value;
      const written = typeof value === "string" ? value : JSON.stringify(value);
      const kept = isShallow ? written.replaceAll("{{", "\\{{") : written;
      text = text.replace(variable, () => kept);
    }
  }
  return text.replaceAll("\\{{", "{{");
}

function resolved(context: VariableContext, expression: string, path: Path): JsonValue {
  const named = expression === "@" ? `request.object.${path.map(plain).map(quoted).join(".")}` : expression;
  const isDeletion = context.operation === "DELETE";
  const query = isDeletion ? named.replaceAll("request.object", "request.oldObject") : named;
  try {
    return context.query(query);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new QueryError(
      `failed to resolve ${query} at path ${path.map((part) => `/${part}`).join("")}: ${error.message}`,
    );
  }
}

const plain = (key: string) => parseAnchor(key)?.key ?? key;
const quoted = (part: string) => (/^[A-Za-z_]\w*$/.test(part) ? part : JSON.stringify(part));

/** The text with the fields of the same document that it refers to. */
function refer(document: JsonValue, text: string, from: Path): JsonValue {
  return text.replace(REFERENCE, (_whole, body: string) => {
    const [, operator = "", path = ""] = /^([<>]=?|!)?(.*)$/.exec(body) ?? [];
    const value = fieldAt(document, path.startsWith("/") ? path : [...from.map(plain), path].join("/"));
    if (typeof value !== "string" && typeof value !== "number") {
      throw new QueryError(`NotResolvedReferenceErr,reference $(${body}) not resolved`);
    }
    return `${operator}${value}`;
  });
}

/** A field by a path, which may contain `..`. Anchors in keys do not count. */
function fieldAt(document: JsonValue, path: string): JsonValue | undefined {
  const parts: string[] = [];
  for (const part of path.split("/").filter((each) => each !== "" && each !== ".")) {
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  let current: JsonValue | undefined = document;
  for (const part of parts) {
    if (Array.isArray(current)) current = current[Number(part)];
    else if (isJsonObject(current)) {
      const object: JsonObject = current;
      const key = Object.keys(object).find((each) => plain(each) === part);
      current = key === undefined ? undefined : object[key];
    } else return undefined;
  }
  return current;
}
