/** nc (OpenBSD's and busybox), telnet. */

import { isNameFailure, isTemporaryNameFailure } from "../../shell/network-failure.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { Answer, ServedAnswer, ServedRequest } from "../../shell/question.ts";
import { type Flavour, MissingOperand, type Tool, UsageError } from "../base/call.ts";
import { type Options, readOptions } from "../base/options.ts";
import { withUsage } from "../processes/waiting.ts";
import { connectProblem } from "./address.ts";
import { rawRequest } from "./raw-request.ts";

const RULES = { short: "46bCdDFhI:kKlLm:nNO:p:P:q:rs:StT:uUvV:w:W:x:X:zZ:e:i:o:" };

const SERVICES: Readonly<Record<number, string>> = {
  22: "ssh",
  25: "smtp",
  53: "domain",
  80: "http",
  443: "https",
  3306: "mysql",
  5432: "postgresql",
  6379: "redis",
  8080: "http-alt",
};

interface NcState {
  input?: string;
  hasInput?: boolean;
  isListening?: boolean;
  received?: string;
  isServed?: boolean;
}

export const nc: Tool = (flavour) => ({
  handles: ["TERM", "INT"],
  run: (process) =>
    withUsage(process, flavour, () => {
      if (process.takeSignal()) return { type: "exit", status: 143 };
      const options = readOptions({ args: process.argv.slice(1), flavour }, RULES);
      return options.has("l") ? listen(process, options) : connect(process, flavour, options);
    }),
  serve: (process, request) => serve(process, request),
});

/** Input that is there when a client connects is what it receives. */
function listen(process: ProcessView, options: Options): Step {
  const state = process.state as NcState;
  const port = Number(options.value("p") ?? options.operands.at(-1) ?? Number.NaN);
  if (!Number.isInteger(port)) throw new MissingOperand("missing port");
  if (!state.isListening) {
    if (!process.listen(port, options.has("u") ? "udp" : "tcp")) {
      process.write(2, "nc: bind: Address already in use\n");
      return { type: "exit", status: 1 };
    }
    state.isListening = true;
    if (options.has("v")) process.write(2, `Listening on 0.0.0.0 ${port}\n`);
  }
  if (state.isServed && !options.has("k")) return { type: "exit", status: 0 };
  while (!state.hasInput) {
    const data = process.read(0);
    if (data === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }, { type: "signal" }] };
    if (data === "") state.hasInput = true;
    else state.input = (state.input ?? "") + data;
  }
  return { type: "wait", for: [{ type: "signal" }] };
}

function serve(process: ProcessView, request: ServedRequest): ServedAnswer {
  const state = process.state as NcState;
  process.write(1, rawRequest(request));
  state.isServed = true;
  return { afterMs: 0, type: "connected", data: state.input ?? "" };
}

function connect(process: ProcessView, flavour: Flavour, options: Options): Step {
  const state = process.state as NcState;
  const [host, portText] = options.operands;
  if (host === undefined || portText === undefined) throw new MissingOperand("missing port number");
  const [first = 0, last = first] = portText.split("-").map(Number);
  if (!Number.isInteger(first)) throw new UsageError(`port number invalid: ${portText}`, { hasHint: false });
  const isScan = options.has("z");
  while (!isScan && !state.hasInput) {
    const data = process.read(0);
    if (data === undefined && !process.isTerminal(0)) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
    if (data === undefined || data === "") state.hasInput = true;
    else state.input = (state.input ?? "") + data;
  }
  const protocol = options.has("u") ? "udp" : "tcp";
  const seconds = options.value("w");
  process.state.port ??= first;
  process.state.status ??= 1;
  for (let port = Number(process.state.port); port <= last; process.state.port = ++port) {
    const answer = process.ask({
      type: "connect",
      protocol,
      host,
      port,
      data: isScan ? "" : (state.input ?? ""),
      timeoutMs: seconds === undefined ? undefined : Number(seconds) * 1000,
    });
    if (!answer) return { type: "wait", for: [{ type: "answer" }] };
    if (report(process, flavour, options, { host, port, protocol }, answer)) process.state.status = 0;
  }
  return { type: "exit", status: Number(process.state.status) };
}

