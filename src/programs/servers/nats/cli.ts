/** nats, the command line of nats-box: pub, sub, req, reply and rtt. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { printLines, timeParts } from "../log.ts";

const WAKE = "URG";
const FIRST_PORT = 40_000;
const PORT_COUNT = 20_000;
/** A subscriber looks so often whether its server is still there, ms. */
const LOOK_MS = 300_000;

interface Call {
  host: string;
  port: number;
  verb: string;
  subject: string;
  data: string;
  queue: string;
  /** It ends after so many messages. */
  count: number;
}

function callOf({ argv, env }: ProcessView): Call {
  const words: string[] = [];
  const values = new Map<string, string>();
  for (let i = 1; i < argv.length; i++) {
    const [, name, value] = /^--?([\w-]+)(?:=(.*))?$/.exec(argv[i] ?? "") ?? [];
    if (name === undefined) words.push(argv[i] ?? "");
    else if (/^(s|server|queue|count|context|timeout|user|password)$/.test(name))
      values.set(name, value ?? argv[++i] ?? "");
  }
  const url = values.get("s") ?? values.get("server") ?? env["NATS_URL"] ?? "nats://127.0.0.1:4222";
  const [, host = "127.0.0.1", port] = /^(?:nats:\/\/)?(?:[^@]*@)?([^:/,]+)(?::(\d+))?/.exec(url) ?? [];
  const [verb = "", subject = "", data = ""] = words;
  const queue = values.get("queue") ?? (verb === "reply" ? "NATS-RPLY-22" : "");
  return { host, port: Number(port ?? 4222), verb, subject, data, queue, count: Number(values.get("count") ?? 0) };
}

const clock = ({ nowMs }: ProcessView): string => timeParts(nowMs).clock;

export const natsCli: Program = {
  handles: ["INT", "TERM", WAKE],
  /** Takes a message of the server; `nats reply` answers it. */
  serve(process, request) {
    if (request.type !== "message" || request.protocol !== "nats-push" || !isJsonObject(request.body))
      return { type: "failed", why: "reset", afterMs: 0 };
    const { state } = process;
    const { subject, data } = request.body;
    const call = callOf(process);
    state["received"] = Number(state["received"] ?? 0) + 1;
    const head =
      call.verb === "reply"
        ? `${clock(process)} [#${Number(state["received"]) - 1}] Received on subject "${String(subject)}":`
        : `[#${String(state["received"])}] Received on "${String(subject)}"`;
    printLines(process, 1, [head, String(data), ""]);
    process.kill(process.pid, WAKE);
    return { type: "message", body: call.verb === "reply" ? { data: call.data } : {}, afterMs: 1 };
  },
  run(process): Step {
    for (let signal = process.takeSignal(); signal; signal = process.takeSignal())
      if (signal !== WAKE) return { type: "exit", status: 0 };
    const call = callOf(process);
    switch (call.verb) {
      case "pub":
        return once(process, call, { publish: call.subject, data: call.data }, () => [
          `${clock(process)} Published ${call.data.length} bytes to "${call.subject}"`,
        ]);
      case "req":
      case "request":
        return once(process, call, { request: call.subject, data: call.data }, (reply) =>
          requestLines(process, call, reply),
        );
      case "rtt":
        return once(process, call, { publish: "_INBOX.rtt", data: "" }, () => [
          `nats://${call.host}:${call.port}:`,
          "",
          `  nats://${call.host}:${call.port}: 1.1ms`,
          "",
        ]);
      case "sub":
      case "subscribe":
      case "reply":
        return listen(process, call);
      default:
        printLines(process, 2, [
          `nats: error: ${call.verb === "" ? "expected command" : `"${call.verb}" is not part of this simulation`}`,
        ]);
        return { type: "exit", status: 1 };
    }
  },
};

function requestLines(process: ProcessView, { subject }: Call, { replies }: JsonObject): string[] {
  const [reply] = Array.isArray(replies) ? replies.map(String) : [];
  const sent = `${clock(process)} Sending request on "${subject}"`;
  if (reply === undefined) return [sent, `${clock(process)} No responders are available`];
  return [sent, `${clock(process)} Received with rtt 1.2ms`, reply, ""];
}

/** The server's reply; "wait" until it is there, a status if there is none. */
function ask(process: ProcessView, { host, port }: Call, body: JsonObject): JsonObject | "wait" | number {
  const answer = process.ask({ type: "message", host, port, protocol: "nats", body, timeoutMs: 5000 });
  if (!answer) return "wait";
  if (answer.type === "message" && isJsonObject(answer.body)) return answer.body;
  const why =
    answer.type === "failed" && answer.why === "unknownName"
      ? `dial tcp: lookup ${host}: no such host`
      : "nats: no servers available for connection";
  printLines(process, 2, [`nats: error: ${why}`]);
  return 1;
}

const WAIT: Step = { type: "wait", for: [{ type: "answer" }] };

function once(
  process: ProcessView,
  call: Call,
  body: JsonObject,
  lines: (reply: JsonObject) => readonly string[],
): Step {
  const reply = ask(process, call, body);
  if (reply === "wait") return WAIT;
  if (typeof reply === "number") return { type: "exit", status: reply };
  printLines(process, 1, lines(reply));
  return { type: "exit", status: 0 };
}

function listen(process: ProcessView, call: Call): Step {
  const { state, nowMs } = process;
  if (call.count > 0 && Number(state["received"] ?? 0) >= call.count) return { type: "exit", status: 0 };
  for (let tries = 0; state["port"] === undefined && tries < 100; tries++) {
    const port = FIRST_PORT + (process.random() % PORT_COUNT);
    if (process.listen(port, "tcp")) state["port"] = port;
  }
  const lookAtMs = Number(state["lookAtMs"] ?? 0);
  const wait: Step = { type: "wait", for: [{ type: "signal" }, { type: "time", atMs: nowMs + LOOK_MS }] };
  if (nowMs < lookAtMs) return wait;
  const reply = ask(process, call, { subscribe: call.subject, queue: call.queue, port: Number(state["port"]) });
  if (reply === "wait") return WAIT;
  if (typeof reply === "number") return { type: "exit", status: reply };
  if (state["isListening"] !== true)
    printLines(process, 1, [
      call.verb === "reply"
        ? `${clock(process)} Listening on "${call.subject}" in group "${call.queue}"`
        : `${clock(process)} Subscribing on ${call.subject}`,
    ]);
  state["isListening"] = true;
  state["lookAtMs"] = nowMs + LOOK_MS;
  return wait;
}
