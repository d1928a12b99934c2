/** One request on its way through a commit, and what became of it. */
import type { ApiOutcome, ApiRequest, Provided } from "../apiserver/request.ts";
import type { ClusterAccess } from "../storage/store.ts";
import type { EngineTransaction } from "./engine.ts";

/** What ends with the request: work that must go on after its client went away is handed to `waitUntil`. */
export interface RequestScope {
  waitUntil(work: Promise<unknown>): void;
  /** Aborted when the client goes away. */
  signal?: AbortSignal;
}

export type JobAnswer =
  | { type: "outcome"; outcome: ApiOutcome }
  /** A job without a request: time is where it should be. */
  | { type: "advanced" }
  /** What a task gave. */
  | { type: "done"; value: unknown }
  /** The credential was revoked, or the cluster deleted, meanwhile. */
  | { type: "unauthorized" }
  | { type: "failed"; error: unknown };

export type Task = (transaction: EngineTransaction) => unknown;

export interface Job {
  access: ClusterAccess;
  /** Null: only bring time up to now. */
  request: ApiRequest | null;
  provided: Provided;
  /** Instead of a request: work of the platform's own, once time is where it should be. Repeated if the commit loses a race. */
  task: Task | null;
  /** The store has confirmed the credential, and the copy was up to date, after the request arrived. */
  isProved: boolean;
  answer: JobAnswer | null;
}

export function newJob(
  access: ClusterAccess,
  request: ApiRequest | null,
  { isProved, provided = new Map(), task = null }: { isProved: boolean; provided?: Provided; task?: Task | null },
): Job {
  return { access, request, provided, task, isProved, answer: null };
}

/** The bytes that count for a batch. */
export function jobBytes(job: Job): number {
  return job.request?.body.length ?? 0;
}
