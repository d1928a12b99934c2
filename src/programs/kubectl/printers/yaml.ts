/**
 * YAML and JSON as kubectl prints objects.
 * Source: sigs.k8s.io/yaml, k8s.io/cli-runtime pkg/printers/yaml.go, json.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";

/** Sorted keys, two blanks, lists at the indent of their key, as go-yaml writes. Ends with a line break. */
export function yamlText(value: JsonValue): string {
  if (isJsonObject(value) && Object.keys(value).length > 0) return mapLines(value, "").join("\n").concat("\n");
  if (Array.isArray(value) && value.length > 0) return listLines(value, "").join("\n").concat("\n");
  return `${scalar(value, { indent: "", column: 0 })}\n`;
}

/** A text as a scalar that is not folded. `indent` is that of its next lines. */
export function scalarText(text: string, indent: string): string {
  return scalar(text, { indent, column: Number.NEGATIVE_INFINITY });
}

function mapLines(map: JsonObject, indent: string): string[] {
  return Object.keys(map)
    .sort(compareKeys)
    .flatMap((key) => entryLines(`${indent}${keyText(key)}:`, map[key] ?? null, indent));
}

/** The lines of `key: value`, where `head` is the text up to the colon. */
function entryLines(head: string, value: JsonValue, indent: string): string[] {
  if (isJsonObject(value)) {
    return Object.keys(value).length === 0 ? [`${head} {}`] : [head, ...mapLines(value, `${indent}  `)];
  }
  if (Array.isArray(value)) return value.length === 0 ? [`${head} []`] : [head, ...listLines(value, indent)];
  return `${head} ${scalar(value, { indent: `${indent}  `, column: head.length + 1 })}`.split("\n");
}

function listLines(list: readonly JsonValue[], indent: string): string[] {
  return list.flatMap((value) => {
    const inner = `${indent}  `;
    const lines =
      isJsonObject(value) && Object.keys(value).length > 0
        ? mapLines(value, inner)
        : Array.isArray(value) && value.length > 0
          ? listLines(value, inner)
          : `${inner}${leafText(value, inner)}`.split("\n");
    return [`${indent}- ${lines[0]!.slice(inner.length)}`, ...lines.slice(1)];
  });
}

/** Words that YAML 1.1 reads as something else than text. */
const TAKEN =
  /^(~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|<<|=)$/;
const NUMBER =
  /^[-+]?(0b[01_]+|0o?[0-7_]+|0x[\da-fA-F_]+|(\d[\d_]*)?\.?\d[\d_]*\.?([eE][-+]?\d+)?|\.(inf|Inf|INF)|\d[\d_]*(:[0-5]?\d)+(\.\d*)?)$|^\.(nan|NaN|NAN)$/;
const TIME = /^\d{4}-\d\d?-\d\d?([Tt ].*)?$/;
/** Characters that cannot begin a plain scalar. */
const INDICATOR = /^[-?:](\s|$)|^[,[\]{}#&*!|>'"%@`]/;

/** Where a scalar begins: the indent of its next lines, and its column. */
interface Place {
  indent: string;
  column: number;
}

/** Lines that are longer are folded at the next blank. */
const BEST_WIDTH = 80;

function keyText(key: string): string {
  return scalarText(key, "");
}

function leafText(value: JsonValue, indent: string): string {
  if (isJsonObject(value)) return "{}";
  return Array.isArray(value) ? "[]" : scalar(value, { indent, column: indent.length });
}

function scalar(value: JsonValue, place: Place): string {
  if (value === null) return "null";
  if (typeof value !== "string") return String(value);
  if (value === "") return '""';
  if (/[^\n\x20-\x7e\u0085\u00a0-\ud7ff\ue000-\ufffd\ud800-\udfff]/.test(value)) return doubleQuoted(value, place);
  if (value.includes("\n")) return literal(value, place);
  if (TAKEN.test(value) || NUMBER.test(value) || TIME.test(value)) return doubleQuoted(value, place);
  const isPlain = !INDICATOR.test(value) && !/: |:$| #/.test(value) && !/^\s|\s$|^(---|\.\.\.)/.test(value);
  return isPlain ? folded(value, place) : folded(`'${value.replaceAll("'", "''")}'`, place);
}

/** Breaks lines at single blanks once they are longer than the best width. */
function folded(text: string, { indent, column }: Place): string {
  let shown = "";
  let at = column;
  for (let i = 0; i < text.length; i++) {
    const isSingleBlank = text[i] === " " && text[i - 1] !== " " && text[i + 1] !== " ";
    if (isSingleBlank && at > BEST_WIDTH && i > 0 && i < text.length - 1) {
      shown += `\n${indent}`;
      at = indent.length;
    } else {
      shown += text[i];
      at++;
    }
  }
  return shown;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\ufeff": "\\uFEFF",
};

function doubleQuoted(text: string, { indent, column }: Place): string {
  let shown = '"';
  let at = column + 1;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === " " && text[i - 1] !== " " && at > BEST_WIDTH && i > 0 && i < text.length - 1) {
      const next = text[i + 1] === " " ? "\\" : "";
      shown += `\n${indent}${next}`;
      at = indent.length + next.length;
      continue;
    }
    const code = character.charCodeAt(0);
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const escaped =
      ESCAPES[character] ?? (isControl ? `\\x${code.toString(16).toUpperCase().padStart(2, "0")}` : character);
    shown += escaped;
    at += escaped.length;
  }
  return `${shown}"`;
}

function literal(text: string, place: Place): string {
  const isSpaced = / \n|\n | $/.test(text) && / \n| $/.test(text);
  if (isSpaced) return doubleQuoted(text, place);
  const end = text.endsWith("\n\n") || text === "\n" ? "+" : text.endsWith("\n") ? "" : "-";
  const first = /^[ \n]/.test(text) ? "2" : "";
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  const lines = body.split("\n").map((line) => (line === "" ? "" : place.indent + line));
  return [`|${first}${end}`, ...lines].join("\n");
}

/** The order of go-yaml: letters behind other characters, numbers in a text by their value. */
function compareKeys(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [x, y] = [left[i]!, right[i]!];
    if (x === y) continue;
    const [xIsLetter, yIsLetter] = [/\p{L}/u.test(x), /\p{L}/u.test(y)];
    if (xIsLetter && yIsLetter) return x < y ? -1 : 1;
    if (xIsLetter || yIsLetter) return xIsLetter ? 1 : -1;
    return compareNumbers(a, b, i) || (x < y ? -1 : 1);
  }
  return left.length - right.length;
}

function compareNumbers(a: string, b: string, at: number): number {
  const start = /\d*$/.exec(a.slice(0, at))?.[0].length ?? 0;
  const [x, y] = [a, b].map((text) => /^\d+/.exec(text.slice(at - start))?.[0]);
  return x === undefined || y === undefined ? 0 : Number(x) - Number(y);
}

/** JSON with four blanks, keys in the order of Go's maps. Ends with a line break. */
export function jsonText(value: JsonValue): string {
  return `${goJson(sorted(value), 4)}\n`;
}

/** The same for values of Go structs, whose fields keep their order. */
export function structText(value: JsonValue): string {
  return `${goJson(value, 4)}\n`;
}

/** JSON on one line, as Go writes it. */
export function compactJson(value: JsonValue): string {
  return goJson(sorted(value), 0);
}

function goJson(value: JsonValue, indent: number): string {
  const text = JSON.stringify(value, undefined, indent);
  return text.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("&", "\\u0026");
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}
