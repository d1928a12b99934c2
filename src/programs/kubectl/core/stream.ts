/**
 * Connections to a process of a container. One request carries one piece; between two pieces the command waits for
 * input, for output and for the end of the process.
 * Source: k8s.io/client-go tools/remotecommand/websocket.go, errorstream.go
 */
import type { Bytes } from "../../../files/entry.ts";
import { SESSION_RENEW_MS } from "../../../lib/container-limits.ts";
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { SessionInput, SessionOutput, SessionReply } from "../../../lib/session-pieces.ts";
import { type Reply, type RequestOptions, serverError } from "./client.ts";
import type { Call } from "./command.ts";
import { objectIn } from "./parts.ts";
import { type ConsoleEvents, Failure, type Steps, type TerminalSize } from "./session.ts";

/** The connection that is asked for. */
export interface StreamRequest {
  namespace: string;
  pod: string;
  subresource: "exec" | "attach";
  container: string;
  /** Empty for `attach`. */
  command: readonly string[];
  stdin: boolean;
  tty: boolean;
}

/** `detached`: the keys that end the connection were typed. */
export type StreamEnd = { type: "exit"; code: number } | { type: "detached" };

/** A connection between two pieces. JSON: it survives restarts of the command. */
interface OpenStream {
  request: StreamRequest;
  session?: string;
  /** Input that the process did not take yet. */
  waiting: Bytes;
  hasEnded: boolean;
  /** The size of the terminal that the process knows. */
  size?: TerminalSize;
  /** Keys of the sequence that detaches were typed. */
  isDetaching?: true;
}

/** Keys that leave a process that was attached to: ^P ^Q. */
const [DETACH_FIRST, DETACH_SECOND] = ["\x10", "\x11"];

/**
 * What the command handed to `converse` before it started again; undefined at its first start. The command must then
 * come back to `converse` without other effects.
 */
export function resumedStream({ session }: Call): { kept: JsonValue } | undefined {
  const resume = objectIn(session.resume);
  return "stream" in resume ? { kept: resume["kept"] ?? null } : undefined;
}

/**
 * Connects the standard streams of the command with the process, until that ends. The command starts again after each
 * piece. Throws Failure.
 */
export function* converse(call: Call, request: StreamRequest, kept: JsonValue): Steps<StreamEnd> {
  const resumed = objectIn(call.session.resume)["stream"] as unknown as OpenStream | undefined;
  const stream: OpenStream = resumed ?? { request, waiting: "", hasEnded: !request.stdin };
  if (!resumed && request.tty) setRaw(call, true);
  const end = yield* exchangeOnce(call, stream);
  if (end === undefined) yield { type: "restart", state: { stream, kept } as unknown as JsonValue };
  if (request.tty) setRaw(call, false);
  if (end instanceof Failure) throw end;
  return end!;
}

/** One piece, and what follows until the next one. Returns the end of the connection. */
function* exchangeOnce(call: Call, stream: OpenStream): Steps<StreamEnd | Failure | undefined> {
  const { request } = stream;
  const isFirst = stream.session === undefined;
  const size = isFirst && request.tty ? ((yield { type: "terminal" }) as unknown as TerminalSize | null) : null;
  if (size) stream.size = size;
  const input: SessionInput = {
    ...(stream.waiting !== "" && { stdin: stream.waiting }),
    ...(stream.hasEnded && request.stdin && { endOfStdin: true }),
    ...(stream.size && { resize: stream.size }),
  };
  const piece = yield* exchange(call, stream, input);
  if (piece instanceof Failure) return piece;
  const { output, awaits } = piece;
  stream.session = piece.session;
  stream.waiting = stream.waiting.slice(output.stdinTakenBytes ?? stream.waiting.length);
  show(call, output);
  if (output.exitCode !== undefined) return { type: "exit", code: output.exitCode };
  const wakeAtMs = Math.min(output.wakeAtMs ?? Number.POSITIVE_INFINITY, call.session.nowMs + SESSION_RENEW_MS);
  const reads = !stream.hasEnded && stream.waiting === "";
  const events = (yield {
    type: "events",
    input: reads,
    untilMs: wakeAtMs,
    resources: [awaits],
  }) as unknown as ConsoleEvents;
  return take(stream, events);
}

