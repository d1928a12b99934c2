/**
 * iperf3: a server, and a client that measures the way to it. The network of a cluster has no limit of its own, so the
 * speed is that of an Ethernet with 10 Gbit/s, or the one that `-b` asks for. Texts of version 3.18.
 */
import { isNameFailure } from "../../shell/network-failure.ts";
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import type { Answer } from "../../shell/question.ts";
import { type Tool, UsageError } from "../base/call.ts";
import { type Options, readOptions } from "../base/options.ts";
import { withUsage } from "../processes/waiting.ts";
import { server } from "../servers/server.ts";
import { connectProblem } from "./address.ts";

const RULES = {
  short: "sc:p:t:i:P:Rub:n:k:l:w:M:NZO:VJf:v1D4:6A:B:C:",
  long: {
    ...{ server: "s", client: "c", port: "p", time: "t", interval: "i", parallel: "P", reverse: "R", udp: "u" },
    ...{ bitrate: "b", bandwidth: "b", bytes: "n", version: "v", "one-off": "1", json: "J", daemon: "D", bidir: "-" },
    ...{ "get-server-output": "-", logfile: ":", omit: "O", window: "w", length: "l", format: "f" },
  },
};
const DEFAULT_PORT = 5201;
/** Ethernet with 10 Gbit/s, without the headers of its frames. */
const LINK_BITS_PER_SECOND = 9.41e9;
const DEFAULT_UDP_BITS_PER_SECOND = 1_048_576;
/** The protocol between client and server, with the client's address and port as its body. */
const PROTOCOL = "iperf3";
const RULE = "- - - - - - - - - - - - - - - - - - - - - - - - -\n";
const SERVER_RULE = `${"-".repeat(59)}\n`;

export const iperf3: Tool = (flavour) => ({
  ...listening,
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = optionsOf(process);
      if (options.has("v")) {
        process.write(1, "iperf 3.18 (cJSON 1.7.15)\n");
        return { type: "exit", status: 0 };
      }
      if (options.has("s")) return listening.run(process);
      const host = options.value("c");
      if (host === undefined) {
        throw new UsageError("parameter error - must either be a client (-c) or server (-s)\n", { hasHint: false });
      }
      return measure(process, options, host);
    }),
});

function optionsOf(process: ProcessView): Options {
  return readOptions({ args: process.argv.slice(1), flavour: "gnu" }, RULES);
}

function portOf(options: Options): number {
  return Number(options.value("p") ?? DEFAULT_PORT);
}

const listening: Program = server({
  ports: (process) => [portOf(optionsOf(process))],
  logFd: 1,
  ready: (process) => serverBanner(process, 1),
  inUse: () => "iperf3: error - unable to start listener for connections: Address already in use",
  message: (process, { protocol, body, from }) => {
    if (protocol !== PROTOCOL) return { type: "failed", why: "reset", afterMs: 1 };
    const tests = Number(process.state["tests"] ?? 1) + 1;
    process.state["tests"] = tests;
    const lines = [`Accepted connection from ${from}, port ${Number(body)}`, ...serverBanner(process, tests)];
    process.write(1, lines.map((line) => `${line}\n`).join(""));
    return { type: "message", body: null, afterMs: 1 };
  },
});

function serverBanner(process: ProcessView, test: number): string[] {
  const rule = SERVER_RULE.trim();
  return [rule, `Server listening on ${portOf(optionsOf(process))} (test #${test})`, rule];
}

function measure(process: ProcessView, options: Options, host: string): Step {
  const { state } = process;
  if (process.takeSignal() !== undefined) {
    process.write(2, "iperf3: interrupt - the client has terminated\n");
    return { type: "exit", status: 1 };
  }
  const port = portOf(options);
  const local = 40_000 + (process.pid % 20_000);
  if (state["address"] === undefined) {
    const answer = process.ask({ type: "message", host, port, protocol: PROTOCOL, body: local, timeoutMs: 130_000 });
    if (!answer) return { type: "wait", for: [{ type: "answer" }] };
    if (answer.type !== "message") return fail(process, answer);
    Object.assign(state, { address: answer.address, startedAtMs: process.nowMs, told: 0 });
    process.write(1, `Connecting to host ${host}, port ${port}\n${headOf(process, options, local)}`);
  }
  const seconds = Number(options.value("t") ?? 10);
  const interval = Number(options.value("i") ?? 1) || seconds;
  for (let told = Number(state["told"]); told < seconds; ) {
    const next = Math.min(seconds, told + interval);
    const atMs = Number(state["startedAtMs"]) + next * 1000;
    if (process.nowMs < atMs) return { type: "wait", for: [{ type: "time", atMs }] };
    process.write(1, rows(options, told, next, ""));
    told = next;
    state["told"] = told;
  }
  process.write(1, summary(options, seconds));
  return { type: "exit", status: 0 };
}

