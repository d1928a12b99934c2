/**
 * The group commit of one cluster in one isolate. One request leads: it takes all waiting requests, runs them in order
 * on one transaction and commits once; every request then answers for itself. A waiting request holds a timer and takes
 * over when the leader dies. Each request does its own input and output: only data is shared.
 */
import type { Snapshot } from "../cluster/snapshot.ts";
import { ApiError } from "../lib/api-error.ts";
import {
  LEADER_CHECK_MS,
  LEADER_LEASE_MS,
  MAX_BATCH_BYTES,
  MAX_BATCH_REQUESTS,
  MAX_COMMIT_TRIES,
  MAX_CONFLICT_WAIT_MS,
  MAX_LOST_ANSWERS,
  MAX_QUEUED_REQUESTS,
} from "../lib/limits.ts";
import { type ClusterAccess, type ClusterStore, StoreSizeError, StoreUnavailableError } from "../storage/store.ts";
import { type Batch, prepareBatch } from "./batch.ts";
import { type CachedCluster, isSameCredential } from "./cached-cluster.ts";
import { type Clock, isLeaseHeld, sleep } from "./clock.ts";
import { type CommitOutcome, commitBatch, resolveInFlight } from "./commit.ts";
import type { Engine } from "./engine.ts";
import type { IsolateTurns } from "./isolate-turns.ts";
import type { Leader } from "./leader.ts";
import { loadContainers, newSigningKey } from "./provide.ts";
import { type QueuedAnswer, type QueuedRequest, queuedBytes, type RequestScope } from "./queued-request.ts";
import { Signal } from "./signal.ts";

export interface CommitQueueOptions {
  cached: CachedCluster;
  engine: Engine;
  clock: Clock;
  turns: IsolateTurns;
  /** Installs a built-in OpenAPI document in this isolate. */
  loadDocument(name: string): Promise<void>;
  /** Receives errors that stop due work or a commit, for the log. */
  onHindrance(error: unknown): void;
}

