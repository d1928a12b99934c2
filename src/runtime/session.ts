/**
 * A session in a container (`exec`, `attach`) for as long as its client is connected. The process is state of the cluster:
 * input is handed over, and output taken, in commits. The isolate holds only what waits for the next commit.
 */
import type { SessionPlan } from "../apiserver/streams.ts";
import type { SessionId } from "../cluster/container-access.ts";
import { ApiError } from "../lib/api-error.ts";
import {
  BULK_INPUT_BYTES,
  BULK_INPUT_PAUSE_MS,
  BULK_PIECE_BYTES,
  MAX_BULK_INPUT_WAIT_MS,
  MAX_BULK_OUTPUT_BYTES,
  MAX_DROPPED_WORK,
  MAX_EXCHANGE_INPUT_BYTES,
  MAX_SESSION_IDLE_MS,
  MAX_SESSIONS_PER_CLUSTER,
  MIN_OUTPUT_GAP_MS,
  SESSION_IDLE_AFTER_MS,
  SESSION_IDLE_POLL_MS,
  SESSION_RENEW_MS,
} from "../lib/container-limits.ts";
import { WATCH_POLL_MS } from "../lib/limits.ts";
import type { SessionInput, SessionOutput } from "../lib/session-pieces.ts";
import type { Caller, ClusterAccess } from "../storage/store.ts";
import { tooManyRequests } from "./commit-queue.ts";
import { PodStream, type StreamContext } from "./container-stream.ts";
import type { RequestScope } from "./queued-request.ts";
import { Signal } from "./signal.ts";
import { asRefusal } from "./unavailable.ts";
import type { Watcher } from "./watch-hub.ts";

/** The client's side of a session, as the edge implements it. Bytes are strings of one character for each byte. */
export interface SessionConnection {
  /** The process runs. */
  opened(): void;
  /** Calls `wake` when input arrives and when the client goes away. */
  begin(wake: () => void): void;
  /** Input that waits, in its order: at most `maxBytes` of `stdin`. It stays until `taken`. */
  waiting(maxBytes: number): SessionInput | null;
  /** Forgets what the exchange took of the input that `waiting` returned. */
  taken(input: SessionInput, stdinTakenBytes: number): void;
  /** The client has gone, or sent what it must not. */
  readonly isClosed: boolean;
  send(output: Pick<SessionOutput, "stdout" | "stderr" | "order">): void;
  end(result: SessionResult): void;
}

export type SessionResult = { type: "exit"; code: number } | { type: "failed"; error: ApiError };

/** Status of a process that a signal 9 ended. */
const KILLED = 137;

export interface Session extends Pick<SessionPlan, "streams" | "command"> {
  /** Resolves when the session is over. Never throws. */
  run(connection: SessionConnection): Promise<void>;
}

/** The session of an accepted request; nothing runs yet. Throws TooManyRequests. */
export function openSession(plan: SessionPlan, context: StreamContext): { type: "session"; session: Session } {
  const { cluster, cache, access } = context;
  if (cluster.watches.isFull || cluster.sessions >= MAX_SESSIONS_PER_CLUSTER) throw tooManyRequests();
  const { streams, command } = plan;
  const run = async (connection: SessionConnection) => {
    // The session outlives its handler and needs the copy until it ends.
    const held = cache.hold(access.clusterId);
    cluster.sessions++;
    try {
      await new RunningSession(plan, connection, context).run();
    } finally {
      cluster.sessions--;
      cache.release(held);
    }
  };
  return { type: "session", session: { streams, command, run } };
}