function report(
  process: ProcessView,
  flavour: Flavour,
  options: Options,
  { host, port, protocol }: { host: string; port: number; protocol: string },
  answer: Answer,
): boolean {
  const isGnu = flavour === "gnu";
  if (answer.type === "connected" || answer.type === "http" || answer.type === "message") {
    const service = SERVICES[port] ?? "*";
    if (options.has("v"))
      process.write(
        2,
        isGnu
          ? `Connection to ${host} (${answer.address}) ${port} port [${protocol}/${service}] succeeded!\n`
          : `${host} (${answer.address}:${port}) open\n`,
      );
    if (answer.type === "connected") process.write(1, answer.data);
    return true;
  }
  if (answer.type !== "failed") return false;
  const { why, address = host } = answer;
  if (isNameFailure(why)) {
    const text = isTemporaryNameFailure(why) ? "Temporary failure in name resolution" : "Name or service not known";
    process.write(
      2,
      isGnu ? `nc: getaddrinfo for host "${host}" port ${port}: ${text}\n` : `nc: bad address '${host}'\n`,
    );
    return false;
  }
  const problem =
    why === "timeout" && isGnu
      ? options.has("w")
        ? "Operation timed out"
        : "Connection timed out"
      : connectProblem(why, flavour);
  if (isGnu && options.has("v"))
    process.write(2, `nc: connect to ${host} (${address}) port ${port} (${protocol}) failed: ${problem}\n`);
  // A scan of many ports is read more easily without the closed ones: a second `-v` shows refusals.
  const verbosity = options.given.filter(({ name }) => name === "v").length;
  if (!isGnu && (verbosity > 1 || (verbosity === 1 && why !== "refused")))
    process.write(2, `nc: ${host} (${address}:${port}): ${problem}\n`);
  return false;
}

export const telnet: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const [host, portText = "23"] = readOptions(
        { args: process.argv.slice(1), flavour },
        { short: "8aEFKLdfrxcl:e:k:n:S:X:b:" },
      ).operands;
      if (host === undefined) throw new MissingOperand("missing host");
      const port = Number(portText);
      const state = process.state as NcState;
      while (!state.hasInput && !process.isTerminal(0)) {
        const data = process.read(0);
        if (data === undefined) break;
        if (data === "") state.hasInput = true;
        else state.input = (state.input ?? "") + data;
      }
      const answer = process.ask({ type: "connect", protocol: "tcp", host, port, data: "" });
      if (!answer) return { type: "wait", for: [{ type: "answer" }] };
      if (answer.type === "failed") return failTelnet(process, flavour, host, answer);
      process.write(
        1,
        flavour === "gnu"
          ? `Trying ${"address" in answer ? answer.address : host}...\nConnected to ${host}.\nEscape character is '^]'.\n`
          : `Connected to ${host}\n`,
      );
      if (answer.type === "connected") process.write(1, answer.data);
      process.write(
        flavour === "gnu" ? 2 : 1,
        flavour === "gnu" ? "Connection closed by foreign host.\n" : "Connection closed by foreign host\n",
      );
      return { type: "exit", status: 1 };
    }),
});

function failTelnet(
  process: ProcessView,
  flavour: Flavour,
  host: string,
  { why, address = host }: Answer & { type: "failed" },
): Step {
  if (isNameFailure(why))
    process.write(
      2,
      flavour === "gnu"
        ? `telnet: could not resolve ${host}: Name or service not known\n`
        : `telnet: bad address '${host}'\n`,
    );
  else if (flavour === "gnu")
    process.write(
      2,
      `Trying ${address}...\ntelnet: Unable to connect to remote host: ${connectProblem(why, flavour)}\n`,
    );
  else process.write(2, `telnet: can't connect to remote host (${address}): ${connectProblem(why, flavour)}\n`);
  return { type: "exit", status: 1 };
}