/** Adds input to a connection. Returns its end, if the keys for it were typed. */
function take(stream: OpenStream, { stdin = "", endOfStdin, size }: ConsoleEvents): StreamEnd | undefined {
  const { request } = stream;
  if (endOfStdin) stream.hasEnded = true;
  if (request.tty && size) stream.size = size;
  if (request.subresource !== "attach" || !request.tty) {
    stream.waiting += stdin;
    return undefined;
  }
  for (const key of stdin) {
    if (stream.isDetaching && key === DETACH_SECOND) return { type: "detached" };
    if (stream.isDetaching) stream.waiting += DETACH_FIRST;
    delete stream.isDetaching;
    if (key === DETACH_FIRST) stream.isDetaching = true;
    else stream.waiting += key;
  }
  return undefined;
}

/**
 * Sends a piece. A WebSocket begins with GET; if it is refused, the client asks again with POST and shows that refusal.
 */
function* exchange(
  call: Call,
  { request, session }: Pick<OpenStream, "request" | "session">,
  input: SessionInput,
): Steps<Extract<SessionReply, { type: "output" }> | Failure> {
  const { namespace, pod, subresource, container, command, stdin, tty } = request;
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/${subresource}`;
  const flag = (isSet: boolean) => (isSet ? "true" : undefined);
  const options: RequestOptions = {
    accept: "*/*",
    repeated: { command },
    query: { container, stderr: flag(!tty), stdin: flag(stdin), stdout: "true", tty: flag(tty) },
    piece: { ...(session !== undefined && { session }), input },
  };
  let reply: Reply = yield* call.client.fetch(path, options);
  if (reply.status >= 400) reply = yield* call.client.fetch(path, { ...options, method: "POST" });
  if (reply.status >= 400) return serverError(reply);
  const { piece } = reply;
  if (!piece) return new Failure("error: unable to upgrade connection: the server does not switch protocols");
  if (piece.type === "output") return piece;
  return new Failure(`error: ${String(piece.status["message"] ?? "")}`);
}

/** Writes output in the order in which the process wrote it. */
function show({ session }: Call, { stdout, stderr, order }: SessionOutput): void {
  const rest = { stdout, stderr };
  const pieces = order ?? [
    ["stdout", stdout.length],
    ["stderr", stderr.length],
  ];
  for (const [stream, length] of pieces) {
    if (length > 0) session.write(stream === "stdout" ? 1 : 2, rest[stream].slice(0, length));
    rest[stream] = rest[stream].slice(length);
  }
}

/** In raw mode the terminal hands each key to the process, which echoes it. */
function setRaw({ session }: Call, isRaw: boolean): void {
  session.once(() => {
    const terminal = session.process.terminal(0);
    if (terminal) Object.assign(terminal, { isCooked: !isRaw, echoes: !isRaw, sendsSignals: !isRaw });
  });
}

/** The status that a command ends with after its process. */
export function statusOf({ session }: Call, end: StreamEnd): number {
  if (end.type === "detached" || end.code === 0) return 0;
  session.warn(`command terminated with exit code ${end.code}\n`);
  return end.code;
}

export interface Collected {
  stdout: Bytes;
  code: number;
}

export interface Collecting {
  /** The whole input. */
  stdin?: Bytes;
  /** The descriptor that shows the errors of the process; absent: none does. */
  errors?: 1 | 2;
}

/** Runs a command to its end and collects its output. Throws Failure. */
export function* collect(call: Call, request: StreamRequest, { stdin = "", errors }: Collecting): Steps<Collected> {
  let session: string | undefined;
  let waiting = stdin;
  let collected = "";
  for (;;) {
    const input = { ...(waiting !== "" && { stdin: waiting }), ...(request.stdin && { endOfStdin: true }) };
    const piece = yield* exchange(call, { request, ...(session !== undefined && { session }) }, input);
    if (piece instanceof Failure) throw piece;
    const { output, awaits } = piece;
    session = piece.session;
    waiting = waiting.slice(output.stdinTakenBytes ?? waiting.length);
    collected += output.stdout;
    if (errors && output.stderr !== "") call.session.write(errors, output.stderr);
    if (output.exitCode !== undefined) return { stdout: collected, code: output.exitCode };
    const untilMs = Math.min(output.wakeAtMs ?? Number.POSITIVE_INFINITY, call.session.nowMs + SESSION_RENEW_MS);
    yield { type: "events", input: false, untilMs, resources: [awaits] };
  }
}

/** True if the standard input is a terminal. */
export function* isTerminal(): Steps<boolean> {
  return (yield { type: "terminal" }) !== null;
}

/** JSON of a request, for commands that keep it over a restart. */
export function asJson(request: StreamRequest): JsonObject {
  return request as unknown as JsonObject;
}
