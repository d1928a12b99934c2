/**
 * `-o kyaml`: YAML in flow style, all texts in double quotes.
 * Source: sigs.k8s.io/yaml kyaml/kyaml.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";

/** Ends with a line break. */
export function kyamlText(value: JsonValue): string {
  return `---\n${valueText(value, "")}\n`;
}

function valueText(value: JsonValue, indent: string): string {
  if (Array.isArray(value)) return listText(value, indent);
  if (isJsonObject(value)) return mapText(value, indent);
  return typeof value === "string" ? quoted(value, indent) : String(value);
}

function mapText(map: JsonObject, indent: string): string {
  const keys = Object.keys(map).sort();
  if (keys.length === 0) return "{}";
  const inner = `${indent}  `;
  const lines = keys.map((key) => `${inner}${keyText(key)}: ${valueText(map[key] ?? null, inner)},\n`);
  return `{\n${lines.join("")}${indent}}`;
}

/** Maps and lists in a list begin on the line of the bracket. */
function listText(list: readonly JsonValue[], indent: string): string {
  if (list.length === 0) return "[]";
  if (list.every((one) => typeof one === "object" && one !== null)) {
    return `[${list.map((one) => valueText(one, indent)).join(", ")}]`;
  }
  const inner = `${indent}  `;
  return `[\n${list.map((one) => `${inner}${valueText(one, inner)},\n`).join("")}${indent}]`;
}

/** Keys that YAML reads as something else than a text, or not at all, are quoted. */
const PLAIN_KEY = /^[A-Za-z_][\w./-]*$/;
const TAKEN = /^(null|true|false|y|yes|n|no|on|off)$/i;

function keyText(key: string): string {
  return PLAIN_KEY.test(key) && !TAKEN.test(key) ? key : quoted(key, "");
}

function quoted(text: string, indent: string): string {
  if (!text.includes("\n")) return `"${escaped(text)}"`;
  const hasEnd = text.endsWith("\n");
  const lines = (hasEnd ? text.slice(0, -1) : text).split("\n");
  const shown = lines.map((line, i) => {
    // A blank at the start of a line is escaped, because folding drops it.
    const start = /^[ \t]/.test(line) ? "\\" : " ";
    const end = i < lines.length - 1 || hasEnd ? "\\n" : "";
    return `${indent}  ${start}${escaped(line)}${end}\\\n`;
  });
  return `"\\\n${shown.join("")}${indent}  "`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
};

function escaped(text: string): string {
  return text.replaceAll(/["\\\p{Cc}]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
    return ESCAPES[character] ?? `\\x${code}`;
  });
}
