/** One exchange on a forwarded connection: all whole requests among the client's bytes are answered in order. */
import type { ForwardedConnection, ForwardInput, ForwardOutput } from "../../cluster/container-access.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import type { WireProtocol, WireRequest } from "./protocol.ts";
import { PROTOCOLS } from "./registry.ts";

/** Hands a request to the process that listens; undefined: none listens any more. */
export type Serve = (request: WireRequest) => ServedAnswer | undefined;

export function exchange(before: ForwardedConnection, given: ForwardInput, serve: Serve): ForwardOutput {
  let connection: ForwardedConnection = {
    ...before,
    input: before.input + (given.data ?? ""),
    hasEnded: before.hasEnded || given.isEnd === true,
  };
  let data = "";
  let afterMs = 0;
  for (;;) {
    const protocol = protocolOf(connection);
    if (!protocol) break;
    connection = { ...connection, protocol: protocol.name };
    const step = protocol.next(connection);
    if (step.type === "wait") break;
    const { rest } = step;
    let reply = step.type === "reply" ? step : undefined;
    if (step.type === "ask") {
      const answer = serve(step.request);
      // The client waits for ever, as for a process that is stopped.
      if (answer?.type === "failed" && answer.why === "timeout") return hanging(connection, data, afterMs);
      afterMs += answer?.afterMs ?? 0;
      const isGone = answer === undefined || (answer.type === "failed" && answer.why === "refused");
      reply = { type: "reply", rest, ...(isGone ? { data: "", isOver: true } : step.answer(answer)) };
    }
    if (!reply) break;
    data += reply.data;
    connection = { ...connection, input: rest, memory: reply.memory ?? connection.memory };
    if (reply.isOver) return { connection, data, afterMs, isOver: true };
  }
  return { connection, data, afterMs, ...(connection.hasEnded && { isOver: true as const }) };
}

function hanging(connection: ForwardedConnection, data: string, afterMs: number): ForwardOutput {
  return { connection: { ...connection, input: "", protocol: SILENT }, data, afterMs };
}

/** The protocol of a connection that gets no answer any more. */
const SILENT = "silent";

/** Undefined while more bytes must decide, and for connections without an answer. */
function protocolOf({ protocol, input, hasEnded }: ForwardedConnection): WireProtocol | undefined {
  if (protocol !== undefined) return PROTOCOLS.find(({ name }) => name === protocol);
  if (input === "") return undefined;
  for (const each of PROTOCOLS) {
    const speaks = each.speaks(input);
    if (speaks) return each;
    if (speaks === undefined && !hasEnded) return undefined;
  }
  return undefined;
}
