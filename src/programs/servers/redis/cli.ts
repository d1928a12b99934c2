/** redis-cli: one command of its arguments, or the lines of its input. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import type { NetworkFailure } from "../../../shell/question.ts";
import { readEditedLine } from "../../base/edited-line.ts";
import { printLines } from "../log.ts";
import { type CliOptions, cliOptions } from "./cli-options.ts";
import { splitWords } from "./resp.ts";
import type { Reply } from "./store.ts";

/** Pause between two looks at a server from which no message comes, ms: it may be gone. */
const LOOK_MS = 300_000;
/** Ports on which clients take messages. */
const FIRST_PORT = 40_000;
const PORT_COUNT = 20_000;
/** Wakes the client when a message has come. */
const WAKE = "URG";

export const redisCli: Program = {
  handles: ["INT", WAKE],
  serve(process, request) {
    if (request.type !== "message" || request.protocol !== "redis-push" || !isJsonObject(request.body))
      return { type: "failed", why: "reset", afterMs: 0 };
    const { state } = process;
    const { messages } = request.body;
    if (Array.isArray(messages)) state["inbox"] = [...inboxOf(process), ...messages];
    delete state["againAtMs"];
    process.kill(process.pid, WAKE);
    return { type: "message", body: {}, afterMs: 0 };
  },
  run(process) {
    if (process.argv[1] === "--version" || process.argv[1] === "-v") {
      printLines(process, 1, [`redis-cli ${process.env["REDIS_VERSION"] ?? "8.4.0"}`]);
      return { type: "exit", status: 0 };
    }
    for (let signal = process.takeSignal(); signal; signal = process.takeSignal())
      if (signal === "INT") return { type: "exit", status: 0 };
    const options = cliOptions(process);
    if (needsSession(options)) process.state["session"] ??= newSession(process);
    if (process.state["isListening"] === true) return listen(process, options);
    if (options.pattern !== undefined) return scan(process, options);
    return options.command.length > 0 ? runOnce(process, options) : runLines(process, options);
  },
};

/** Commands whose effect lasts as long as the connection. */
const OF_CONNECTION = /^(multi|exec|discard|watch|unwatch|client|reset|select|auth|hello|monitor|quit)$/i;

/** A single command has no session: probes ask `redis-cli ping` for ever, and must leave no trace. */
function needsSession({ command: [name] }: CliOptions): boolean {
  return name === undefined || MAY_WAIT.test(name) || OF_CONNECTION.test(name);
}

function newSession(process: ProcessView): string {
  return process.random().toString(16) + process.random().toString(16);
}

function runOnce(process: ProcessView, options: CliOptions): Step {
  const { state } = process;
  const waitUntilMs = Number(state["waitUntilMs"] ?? 0);
  if (process.nowMs < waitUntilMs) return wait(waitUntilMs);
  const input = options.takesInput ? wholeInput(process) : "";
  if (input === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
  const args = options.takesInput ? [...options.command, input] : [...options.command];
  for (;;) {
    const result = send(process, options, args);
    if ("type" in result) return result;
    if ("failure" in result) return { type: "exit", status: 1 };
    const { reply } = result;
    show(process, options, reply);
    if (state["isListening"] === true) return listen(process, options);
    state["done"] = Number(state["done"] ?? 0) + 1;
    // As the real client, it ends with 1 after an error only if its output is not a terminal.
    if (isError(reply) && options.repeat === 1) return { type: "exit", status: options.isRaw ? 1 : 0 };
    if (options.repeat >= 0 && Number(state["done"]) >= options.repeat) return { type: "exit", status: 0 };
    if (options.intervalMs > 0) {
      state["waitUntilMs"] = process.nowMs + options.intervalMs;
      return wait(process.nowMs + options.intervalMs);
    }
  }
}

const wait = (atMs: number): Step => ({ type: "wait", for: [{ type: "time", atMs }, { type: "signal" }] });

/** Standard input up to its end; undefined while it goes on. */
function wholeInput(process: ProcessView): string | undefined {
  for (;;) {
    const piece = process.read(0);
    if (piece === undefined) return undefined;
    if (piece === "") return String(process.state["input"] ?? "");
    process.state["input"] = String(process.state["input"] ?? "") + piece;
  }
}

function runLines(process: ProcessView, options: CliOptions): Step {
  const { state } = process;
  const isInteractive = process.isTerminal(0);
  for (;;) {
    if (state["line"] === undefined) {
      if (state["prompted"] !== true && isInteractive) process.write(1, promptOf(process, options));
      state["prompted"] = true;
      const line = readEditedLine(process, promptOf(process, options));
      if (line === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }, { type: "signal" }] };
      if (line === "") return { type: "exit", status: 0 };
      state["prompted"] = false;
      state["line"] = line;
    }
    const args = splitWords(String(state["line"]));
    if (args.length === 0) {
      delete state["line"];
      continue;
    }
    if (/^(quit|exit)$/i.test(args[0] ?? "")) return { type: "exit", status: 0 };
    const result = send(process, options, args);
    if ("type" in result) return result;
    delete state["line"];
    if ("failure" in result) {
      if (!isInteractive) return { type: "exit", status: 1 };
      continue;
    }
    remember(process, args, result.reply);
    show(process, options, result.reply);
    if (state["isListening"] === true) return listen(process, options);
  }
}

