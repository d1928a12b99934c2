/**
 * The common part of programs for load tests: the first request shows whether the server answers, a few requests are sent
 * one by one, and many stand for themselves as a load (`LoadQuestion`), which is asked for in growing pieces of time.
 */
import { clientErrorOf } from "../../shell/network-failure.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { Answer, HttpQuestion } from "../../shell/question.ts";
import { type Distribution, merge } from "./distribution.ts";

export interface LoadPlan {
  request: HttpQuestion;
  clients: number;
  /** At most so many requests in a second by all clients; absent: no limit. */
  perSecond?: number;
  /** Absent: until the time is over. */
  requests?: number;
  /** Absent: until all requests were answered, or until an interrupt. */
  durationMs?: number;
  /** False ends the test after the first answer: the program complains and exits. */
  goesOn?: (first: Answer) => boolean;
  /** Called once, after the first answer. */
  onBegun?: () => void;
  /** Called when more requests were answered. */
  onProgress?: (answered: number) => void;
}

export interface LoadResult {
  tookMs: number;
  requests: number;
  /** By status, or by the error that the client saw. */
  outcomes: Readonly<Record<string, number>>;
  latencies: Distribution;
  /** The answer to the first request. */
  first: Answer;
}

/** Tests of so few requests send each of them, so servers log them. */
const MAX_SINGLE_REQUESTS = 100;
const FIRST_PIECE_MS = 1_000;
const LONGEST_PIECE_MS = 60_000;

interface LoadState {
  startedAtMs: number;
  /** Virtual time of requests that were sent one by one, as if the clients had sent them at once, ms. */
  singleMs: number;
  requests: number;
  outcomes: Record<string, number>;
  latencies: Record<string, number>;
  first?: Answer;
  pieceMs: number;
  isEnding?: boolean;
  hasEnded?: boolean;
}

/** Runs the test as far as possible. A step means that the process must wait. */
export function runLoad(process: ProcessView, plan: LoadPlan): Step | { type: "done"; result: LoadResult } {
  const state = stateOf(process);
  if (process.takeSignal() !== undefined) state.isEnding = true;
  if (!state.first) {
    const answer = process.ask(plan.request);
    if (!answer) return WAIT;
    state.first = withoutBody(answer);
    if (plan.goesOn?.(answer) === false) return done(process, state);
    noteSingle(state, plan, answer);
    plan.onBegun?.();
  }
  while (!isOver(process, state, plan)) {
    const step = isSmall(plan) ? sendOne(process, state, plan) : sendPiece(process, state, plan);
    if (step) return step;
    plan.onProgress?.(state.requests);
  }
  if (!isSmall(plan) && !state.hasEnded) {
    const { pid } = process;
    if (!process.ask({ type: "load", pid, request: plan.request, clients: 0, durationMs: 0 })) return WAIT;
    state.hasEnded = true;
  }
  return done(process, state);
}

const WAIT: Step = { type: "wait", for: [{ type: "answer" }, { type: "signal" }] };

function stateOf(process: ProcessView): LoadState {
  const fresh: LoadState = {
    ...{ startedAtMs: process.nowMs, singleMs: 0, requests: 0, outcomes: {}, latencies: {}, pieceMs: FIRST_PIECE_MS },
  };
  process.state["load"] ??= fresh as never;
  return process.state["load"] as unknown as LoadState;
}

/** Servers may send megabytes, which the state must not keep. */
function withoutBody(answer: Answer): Answer {
  if (answer.type !== "http") return answer;
  const { body, headers, ...rest } = answer;
  return { ...rest, body: "", headers: { ...headers, "content-length": String(body.length) } };
}

function isSmall({ requests, perSecond }: LoadPlan): boolean {
  return requests !== undefined && requests <= MAX_SINGLE_REQUESTS && perSecond === undefined;
}

function isOver({ nowMs, state: own }: ProcessView, state: LoadState, { requests, durationMs }: LoadPlan): boolean {
  if (state.isEnding || (requests !== undefined && state.requests >= requests)) return true;
  // The answer to the last piece comes when the time is over.
  if (own["askedMs"] !== undefined) return false;
  return durationMs !== undefined && nowMs >= state.startedAtMs + durationMs;
}

function sendOne(process: ProcessView, state: LoadState, plan: LoadPlan): Step | undefined {
  const answer = process.ask(plan.request);
  if (!answer) return WAIT;
  noteSingle(state, plan, answer);
  return undefined;
}

function noteSingle(state: LoadState, { clients }: LoadPlan, answer: Answer): void {
  const outcome = answer.type === "http" ? String(answer.status) : clientErrorOf(answer);
  state.requests++;
  state.outcomes[outcome] = (state.outcomes[outcome] ?? 0) + 1;
  state.singleMs += answer.afterMs / clients;
  if (answer.type === "http") merge(state.latencies, { [String(Number(answer.afterMs.toPrecision(3)))]: 1 });
}

function sendPiece(process: ProcessView, state: LoadState, plan: LoadPlan): Step | undefined {
  const { request, clients, perSecond, requests, durationMs } = plan;
  const leftMs = durationMs === undefined ? LONGEST_PIECE_MS : state.startedAtMs + durationMs - process.nowMs;
  // The question must stay equal until it is answered, so its time was fixed when it was asked first.
  process.state["askedMs"] ??= Math.min(state.pieceMs, leftMs);
  const pieceMs = Number(process.state["askedMs"]);
  const answer = process.ask({
    ...{ type: "load", pid: process.pid, request, clients, durationMs: pieceMs },
    ...(perSecond !== undefined && { perSecond }),
    ...(requests !== undefined && { maxRequests: requests - state.requests }),
  });
  if (!answer) return WAIT;
  delete process.state["askedMs"];
  state.pieceMs = Math.min(LONGEST_PIECE_MS, state.pieceMs * 2);
  if (answer.type !== "load") return undefined;
  state.requests += answer.requests;
  for (const [outcome, count] of Object.entries(answer.outcomes)) {
    state.outcomes[outcome] = (state.outcomes[outcome] ?? 0) + count;
  }
  merge(state.latencies, answer.latencies);
  return undefined;
}

function done(process: ProcessView, state: LoadState): { type: "done"; result: LoadResult } {
  const { startedAtMs, singleMs, requests, outcomes, latencies, first } = state;
  const isSingle = singleMs > 0 && requests <= MAX_SINGLE_REQUESTS && !state.hasEnded;
  const tookMs = Math.max(1, isSingle ? singleMs : process.nowMs - startedAtMs);
  return { type: "done", result: { tookMs, requests, outcomes, latencies, first: first! } };
}

/** Bytes of a body, and of an answer with its head. */
export function sizesOf({ first }: LoadResult): { bodyBytes: number; headBytes: number } {
  if (first.type !== "http") return { bodyBytes: 0, headBytes: 0 };
  const lines = Object.entries(first.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return {
    bodyBytes: Number(first.headers["content-length"] ?? 0),
    headBytes: `HTTP/1.1 ${first.status} OK\r\n${lines.join("")}\r\n`.length,
  };
}

/** Answers with a status, and those with one that `isGood` accepts. */
export function answeredOf({ outcomes }: LoadResult): { answered: number; succeeded: number; failed: number } {
  let [answered, succeeded, failed] = [0, 0, 0];
  for (const [outcome, count] of Object.entries(outcomes)) {
    const status = Number(outcome);
    if (Number.isNaN(status)) failed += count;
    else {
      answered += count;
      if (status < 400) succeeded += count;
    }
  }
  return { answered, succeeded, failed };
}
