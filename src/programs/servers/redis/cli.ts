/** redis-cli: one command of its arguments, or the lines of its input. */
import { isJsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import type { NetworkFailure } from "../../../shell/question.ts";
import { printLines } from "../log.ts";
import { splitWords } from "./resp.ts";
import type { Reply } from "./store.ts";

interface Options {
  host: string;
  port: number;
  password: string | undefined;
  db: number;
  isRaw: boolean;
  repeat: number;
  intervalMs: number;
  command: readonly string[];
}

const FLAGS: Readonly<Record<string, string>> = {
  "-h": "host",
  "-p": "port",
  "-a": "password",
  "--pass": "password",
  "-n": "db",
  "-r": "repeat",
  "-i": "interval",
  "-u": "uri",
  "--user": "user",
};

function optionsOf({ argv, env, isTerminal }: ProcessView): Options {
  const values: Record<string, string> = {};
  let at = 1;
  let isRaw: boolean | undefined;
  for (; at < argv.length; at++) {
    const arg = argv[at] ?? "";
    const name = FLAGS[arg];
    if (name) values[name] = argv[++at] ?? "";
    else if (arg === "--raw") isRaw = true;
    else if (arg === "--no-raw") isRaw = false;
    else if (!arg.startsWith("-")) break;
  }
  const [, , uriPassword, uriHost, uriPort, uriDb] =
    /^redis:\/\/(?:([^:@]*)(?::([^@]*))?@)?([^:/]+)(?::(\d+))?(?:\/(\d+))?$/.exec(values["uri"] ?? "") ?? [];
  return {
    host: uriHost ?? values["host"] ?? "127.0.0.1",
    port: Number(uriPort ?? values["port"] ?? 6379),
    password: uriPassword ?? values["password"] ?? env["REDISCLI_AUTH"],
    db: Number(uriDb ?? values["db"] ?? 0),
    isRaw: isRaw ?? !isTerminal(1),
    repeat: Number(values["repeat"] ?? 1),
    intervalMs: Number(values["interval"] ?? 0) * 1000,
    command: argv.slice(at),
  };
}

export const redisCli: Program = {
  run(process) {
    if (process.argv[1] === "--version" || process.argv[1] === "-v") {
      printLines(process, 1, [`redis-cli ${process.env["REDIS_VERSION"] ?? "8.4.0"}`]);
      return { type: "exit", status: 0 };
    }
    const options = optionsOf(process);
    return options.command.length > 0 ? runOnce(process, options) : runLines(process, options);
  },
};

function runOnce(process: ProcessView, options: Options): Step {
  const { state } = process;
  const waitUntilMs = Number(state["waitUntilMs"] ?? 0);
  if (process.nowMs < waitUntilMs) return { type: "wait", for: [{ type: "time", atMs: waitUntilMs }] };
  for (;;) {
    const result = send(process, options, [...options.command], Number(state["db"] ?? options.db));
    if (result === "wait") return { type: "wait", for: [{ type: "answer" }] };
    if ("failure" in result) return { type: "exit", status: 1 };
    const { reply } = result;
    show(process, options, reply);
    state["done"] = Number(state["done"] ?? 0) + 1;
    // As the real client, it ends with 1 after an error only if its output is not a terminal.
    if (isError(reply) && options.repeat === 1) return { type: "exit", status: options.isRaw ? 1 : 0 };
    if (options.repeat >= 0 && Number(state["done"]) >= options.repeat) return { type: "exit", status: 0 };
    if (options.intervalMs > 0) {
      state["waitUntilMs"] = process.nowMs + options.intervalMs;
      return { type: "wait", for: [{ type: "time", atMs: process.nowMs + options.intervalMs }] };
    }
  }
}

function runLines(process: ProcessView, options: Options): Step {
  const { state } = process;
  const isInteractive = process.isTerminal(0);
  const prompt = () => {
    const db = Number(state["db"] ?? options.db);
    if (isInteractive) process.write(1, `${options.host}:${options.port}${db > 0 ? `[${db}]` : ""}> `);
  };
  for (;;) {
    if (state["line"] === undefined) {
      if (state["prompted"] !== true) prompt();
      state["prompted"] = true;
      const line = process.read(0, { upTo: "\n" });
      if (line === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
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
    const result = send(process, options, args, Number(state["db"] ?? options.db));
    if (result === "wait") return { type: "wait", for: [{ type: "answer" }] };
    delete state["line"];
    if ("failure" in result) {
      if (!isInteractive) return { type: "exit", status: 1 };
      continue;
    }
    remember(process, args, result.reply);
    show(process, options, result.reply);
  }
}

/** SELECT and AUTH belong to the connection, so the client keeps them. */
function remember({ state }: ProcessView, args: readonly string[], reply: Reply): void {
  if (isError(reply)) return;
  if (/^select$/i.test(args[0] ?? "")) state["db"] = Number(args[1]);
  if (/^auth$/i.test(args[0] ?? "")) state["password"] = args.at(-1) ?? "";
}

function send(
  process: ProcessView,
  { host, port, password }: Options,
  args: string[],
  db: number,
): "wait" | { reply: Reply } | { failure: NetworkFailure } {
  const given = process.state["password"] ?? password;
  const body = { args, db, ...(given !== undefined && { password: given }) };
  const answer = process.ask({ type: "message", host, port, protocol: "redis", body, timeoutMs: 10_000 });
  if (!answer) return "wait";
  if (answer.type === "message" && isJsonObject(answer.body)) return { reply: answer.body["reply"] as Reply };
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

function show(process: ProcessView, { isRaw }: Options, reply: Reply): void {
  process.write(1, isRaw ? `${raw(reply)}\n` : formatted(reply, ""));
}

function raw(reply: Reply): string {
  if (reply === null) return "";
  if (Array.isArray(reply)) return reply.map(raw).join("\n");
  if (typeof reply === "object") return "status" in reply ? reply.status : `${reply.error}\n`;
  return String(reply);
}

function formatted(reply: Reply, indent: string): string {
  if (reply === null) return "(nil)\n";
  if (typeof reply === "number") return `(integer) ${reply}\n`;
  if (typeof reply === "string") return /^# \w+\r\n/.test(reply) ? `${reply}\n` : `${quote(reply)}\n`;
  if (!Array.isArray(reply)) return "status" in reply ? `${reply.status}\n` : `(error) ${reply.error}\n`;
  if (reply.length === 0) return "(empty array)\n";
  const width = String(reply.length).length;
  const inner = indent + " ".repeat(width + 2);
  return reply
    .map((each, i) => `${i === 0 ? "" : indent}${String(i + 1).padStart(width)}) ${formatted(each, inner)}`)
    .join("");
}

function quote(text: string): string {
  const escapes: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };
  const shown = [...text].map((character) => {
    const code = character.charCodeAt(0);
    const isPlain = code >= 0x20 && code < 0x7f;
    return escapes[character] ?? (isPlain ? character : `\\x${code.toString(16).padStart(2, "0")}`);
  });
  return `"${shown.join("")}"`;
}