class RunningSession implements Watcher {
  readonly access: ClusterAccess;
  readonly caller: Caller;
  readonly scope: RequestScope;
  authenticatedAtMs: number;
  readonly #plan: SessionPlan;
  readonly #connection: SessionConnection;
  readonly #context: StreamContext;
  readonly #pod: PodStream;
  /** Notified by input, and by changes of the cluster. */
  readonly #news = new Signal();
  #id: SessionId | null = null;
  /** The process did not take all input, so input alone is no reason for another exchange. */
  #isBlocked = false;
  #activeAtMs: number;
  #exchangedAtMs: number;
  #isRevoked = false;
  /** Output that may still follow without pauses: a copied file. */
  #bulkBytesLeft = MAX_BULK_OUTPUT_BYTES;
  #gapMs = 0;
  /** When the present bulk transfer of input began. */
  #bulkSinceMs: number | null = null;

  constructor(plan: SessionPlan, connection: SessionConnection, context: StreamContext) {
    const { access, caller, scope, clock } = context;
    this.access = access;
    this.caller = caller;
    this.scope = scope;
    this.authenticatedAtMs = clock.now();
    this.#plan = plan;
    this.#connection = connection;
    this.#context = context;
    this.#pod = new PodStream(context, plan.pod);
    this.#activeAtMs = clock.now();
    this.#exchangedAtMs = clock.now();
  }

  get pollMs(): number {
    const isIdle = this.#context.clock.now() - this.#activeAtMs >= SESSION_IDLE_AFTER_MS;
    return isIdle ? SESSION_IDLE_POLL_MS : WATCH_POLL_MS;
  }

  end(): void {
    this.#isRevoked = true;
    this.#news.notify();
  }

