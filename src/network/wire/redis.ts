/**
 * Redis' protocol (RESP2) as client libraries and redis-cli speak it: arrays of bulk strings. The connection remembers
 * its database and password. Typed commands without that form are lines, see `raw.ts`.
 * Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import { CLOSED, type Reply, type WireProtocol } from "./protocol.ts";

const ARRAY = /^\*(\d{1,7})\r\n/;
const BULK = /^\$(\d{1,9})\r\n/;

export const redis: WireProtocol = {
  name: "redis",
  speaks: (first) => (first.startsWith("*") ? (first.length < 4 ? undefined : /^\*\d+\r?/.test(first)) : false),
  next({ input, memory }) {
    if (input === "") return { type: "wait" };
    const command = commandIn(input);
    if (command === "incomplete") return { type: "wait" };
    if (command === "invalid") {
      return { type: "reply", rest: "", data: "-ERR Protocol error: expected '$'\r\n", isOver: true };
    }
    const { args, rest } = command;
    const name = (args[0] ?? "").toUpperCase();
    if (name === "QUIT") return { type: "reply", rest: "", data: "+OK\r\n", isOver: true };
    const body = {
      args,
      db: memory["db"] ?? 0,
      ...(memory["password"] !== undefined && { password: memory["password"] }),
    };
    return {
      type: "ask",
      request: { type: "message", protocol: "redis", body },
      rest,
      answer: (answer) => replyTo(answer, { name, args, memory }),
    };
  },
};

function replyTo(
  answer: ServedAnswer,
  { name, args, memory }: { name: string; args: readonly string[]; memory: JsonObject },
): Reply {
  if (answer.type !== "message") return CLOSED;
  const reply = (answer.body as JsonObject)["reply"] ?? null;
  const data = encoded(reply);
  const isRefused = data.startsWith("-");
  if (isRefused) return { data };
  if (name === "SELECT") return { data, memory: { ...memory, db: Number(args[1]) } };
  if (name === "AUTH") return { data, memory: { ...memory, password: args.at(-1) ?? "" } };
  return { data };
}

function commandIn(input: string): { args: string[]; rest: string } | "incomplete" | "invalid" {
  const head = ARRAY.exec(input);
  if (!head) return input.includes("\r\n") || input.length > 12 ? "invalid" : "incomplete";
  const args: string[] = [];
  let at = head[0].length;
  for (let i = 0; i < Number(head[1]); i++) {
    const bulk = BULK.exec(input.slice(at, at + 16));
    if (!bulk) return input.length - at > 14 ? "invalid" : "incomplete";
    const start = at + bulk[0].length;
    const end = start + Number(bulk[1]);
    if (input.length < end + 2) return "incomplete";
    args.push(input.slice(start, end));
    at = end + 2;
  }
  return { args, rest: input.slice(at) };
}

/** A reply of the server (`programs/servers/redis`) on the wire. */
function encoded(reply: JsonValue): string {
  if (reply === null || typeof reply === "boolean") return "$-1\r\n";
  if (typeof reply === "number") return `:${reply}\r\n`;
  if (typeof reply === "string") return `$${reply.length}\r\n${reply}\r\n`;
  if (Array.isArray(reply)) return `*${reply.length}\r\n${reply.map(encoded).join("")}`;
  return "error" in reply ? `-${String(reply["error"])}\r\n` : `+${String(reply["status"])}\r\n`;
}