function promptOf({ state }: ProcessView, { host, port, db }: CliOptions): string {
  const present = Number(state["db"] ?? db);
  return `${host}:${port}${present > 0 ? `[${present}]` : ""}${state["isInTransaction"] === true ? "(TX)" : ""}> `;
}

/** SELECT, AUTH and transactions belong to the connection, so the client keeps them. */
function remember({ state }: ProcessView, args: readonly string[], reply: Reply): void {
  const name = (args[0] ?? "").toUpperCase();
  if (name === "EXEC" || name === "DISCARD") delete state["isInTransaction"];
  if (isError(reply)) return;
  if (name === "SELECT") state["db"] = Number(args[1]);
  if (name === "AUTH") state["password"] = args.at(-1) ?? "";
  if (name === "MULTI") state["isInTransaction"] = true;
}

const inboxOf = ({ state }: ProcessView): JsonValue[] => (Array.isArray(state["inbox"]) ? state["inbox"] : []);

/** A port on which the server reaches this client. */
function pushPort(process: ProcessView): number {
  const { state } = process;
  for (let tries = 0; state["pushPort"] === undefined && tries < 100; tries++) {
    const port = FIRST_PORT + (process.random() % PORT_COUNT);
    if (process.listen(port, "tcp")) state["pushPort"] = port;
  }
  return Number(state["pushPort"] ?? 0);
}

const MAY_WAIT = /^(subscribe|psubscribe|monitor|blpop|brpop|blmove|brpoplpush|xread|xreadgroup)$/i;

/** Keys of a pattern, one on each line. */
function scan(process: ProcessView, options: CliOptions): Step {
  const result = send(process, options, ["SCAN", "0", "MATCH", options.pattern ?? "*", "COUNT", "1000000"]);
  if ("type" in result) return result;
  if ("failure" in result) return { type: "exit", status: 1 };
  const keys = Array.isArray(result.reply) ? result.reply[1] : [];
  if (Array.isArray(keys)) printLines(process, 1, keys.map(String));
  return { type: "exit", status: 0 };
}

/** Shows messages as they come, until the user interrupts it. */
function listen(process: ProcessView, options: CliOptions): Step {
  const { state } = process;
  if (state["isAnnounced"] !== true && process.isTerminal(1) && !options.isRaw)
    process.write(1, "Reading messages... (press Ctrl-C to quit)\n");
  state["isAnnounced"] = true;
  for (const each of inboxOf(process)) showOne(process, options, each as Reply);
  delete state["inbox"];
  state["lookAtMs"] ??= process.nowMs + LOOK_MS;
  const nextMs = Number(state["lookAtMs"]);
  if (process.nowMs < nextMs) return wait(nextMs);
  const result = ask(process, options, { poll: String(state["session"]) });
  if ("type" in result) return result;
  if ("failure" in result) return { type: "exit", status: 1 };
  const messages = result.body["reply"];
  if (Array.isArray(messages)) for (const each of messages) showOne(process, options, each as Reply);
  state["lookAtMs"] = process.nowMs + LOOK_MS;
  return wait(process.nowMs + LOOK_MS);
}

function sessionIn({ state }: ProcessView): JsonObject {
  return typeof state["session"] === "string" ? { session: state["session"] } : {};
}

/** Sends a command; one that waits for data is sent again until its time is over. */
function send(
  process: ProcessView,
  options: CliOptions,
  args: string[],
): Step | { reply: Reply } | { failure: NetworkFailure } {
  const { state, nowMs } = process;
  const againMs = Number(state["againAtMs"] ?? 0);
  if (nowMs < againMs) return wait(againMs);
  const db = Number(state["db"] ?? options.db);
  const push = MAY_WAIT.test(args[0] ?? "") ? { pushPort: pushPort(process) } : {};
  const words = Array.isArray(state["words"]) ? state["words"] : args;
  const result = ask(process, options, { args: words, db, ...sessionIn(process), ...push });
  if ("type" in result || "failure" in result) return result;
  const { body } = result;
  if (body["isListening"] === true) state["isListening"] = true;
  if (body["waits"] === true) {
    state["waitsSinceMs"] ??= nowMs;
    const limitMs = blockingMs(args) || Number.POSITIVE_INFINITY;
    const leftMs = Number(state["waitsSinceMs"]) + limitMs - nowMs;
    if (leftMs > 0) {
      state["words"] = body["again"] ?? args;
      state["againAtMs"] = nowMs + Math.min(LOOK_MS, leftMs);
      return wait(Number(state["againAtMs"]));
    }
  }
  delete state["waitsSinceMs"];
  delete state["words"];
  return { reply: (body["reply"] ?? null) as Reply };
}

