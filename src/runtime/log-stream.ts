/**
 * A followed log as a stream. It looks at the pod when its program may have written, and whenever the pod changed; a look
 * reads memory only. Each look runs the program from its last stored state on, so a look that took much work is
 * committed.
 */
import type { LogPlan } from "../apiserver/streams.ts";
import type { LogPage } from "../cluster/container-access.ts";
import { ApiError } from "../lib/api-error.ts";
import { bytesOf } from "../lib/bytes.ts";
import { MAX_DROPPED_WORK, MAX_FOLLOW_MS, MIN_OUTPUT_GAP_MS } from "../lib/container-limits.ts";
import { WATCH_BUFFER_BYTES, WATCH_POLL_MS } from "../lib/limits.ts";
import type { Caller, ClusterAccess } from "../storage/store.ts";
import { tooManyRequests } from "./commit-queue.ts";
import { PodStream, type StreamContext } from "./container-stream.ts";
import type { RequestScope } from "./queued-request.ts";
import type { Watcher } from "./watch-hub.ts";

interface OpenLog {
  type: "stream";
  contentType: string;
  body: ReadableStream<Uint8Array>;
}

/** Throws TooManyRequests. */
export function openLog(plan: LogPlan, context: StreamContext): OpenLog {
  const { cluster, cache, access, scope } = context;
  if (cluster.watches.isFull) throw tooManyRequests();
  // The stream outlives its handler and needs the copy until it ends.
  const held = cache.hold(access.clusterId);
  const log = new LogStream(plan, context, () => cache.release(held));
  scope.signal?.addEventListener("abort", () => log.finish());
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => log.pull(controller),
      cancel: () => log.finish(),
    },
    { highWaterMark: WATCH_BUFFER_BYTES, size: (chunk) => chunk.byteLength },
  );
  return { type: "stream", contentType: plan.contentType, body };
}

class LogStream implements Watcher {
  readonly access: ClusterAccess;
  readonly caller: Caller;
  readonly scope: RequestScope;
  readonly pollMs = WATCH_POLL_MS;
  authenticatedAtMs: number;
  readonly #plan: LogPlan;
  readonly #context: StreamContext;
  readonly #onEnd: () => void;
  readonly #pod: PodStream;
  readonly #deadlineMs: number;
  #first: LogPage | null;
  #cursor: string;
  #leftBytes: number;
  #lastPageAtMs: number;
  #ended = false;
  #finished = false;

  constructor(plan: LogPlan, context: StreamContext, onEnd: () => void) {
    const { access, caller, scope, clock, cluster } = context;
    const now = clock.now();
    this.access = access;
    this.caller = caller;
    this.scope = scope;
    this.authenticatedAtMs = now;
    this.#plan = plan;
    this.#context = context;
    this.#onEnd = onEnd;
    this.#pod = new PodStream(context, plan.pod);
    this.#deadlineMs = now + MAX_FOLLOW_MS;
    this.#first = plan.first;
    this.#cursor = plan.first.cursor;
    this.#leftBytes = plan.limitBytes ?? Number.POSITIVE_INFINITY;
    this.#lastPageAtMs = now;
    cluster.watches.join(this);
  }

  end(): void {
    this.#ended = true;
  }

  /** Leaves the hub: the stream is closed or no longer read. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#ended = true;
    this.#context.cluster.watches.leave(this);
    this.#onEnd();
  }

  /** Called when the client has room: enqueues the next output as soon as there is any. */
  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      while (!this.#finished) {
        const text = await this.#next();
        if (this.#finished) return;
        if (text !== "") return controller.enqueue(bytesOf(text));
        if (this.#ended) break;
        await this.#context.cluster.watches.wait(this, Math.min(this.#deadlineMs, this.#nextLookAtMs()));
      }
    } catch (error) {
      // The pod has gone.
      if (!(error instanceof ApiError)) logFailure(error);
    }
    if (this.#finished) return;
    this.finish();
    controller.close();
  }

  /** A program that writes all the time is looked at now and then. */
  #nextLookAtMs(): number {
    return Math.max(this.#pod.nextLookAtMs, this.#lastPageAtMs + MIN_OUTPUT_GAP_MS);
  }

  /** The next output; empty when nothing was written. */
  async #next(): Promise<string> {
    const { clock } = this.#context;
    if (this.#first) {
      const first = this.#first;
      this.#first = null;
      return this.#take(first);
    }
    if (this.#ended) return "";
    if (clock.now() >= this.#deadlineMs) this.#ended = true;
    if (clock.now() < this.#lastPageAtMs + MIN_OUTPUT_GAP_MS || !this.#pod.mayHaveNews) return "";
    const next = await this.#pod.look((tx) => this.#plan.next(tx, this.#cursor));
    if (next.work <= MAX_DROPPED_WORK) return this.#take(next.value);
    const kept = await this.#pod.keep((tx) => this.#plan.next(tx, this.#cursor));
    if (kept) return this.#take(kept.value);
    this.#ended = true;
    return "";
  }

  #take({ text, cursor, isOver, wakeAtMs }: LogPage): string {
    this.#pod.saw(wakeAtMs);
    this.#cursor = cursor;
    if (text !== "") this.#lastPageAtMs = this.#context.clock.now();
    const taken = text.slice(0, this.#leftBytes);
    this.#leftBytes -= taken.length;
    if (isOver || this.#leftBytes <= 0) this.#ended = true;
    return taken;
  }
}

function logFailure(error: unknown): void {
  console.error(JSON.stringify({ level: "error", message: "a log ended early", error: String(error) }));
}
