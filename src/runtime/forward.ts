/**
 * Forwarded ports for as long as their client is connected. Connections and their bytes are held here; requests
 * and their effects are committed. All ends with the client, the pod, the credential and the cluster.
 */
import type { ForwardPlan } from "../apiserver/streams.ts";
import { newConnection } from "../cluster/container-access.ts";
import { ApiError } from "../lib/api-error.ts";
import {
  FORWARDED_RATE,
  MAX_FORWARDED_CONNECTIONS,
  MAX_FORWARDED_DELAY_MS,
  MAX_SESSION_IDLE_MS,
  MAX_SESSIONS_PER_CLUSTER,
  SESSION_IDLE_AFTER_MS,
  SESSION_IDLE_POLL_MS,
} from "../lib/container-limits.ts";
import { WATCH_POLL_MS } from "../lib/limits.ts";
import type { Caller, ClusterAccess } from "../storage/store.ts";
import { tooManyRequests } from "./commit-queue.ts";
import { PodStream, type StreamContext } from "./container-stream.ts";
import type { RequestScope } from "./queued-request.ts";
import { RateLimit } from "./rate-limit.ts";
import { Signal } from "./signal.ts";
import { asRefusal } from "./unavailable.ts";
import type { Watcher } from "./watch-hub.ts";

/** The client's side of one connection, as the edge implements it. Bytes are strings of one character for each byte. */
export interface ForwardedClient {
  readonly port: number;
  /** Calls `wake` when bytes arrive and when the client closes or resets the connection. */
  begin(wake: () => void): void;
  /** Takes what has arrived since the last call; null: nothing. */
  take(): { data: string; isEnd: boolean } | null;
  /** The client has reset the connection, or gone. */
  readonly isClosed: boolean;
  send(data: string): void;
  /** Ends the connection. A problem is told on the stream for errors. */
  end(problem?: string): void;
}

/** The client's side of a tunnel. */
export interface ForwardClient {
  /** Calls `open` for each new connection, and `lost` when the client has gone. */
  begin(events: { open(connection: ForwardedClient): void; lost(): void }): void;
  /** Closes the tunnel with all its connections. */
  close(): void;
}

export interface Forward extends Pick<ForwardPlan, "ports"> {
  /** Resolves when the tunnel is closed. Never throws. */
  run(client: ForwardClient): Promise<void>;
}

/** The tunnel of an accepted request; nothing is connected yet. Throws TooManyRequests. */
export function openForward(plan: ForwardPlan, context: StreamContext): { type: "forward"; forward: Forward } {
  const { cluster, cache, access } = context;
  if (cluster.watches.isFull || cluster.sessions >= MAX_SESSIONS_PER_CLUSTER) throw tooManyRequests();
  const run = async (client: ForwardClient) => {
    // The tunnel outlives its handler and needs the copy until it ends.
    const held = cache.hold(access.clusterId);
    cluster.sessions++;
    try {
      await new RunningForward(plan, client, context).run();
    } finally {
      cluster.sessions--;
      cache.release(held);
    }
  };
  return { type: "forward", forward: { ports: plan.ports, run } };
}

class RunningForward implements Watcher {
  readonly access: ClusterAccess;
  readonly caller: Caller;
  readonly scope: RequestScope;
  authenticatedAtMs: number;
  readonly #plan: ForwardPlan;
  readonly #client: ForwardClient;
  readonly #context: StreamContext;
  readonly #pod: PodStream;
  /** The pod's identity when the tunnel was opened. */
  readonly #uid: string | undefined;
  readonly #news = new Signal();
  readonly #rate: RateLimit;
  readonly #open = new Map<ForwardedClient, Signal>();
  #isOver = false;
  #activeAtMs: number;

  constructor(plan: ForwardPlan, client: ForwardClient, context: StreamContext) {
    const { access, caller, scope, clock, cluster } = context;
    this.access = access;
    this.caller = caller;
    this.scope = scope;
    this.authenticatedAtMs = clock.now();
    this.#plan = plan;
    this.#client = client;
    this.#context = context;
    this.#rate = new RateLimit(FORWARDED_RATE, clock);
    this.#pod = new PodStream(context, plan.pod);
    this.#uid = cluster.cached.snapshot.entry(plan.pod)?.uid;
    this.#activeAtMs = clock.now();
  }