function fail(process: ProcessView, answer: Answer): Step {
  const why = answer.type === "failed" ? answer.why : "reset";
  const problem = isNameFailure(why) ? "Name does not resolve" : connectProblem(why, "gnu");
  const text =
    "unable to connect to server - server may have stopped running or use a different port, firewall issue, etc.";
  process.write(2, `iperf3: error - ${text}: ${problem}\n`);
  return { type: "exit", status: 1 };
}

function streamsOf(options: Options): number {
  return Math.max(1, Number(options.value("P") ?? 1));
}

/** Of one stream. */
function bitsPerSecond(options: Options): number {
  const [, amount, unit = ""] = /^([\d.]+)([KMG]?)/i.exec(options.value("b") ?? "") ?? [];
  const units: Readonly<Record<string, number>> = { "": 1, K: 1e3, M: 1e6, G: 1e9 };
  const asked = Number(amount ?? 0) * (units[unit.toUpperCase()] ?? 1);
  const share = LINK_BITS_PER_SECOND / streamsOf(options);
  if (asked > 0) return Math.min(share, asked);
  return options.has("u") ? DEFAULT_UDP_BITS_PER_SECOND : share;
}

function headOf(process: ProcessView, options: Options, local: number): string {
  const own = process.host.podAddresses[0] ?? "127.0.0.1";
  const lines = Array.from({ length: streamsOf(options) }, (_, i) => {
    const id = String(5 + 2 * i).padStart(3);
    return `[${id}] local ${own} port ${local + i} connected to ${process.state["address"]} port ${portOf(options)}\n`;
  });
  const columns = options.has("u") ? "  Total Datagrams" : "  Retr  Cwnd";
  const reversed = options.has("R") ? `Reverse mode, remote host is sending\n` : "";
  return `${reversed}${lines.join("")}[ ID] Interval           Transfer     Bitrate       ${columns}\n`;
}

function rows(options: Options, from: number, to: number, end: string): string {
  const streams = streamsOf(options);
  const rate = bitsPerSecond(options);
  const line = (id: string, bits: number) => {
    const interval = `${from.toFixed(2).padStart(6)}-${to.toFixed(2).padEnd(6)}`;
    const bytes = (bits * (to - from)) / 8;
    const last = options.has("u")
      ? `  ${Math.ceil(bytes / 1448)}  ${end}`
      : `    0   ${end === "" ? "3.02 MBytes       " : `         ${end}`}`;
    return `[${id}] ${interval} sec  ${size(bytes)}Bytes  ${size(bits, 1000)}bits/sec${last}\n`;
  };
  const each = Array.from({ length: streams }, (_, i) => line(String(5 + 2 * i).padStart(3), rate));
  return `${each.join("")}${streams > 1 ? `${line("SUM", rate * streams)}${end === "" ? RULE : ""}` : ""}`;
}

/** `1.10 G`, four digits as iperf3 prints them. */
function size(amount: number, base = 1024): string {
  const units = ["", "K", "M", "G", "T"];
  let [value, unit] = [amount, 0];
  for (; value >= base && unit < units.length - 1; unit++) value /= base;
  const shown = value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : value.toFixed(0);
  return `${shown.padStart(4)} ${units[unit]}`;
}

function summary(options: Options, seconds: number): string {
  const columns = options.has("u") ? "  Total Datagrams" : "  Retr";
  const head = `${RULE}[ ID] Interval           Transfer     Bitrate       ${columns}\n`;
  return `${head}${rows(options, 0, seconds, "sender")}${rows(options, 0, seconds, "receiver")}\niperf Done.\n`;
}