  async run(): Promise<void> {
    const { cluster } = this.#context;
    const stop = cluster.cached.moved.pass(this.#news);
    cluster.watches.join(this);
    try {
      this.#connection.begin(() => this.#news.notify());
      const result = await this.#converse();
      if (result) this.#connection.end(result);
    } catch (error) {
      this.#connection.end(this.#failure(error));
    } finally {
      await this.#close();
      cluster.watches.leave(this);
      stop();
    }
  }

  /** The result of the process; null when the client has gone. */
  async #converse(): Promise<SessionResult | null> {
    const opened = await this.#pod.keep((tx) => this.#plan.open(tx));
    if (!opened) return unauthorized();
    this.#id = opened.value;
    this.#connection.opened();
    let mustExchange = true;
    while (!this.#connection.isClosed) {
      if (this.#isRevoked) return unauthorized();
      const input = this.#connection.waiting(MAX_EXCHANGE_INPUT_BYTES);
      if (await this.#moreCame(input)) continue;
      if (mustExchange || (input && !this.#isBlocked) || (await this.#hasNews(input))) {
        mustExchange = false;
        const result = await this.#exchange(input ?? {});
        if (result) return result;
        continue;
      }
      if (this.#isIdleForTooLong) return { type: "exit", code: KILLED };
      if (this.#connection.isClosed) return null;
      // A notification while this session was not waiting is lost.
      if (!this.#isBlocked && this.#connection.waiting(1)) continue;
      await this.#context.cluster.watches.wait(this, this.#nextLookAtMs(), this.#news);
    }
    return null;
  }

  /** Waits while a bulk transfer goes on. True if more input came, or the client went. */
  async #moreCame(input: SessionInput | null): Promise<boolean> {
    const { clock } = this.#context;
    const sizeBytes = input?.stdin?.length ?? 0;
    const isWhole = input?.endOfStdin || sizeBytes < BULK_INPUT_BYTES || sizeBytes >= MAX_EXCHANGE_INPUT_BYTES;
    if (isWhole || this.#isBlocked) {
      this.#bulkSinceMs = null;
      return false;
    }
    this.#bulkSinceMs ??= clock.now();
    if (clock.now() - this.#bulkSinceMs >= MAX_BULK_INPUT_WAIT_MS) {
      this.#bulkSinceMs = null;
      return false;
    }
    if (await this.#news.wait(clock, BULK_INPUT_PAUSE_MS)) return true;
    this.#bulkSinceMs = null;
    return false;
  }

  get #isIdleForTooLong(): boolean {
    return this.#context.clock.now() - this.#activeAtMs >= MAX_SESSION_IDLE_MS;
  }

  #nextLookAtMs(): number {
    const lookAtMs = Math.max(this.#pod.nextLookAtMs, this.#exchangedAtMs + this.#gapMs);
    return Math.min(lookAtMs, this.#exchangedAtMs + SESSION_RENEW_MS, this.#activeAtMs + MAX_SESSION_IDLE_MS);
  }

  /** True if an exchange would give or take something. Only memory is read. */
  async #hasNews(input: SessionInput | null): Promise<boolean> {
    const { clock } = this.#context;
    const sinceMs = clock.now() - this.#exchangedAtMs;
    if (sinceMs >= SESSION_RENEW_MS) return true;
    if (sinceMs < this.#gapMs || !this.#pod.mayHaveNews) return false;
    const { value, work } = await this.#pod.look((tx) => this.#plan.exchange(tx, this.#id!, input ?? {}));
    if (hasEffect(value, input) || work > MAX_DROPPED_WORK) return true;
    this.#pod.saw(value.wakeAtMs);
    return false;
  }

  async #exchange(input: SessionInput): Promise<SessionResult | null> {
    const exchanged = await this.#pod.keep((tx) => this.#plan.exchange(tx, this.#id!, input));
    if (!exchanged) return unauthorized();
    const { value: output } = exchanged;
    const stdinBytes = input.stdin?.length ?? 0;
    const takenBytes = output.stdinTakenBytes ?? stdinBytes;
    this.#connection.taken(input, takenBytes);
    this.#isBlocked = takenBytes < stdinBytes;
    this.#pod.saw(output.wakeAtMs);
    this.#exchangedAtMs = this.#context.clock.now();
    if (hasEffect(output, input)) this.#activeAtMs = this.#exchangedAtMs;
    this.#connection.send(output);
    this.#pace(output);
    if (output.exitCode === undefined) return null;
    this.#id = null;
    return this.#ended(output.exitCode);
  }

  /** A program that writes little pieces all the time is looked at now and then. */
  #pace({ stdout, stderr }: SessionOutput): void {
    const sizeBytes = stdout.length + stderr.length;
    this.#bulkBytesLeft -= sizeBytes;
    const isBulk = sizeBytes >= BULK_PIECE_BYTES && this.#bulkBytesLeft > 0;
    this.#gapMs = isBulk ? 0 : MIN_OUTPUT_GAP_MS;
  }

  /** A client that was attached learns that the process ended, not how. */
  #ended(code: number): SessionResult {
    return { type: "exit", code: this.#plan.command.length === 0 ? 0 : code };
  }

  #failure(error: unknown): SessionResult {
    // The pod went away while the process ran.
    if (this.#id !== null && error instanceof ApiError && error.reason === "NotFound") {
      this.#id = null;
      return this.#ended(KILLED);
    }
    const refusal = asRefusal(error);
    if (refusal) return { type: "failed", error: refusal };
    console.error(JSON.stringify({ level: "error", message: "a session ended early", error: String(error) }));
    return { type: "failed", error: new ApiError("InternalError", "Internal error occurred: the session was lost") };
  }

  /** Ends the process of a client that has gone. If this fails too, the session's lease ends it. */
  async #close(): Promise<void> {
    const id = this.#id;
    if (id === null) return;
    this.#id = null;
    const closed = this.#pod.keep((tx) => this.#plan.close(tx, id)).catch(() => null);
    this.scope.waitUntil(closed);
    await closed;
  }
}

function unauthorized(): SessionResult {
  return { type: "failed", error: new ApiError("Unauthorized", "Unauthorized") };
}

function hasEffect({ stdout, stderr, exitCode, stdinTakenBytes }: SessionOutput, input: SessionInput | null): boolean {
  if (stdout !== "" || stderr !== "" || exitCode !== undefined) return true;
  return input !== null && (input.stdin === undefined || (stdinTakenBytes ?? input.stdin.length) > 0);
}
