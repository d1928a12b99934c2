/**
 * socat between two addresses: a port or the standard input on one side; a port elsewhere, a command, a file or the
 * standard output on the other one. Texts of version 1.8.
 */
import { isNameFailure } from "../../shell/network-failure.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { Answer, NetworkQuestion, ServedAnswer, ServedRequest } from "../../shell/question.ts";
import { type Tool, UsageError } from "../base/call.ts";
import { readOptions } from "../base/options.ts";
import { resolvePath } from "../base/paths.ts";
import { refuse } from "../base/unavailable.ts";
import { withUsage } from "../processes/waiting.ts";
import { slashTime } from "../servers/log.ts";
import { connectProblem } from "./address.ts";
import { rawRequest } from "./raw-request.ts";

const RULES = { short: "VhdDv::xuUgt:T:s46lL:W:b:" };
/** It sends itself this signal to run after it has answered: without `fork`, it ends then. */
const WAKE = "URG";
/** A command behind a connection has as long to answer. */
const COMMAND_MS = 30_000;

type SocatAddress =
  | { type: "listen"; protocol: "tcp" | "udp"; port: number; forks: boolean }
  | { type: "connect"; protocol: "tcp" | "udp"; host: string; port: number }
  | { type: "command"; argv: readonly string[] }
  | { type: "file"; path: string; appends: boolean }
  | { type: "echo" }
  | { type: "stdio" };

export const socat: Tool = (flavour) => ({
  handles: ["TERM", "INT", WAKE],
  run: (process) =>
    withUsage(process, flavour, () => {
      for (let signal = process.takeSignal(); signal; signal = process.takeSignal()) {
        if (signal !== WAKE) return { type: "exit", status: signal === "INT" ? 130 : 143 };
      }
      const args = process.argv.slice(1).map((argument) => (argument === "-" ? "STDIO" : argument));
      const options = readOptions({ args, flavour }, RULES);
      if (options.has("V")) {
        process.write(
          1,
          "socat by Gerhard Rieger and contributors - see www.dest-unreach.org\nsocat version 1.8.0.3\n",
        );
        return { type: "exit", status: 0 };
      }
      const [first, second] = options.operands;
      if (first === undefined || second === undefined || options.operands.length > 2) {
        return fail(
          process,
          `exactly 2 addresses required (there are ${options.operands.length}); use option "-h" for help`,
        );
      }
      const pair = [addressOf(first), addressOf(second)] as const;
      const unknown = pair.findIndex((one) => one === undefined);
      if (unknown >= 0) return refuse(process, `the address ${options.operands[unknown]}`);
      return run(process, [pair[0]!, pair[1]!]);
    }),
  serve: (process, request) => serve(process, request),
});

function fail(process: ProcessView, message: string): Step {
  process.write(2, `${slashTime(process.nowMs)} socat[${process.pid}] E ${message}\n`);
  return { type: "exit", status: 1 };
}

/** Undefined: a type of addresses that does not exist here. @throws UsageError */
function addressOf(text: string): SocatAddress | undefined {
  const [, keyword = "", rest = ""] = /^([^:,]*):?([\s\S]*)$/.exec(text) ?? [];
  const [main = "", ...options] = rest.split(",");
  const name = keyword.toUpperCase();
  const [, family = "", verb = ""] = /^(TCP|UDP)[46]?(?:-(.+))?$/.exec(name) ?? [];
  if (family !== "") {
    const protocol = family === "TCP" ? "tcp" : "udp";
    if (/^(LISTEN|RECVFROM|RECV|L)$/.test(verb)) {
      const forks = options.some((option) => /^fork(=1)?$/.test(option));
      return { type: "listen", protocol, port: portOf(main), forks: forks || verb.startsWith("RECV") };
    }
    if (verb !== "" && !/^(CONNECT|SENDTO|DATAGRAM)$/.test(verb)) return undefined;
    const [, host = "", port = ""] = /^\[?([^\]]*?)\]?:([^:]+)$/.exec(main) ?? [];
    return { type: "connect", protocol, host, port: portOf(port) };
  }
  const withoutOptions = rest.replace(/(,(pty|stderr|setsid|sigint|sane|raw|nofork|su=\w+|cr|crlf))+$/, "");
  if (name === "SYSTEM" || name === "SHELL") return { type: "command", argv: ["/bin/sh", "-c", withoutOptions] };
  if (name === "EXEC") return execAddress(withoutOptions);
  if (name === "PIPE" || name === "ECHO") return { type: "echo" };
  if (name === "FILE" || name === "OPEN" || name === "CREATE" || name === "GOPEN") {
    return { type: "file", path: main, appends: options.includes("append") };
  }
  return /^(STDIO|STDIN|STDOUT|-)$/.test(name) ? { type: "stdio" } : undefined;
}

