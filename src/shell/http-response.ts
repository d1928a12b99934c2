/** Answers of HTTP/1.1 as bytes, for connections whose client wrote its request itself: `nc`, a forwarded port. */
import type { Bytes } from "../files/entry.ts";
import { STATUS_TEXTS } from "../lib/http-status.ts";
import { type ParsedRequest, parseRequest } from "./http-request.ts";
import type { ServedAnswer } from "./question.ts";

/** Headers that describe how a body was sent: it is sent whole here. */
const OF_TRANSFER = new Set(["transfer-encoding", "keep-alive"]);

/** The bytes of an answer to a request that was read from a connection. */
export function httpText({ method, isLast }: ParsedRequest, { status, headers, body }: HttpAnswer): Bytes {
  const lines: string[] = [];
  const names = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (OF_TRANSFER.has(lower)) continue;
    names.add(lower);
    lines.push(`${headerName(name)}: ${lower === "content-length" && method !== "HEAD" ? body.length : value}`);
  }
  const hasNoBody = status === 204 || status === 304 || (status >= 100 && status < 200);
  if (!hasNoBody && !names.has("content-length")) lines.push(`Content-Length: ${body.length}`);
  if (isLast && !names.has("connection")) lines.push("Connection: close");
  const head = `HTTP/1.1 ${status} ${STATUS_TEXTS[status] ?? ""}\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
  return method === "HEAD" || hasNoBody ? head : head + body;
}

type HttpAnswer = Extract<ServedAnswer, { type: "http" }>;

const SPECIAL_NAMES: Readonly<Record<string, string>> = { etag: "ETag", "www-authenticate": "WWW-Authenticate" };

/** As servers write it: `Content-Type`. */
function headerName(name: string): string {
  const special = SPECIAL_NAMES[name.toLowerCase()];
  if (special !== undefined) return special;
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/**
 * Answers the requests in the bytes of a client, one after the other; undefined if they do not begin with a whole
 * request. `afterMs` is the time of all answers.
 */
export function answerHttpText(
  data: Bytes,
  serve: (request: ParsedRequest) => ServedAnswer,
): { data: Bytes; afterMs: number } | undefined {
  let [rest, text, afterMs, count] = [data.replace(/^(?:\r?\n)+/, ""), "", 0, 0];
  for (; rest !== ""; count++) {
    const parsed = parseRequest(rest);
    if (parsed.type !== "request") break;
    const answer = serve(parsed.request);
    afterMs += answer.afterMs;
    if (answer.type !== "http") return { data: text, afterMs };
    text += httpText(parsed.request, answer);
    if (parsed.request.isLast) return { data: text, afterMs };
    rest = parsed.rest.replace(/^(?:\r?\n)+/, "");
  }
  return count > 0 ? { data: text, afterMs } : undefined;
}
