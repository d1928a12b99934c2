/**
 * The group commit of one cluster in one isolate. One request leads: it takes all that wait, runs them in order on one
 * transaction and commits once; every request then answers for itself. Whoever waits holds a timer and takes over when
 * the leader dies. Each request does its own input and output: only data is shared.
 */
import type { World } from "../cluster/world.ts";
import { ApiError } from "../lib/api-error.ts";
import {
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
import { type Clock, isLeaseHeld, sleep } from "./clock.ts";
import { type CommitOutcome, commitBatch, resolveInFlight } from "./commit.ts";
import { type ClusterCopy, isSameCredential } from "./copy.ts";
import type { Engine } from "./engine.ts";
import { type Job, type JobAnswer, jobBytes, type RequestScope } from "./job.ts";
import type { Leader } from "./leader.ts";
import { Signal } from "./signal.ts";

/** How long a waiter sleeps before it looks whether the leader is still alive. */
const WAIT_MS = 1_000;

export interface CommitQueueOptions {
  copy: ClusterCopy;
  engine: Engine;
  clock: Clock;
  /** Told of what stands in the way of due work or of a commit, for the log. */
  onHindrance(error: unknown): void;
}

export class CommitQueue {
  readonly #options: CommitQueueOptions;
  readonly #settled = new Signal();
  #waiting: Job[] = [];
  #lead: Leader | null = null;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  /** Resolves once the job has its answer; everything it wrote is then in the store. */
  async submit(job: Job, store: ClusterStore, scope: RequestScope): Promise<JobAnswer> {
    if (this.#waiting.length >= MAX_QUEUED_REQUESTS) return { type: "failed", error: tooManyRequests() };
    this.#waiting.push(job);
    while (!job.answer) {
      if (this.#lead && isLeaseHeld(this.#options.clock, this.#lead.aliveUntilMs, LEADER_LEASE_MS)) {
        await this.#settled.wait(this.#options.clock, WAIT_MS);
        continue;
      }
      const work = this.#takeLead(job, store);
      // The commit of a leader whose client went away is also the commit of those who wait for it.
      scope.waitUntil(work.catch(() => {}));
      await work;
    }
    return job.answer;
  }

  async #takeLead(own: Job, store: ClusterStore): Promise<void> {
    const deposed = this.#lead;
    const lead: Leader = { jobs: [], aliveUntilMs: 0, inFlight: null };
    this.#renew(lead);
    this.#lead = lead;
    try {
      if (deposed) await this.#inherit(deposed, own.access, store);
      lead.jobs = this.#nextBatch(own.access);
      if (lead.jobs.length > 0) await this.#run(lead, own, store);
    } catch (error) {
      for (const job of lead.jobs) job.answer ??= { type: "failed", error };
      own.answer ??= { type: "failed", error };
    } finally {
      if (this.#lead === lead) this.#lead = null;
      this.#waiting = this.#waiting.filter((job) => !job.answer);
      this.#settled.notify();
    }
  }

  /** Finds out what became of a dead leader's commit: its requests are answered or wait again. */
  async #inherit(deposed: Leader, access: ClusterAccess, store: ClusterStore): Promise<void> {
    // It may be slow and not dead: then it takes this away while we look.
    const { inFlight } = deposed;
    if (inFlight) {
      const version = await resolveInFlight(inFlight, { copy: this.#options.copy, access, store });
      if (version !== null) settle(inFlight.batch);
    }
    const unanswered = deposed.jobs.filter((job) => !job.answer && !this.#waiting.includes(job));
    this.#waiting = [...unanswered, ...this.#waiting];
  }

  /**
   * Those that waited longest, within the bounds of one commit. The commit proves the leader's credential, so requests
   * whose own is not proved yet come along only if it is the same.
   */
  #nextBatch(access: ClusterAccess): Job[] {
    const taken = new Set<Job>();
    let bytes = 0;
    for (const job of this.#waiting) {
      if (!job.isProved && !isSameCredential(job.access, access)) continue;
      bytes += jobBytes(job);
      if (taken.size > 0 && (taken.size >= MAX_BATCH_REQUESTS || bytes > MAX_BATCH_BYTES)) break;
      taken.add(job);
    }
    this.#waiting = this.#waiting.filter((job) => !taken.has(job));
    return [...taken];
  }

  async #run(lead: Leader, own: Job, store: ClusterStore): Promise<void> {
    const { copy, engine, clock, onHindrance } = this.#options;
    let advances = true;
    let lostAnswers = 0;
    for (let tries = 0; tries < MAX_COMMIT_TRIES; ) {
      const world = copy.current;
      const pause = () => this.#pause(lead, world);
      const options = { world, jobs: lead.jobs, nowMs: clock.now(), pause, advances, onHindrance };
      const batch = await prepareBatch(engine, options);
      const outcome = batch ? await this.#commit(batch, lead, own, store) : "conflict";
      // A successor has dealt with these requests meanwhile.
      if (this.#lead !== lead) return;
      if (outcome === "unauthorized") return this.#giveUp(lead, own);
      if (outcome === "too-large") {
        if (this.#leaveOthers(lead)) continue;
        if (!advances) throw new StoreSizeError("the request writes more than the database takes in one piece");
        advances = false;
        continue;
      }
      if (outcome === "lost" && ++lostAnswers >= MAX_LOST_ANSWERS) {
        throw new StoreUnavailableError("the database answers no commit");
      }
      if (batch && outcome === "applied") {
        if (!batch.catchingUp) return this.#settle(batch, lead);
        // The commit has proved the leader's credential, and that the copy was up to date.
        for (const job of lead.jobs) job.isProved = true;
        this.#renew(lead);
        await clock.turn();
        if (this.#lead !== lead) return;
        continue;
      }
      tries++;
      if (tries > 1) await sleep(clock, Math.ceil(Math.random() * Math.min(MAX_CONFLICT_WAIT_MS, 2 ** tries)));
      this.#renew(lead);
    }
    for (const job of lead.jobs) job.answer = { type: "failed", error: tooManyRequests() };
  }

  /** `too-large`: the store does not take it, now or later, and nothing was written. */
  async #commit(batch: Batch, lead: Leader, own: Job, store: ClusterStore): Promise<CommitOutcome | "too-large"> {
    if (!batch.difference) return this.#confirm(lead, own, store);
    const { copy, clock, onHindrance } = this.#options;
    try {
      const renew = () => this.#renew(lead);
      return await commitBatch(batch, { lead, copy, access: own.access, store, clock, renew });
    } catch (error) {
      if (!(error instanceof StoreSizeError)) throw error;
      onHindrance(error);
      return "too-large";
    }
  }

  /** Goes on with the first request alone; false when it is alone already. */
  #leaveOthers(lead: Leader): boolean {
    const [first, ...others] = lead.jobs;
    if (!first || others.length === 0) return false;
    lead.jobs = [first];
    this.#waiting = [...others, ...this.#waiting];
    return true;
  }

  /** Lets other requests of the isolate take a turn. False when the world moved or another request took over. */
  async #pause(lead: Leader, world: World): Promise<boolean> {
    const { copy, clock } = this.#options;
    const { version } = world.meta;
    this.#renew(lead);
    await clock.turn();
    return this.#lead === lead && copy.world === world && world.meta.version === version;
  }

  /**
   * Nothing to write, so no commit will show whether the copy was up to date and the credential good: a sync does, unless
   * that is known already.
   */
  async #confirm(lead: Leader, own: Job, store: ClusterStore): Promise<"applied" | "conflict" | "unauthorized"> {
    if (lead.jobs.every((job) => job.isProved)) return "applied";
    const { copy } = this.#options;
    const { version } = copy.current.meta;
    const { outcome } = await copy.sync(own.access, store);
    if (outcome === "unauthorized") return "unauthorized";
    for (const job of lead.jobs) job.isProved = true;
    return copy.current.meta.version === version ? "applied" : "conflict";
  }

  /** Those that the commit had no room for wait for the next one. */
  #settle(batch: Batch, lead: Leader): void {
    settle(batch);
    this.#waiting = [...lead.jobs.filter((job) => !job.answer), ...this.#waiting];
  }

  /** The leader's credential is no longer good: it is refused, the others wait for another leader. */
  #giveUp(lead: Leader, own: Job): void {
    own.answer = { type: "unauthorized" };
    this.#waiting = [...lead.jobs.filter((job) => !job.answer), ...this.#waiting];
  }

  #renew(lead: Leader): void {
    lead.aliveUntilMs = this.#options.clock.now() + LEADER_LEASE_MS;
  }
}

function settle(batch: Batch): void {
  for (const [job, answer] of batch.answers) job.answer ??= answer;
}

/** As the API server under load: clients wait and try again. */
export function tooManyRequests(): ApiError {
  const message = "too many requests write to this cluster at once; please try again later";
  return new ApiError("TooManyRequests", message, { retryAfterSeconds: 1 });
}
