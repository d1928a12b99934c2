/** The request that commits for all others of a cluster in this isolate, and the state that its successor needs. */
import type { Batch } from "./batch.ts";
import type { QueuedRequest } from "./queued-request.ts";

export interface Leader {
  requests: QueuedRequest[];
  /** End of the lease: unless it is renewed before, another request takes over. */
  aliveUntilMs: number;
  /** Sent to the store, outcome not known yet. */
  inFlight: InFlight | null;
}

/** A commit that was sent and the batch that it carries. */
export interface InFlight {
  commitId: string;
  expectedVersion: number;
  compactedRevision: number;
  batch: Batch;
}
