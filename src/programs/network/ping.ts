/** ping and traceroute, by questions to the network (ICMP). */

import { isNameFailure, isTemporaryNameFailure } from "../../shell/network-failure.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { Answer } from "../../shell/question.ts";
import { type Flavour, MissingOperand, type Tool, UsageError } from "../base/call.ts";
import { type Options, readOptions } from "../base/options.ts";
import { withUsage } from "../processes/waiting.ts";

const RULES = { short: "46Ac:dDfi:I:l:Lnp:qQ:rRs:t:T:UvVw:W:" };

/** Echoes without -c when no terminal can send ^C: forever, as in a real container. */
interface PingState {
  sent?: number;
  address?: string;
  times?: number[];
  nextAtMs?: number;
  startedAtMs?: number;
  isTitled?: boolean;
}

export const ping: Tool = (flavour) => ({
  handles: ["INT"],
  run: (process) =>
    withUsage(
      process,
      flavour,
      () => {
        const options = readOptions({ args: process.argv.slice(1), flavour }, RULES);
        const [name] = options.operands;
        if (name === undefined)
          throw flavour === "gnu"
            ? new UsageError("usage error: Destination address required", { status: 2, hasHint: false })
            : new MissingOperand("missing host");
        return runPing(process, flavour, options, name);
      },
      2,
    ),
});

function runPing(process: ProcessView, flavour: Flavour, options: Options, name: string): Step {
  const state = process.state as PingState;
  state.sent ??= 0;
  state.times ??= [];
  state.startedAtMs ??= process.nowMs;
  const count = Number(options.value("c") ?? Number.POSITIVE_INFINITY);
  const everyMs = Number(options.value("i") ?? 1) * 1000;
  const waitMs = Number(options.value("W") ?? 10) * 1000;
  const deadlineMs = options.has("w")
    ? state.startedAtMs + Number(options.value("w")) * 1000
    : Number.POSITIVE_INFINITY;
  if (process.takeSignal()) return finish(process, flavour, name, state);
  for (;;) {
    if (state.sent >= count || process.nowMs >= deadlineMs) return finish(process, flavour, name, state);
    if (state.nextAtMs !== undefined && process.nowMs < state.nextAtMs)
      return { type: "wait", for: [{ type: "time", atMs: state.nextAtMs }, { type: "signal" }] };
    // Equal questions are told apart by their data.
    const answer = process.ask({
      type: "connect",
      protocol: "icmp",
      host: name,
      port: 0,
      data: String(state.sent),
      timeoutMs: waitMs,
    });
    if (!answer) return { type: "wait", for: [{ type: "answer" }, { type: "signal" }] };
    const failure = takeEcho(process, flavour, options, name, answer);
    if (failure !== undefined) return { type: "exit", status: failure };
    state.nextAtMs = (state.nextAtMs ?? state.startedAtMs) + everyMs;
    if (state.nextAtMs < process.nowMs) state.nextAtMs = process.nowMs;
  }
}

/** Prints one reply. Returns the exit status for a name that does not resolve. */
function takeEcho(
  process: ProcessView,
  flavour: Flavour,
  options: Options,
  name: string,
  answer: Answer,
): number | undefined {
  const state = process.state as PingState;
  const isGnu = flavour === "gnu";
  if (answer.type === "failed" && isNameFailure(answer.why)) {
    const gnu = isTemporaryNameFailure(answer.why)
      ? "Temporary failure in name resolution"
      : "Name or service not known";
    process.write(2, isGnu ? `ping: ${name}: ${gnu}\n` : `ping: bad address '${name}'\n`);
    return isGnu ? 2 : 1;
  }
  const address =
    (answer.type === "failed" || answer.type === "connected" ? answer.address : undefined) ?? state.address ?? name;
  state.address = address;
  const size = Number(options.value("s") ?? 56);
  if (!state.isTitled)
    process.write(
      1,
      isGnu
        ? `PING ${name} (${address}) ${size}(${size + 28}) bytes of data.\n`
        : `PING ${name} (${address}): ${size} data bytes\n`,
    );
  state.isTitled = true;
  const sequence = (state.sent ?? 0) + (isGnu ? 1 : 0);
  state.sent = (state.sent ?? 0) + 1;
  if (answer.type !== "connected") {
    if (answer.type === "failed" && answer.why === "unreachable" && isGnu)
      process.write(1, `From ${address} icmp_seq=${sequence} Destination Host Unreachable\n`);
    return undefined;
  }
  const ms = Math.max(0.03, answer.afterMs);
  state.times = [...(state.times ?? []), ms];
  const time = isGnu ? significant(ms) : ms.toFixed(3);
  const hops = isOwn(process, address) ? 0 : 1;
  if (!options.has("q"))
    process.write(
      1,
      `${size + 8} bytes from ${address}: ${isGnu ? "icmp_seq" : "seq"}=${sequence} ttl=${START_TTL - hops} time=${time} ms\n`,
    );
  return undefined;
}

/** The time to live of packets that Linux sends. Each node on the way takes one from it. */
const START_TTL = 64;

/** Packets to the pod itself pass no node. */
function isOwn({ host }: ProcessView, address: string): boolean {
  return address.startsWith("127.") || address === "::1" || host.podAddresses.includes(address);
}

function significant(ms: number): string {
  return ms < 1 ? ms.toFixed(3) : ms < 10 ? ms.toFixed(2) : ms.toFixed(1);
}