export class CommitQueue {
  readonly #options: CommitQueueOptions;
  readonly #settled = new Signal();
  #waiting: QueuedRequest[] = [];
  #leader: Leader | null = null;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  /** Resolves once the request has its answer; all its writes are then in the store. */
  async submit(queued: QueuedRequest, store: ClusterStore, scope: RequestScope): Promise<QueuedAnswer> {
    if (this.#waiting.length >= MAX_QUEUED_REQUESTS) return { type: "failed", error: tooManyRequests() };
    this.#waiting.push(queued);
    while (!queued.answer) {
      if (this.#leader && isLeaseHeld(this.#options.clock, this.#leader.aliveUntilMs, LEADER_LEASE_MS)) {
        await this.#settled.wait(this.#options.clock, LEADER_CHECK_MS);
        continue;
      }
      const work = this.#takeLeadership(queued, store);
      // Other requests wait for this commit, so it must go on after the leader's own client went away.
      scope.waitUntil(work.catch(() => {}));
      await work;
    }
    return queued.answer;
  }

  async #takeLeadership(own: QueuedRequest, store: ClusterStore): Promise<void> {
    const deposed = this.#leader;
    const leader: Leader = { requests: [], aliveUntilMs: 0, inFlight: null };
    this.#renew(leader);
    this.#leader = leader;
    try {
      if (deposed) await this.#inherit(deposed, own.access, store);
      leader.requests = this.#nextBatch(own.access);
      if (leader.requests.length > 0) await this.#run(leader, own, store);
    } catch (error) {
      for (const queued of leader.requests) queued.answer ??= { type: "failed", error };
      own.answer ??= { type: "failed", error };
    } finally {
      if (this.#leader === leader) this.#leader = null;
      this.#waiting = this.#waiting.filter((queued) => !queued.answer);
      this.#settled.notify();
    }
  }

  /** Resolves a dead leader's commit: its requests are answered or wait again. */
  async #inherit(deposed: Leader, access: ClusterAccess, store: ClusterStore): Promise<void> {
    // The old leader may be slow and not dead, and then clear `inFlight` meanwhile: read it once.
    const { inFlight } = deposed;
    if (inFlight) {
      const version = await resolveInFlight(inFlight, { cached: this.#options.cached, access, store });
      if (version !== null) settle(inFlight.batch);
    }
    const unanswered = deposed.requests.filter((queued) => !queued.answer && !this.#waiting.includes(queued));
    this.#waiting = [...unanswered, ...this.#waiting];
  }

  /**
   * The requests that waited longest, within the bounds of one commit. The commit confirms the leader's credential
   * only, so a request that is not authenticated yet joins only with the same credential.
   */
  #nextBatch(access: ClusterAccess): QueuedRequest[] {
    const taken = new Set<QueuedRequest>();
    let bytes = 0;
    for (const queued of this.#waiting) {
      if (!queued.isAuthenticated && !isSameCredential(queued.access, access)) continue;
      bytes += queuedBytes(queued);
      if (taken.size > 0 && (taken.size >= MAX_BATCH_REQUESTS || bytes > MAX_BATCH_BYTES)) break;
      taken.add(queued);
    }
    this.#waiting = this.#waiting.filter((queued) => !taken.has(queued));
    return [...taken];
  }

  async #run(leader: Leader, own: QueuedRequest, store: ClusterStore): Promise<void> {
    const { cached, engine, clock, loadDocument, onHindrance } = this.#options;
    let advances = true;
    let lostAnswers = 0;
    for (let tries = 0; tries < MAX_COMMIT_TRIES; ) {
      const snapshot = cached.snapshot;
      const pause = (work: number) => this.#pause(leader, snapshot, work);
      const nowMs = clock.now();
      const { requests } = leader;
      const signingKey = () => newSigningKey(snapshot.meta.id, store);
      const loadImages = async (repository: string) => (await store.findImages(repository)) ?? [];
      const loaders = { loadContainers, loadDocument, newSigningKey: signingKey, loadImages };
      const options = { snapshot, requests, nowMs, pause, advances, ...loaders, onHindrance };
      const batch = await prepareBatch(engine, options);
      const outcome = batch ? await this.#commit(batch, leader, own, store) : "conflict";
      // A successor has taken over these requests meanwhile.
      if (this.#leader !== leader) return;
      if (outcome === "unauthorized") return this.#giveUp(leader, own);
      if (outcome === "too-large") {
        if (this.#leaveOthers(leader)) continue;
        if (!advances) throw new StoreSizeError("the request writes more than the database takes in one piece");
        advances = false;
        continue;
      }
      if (outcome === "lost" && ++lostAnswers >= MAX_LOST_ANSWERS) {
        throw new StoreUnavailableError("the database answers no commit");
      }
      if (batch && outcome === "applied") {
        if (!batch.catchingUp) return this.#settle(batch, leader);
        // The commit has confirmed the leader's credential, and that the copy was up to date.
        for (const queued of leader.requests) queued.isAuthenticated = true;
        this.#renew(leader);
        await this.#options.turns.next(cached.clusterId, 0);
        if (this.#leader !== leader) return;
        continue;
      }
      tries++;
      if (tries > 1) await sleep(clock, Math.ceil(Math.random() * Math.min(MAX_CONFLICT_WAIT_MS, 2 ** tries)));
      this.#renew(leader);
    }
    for (const queued of leader.requests) queued.answer = { type: "failed", error: tooManyRequests() };
  }

  /** `too-large`: the store will never take this commit, and nothing was written. */
  async #commit(
    batch: Batch,
    leader: Leader,
    own: QueuedRequest,
    store: ClusterStore,
  ): Promise<CommitOutcome | "too-large"> {
    if (!batch.difference) return this.#confirm(leader, own, store);
    const { cached, clock, turns, onHindrance } = this.#options;
    try {
      const renew = () => this.#renew(leader);
      const pause = (work: number) => turns.next(cached.clusterId, work);
      return await commitBatch(batch, { leader, cached, access: own.access, store, clock, renew, pause });
    } catch (error) {
      if (!(error instanceof StoreSizeError)) throw error;
      onHindrance(error);
      return "too-large";
    }
  }

  /** Reduces the batch to its first request; false when it is alone already. */
  #leaveOthers(leader: Leader): boolean {
    const [first, ...others] = leader.requests;
    if (!first || others.length === 0) return false;
    leader.requests = [first];
    this.#waiting = [...others, ...this.#waiting];
    return true;
  }

  /** Lets other requests of the isolate take a turn. False when the snapshot moved or another request took over. */
  async #pause(leader: Leader, snapshot: Snapshot, work: number): Promise<boolean> {
    const { cached, turns } = this.#options;
    const { version } = snapshot.meta;
    this.#renew(leader);
    await turns.next(cached.clusterId, work);
    return this.#leader === leader && cached.loaded === snapshot && snapshot.meta.version === version;
  }

  /**
   * Without a write, no commit shows whether the copy was up to date and the credential valid. A sync confirms both,
   * unless all requests are authenticated already.
   */
  async #confirm(
    leader: Leader,
    own: QueuedRequest,
    store: ClusterStore,
  ): Promise<"applied" | "conflict" | "unauthorized"> {
    if (leader.requests.every((queued) => queued.isAuthenticated)) return "applied";
    const { cached } = this.#options;
    const { version } = cached.snapshot.meta;
    const { outcome } = await cached.sync(own.access, store);
    if (outcome === "unauthorized") return "unauthorized";
    for (const queued of leader.requests) queued.isAuthenticated = true;
    return cached.snapshot.meta.version === version ? "applied" : "conflict";
  }

  /** Requests that did not fit the commit wait for the next one. */
  #settle(batch: Batch, leader: Leader): void {
    settle(batch);
    this.#waiting = [...leader.requests.filter((queued) => !queued.answer), ...this.#waiting];
  }

  /** The leader's credential is no longer valid: the leader is refused, the other requests wait for another leader. */
  #giveUp(leader: Leader, own: QueuedRequest): void {
    own.answer = { type: "unauthorized" };
    this.#waiting = [...leader.requests.filter((queued) => !queued.answer), ...this.#waiting];
  }

  #renew(leader: Leader): void {
    leader.aliveUntilMs = this.#options.clock.now() + LEADER_LEASE_MS;
  }
}

function settle(batch: Batch): void {
  for (const [queued, answer] of batch.answers) queued.answer ??= answer;
}

/** The API server's refusal under load: clients wait and try again. */
export function tooManyRequests(): ApiError {
  const message = "too many requests write to this cluster at once; please try again later";
  return new ApiError("TooManyRequests", message, { retryAfterSeconds: 1 });
}
