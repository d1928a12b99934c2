/** Answers and requests of HTTP as servers use them. */

import type { Bytes } from "../../files/entry.ts";
import { bytesOfText } from "../../lib/bytes.ts";
import { STATUS_TEXTS } from "../../lib/http-status.ts";
import type { JsonValue } from "../../lib/json.ts";
import type { ServedAnswer } from "../../shell/question.ts";

export type HttpAnswer = Extract<ServedAnswer, { type: "http" }>;

/** A text in ASCII or bytes. */
export function text(
  status: number,
  body: Bytes,
  { contentType = "text/plain; charset=utf-8", headers = {}, afterMs = 1 }: TextOptions = {},
): HttpAnswer {
  return {
    type: "http",
    status,
    headers: { "content-type": contentType, "content-length": String(body.length), ...headers },
    body,
    afterMs,
  };
}

interface TextOptions {
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
  afterMs?: number;
}

export function json(status: number, value: JsonValue, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return text(status, bytesOfText(JSON.stringify(value)), { contentType: "application/json", headers });
}

/** The path without its query, and the query. */
/** The same headers, those of `first` before the others: clients print them as the server sends them. */
export function inOrder(headers: Readonly<Record<string, string>>, first: readonly string[]): Record<string, string> {
  const names = new Set([...first.filter((name) => headers[name] !== undefined), ...Object.keys(headers)]);
  return Object.fromEntries([...names].map((name) => [name, headers[name]!]));
}

export function splitPath(path: string): { path: string; query: string } {
  const at = path.indexOf("?");
  return at < 0 ? { path, query: "" } : { path: path.slice(0, at), query: path.slice(at + 1) };
}

/** Parameters of a query or of a form. Of repeated names all values are kept, in order. */
export function parameters(query: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const part of query.split("&")) {
    if (part === "") continue;
    const at = part.indexOf("=");
    const name = decode(at < 0 ? part : part.slice(0, at));
    found.set(name, [...(found.get(name) ?? []), at < 0 ? "" : decode(part.slice(at + 1))]);
  }
  return found;
}

/** Percent-encoding undone; the result is a byte string. Invalid sequences stay as they are. */
export function decode(value: string): Bytes {
  return value
    .replace(/\+/g, " ")
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** `*.example.com`-like and exact comparison of media types is left out: servers here compare whole names. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  htm: "text/html",
  css: "text/css",
  xml: "text/xml",
  txt: "text/plain",
  js: "application/javascript",
  json: "application/json",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  svg: "image/svg+xml",
  ico: "image/x-icon",
  pdf: "application/pdf",
  zip: "application/zip",
  wasm: "application/wasm",
};

/** Media type by the file name's extension. */
export function mediaType(path: string, fallback: string): string {
  const extension = /\.([a-zA-Z0-9]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  return MEDIA_TYPES[extension] ?? fallback;
}

const HTML_START = /^\s*<(!DOCTYPE HTML|HTML|HEAD|SCRIPT|IFRAME|H1|DIV|FONT|TABLE|A|STYLE|TITLE|B|BODY|BR|P)[ >]/i;

/** The media type of a body without one, as servers in Go guess it. */
export function sniffedType(body: Bytes): string {
  if (HTML_START.test(body) || /^\s*<!--/.test(body)) return "text/html; charset=utf-8";
  if (/^\s*<\?xml/.test(body)) return "text/xml; charset=utf-8";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters tell binary data from text
  return /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(body.slice(0, 512))
    ? "application/octet-stream"
    : "text/plain; charset=utf-8";
}

export function reasonOf(status: number): string {
  return STATUS_TEXTS[status] ?? "Unknown";
}
