/** HTTP/1.1 on a forwarded connection: requests one after the other, answers with their length. */
import type { Bytes } from "../../files/entry.ts";
import { STATUS_TEXTS } from "../../lib/http-status.ts";
import type { JsonObject } from "../../lib/json.ts";
import { type ParsedRequest, parseRequest } from "../../shell/http-request.ts";
import { httpText } from "../../shell/http-response.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import { CLOSED, type Reply, type WireProtocol } from "./protocol.ts";

const START = /^[A-Z]{3,16} [^\s]+ HTTP\//;
/** The first line may still become one of HTTP. */
const POSSIBLE_START = /^[A-Z]{1,16}$|^[A-Z]{3,16} [^\s]*$|^[A-Z]{3,16} [^\s]+ H?T?T?P?$/;
const MAX_START = 16 * 1024;

export const http: WireProtocol = {
  name: "http",
  speaks(first) {
    if (START.test(first)) return true;
    return first.length < MAX_START && POSSIBLE_START.test(first) ? undefined : false;
  },
  next({ input, memory }) {
    // Clients may send empty lines between requests.
    const waiting = input.replace(/^(?:\r?\n)+/, "");
    if (waiting === "") return { type: "wait" };
    const parsed = parseRequest(waiting);
    switch (parsed.type) {
      case "incomplete":
        if (!parsed.expectsContinue || memory["hasContinued"]) return { type: "wait" };
        return { type: "reply", rest: waiting, data: "HTTP/1.1 100 Continue\r\n\r\n", memory: { hasContinued: true } };
      case "invalid":
        return { type: "reply", rest: "", data: refusal(parsed.status), isOver: true };
      case "request": {
        const { request, rest } = parsed;
        const { method, path, headers, body } = request;
        const host = headers["host"] ?? "";
        const asked = { type: "http", scheme: "http", method, path, headers, body, host } as const;
        return { type: "ask", request: asked, rest, answer: (answer) => replyTo(request, answer) };
      }
    }
  },
};

function replyTo(request: ParsedRequest, answer: ServedAnswer): Reply {
  if (answer.type !== "http") return CLOSED;
  const memory: JsonObject = {};
  const data = httpText(request, answer);
  return request.isLast || /\bclose\b/i.test(answer.headers["connection"] ?? "")
    ? { data, memory, isOver: true }
    : { data, memory };
}

/** The answer of a server to a request that it cannot read. */
function refusal(status: number): Bytes {
  const text = `${status} ${STATUS_TEXTS[status] ?? ""}`;
  return `HTTP/1.1 ${text}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${text}`;
}