function finish(
  process: ProcessView,
  flavour: Flavour,
  name: string,
  { sent = 0, times = [], startedAtMs = 0 }: PingState,
): Step {
  const isGnu = flavour === "gnu";
  const received = times.length;
  const loss = sent === 0 ? 0 : Math.floor(((sent - received) * 100) / sent);
  process.write(1, `\n--- ${name} ping statistics ---\n`);
  if (isGnu)
    process.write(
      1,
      `${sent} packets transmitted, ${received} received, ${loss}% packet loss, time ${Math.round(process.nowMs - startedAtMs)}ms\n`,
    );
  else process.write(1, `${sent} packets transmitted, ${received} packets received, ${loss}% packet loss\n`);
  if (received > 0) {
    const [least, most] = [Math.min(...times), Math.max(...times)];
    const average = times.reduce((sum, each) => sum + each, 0) / received;
    const deviation = Math.sqrt(times.reduce((sum, each) => sum + (each - average) ** 2, 0) / received);
    const numbers = [least, average, most].map((each) => each.toFixed(3)).join("/");
    process.write(
      1,
      isGnu
        ? `rtt min/avg/max/mdev = ${numbers}/${deviation.toFixed(3)} ms\n`
        : `round-trip min/avg/max = ${numbers} ms\n`,
    );
  } else if (isGnu) process.write(1, "\n");
  return { type: "exit", status: received > 0 ? 0 : 1 };
}

const MTR_RULES = {
  short: "46Fnrwc:i:s:pbojCxezTuP:m:Z:a:hv",
  long: {
    ...{ report: "r", "report-wide": "w", "report-cycles": "c", "no-dns": "n", interval: "i", tcp: "T", udp: "u" },
    ...{ port: "P", version: "v", "show-ips": "b" },
  },
};

/** A report of mtr: every address in a cluster is one hop away. Its display for terminals is not simulated. */
export const mtr: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions({ args: process.argv.slice(1), flavour }, MTR_RULES);
      if (options.has("v")) {
        process.write(1, "mtr 0.95\n");
        return { type: "exit", status: 0 };
      }
      const [name] = options.operands;
      if (name === undefined) throw new MissingOperand("missing host");
      const cycles = Number(options.value("c") ?? 10);
      const state = process.state as PingState;
      state.startedAtMs ??= process.nowMs;
      for (let sent = state.sent ?? 0; sent < cycles; sent = state.sent) {
        const dueAtMs = state.startedAtMs + sent * 1000;
        if (process.nowMs < dueAtMs) return { type: "wait", for: [{ type: "time", atMs: dueAtMs }] };
        const answer = process.ask({ type: "connect", protocol: "icmp", host: name, port: 0, timeoutMs: 1000 });
        if (!answer) return { type: "wait", for: [{ type: "answer" }] };
        if (answer.type === "failed" && isNameFailure(answer.why)) {
          process.write(2, `mtr: Failed to resolve host: ${name}: Name does not resolve\n`);
          return { type: "exit", status: 1 };
        }
        state.sent = sent + 1;
        if (answer.type === "connected") state.times = [...(state.times ?? []), Math.max(0.1, answer.afterMs)];
      }
      return mtrReport(process, name, cycles, state);
    }),
});

function mtrReport(process: ProcessView, name: string, sent: number, { times = [], startedAtMs = 0 }: PingState): Step {
  const start = new Date(startedAtMs).toISOString().replace(/\.\d+Z$/, "+0000");
  const mean = times.reduce((sum, ms) => sum + ms, 0) / Math.max(1, times.length);
  const deviation = Math.sqrt(times.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / Math.max(1, times.length));
  const figures = [times.at(-1) ?? 0, mean, Math.min(...times, 1e9), Math.max(...times, 0), deviation];
  const shown = times.length > 0 ? figures : figures.map(() => 0);
  const loss = `${((100 * (sent - times.length)) / sent).toFixed(1)}%`.padStart(6);
  const cells = shown.map((ms) => ms.toFixed(1).padStart(6)).join("");
  const host = times.length > 0 ? name : "???";
  process.write(
    1,
    `Start: ${start}\nHOST: ${process.host.hostname.padEnd(26)} Loss%   Snt   Last   Avg  Best  Wrst StDev\n`,
  );
  process.write(1, `  1.|-- ${host.padEnd(24)} ${loss} ${String(sent).padStart(5)} ${cells}\n`);
  return { type: "exit", status: 0 };
}

const TRACE_RULES = { short: "46dFIlnrTUvf:g:i:m:N:p:q:s:t:w:z:" };

export const traceroute: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions({ args: process.argv.slice(1), flavour }, TRACE_RULES);
      const [name] = options.operands;
      if (name === undefined) throw new MissingOperand("missing host");
      const answer = process.ask({ type: "connect", protocol: "icmp", host: name, port: 0 });
      if (!answer) return { type: "wait", for: [{ type: "answer" }] };
      const most = Number(options.value("m") ?? 30);
      if (answer.type === "failed" && isNameFailure(answer.why)) {
        process.write(
          2,
          flavour === "gnu"
            ? `${name}: Name or service not known\nCannot handle "host" cmdline arg \`${name}' on position 1 (argc 1)\n`
            : `traceroute: bad address '${name}'\n`,
        );
        return { type: "exit", status: flavour === "gnu" ? 2 : 1 };
      }
      const address = (answer.type === "connected" || answer.type === "failed" ? answer.address : undefined) ?? name;
      process.write(
        1,
        `traceroute to ${name} (${address}), ${most} hops max, ${flavour === "gnu" ? "60 byte packets" : "46 byte packets"}\n`,
      );
      const ms = `${Math.max(0.03, answer.afterMs).toFixed(3)} ms`;
      if (answer.type === "connected") process.write(1, ` 1  ${name} (${address})  ${ms}  ${ms}  ${ms}\n`);
      else for (let hop = 1; hop <= most; hop++) process.write(1, `${String(hop).padStart(2)}  * * *\n`);
      return { type: "exit", status: 0 };
    }),
});
