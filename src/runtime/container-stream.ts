/**
 * What a followed log and a session have in common: looks at a pod in memory, and changes that are committed. Both stay
 * with their request; the cluster's state holds everything that must survive it.
 */

import { signingKeyProvided } from "../apiserver/needs.ts";
import type { ProvidedAnswer } from "../apiserver/request.ts";
import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import type { Entry } from "../cluster/entry.ts";
import { installSigningKey } from "../cluster/issuer/issuer.ts";
import { type Need, Needed, needKey } from "../cluster/needs.ts";
import type { ObjectKey } from "../kinds/kind.ts";
import { ApiError } from "../lib/api-error.ts";
import { MAX_NEED_ROUNDS, WATCH_MIN_POLL_GAP_MS, WATCH_POLL_MS } from "../lib/limits.ts";
import { inOnePart } from "../lib/work.ts";
import type { Caller, ClusterAccess, ClusterStore } from "../storage/store.ts";
import type { Clock } from "./clock.ts";
import type { ClusterCache } from "./cluster-cache.ts";
import type { ClusterContext } from "./cluster-context.ts";
import type { Engine } from "./engine.ts";
import { queuedRequest, type RequestScope } from "./queued-request.ts";

export interface StreamContext {
  cache: ClusterCache;
  cluster: ClusterContext;
  access: ClusterAccess;
  /** Ends the stream when the caller's credential is revoked. */
  caller: Caller;
  store: ClusterStore;
  scope: RequestScope;
  engine: Engine;
  clock: Clock;
  provide(need: Need): Promise<ProvidedAnswer>;
}

/** The result of a look, and the work that it took (units of lib/work.ts). */
export interface Look<R> {
  value: R;
  work: number;
}

interface Seen {
  entry: Entry | undefined;
  version: number;
  /** Real time. */
  atMs: number;
}

type Work<R> = (tx: ClusterTransaction) => R;

export class PodStream {
  readonly #context: StreamContext;
  readonly #pod: ObjectKey;
  readonly #provided = new Map<string, ProvidedAnswer>();
  /** The state that the last work was done on. */
  #worked: Seen = { entry: undefined, version: -1, atMs: 0 };
  #seen = this.#worked;
  /** When the pod's processes go on by themselves (cluster time). */
  #wakeAtMs: number | undefined;

  constructor(context: StreamContext, pod: ObjectKey) {
    this.#context = context;
    this.#pod = pod;
  }

  /** True if a look may show something new: the pod changed, its processes went on, or others may have changed its files. */
  get mayHaveNews(): boolean {
    const { cluster, clock } = this.#context;
    const { cached } = cluster;
    if (cached.isDue) return false;
    if (this.#wakeAtMs !== undefined && this.#wakeAtMs <= cached.clusterNowMs()) return true;
    const { snapshot } = cached;
    if (snapshot.meta.version === this.#seen.version) return false;
    return snapshot.entry(this.#pod) !== this.#seen.entry || clock.now() - this.#seen.atMs >= WATCH_POLL_MS;
  }

  /** Real time at which to look again, if nothing happens before. */
  get nextLookAtMs(): number {
    const { cluster, clock } = this.#context;
    const { cached } = cluster;
    // The owner of the watches commits the due work first.
    if (cached.isDue) return clock.now() + WATCH_MIN_POLL_GAP_MS;
    const { offsetMs, version } = cached.snapshot.meta;
    const wakesAtMs = this.#wakeAtMs === undefined ? Number.POSITIVE_INFINITY : this.#wakeAtMs - offsetMs;
    const movedAtMs = version === this.#seen.version ? Number.POSITIVE_INFINITY : this.#seen.atMs + WATCH_POLL_MS;
    return Math.min(wakesAtMs, movedAtMs);
  }

  /** The last work showed all there was. Later states are compared with the one that it was done on. */
  saw(wakeAtMs: number | undefined): void {
    this.#wakeAtMs = wakeAtMs;
    this.#seen = this.#worked;
  }

  /** Works on a transaction that is dropped, at the present. Requires that nothing is due. Throws ApiError. */
  async look<R>(work: Work<R>): Promise<Look<R>> {
    const { cluster, engine, clock } = this.#context;
    return this.#withNeeds(async () => {
      const tx = engine.begin(cluster.cached.snapshot);
      engine.advance(tx, clock.now());
      const value = this.#work(tx, work);
      return { value, work: tx.writeSet.work };
    });
  }

  /** Works in a commit, after all due work. Null: the credential is no longer valid. Throws ApiError. */
  async keep<R>(work: Work<R>): Promise<{ value: R } | null> {
    const { cluster, access, store, scope } = this.#context;
    return this.#withNeeds(async () => {
      const task = (tx: ClusterTransaction) => inOnePart(() => this.#work(tx, work));
      const queued = queuedRequest(access, null, { isAuthenticated: false, whenBehind: "postpone", task });
      const answer = await cluster.queue.submit(queued, store, scope);
      if (answer.type === "failed") throw answer.error;
      return answer.type === "done" ? { value: answer.value as R } : null;
    });
  }

  #work<R>(tx: ClusterTransaction, work: Work<R>): R {
    const { cluster, clock } = this.#context;
    const { snapshot } = cluster.cached;
    this.#worked = { entry: snapshot.entry(this.#pod), version: snapshot.meta.version, atMs: clock.now() };
    const key = signingKeyProvided(this.#provided);
    if (key) installSigningKey(tx, key);
    return work(tx);
  }

  async #withNeeds<R>(attempt: () => Promise<R>): Promise<R> {
    for (let rounds = 0; rounds < MAX_NEED_ROUNDS; rounds++) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof Needed)) throw error;
        this.#provided.set(needKey(error.need), await this.#context.provide(error.need));
      }
    }
    throw new ApiError("InternalError", `a stream asked for data more than ${MAX_NEED_ROUNDS} times`);
  }
}
