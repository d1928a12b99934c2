/**
 * Reads one request of HTTP/1.1 from the beginning of a byte string.
 * Source: RFC 9112
 */
import type { Bytes } from "../files/entry.ts";
import { MAX_FORWARDED_BODY_BYTES, MAX_FORWARDED_HEAD_BYTES } from "../lib/container-limits.ts";

export interface ParsedRequest {
  method: string;
  /** Path and query. */
  path: string;
  /** Names in lower case. Values of repeated names are joined by commas. */
  headers: Record<string, string>;
  body: Bytes;
  /** The connection ends after the answer. */
  isLast: boolean;
}

export type Parsed =
  | { type: "incomplete"; expectsContinue: boolean }
  | { type: "invalid"; status: number }
  | { type: "request"; request: ParsedRequest; rest: Bytes };

const REQUEST_LINE = /^([A-Z]+) (\S+) HTTP\/(\d)\.(\d)$/;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

export function parseRequest(input: Bytes): Parsed {
  const end = endOfHead(input);
  if (!end) {
    if (input.length > MAX_FORWARDED_HEAD_BYTES) return { type: "invalid", status: 431 };
    return { type: "incomplete", expectsContinue: false };
  }
  const [first = "", ...lines] = input.slice(0, end.at).split(/\r?\n/);
  const [, method, target, major, minor] = REQUEST_LINE.exec(first) ?? [];
  if (method === undefined || target === undefined) return { type: "invalid", status: 400 };
  if (major !== "1") return { type: "invalid", status: 505 };
  const headers = headersIn(lines);
  if (!headers || (minor !== "0" && headers["host"] === undefined)) return { type: "invalid", status: 400 };
  const read = bodyAt(input, end.bodyAt, headers);
  if (typeof read === "number") return { type: "invalid", status: read };
  if (read === null) {
    return { type: "incomplete", expectsContinue: headers["expect"]?.toLowerCase() === "100-continue" };
  }
  const connection = (headers["connection"] ?? "").toLowerCase();
  const isLast = minor === "0" ? !connection.includes("keep-alive") : /\bclose\b/.test(connection);
  const path = target.replace(/^https?:\/\/[^/?]*/i, "") || "/";
  return { type: "request", request: { method, path, headers, body: read.body, isLast }, rest: input.slice(read.end) };
}

function endOfHead(input: Bytes): { at: number; bodyAt: number } | undefined {
  const found = /\r?\n\r?\n/.exec(input);
  return found ? { at: found.index, bodyAt: found.index + found[0].length } : undefined;
}

function headersIn(lines: readonly string[]): Record<string, string> | undefined {
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const [, name, value = ""] = HEADER.exec(line) ?? [];
    if (name === undefined) return undefined;
    const lower = name.toLowerCase();
    headers[lower] = headers[lower] === undefined ? value : `${headers[lower]}, ${value}`;
  }
  return { ...headers };
}

/** Null: the body is not complete. A number: the status of a refusal. */
function bodyAt(
  input: Bytes,
  at: number,
  headers: Readonly<Record<string, string>>,
): { body: Bytes; end: number } | number | null {
  const encoding = headers["transfer-encoding"]?.toLowerCase();
  if (encoding !== undefined) return encoding === "chunked" ? chunksAt(input, at) : 501;
  const length = headers["content-length"] ?? "0";
  if (!/^\d{1,12}$/.test(length)) return 400;
  if (Number(length) > MAX_FORWARDED_BODY_BYTES) return 413;
  const end = at + Number(length);
  return input.length < end ? null : { body: input.slice(at, end), end };
}

function chunksAt(input: Bytes, from: number): { body: Bytes; end: number } | number | null {
  let body = "";
  for (let at = from; ; ) {
    const stop = input.indexOf("\n", at);
    if (stop < 0) return input.length - at > MAX_CHUNK_LINE ? 400 : null;
    const [, hexadecimal] = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?\r?$/.exec(input.slice(at, stop)) ?? [];
    if (hexadecimal === undefined) return 400;
    const size = Number.parseInt(hexadecimal, 16);
    if (body.length + size > MAX_FORWARDED_BODY_BYTES) return 413;
    if (size === 0) return trailersAt(input, stop + 1, body);
    const end = stop + 1 + size;
    if (input.length < end + 2) return null;
    body += input.slice(stop + 1, end);
    at = end + 2;
  }
}

const MAX_CHUNK_LINE = 1024;

/** Trailers are read and dropped. */
function trailersAt(input: Bytes, from: number, body: Bytes): { body: Bytes; end: number } | null {
  for (let at = from; ; ) {
    const stop = input.indexOf("\n", at);
    if (stop < 0) return null;
    if (input.slice(at, stop).replace(/\r$/, "") === "") return { body, end: stop + 1 };
    at = stop + 1;
  }
}
