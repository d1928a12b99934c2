/** Answers of programs that speak HTTP themselves, such as `nc -l` with a text: bytes as a client of HTTP reads them. */
import type { Bytes } from "../files/entry.ts";
import type { ServedAnswer } from "./question.ts";

const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})[^\n]*(?:\n|$)/;

/** Bytes that are no answer of HTTP are an end of the connection for its client. */
export function asHttpAnswer(answer: ServedAnswer): ServedAnswer {
  if (answer.type !== "connected") return answer;
  const { afterMs, data } = answer;
  const line = STATUS_LINE.exec(data);
  if (!line) return { afterMs, type: "failed", why: "reset" };
  const { headers, body } = partsOf(data.slice(line[0].length));
  const length = headers["content-length"];
  const shown = length !== undefined && /^\d+$/.test(length) ? body.slice(0, Number(length)) : body;
  return { afterMs, type: "http", status: Number(line[1]), headers, body: shown };
}

/** Lines end with or without a carriage return; an empty one ends the headers. */
function partsOf(text: Bytes): { headers: Record<string, string>; body: Bytes } {
  const headers: Record<string, string> = {};
  let at = 0;
  while (at < text.length) {
    const found = text.indexOf("\n", at);
    const end = found < 0 ? text.length : found;
    const line = text.slice(at, end).replace(/\r$/, "");
    at = end + 1;
    if (line === "") break;
    const colon = line.indexOf(":");
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { headers, body: text.slice(at) };
}
