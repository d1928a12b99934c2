/** The common life of a server: it starts, listens on its ports, answers, and stops at a signal. */
import { FileError } from "../../files/errors.ts";
import { answerHttpText } from "../../shell/http-response.ts";
import type { ProcessView, Program, SignalName, Step } from "../../shell/program.ts";
import type { ServedAnswer, ServedRequest } from "../../shell/question.ts";
import { TLS_PROTOCOL, untrustedAnswer } from "./handshake.ts";
import { printLines } from "./log.ts";

export type HttpRequest = Extract<ServedRequest, { type: "http" }>;
export type MessageRequest = Extract<ServedRequest, { type: "message" }>;
export type RawRequest = Extract<ServedRequest, { type: "connect" }>;
/** The parts of a connection that a server knows during the handshake. `host` is the name that the client asks for. */
export type TlsRequest = Pick<HttpRequest, "port" | "host" | "headers">;
export type Lines = (process: ProcessView) => readonly string[];

export interface ServerOptions {
  ports: (process: ProcessView) => readonly number[];
  udpPorts?: (process: ProcessView) => readonly number[];
  /** Ends the process before it listens: a missing setting, a wrong flag, a task such as `--version`. */
  refuse?: (process: ProcessView) => { lines: readonly string[]; status: number; fd?: 1 | 2 } | undefined;
  /** Printed at the start. */
  banner?: Lines;
  /** From the start until it listens, ms; 0 if absent. */
  startMs?: number | ((process: ProcessView) => number);
  /** Called when it listens: reads data from files. */
  begin?: (process: ProcessView) => void;
  /** Printed when it listens. */
  ready?: Lines;
  /** The stream of these lines; standard error unless it is 1. */
  logFd?: 1 | 2;
  http?: (process: ProcessView, request: HttpRequest) => ServedAnswer;
  message?: (process: ProcessView, request: MessageRequest) => ServedAnswer;
  raw?: (process: ProcessView, request: RawRequest) => ServedAnswer;
  /**
   * The certificate that it shows over HTTPS, with its intermediates (PEM). Undefined: clients trust the server, because
   * the certificates of most programs are not modelled.
   */
  certificate?: (process: ProcessView, request: TlsRequest) => string | undefined;
  /** Signals besides TERM, INT and QUIT, which stop it. */
  signals?: Partial<Record<SignalName, (process: ProcessView) => void>>;
  /** Printed when a signal stops it. */
  stopping?: (process: ProcessView, signal: SignalName) => readonly string[];
  /** How it ends after TERM: 0 ms and status 0 if absent. */
  stop?: { ms?: number | ((process: ProcessView) => number); status?: number };
  /** It goes on answering until it ends. */
  servesWhileStopping?: boolean;
  /** Signals that it ignores although others stop at them. */
  ignores?: readonly SignalName[];
  /**
   * Its next own event while it runs, such as an expiry or a report, in ms. "answer": it has asked another program and is
   * called again with the answer.
   */
  tick?: (process: ProcessView) => number | "answer" | undefined;
  memoryBytes?: (process: ProcessView) => number;
  /** Printed when a port is in use; the process then exits with status 1. */
  inUse?: (port: number) => string;
}

/** A server sends itself this signal to run after it has answered a request. */
const WAKE: SignalName = "URG";

/** Ends the process after the answer to the current request. */
export function exitAfterAnswer(process: ProcessView, status: number): void {
  process.state["exitStatus"] = status;
  wakeAfterAnswer(process);
}

/** Lets the process run after the answer to the current request: it may have a new event of its own. */
export function wakeAfterAnswer(process: ProcessView): void {
  process.kill(process.pid, WAKE);
}

const STOPPING: readonly SignalName[] = ["TERM", "INT", "QUIT"];

/** A server as a program. Its state has the fields `phase` and `untilMs`; hooks may add others. */
export function server(options: ServerOptions): Program {
  const { http, message, raw, signals = {} } = options;
  const stopping = STOPPING.filter((signal) => !options.ignores?.includes(signal) && !signals[signal]);
  return {
    handles: [...stopping, ...(Object.keys(signals) as SignalName[]), WAKE],
    ...(options.memoryBytes && { memoryBytes: options.memoryBytes }),
    run(process) {
      const { state } = process;
      if (state["phase"] === undefined) {
        const ended = start(options, process);
        if (ended) return ended;
      }
      for (let signal = process.takeSignal(); signal; signal = process.takeSignal()) {
        const own = signals[signal];
        if (own) own(process);
        else if (signal === WAKE) continue;
        else if (state["phase"] !== "stopping") beginStop(options, process, signal);
      }
      const { exitStatus } = state;
      return typeof exitStatus === "number" ? { type: "exit", status: exitStatus } : advance(options, process);
    },
    serve(process, request) {
      const { phase } = process.state;
      if (phase !== "up" && !(phase === "stopping" && options.servesWhileStopping))
        return { type: "failed", why: "refused", afterMs: 0 };
      if (request.type === "message" && request.protocol === TLS_PROTOCOL) return handshake(options, process, request);
      const typed = http && request.type === "connect" ? typedRequests(http, process, request) : undefined;
      if (typed) return typed;
      const untrusted =
        request.type === "http" && untrustedAnswer(request, options.certificate?.(process, request), process.nowMs);
      if (untrusted) return untrusted;
      if (request.type === "http") return http?.(process, request) ?? { type: "failed", why: "reset", afterMs: 1 };
      if (request.type === "message")
        return message?.(process, request) ?? { type: "failed", why: "reset", afterMs: 0 };
      return raw?.(process, request) ?? { type: "connected", data: "", afterMs: 0 };
    },
  };
}

