/**
 * A server described by data: it prints lines at given times, listens, answers by method and path, and ends by itself or
 * by a signal. Its executable holds the description, so containers carry it with their files.
 */
import { HANDLED_SIGNALS } from "../../../lib/image-document.ts";
import type { ProcessView, Program, SignalName, Step } from "../../../shell/program.ts";
import { answerRequest, filledLine } from "./answers.ts";
import { configurationOf, type DeclaredServer, type Moment } from "./config.ts";

const DEFAULT_PORT = 8080;
const DEFAULT_MEMORY_BYTES = 20_000_000;
/** Numbers of the signals that end a program without a handler. */
const FATAL: Readonly<Partial<Record<SignalName, number>>> = { HUP: 1, USR1: 10, USR2: 12 };
/** The signal by which the program runs again after an answer that ends it. */
const WAKE: SignalName = "URG";

export const declaredServer: Program = {
  handles: [...HANDLED_SIGNALS, WAKE],
  memoryBytes: (process) => configurationOf(process)?.document.memoryBytes ?? DEFAULT_MEMORY_BYTES,

  run(process): Step {
    const server = configurationOf(process);
    if (!server) return fail(process, ["the executable of this server was replaced"], 1);
    if (process.state["startedAtMs"] === undefined) {
      const ended = start(process, server);
      if (ended) return ended;
    }
    for (let signal = process.takeSignal(); signal; signal = process.takeSignal()) takeSignal(process, server, signal);
    const { exitStatus } = process.state;
    return typeof exitStatus === "number" ? { type: "exit", status: exitStatus } : goOn(process, server);
  },

  serve(process, request) {
    const server = configurationOf(process);
    const { startedAtMs, endsAtMs } = process.state;
    if (!server || endsAtMs !== undefined) return { type: "failed", why: "refused", afterMs: 0 };
    if (request.type === "connect") return { type: "connected", data: "", afterMs: 0 };
    if (request.type === "message") return { type: "failed", why: "reset", afterMs: 0 };
    return answerRequest(process, request, server.document, process.nowMs - Number(startedAtMs));
  },
};

function start(process: ProcessView, { document: { needs } }: DeclaredServer): Step | undefined {
  const missing = needs?.env.filter((name) => !process.env[name]) ?? [];
  if (missing.length > 0) {
    const lines = needs?.lines ?? missing.map((name) => `${name} is not set`);
    return fail(process, lines, needs?.exitCode ?? 1);
  }
  process.state["startedAtMs"] = process.nowMs;
  process.state["moments"] = 0;
  return undefined;
}

function fail(process: ProcessView, lines: readonly string[], status: number): Step {
  for (const line of lines) process.write(2, `${filledLine(process, line)}\n`);
  return { type: "exit", status };
}

function takeSignal(process: ProcessView, { document: { signals = {} } }: DeclaredServer, signal: SignalName): void {
  const { state, nowMs, pid } = process;
  if (signal === WAKE || state["endsAtMs"] !== undefined) return;
  const handled = HANDLED_SIGNALS.find((name) => name === signal);
  const rule = handled && signals[handled];
  for (const line of rule?.lines ?? []) process.write(1, `${filledLine(process, line)}\n`);
  const fatal = FATAL[signal];
  if (rule?.exitCode !== undefined) {
    state["endsAtMs"] = nowMs + (rule.afterMs ?? 0);
    state["endStatus"] = rule.exitCode;
  } else if (!rule && signal !== "WINCH" && fatal === undefined) {
    state["endsAtMs"] = nowMs;
    state["endStatus"] = 0;
  } else if (!rule && fatal !== undefined && pid !== 1) {
    state["exitStatus"] = 128 + fatal;
  }
}

/** Does what is due, and waits for the next moment. */
function goOn(process: ProcessView, { document, moments }: DeclaredServer): Step {
  const { state, nowMs } = process;
  for (;;) {
    const { endsAtMs } = state;
    if (typeof endsAtMs === "number") {
      if (endsAtMs <= nowMs) return { type: "exit", status: Number(state["endStatus"]) };
      return { type: "wait", for: [{ type: "time", atMs: endsAtMs }, { type: "signal" }] };
    }
    const next = moments[Number(state["moments"])];
    if (!next) return { type: "wait", for: [{ type: "signal" }] };
    const atMs = Number(state["startedAtMs"]) + next.afterMs;
    if (atMs > nowMs) return { type: "wait", for: [{ type: "time", atMs }, { type: "signal" }] };
    state["moments"] = Number(state["moments"]) + 1;
    const ended = happen(process, next, document.ports ?? [DEFAULT_PORT]);
    if (ended) return ended;
  }
}

function happen(process: ProcessView, moment: Moment, ports: readonly number[]): Step | undefined {
  switch (moment.type) {
    case "log":
      process.write(moment.fd, `${filledLine(process, moment.line)}\n`);
      return undefined;
    case "ready": {
      const inUse = ports.find((port) => !process.listen(port, "tcp"));
      return inUse === undefined ? undefined : fail(process, [`listen tcp :${inUse}: bind: address already in use`], 1);
    }
    case "exit":
      return { type: "exit", status: moment.code };
    case "change":
      return undefined;
  }
}