/** The time that a blocking command waits, ms; 0: for ever. */
function blockingMs(args: readonly string[]): number {
  const at = args.findIndex((arg) => /^BLOCK$/i.test(arg));
  return at >= 0 ? Number(args[at + 1]) : Number(args.at(-1)) * 1000;
}

function ask(
  process: ProcessView,
  { host, port, password }: CliOptions,
  content: JsonObject,
): Step | { body: JsonObject } | { failure: NetworkFailure } {
  const given = process.state["password"] ?? password;
  const body = { ...content, ...(given !== undefined && { password: given }) };
  const answer = process.ask({ type: "message", host, port, protocol: "redis", body, timeoutMs: 60_000 });
  if (!answer) return { type: "wait", for: [{ type: "answer" }] };
  if (answer.type === "message" && isJsonObject(answer.body)) return { body: answer.body };
  const failure = answer.type === "failed" ? answer.why : "reset";
  printLines(process, 2, [
    failure === "reset"
      ? "Error: Server closed the connection"
      : `Could not connect to Redis at ${host}:${port}: ${REASONS[failure] ?? "Connection refused"}`,
  ]);
  return { failure };
}

const REASONS: Partial<Record<NetworkFailure, string>> = {
  unknownName: "Name or service not known",
  noRecord: "Name or service not known",
  dnsTimeout: "Temporary failure in name resolution",
  serverFailure: "Temporary failure in name resolution",
  timeout: "Connection timed out",
  unreachable: "No route to host",
};

function isError(reply: Reply): reply is { error: string } {
  return typeof reply === "object" && reply !== null && !Array.isArray(reply) && "error" in reply;
}

/** A reply; of a subscription its messages one after the other. */
function show(process: ProcessView, options: CliOptions, reply: Reply): void {
  const isList = process.state["isListening"] === true && Array.isArray(reply);
  for (const each of isList ? reply : [reply]) showOne(process, options, each);
}

function showOne(process: ProcessView, { isRaw, isCsv }: CliOptions, reply: Reply): void {
  process.write(1, isCsv ? `${csv(reply)}\n` : isRaw ? `${raw(reply)}\n` : formatted(reply, ""));
}

function raw(reply: Reply): string {
  if (reply === null) return "";
  if (Array.isArray(reply)) return reply.map(raw).join("\n");
  if (typeof reply === "object") return "status" in reply ? reply.status : `${reply.error}\n`;
  return String(reply);
}

function csv(reply: Reply): string {
  if (reply === null) return "NULL";
  if (Array.isArray(reply)) return reply.map(csv).join(",");
  if (typeof reply === "object") return "status" in reply ? quote(reply.status) : `ERROR,${quote(reply.error)}`;
  return typeof reply === "number" ? String(reply) : quote(reply);
}

/** Texts that the client shows as they are. */
const VERBATIM = /^(# \w+\r\n|id=\d+ addr=|Redis ver\. |Hi Sam, )/;

function formatted(reply: Reply, indent: string): string {
  if (reply === null) return "(nil)\n";
  if (typeof reply === "number") return `(integer) ${reply}\n`;
  if (typeof reply === "string") return VERBATIM.test(reply) ? reply.replace(/\n?$/, "\n") : `${quote(reply)}\n`;
  if (!Array.isArray(reply)) return "status" in reply ? `${reply.status}\n` : `(error) ${reply.error}\n`;
  if (reply.length === 0) return "(empty array)\n";
  const width = String(reply.length).length;
  const inner = indent + " ".repeat(width + 2);
  return reply
    .map((each, i) => `${i === 0 ? "" : indent}${String(i + 1).padStart(width)}) ${formatted(each, inner)}`)
    .join("");
}

function quote(text: string): string {
  const escapes: Record<string, string> = {
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\x07": "\\a",
    "\b": "\\b",
    '"': '\\"',
    "\\": "\\\\",
  };
  const shown = [...text].map((character) => {
    const code = character.charCodeAt(0);
    const isPlain = code >= 0x20 && code < 0x7f;
    return escapes[character] ?? (isPlain ? character : `\\x${code.toString(16).padStart(2, "0")}`);
  });
  return `"${shown.join("")}"`;
}