/** Requests that a client wrote itself, as with `nc`; undefined for all other bytes. */
function typedRequests(
  http: NonNullable<ServerOptions["http"]>,
  process: ProcessView,
  { protocol, data = "", port, from }: RawRequest,
): ServedAnswer | undefined {
  if (protocol !== "tcp") return undefined;
  const answered = answerHttpText(data, ({ method, path, headers, body }) => {
    const host = headers["host"] ?? "";
    return http(process, { type: "http", scheme: "http", method, path, headers, body, host, port, from });
  });
  return answered && { type: "connected", ...answered };
}

/** The certificates that a client of TLS sees, without a request. */
function handshake({ certificate }: ServerOptions, process: ProcessView, { port, body }: MessageRequest): ServedAnswer {
  const name = typeof body === "string" ? body : "";
  const presented = certificate?.(process, { port, host: name, headers: {} });
  if (presented === undefined) return { type: "failed", why: "reset", afterMs: 1 };
  return { type: "message", body: presented, afterMs: 1 };
}

/** A file's content, undefined if it cannot be read: for certificates of a mounted Secret. */
export function contentOf({ files }: ProcessView, path: string | undefined): string | undefined {
  if (path === undefined || path === "") return undefined;
  try {
    return files.read(path);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

function start(options: ServerOptions, process: ProcessView): Step | undefined {
  const refusal = options.refuse?.(process);
  if (refusal) {
    printLines(process, refusal.fd ?? options.logFd ?? 2, refusal.lines);
    return { type: "exit", status: refusal.status };
  }
  printLines(process, options.logFd ?? 2, options.banner?.(process) ?? []);
  const { startMs = 0 } = options;
  process.state["phase"] = "starting";
  process.state["untilMs"] = process.nowMs + (typeof startMs === "number" ? startMs : startMs(process));
  return undefined;
}

function beginStop(options: ServerOptions, process: ProcessView, signal: SignalName): void {
  printLines(process, options.logFd ?? 2, options.stopping?.(process, signal) ?? []);
  process.state["phase"] = "stopping";
  const { ms = 0 } = options.stop ?? {};
  process.state["untilMs"] = process.nowMs + (typeof ms === "number" ? ms : ms(process));
}

function advance(options: ServerOptions, process: ProcessView): Step {
  const { state } = process;
  const untilMs = Number(state["untilMs"]);
  const isDue = untilMs <= process.nowMs;
  if (state["phase"] === "stopping") {
    if (isDue) return { type: "exit", status: options.stop?.status ?? 0 };
    return { type: "wait", for: [{ type: "time", atMs: untilMs }, { type: "signal" }] };
  }
  if (state["phase"] === "starting") {
    if (!isDue) return { type: "wait", for: [{ type: "time", atMs: untilMs }, { type: "signal" }] };
    const inUse = listenOnAll(options, process);
    if (inUse !== undefined) {
      printLines(process, options.logFd ?? 2, [
        options.inUse?.(inUse) ?? `listen tcp :${inUse}: bind: address already in use`,
      ]);
      return { type: "exit", status: 1 };
    }
    state["phase"] = "up";
    options.begin?.(process);
    printLines(process, options.logFd ?? 2, options.ready?.(process) ?? []);
  }
  const next = options.tick?.(process);
  if (next === "answer") return { type: "wait", for: [{ type: "signal" }, { type: "answer" }] };
  return {
    type: "wait",
    for: [{ type: "signal" }, ...(next === undefined ? [] : [{ type: "time" as const, atMs: next }])],
  };
}

/** The port that is in use, if one is. */
function listenOnAll(options: ServerOptions, process: ProcessView): number | undefined {
  for (const port of options.ports(process)) if (!process.listen(port, "tcp")) return port;
  for (const port of options.udpPorts?.(process) ?? []) if (!process.listen(port, "udp")) return port;
  return undefined;
}

/** The value of a flag in Go's forms: `-name value`, `-name=value`, `--name=value`. */
export function flagOf(argv: readonly string[], ...names: readonly string[]): string | undefined {
  for (let i = 1; i < argv.length; i++) {
    const [, name = "", value] = /^--?([\w.-]+)(?:=([\s\S]*))?$/.exec(argv[i] ?? "") ?? [];
    if (names.includes(name)) return value ?? argv[i + 1] ?? "";
  }
  return undefined;
}

/** Whether a flag without a value is set. */
export function hasFlag(argv: readonly string[], name: string): boolean {
  return argv.some((arg) => arg === `-${name}` || arg === `--${name}` || arg === `--${name}=true`);
}

/** The port of an address such as `:8080`, `0.0.0.0:8080` and `8080`. */
export function portOf(address: string | undefined, fallback: number): number {
  const port = Number(/(\d+)$/.exec(address ?? "")?.[1] ?? Number.NaN);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : fallback;
}
