/**
 * A run of kubectl. A command is a generator that yields what it waits for. Its results are kept in the process's state,
 * and after each wait the command runs again from its start with these results: so it is written as plain code, and its
 * state is JSON.
 */
import type { Bytes } from "../../../files/entry.ts";
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { cloneJson, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { OpenAnswer } from "../../../lib/open-answer.ts";
import type { SessionReply } from "../../../lib/session-pieces.ts";
import type { ProcessView, Step, Wait } from "../../../shell/program.ts";
import type { HttpQuestion, Question } from "../../../shell/question.ts";
import { waitsFor } from "../../base/open-answers.ts";

/** An answer of the API server, or the reason why there is none. */
export type HttpResult =
  | {
      type: "answer";
      status: number;
      headers: Record<string, string>;
      body: string;
      piece?: SessionReply;
      open?: OpenAnswer;
    }
  | { type: "failed"; why: string };

/** A piece of an answer. Absent cursor: it is the last one. */
export type StreamResult =
  | { type: "piece"; status: number; headers: Record<string, string>; body: string; cursor?: JsonValue }
  | { type: "over" }
  | { type: "failed"; why: string };

export type Effect =
  /** `isBinary`: the body of the result is a byte string instead of text. */
  | { type: "http"; question: HttpQuestion; isBinary?: true }
  /** Any other question; the result is its answer. */
  | { type: "ask"; question: Question }
  /**
   * The next piece of an answer that goes on, from `question.resumes`. Only the first one may be empty. `over`: none came
   * before `untilMs`.
   */
  | { type: "stream"; question: HttpQuestion; untilMs?: number }
  /** The whole standard input, as text. `isBinary`: as a byte string. */
  | { type: "input"; isBinary?: true }
  /** A line of the standard input with its end; empty at the end of the input. */
  | { type: "line" }
  /** The text of a file, which may change while the command waits. Empty if it cannot be read. */
  | { type: "file"; path: string }
  | { type: "sleep"; ms: number }
  /** A random number of 32 bits. */
  | { type: "random" }
  /** The present instant, in ms. Decisions need it: `session.nowMs` is another one when the command runs again. */
  | { type: "now" }
  /** The size of the terminal of the standard input; null if it is no terminal. */
  | { type: "terminal" }
  /**
   * Waits until one of these comes: input (if it is asked for), an instant, a write of one of the resources, another
   * size of the terminal. The result is `ConsoleEvents`.
   */
  | { type: "events"; input: boolean; untilMs?: number; resources: readonly string[] }
  /** Runs another program in the foreground; the result is its exit code. */
  | { type: "program"; argv: readonly string[] }
  /** The command starts again with this state (`session.resume`). Loops that may go on for long use it. */
  | { type: "restart"; state: JsonValue }
  /** The head of a loop that may go on for long (`repeat`). The result is the state of the present round. */
  | LoopEffect
  /** Ends a round of `loop`: the results of the round are dropped, and the next one begins with this state. */
  | { type: "again"; loop: LoopEffect; state: JsonValue };

export interface LoopEffect {
  type: "loop";
  /** The state of the first round. */
  state: JsonValue;
}

export interface TerminalSize {
  columns: number;
  rows: number;
}

/** What came while a command waited for events. */
export interface ConsoleEvents {
  stdin?: Bytes;
  endOfStdin?: true;
  size?: TerminalSize;
}

/** A part of a command. It yields effects and receives their results. */
export type Steps<R> = Generator<Effect, R, JsonValue>;

interface RunState {
  startedAtMs?: number;
  results?: JsonValue[];
  /** Outputs that were written already. */
  written?: number;
  resume?: JsonValue;
  untilMs?: number;
  childPid?: number;
  input?: Bytes;
  /** The position in an answer whose next piece is awaited. */
  cursor?: JsonValue;
  /** The present effect is waited for. */
  isWaiting?: true;
}

/** Ends the command with a message on the standard error. */
export class Failure extends Error {
  override name = "Failure";
  readonly status: number;

  /** `message` is the whole text without the last line break. Empty: nothing is printed. */
  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

export class Session {
  readonly process: ProcessView;
  /** The state that `restart` handed over; undefined at the start. */
  readonly resume: JsonValue | undefined;
  readonly #state: RunState;
  #outputs = 0;

  /** `state` keeps the results of the run; by default it is the state of the process. */
  constructor(process: ProcessView, state: JsonObject = process.state) {
    this.process = process;
    this.#state = state as RunState;
    // A command may change it, and runs again from its start.
    const { resume } = this.#state;
    this.resume = resume === undefined ? undefined : cloneJson(resume);
  }

  /** Arguments as text. */
  get args(): readonly string[] {
    return this.process.argv.slice(1).map(textOfBytes);
  }

  get nowMs(): number {
    return this.process.nowMs;
  }

  /** The instant at which the command began: the same one each time it runs again. */
  get startedAtMs(): number {
    this.#state.startedAtMs ??= this.process.nowMs;
    return this.#state.startedAtMs;
  }

  env(name: string): string {
    return textOfBytes(this.process.env[name] ?? "");
  }

  /** The number of outputs up to now, counted from the start of the command. */
  get outputs(): number {
    return this.#outputs;
  }

  print(text: string): void {
    this.once(() => this.process.write(1, bytesOfText(text)));
  }

  warn(text: string): void {
    this.once(() => this.process.write(2, bytesOfText(text)));
  }

  /** Writes bytes to a descriptor. */
  write(fd: 1 | 2, data: Bytes): void {
    this.once(() => this.process.write(fd, data));
  }

  /** Does something that must not happen again when the command runs again from its start. */
  once(work: () => void): void {
    this.#outputs++;
    if (this.#outputs <= (this.#state.written ?? 0)) return;
    work();
    this.#state.written = this.#outputs;
  }
}

/** Runs a command as far as it can go. `kept` keeps the results of its run. */
export function drive(
  process: ProcessView,
  main: (session: Session) => Steps<number>,
  kept: JsonObject = process.state,
): Step {
  const state = kept as RunState;
  // They only end waits: a command that shows a terminal asks for its size.
  while (process.takeSignal() !== undefined);
  for (;;) {
    const session = new Session(process, kept);
    const outcome = replay(session, state, main(session));
    if (outcome !== "restart") return outcome;
  }
}

function replay(session: Session, state: RunState, steps: Steps<number>): Step | "restart" {
  const { process } = session;
  state.results ??= [];
  const { results } = state;
  const heads = new Map<LoopEffect, { at: number; outputs: number }>();
  let next = steps.next();
  for (let i = 0; !next.done; i++) {
    const effect = next.value;
    if (effect.type === "loop") heads.set(effect, { at: i, outputs: session.outputs });
    if (i >= results.length) {
      if (effect.type === "restart") {
        Object.assign(state, { results: [], written: 0, resume: effect.state });
        return "restart";
      }
      if (effect.type === "again") {
        const head = heads.get(effect.loop)!;
        Object.assign(state, { results: [...results.slice(0, head.at), effect.state], written: head.outputs });
        return "restart";
      }
      const result = perform(process, state, effect);
      if ("wait" in result) return { type: "wait", for: result.wait };
      results.push(result.value);
    }
    next = steps.next(results[i]!);
  }
  return { type: "exit", status: next.value };
}

type Performed = { value: JsonValue } | { wait: readonly Wait[] };

type Performable = Exclude<Effect, { type: "restart" | "again" }>;

function perform(process: ProcessView, state: RunState, effect: Performable): Performed {
  switch (effect.type) {
    case "loop":
      return { value: effect.state };
    case "http":
      return askHttp(process, effect);
    case "ask": {
      const answer = process.ask(effect.question);
      return answer ? { value: answer as unknown as JsonObject } : { wait: [{ type: "answer" }] };
    }
    case "stream":
      return readPiece(process, state, effect);
    case "input":
      return readAll(process, state, effect.isBinary);
    case "line": {
      const line = process.read(0, { upTo: "\n" });
      return line === undefined ? { wait: [{ type: "readable", fd: 0 }] } : { value: textOfBytes(line) };
    }
    case "file":
      return { value: process.files.find(effect.path) ? textOfBytes(process.files.read(effect.path)) : "" };
    case "sleep": {
      state.untilMs ??= process.nowMs + effect.ms;
      if (process.nowMs < state.untilMs) return { wait: [{ type: "time", atMs: state.untilMs }] };
      delete state.untilMs;
      return { value: null };
    }
    case "random":
      return { value: process.random() };
    case "now":
      return { value: process.nowMs };
    case "terminal":
      return { value: (sizeOf(process) ?? null) as JsonValue };
    case "events":
      return waitForEvents(process, state, effect);
    case "program": {
      state.childPid ??= process.spawn({ argv: effect.argv });
      const status = process.takeExit(state.childPid);
      if (status === undefined) return { wait: [{ type: "child", pid: state.childPid }] };
      delete state.childPid;
      return { value: status };
    }
  }
}

function sizeOf(process: ProcessView): TerminalSize | undefined {
  const terminal = process.terminal(0);
  return terminal && { columns: terminal.columns, rows: terminal.rows };
}

const MAX_INPUT_BYTES = 65_536;

function waitForEvents(
  process: ProcessView,
  state: RunState,
  { input, untilMs, resources }: Extract<Effect, { type: "events" }>,
): Performed {
  const stdin = input ? process.read(0, { maxBytes: MAX_INPUT_BYTES }) : undefined;
  if (stdin === undefined && !state.isWaiting) {
    state.isWaiting = true;
    const waits: Wait[] = [
      ...(input ? [{ type: "readable" as const, fd: 0 }] : []),
      ...(untilMs !== undefined ? [{ type: "time" as const, atMs: untilMs }] : []),
      ...(resources.length > 0 ? [{ type: "objects" as const, resources }] : []),
      { type: "signal" as const },
    ];
    return { wait: waits };
  }
  delete state.isWaiting;
  const size = sizeOf(process);
  const events: ConsoleEvents = {
    ...(stdin && { stdin }),
    ...(stdin === "" && { endOfStdin: true }),
    ...(size && { size }),
  };
  return { value: events as JsonObject };
}

function askHttp(process: ProcessView, { question, isBinary }: Extract<Effect, { type: "http" }>): Performed {
  const answer = process.ask(question);
  if (!answer) return { wait: [{ type: "answer" }] };
  if (answer.type === "http") {
    const { status, headers, body, piece, open } = answer;
    const more = { ...(piece && { piece }), ...(open && { open }) };
    const content = isBinary ? body : textOfBytes(body);
    const result: HttpResult = { type: "answer", status, headers, body: content, ...more };
    return { value: result as unknown as JsonObject };
  }
  return { value: { type: "failed", why: answer.type === "failed" ? answer.why : "reset" } };
}

function readPiece(
  process: ProcessView,
  state: RunState,
  { question, untilMs }: Extract<Effect, { type: "stream" }>,
): Performed {
  const done = (result: StreamResult): Performed => {
    delete state.cursor;
    return { value: result as JsonObject };
  };
  if (untilMs !== undefined && process.nowMs >= untilMs) return done({ type: "over" });
  const answer = process.ask({ ...question, resumes: state.cursor ?? question.resumes ?? null });
  if (!answer) return { wait: [{ type: "answer" }] };
  if (answer.type !== "http") return done({ type: "failed", why: answer.type === "failed" ? answer.why : "reset" });
  const { status, headers, body, open } = answer;
  const isFirst = state.cursor === undefined && (question.resumes ?? null) === null;
  if (isFirst || body !== "" || !open) {
    return done({ type: "piece", status, headers, body: textOfBytes(body), ...(open && { cursor: open.cursor }) });
  }
  state.cursor = open.cursor;
  return { wait: waitsFor(open, untilMs) };
}

function readAll(process: ProcessView, state: RunState, isBinary = false): Performed {
  for (;;) {
    const data = process.read(0);
    if (data === undefined) return { wait: [{ type: "readable", fd: 0 }] };
    if (data === "") break;
    state.input = (state.input ?? "") + data;
  }
  const text = isBinary ? (state.input ?? "") : textOfBytes(state.input ?? "");
  delete state.input;
  return { value: text };
}