/** A command that only repeats its input needs no process. */
function execAddress(text: string): SocatAddress {
  const words = (text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(["'])([\s\S]*)\1$/, "$2"));
  return words.length === 1 && /(^|\/)cat$/.test(words[0]!) ? { type: "echo" } : { type: "command", argv: words };
}

function portOf(text: string): number {
  const named = { http: 80, https: 443, domain: 53, ssh: 22 }[text];
  const port = named ?? Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError(`E wrong number "${text}" for port`, { hasHint: false });
}

function run(process: ProcessView, [first, second]: readonly [SocatAddress, SocatAddress]): Step {
  const { state } = process;
  if (first.type === "listen") return listen(process, first, second);
  // Data flows in both directions, so the order of the addresses matters for listeners only.
  const target = second.type === "connect" ? second : first.type === "connect" ? first : undefined;
  if (!target) return refuse(process, "data between these two addresses");
  while (state["hasInput"] !== true) {
    const data = process.read(0);
    if (data === undefined && !process.isTerminal(0)) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
    if (data === undefined || data === "") state["hasInput"] = true;
    else state["input"] = String(state["input"] ?? "") + data;
  }
  const { protocol, host, port } = target;
  const answer = process.ask({ type: "connect", protocol, host, port, data: String(state["input"] ?? "") });
  if (!answer) return { type: "wait", for: [{ type: "answer" }] };
  if (answer.type === "failed") return failConnect(process, target, answer);
  if (answer.type === "connected") process.write(1, answer.data);
  return { type: "exit", status: 0 };
}

function failConnect(
  process: ProcessView,
  { host, port }: { host: string; port: number },
  { why, address = host }: Answer & { type: "failed" },
): Step {
  if (isNameFailure(why)) {
    return fail(process, `getaddrinfo("${host}", "NULL", {0x02,2,1,6}, {}): Name does not resolve`);
  }
  return fail(process, `connect(5, AF=2 ${address}:${port}, 16): ${connectProblem(why, "gnu")}`);
}

function listen(
  process: ProcessView,
  { port, protocol, forks }: SocatAddress & { type: "listen" },
  target: SocatAddress,
): Step {
  const { state } = process;
  if (state["isListening"] !== true) {
    if (!process.listen(port, protocol)) {
      return fail(process, `bind(5, {AF=2 0.0.0.0:${port}}, 16): Address already in use`);
    }
    state["isListening"] = true;
  }
  if (state["isServed"] === true && !forks) return { type: "exit", status: 0 };
  // The answer to a connection is the input that is there.
  while (target.type === "stdio" && state["hasInput"] !== true) {
    const data = process.read(0);
    if (data === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }, { type: "signal" }] };
    if (data === "") state["hasInput"] = true;
    else state["input"] = String(state["input"] ?? "") + data;
  }
  return { type: "wait", for: [{ type: "signal" }] };
}

function serve(process: ProcessView, request: ServedRequest): ServedAnswer {
  const operands = process.argv.slice(1).filter((argument) => argument === "-" || !argument.startsWith("-"));
  const target = addressOf(operands.at(-1) ?? "");
  process.state["isServed"] = true;
  process.kill(process.pid, WAKE);
  switch (target?.type) {
    case "connect":
      return forward(process, request, target);
    case "command":
      return commandAnswer(process, target.argv);
    case "echo":
      return { type: "connected", data: rawRequest(request), afterMs: 1 };
    case "file":
      return fileAnswer(process, request, target);
    case "stdio":
      process.write(1, rawRequest(request));
      return { type: "connected", data: String(process.state["input"] ?? ""), afterMs: 1 };
    default:
      return { type: "failed", why: "reset", afterMs: 1 };
  }
}

/** The server behind sees the request as it is, also the name that its client asked for. */
function forward(
  { ask }: Pick<ProcessView, "ask">,
  request: ServedRequest,
  { host, port }: SocatAddress & { type: "connect" },
): ServedAnswer {
  const { from: _from, ...kept } = request;
  const question: NetworkQuestion =
    kept.type === "http" ? { ...kept, serverName: kept.serverName ?? kept.host, host, port } : { ...kept, host, port };
  const answer = ask(question);
  if (!answer || answer.type === "addresses" || answer.type === "load")
    return { type: "failed", why: "reset", afterMs: 1 };
  if (answer.type !== "failed") {
    const { address: _address, ...served } = answer;
    return served;
  }
  // The connection to socat stands, so its client sees it end.
  const { why, afterMs, problem } = answer;
  const told = why === "untrusted" || why === "timeout" ? why : "reset";
  return { type: "failed", why: told, afterMs, ...(problem !== undefined && { problem }) };
}

function commandAnswer({ runCommand }: ProcessView, argv: readonly string[]): ServedAnswer {
  const result = runCommand?.(argv, COMMAND_MS);
  if (!result) return { type: "failed", why: "timeout", afterMs: COMMAND_MS };
  return { type: "connected", data: result.output, afterMs: Math.max(1, result.tookMs) };
}

function fileAnswer(
  process: ProcessView,
  request: ServedRequest,
  { path, appends }: SocatAddress & { type: "file" },
): ServedAnswer {
  const { files, cwd } = process;
  const target = resolvePath(cwd, path);
  const data = rawRequest(request);
  const held = files.find(target)?.type === "file" ? files.read(target) : "";
  if (data !== "") files.write(target, appends ? held + data : data);
  return { type: "connected", data: held, afterMs: 1 };
}
