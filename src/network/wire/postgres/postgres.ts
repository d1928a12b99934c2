/**
 * PostgreSQL's protocol, version 3: start-up with a password if the server wants one, simple queries, and prepared
 * statements as drivers use them. Encryption is declined. COPY FROM STDIN is not offered.
 * Source: https://www.postgresql.org/docs/current/protocol-flow.html
 */
import type { ForwardedConnection } from "../../../cluster/container-access.ts";
import type { Bytes } from "../../../files/entry.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { CLOSED, type Reply, type WireProtocol, type WireStep } from "../protocol.ts";
import { extended } from "./extended.ts";
import { errorResponse, int32, MessageReader, message, parameterStatus, readyForQuery } from "./messages.ts";
import { errorIn, resultsIn, rowDescription, rowsOf } from "./results.ts";

const VERSION_3 = 196_608;
const CANCEL = 80_877_102;
const ENCRYPTION = new Set([80_877_103, 80_877_104]);
const MAX_MESSAGE = 8 * 1024 * 1024;
const CLEARTEXT = 3;
/** Start-up messages are short, so the first two bytes of their length are zero. */
const LENGTH = "\0\0";

export const postgres: WireProtocol = {
  name: "postgres",
  speaks(first) {
    if (!LENGTH.startsWith(first.slice(0, LENGTH.length))) return false;
    if (first.length < 8) return undefined;
    const reader = new MessageReader(first);
    const [length, code] = [reader.int32(), reader.int32()];
    return length >= 8 && length <= 10_000 && (code === VERSION_3 || code === CANCEL || ENCRYPTION.has(code));
  },
  next(connection) {
    return connection.memory["isStarted"] === true ? ready(connection) : startUp(connection);
  },
};

function startUp({ id, input, memory }: ForwardedConnection): WireStep {
  if (memory["target"] !== undefined) return password({ id, input, memory });
  if (input.length < 8) return { type: "wait" };
  const length = new MessageReader(input).int32();
  if (input.length < length) return { type: "wait" };
  const reader = new MessageReader(input.slice(4, length));
  const rest = input.slice(length);
  const code = reader.int32();
  if (ENCRYPTION.has(code)) return { type: "reply", rest, data: "N" };
  if (code !== VERSION_3) return { type: "reply", rest, ...CLOSED };
  const options: Record<string, string> = {};
  for (let name = reader.text(); name !== "" && !reader.isAtEnd; name = reader.text()) options[name] = reader.text();
  const user = options["user"] ?? "";
  const target = { user, database: options["database"] || user };
  return connect({ id, rest, target });
}

function password({ id, input, memory }: Pick<ForwardedConnection, "id" | "input" | "memory">): WireStep {
  const found = messageIn(input);
  if (found === "incomplete") return { type: "wait" };
  if (found === "invalid" || found.type !== "p") return { type: "reply", rest: "", ...CLOSED };
  const target = { ...(memory["target"] as JsonObject), password: new MessageReader(found.body).text() };
  return connect({ id, rest: found.rest, target });
}

function connect({ id, rest, target }: { id: string; rest: Bytes; target: JsonObject }): WireStep {
  return {
    type: "ask",
    request: question(id, target, { action: "connect" }),
    rest,
    answer: (answer) => connected(answer, target),
  };
}

/** Clients of a forwarded port come from the loopback device. */
function question(id: string, target: JsonObject, body: JsonObject) {
  return {
    type: "message",
    protocol: "postgres",
    body: { ...target, host: "127.0.0.1", session: id, ...body },
  } as const;
}

function connected(answer: ServedAnswer, target: JsonObject): Reply {
  if (answer.type !== "message" || !isJsonObject(answer.body)) return CLOSED;
  const { body } = answer;
  if (body["needsPassword"] === true && target["password"] === undefined) {
    return { data: message("R", int32(CLEARTEXT)), memory: { target } };
  }
  const refusal = body["needsPassword"] === true ? "empty password returned by client" : body["fatal"];
  if (typeof refusal === "string") {
    return { data: errorResponse({ severity: "FATAL", code: codeOf(refusal), message: refusal }), isOver: true };
  }
  const settings = {
    server_version: String(body["version"] ?? ""),
    server_encoding: "UTF8",
    client_encoding: "UTF8",
    DateStyle: "ISO, MDY",
    TimeZone: "Etc/UTC",
    integer_datetimes: "on",
    standard_conforming_strings: "on",
    is_superuser: body["isSuperuser"] === true ? "on" : "off",
    session_authorization: String(target["user"]),
  };
  const told = Object.entries(settings).map(([name, value]) => parameterStatus(name, value));
  const data = message("R", int32(0)) + told.join("") + message("K", int32(1) + int32(1)) + readyForQuery("none");
  return { data, memory: { target, isStarted: true } };
}

const CODES: readonly [RegExp, string][] = [
  [/^password authentication/, "28P01"],
  [/^database .* does not exist/, "3D000"],
  [/^permission denied/, "42501"],
];

function codeOf(refusal: string): string {
  return CODES.find(([pattern]) => pattern.test(refusal))?.[1] ?? "28000";
}

function ready({ id, input, hasEnded, memory }: ForwardedConnection): WireStep {
  const found = messageIn(input);
  const target = memory["target"] as JsonObject;
  const isLeaving = (found === "incomplete" && hasEnded) || (typeof found === "object" && found.type === "X");
  if (isLeaving) {
    const request = question(id, target, { action: "close" });
    return { type: "ask", request, rest: "", answer: () => CLOSED };
  }
  if (found === "incomplete") return { type: "wait" };
  if (found === "invalid") return { type: "reply", rest: "", ...CLOSED };
  const { type, body, rest } = found;
  const ask = (sql: string, answer: (reply: JsonObject) => Omit<Reply, "isOver">): WireStep => ({
    type: "ask",
    request: question(id, target, { action: "query", sql }),
    rest,
    answer: (served) => (served.type === "message" && isJsonObject(served.body) ? answer(served.body) : CLOSED),
  });
  if (type === "Q") {
    return ask(new MessageReader(body).text(), (reply) => ({
      data: simpleResult(reply) + readyForQuery(reply["transaction"]),
      memory: { ...memory, transaction: String(reply["transaction"]) },
    }));
  }
  return extended({ type, body, rest, memory, ask });
}

function simpleResult(reply: JsonObject): Bytes {
  const results = resultsIn(reply).map((result) => {
    return (result.columns ? rowDescription(result.columns, []) : "") + rowsOf(result, []);
  });
  const error = errorIn(reply);
  const failed = error ? errorResponse(error) : "";
  const isEmpty = results.length === 0 && !error;
  return isEmpty ? message("I", "") : results.join("") + failed;
}

function messageIn(input: Bytes): { type: string; body: Bytes; rest: Bytes } | "incomplete" | "invalid" {
  if (input.length < 5) return "incomplete";
  const length = new MessageReader(input.slice(1, 5)).int32();
  if (length < 4 || length > MAX_MESSAGE) return "invalid";
  if (input.length < length + 1) return "incomplete";
  return { type: input.charAt(0), body: input.slice(5, length + 1), rest: input.slice(length + 1) };
}
