/** Answers of Elasticsearch: JSON, its form with `?pretty`, tables of `_cat`, and errors. */
import { bytesOfText } from "../../../lib/bytes.ts";
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { type HttpAnswer, text } from "../http.ts";

export interface Reply {
  status: number;
  body: JsonValue;
}

export function httpAnswer({ status, body }: Reply, isPretty: boolean): HttpAnswer {
  const shown = typeof body === "string" ? body : isPretty ? `${pretty(body, "")}\n` : JSON.stringify(body);
  const contentType = typeof body === "string" ? "text/plain; charset=UTF-8" : "application/json";
  return text(status, bytesOfText(shown), { contentType, headers: { "x-elastic-product": "Elasticsearch" } });
}

/** JSON with blanks around the colons. */
function pretty(value: JsonValue, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[ ]";
    return `[\n${value.map((item) => inner + pretty(item, inner)).join(",\n")}\n${indent}]`;
  }
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return "{ }";
  const lines = entries.map(([key, each]) => `${inner}${JSON.stringify(key)} : ${pretty(each as JsonValue, inner)}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

export function failure(status: number, type: string, reason: string, more: JsonObject = {}): Reply {
  const cause = { type, reason, ...more };
  return { status, body: { error: { root_cause: [cause], ...cause }, status } };
}

export function missingIndex(name: string): Reply {
  const more = { "resource.type": "index_or_alias", "resource.id": name, index_uuid: "_na_", index: name };
  return failure(404, "index_not_found_exception", `no such index [${name}]`, more);
}

/** A table of `_cat`. `isTitled`: with the names of the columns. Numbers stand on the right. */
export function catTable(names: readonly string[], rows: readonly (readonly string[])[], isTitled: boolean): Reply {
  const lines = isTitled ? [names, ...rows] : rows;
  const widths = names.map((_name, i) => Math.max(0, ...lines.map((row) => (row[i] ?? "").length)));
  const isRight = (i: number) => rows.every((row) => /^[\d.]*(b|kb|mb)?$/.test(row[i] ?? ""));
  const shown = lines.map((row) =>
    row.map((cell, i) => (isRight(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(" "),
  );
  return { status: 200, body: shown.map((line) => `${line.trimEnd()}\n`).join("") };
}