  get pollMs(): number {
    return this.#idleMs < SESSION_IDLE_AFTER_MS ? WATCH_POLL_MS : SESSION_IDLE_POLL_MS;
  }

  get #idleMs(): number {
    return this.#context.clock.now() - this.#activeAtMs;
  }

  /** The credential was revoked, or the cluster deleted. */
  end(): void {
    this.#isOver = true;
    this.#news.notify();
  }

  async run(): Promise<void> {
    const { cluster, clock } = this.#context;
    const stop = cluster.cached.moved.pass(this.#news);
    cluster.watches.join(this);
    try {
      this.#client.begin({ open: (connection) => this.#accept(connection), lost: () => this.end() });
      while (!this.#isOver && this.#isPodThere && this.#idleMs < MAX_SESSION_IDLE_MS) {
        await cluster.watches.wait(this, clock.now() + MAX_SESSION_IDLE_MS - this.#idleMs, this.#news);
      }
    } catch (error) {
      logLost(error);
    } finally {
      this.#isOver = true;
      for (const signal of this.#open.values()) signal.notify();
      this.#client.close();
      cluster.watches.leave(this);
      stop();
    }
  }

  get #isPodThere(): boolean {
    const entry = this.#context.cluster.cached.snapshot.entry(this.#plan.pod);
    if (entry?.object === undefined || entry.uid !== this.#uid) return false;
    const { phase } = (entry.object as { status?: { phase?: string } }).status ?? {};
    return phase !== "Succeeded" && phase !== "Failed";
  }

  #accept(connection: ForwardedClient): void {
    if (this.#isOver || this.#open.size >= MAX_FORWARDED_CONNECTIONS) {
      connection.end(`error forwarding port ${connection.port}: too many open connections`);
      return;
    }
    const news = new Signal();
    this.#open.set(connection, news);
    connection.begin(() => news.notify());
    this.scope.waitUntil(this.#serve(connection, news));
  }

  async #serve(client: ForwardedClient, news: Signal): Promise<void> {
    try {
      const problem = await this.#pod.keep((tx) => this.#plan.connect(tx, client.port));
      if (problem === null) return this.end();
      if (problem.value !== undefined) return client.end(problem.value);
      await this.#converse(client, news);
      client.end();
    } catch (error) {
      const refusal = asRefusal(error);
      if (!refusal) logLost(error);
      client.end(`error forwarding port ${client.port}: ${refusal?.message ?? "the connection was lost"}`);
      if (error instanceof ApiError && error.reason === "NotFound") this.end();
    } finally {
      this.#open.delete(client);
    }
  }

  async #converse(client: ForwardedClient, news: Signal): Promise<void> {
    const { clock } = this.#context;
    let connection = newConnection(crypto.randomUUID());
    while (!this.#isOver && !client.isClosed) {
      const input = client.take();
      if (!input) {
        await news.wait(clock, SESSION_IDLE_POLL_MS);
        continue;
      }
      this.#activeAtMs = clock.now();
      await this.#takeTurn();
      const before = connection;
      const done = await this.#pod.keep((tx) => this.#plan.exchange(tx, client.port, before, input));
      if (done === null) return this.end();
      const { value: output } = done;
      connection = output.connection;
      await this.#pause(output.afterMs);
      if (output.data !== "") client.send(output.data);
      if (output.isOver) return;
    }
  }

  /** Waits while the tunnel exchanges too much. */
  async #takeTurn(): Promise<void> {
    while (!this.#isOver) {
      try {
        this.#rate.spend("");
        return;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        await this.#news.wait(this.#context.clock, TURN_MS);
      }
    }
  }

  /** The program's time for an answer passes for the client too. Commits and the network take a few ms anyway. */
  async #pause(afterMs: number): Promise<void> {
    const { clock } = this.#context;
    const untilMs = clock.now() + Math.min(afterMs, MAX_FORWARDED_DELAY_MS);
    if (afterMs < MIN_PAUSE_MS) return;
    while (!this.#isOver && clock.now() < untilMs) await this.#news.wait(clock, untilMs - clock.now());
  }
}

const MIN_PAUSE_MS = 50;
const TURN_MS = 50;

function logLost(error: unknown): void {
  console.error(
    JSON.stringify({ level: "error", message: "a forwarded connection ended early", error: String(error) }),
  );
}
