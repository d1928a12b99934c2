/** The state that the requests of one isolate share about one cluster. */
import type { Stores } from "../storage/store.ts";
import type { Bases } from "./bases.ts";
import { CachedCluster } from "./cached-cluster.ts";
import type { Clock } from "./clock.ts";
import { CommitQueue } from "./commit-queue.ts";
import type { Engine } from "./engine.ts";
import type { IsolateTurns } from "./isolate-turns.ts";
import { RequestCounts } from "./request-counts.ts";
import { WatchHub } from "./watch-hub.ts";

export interface ClusterContext {
  cached: CachedCluster;
  queue: CommitQueue;
  watches: WatchHub;
  requests: RequestCounts;
  /** Open sessions in containers (`exec`, `attach`), and open tunnels to pods (`port-forward`). */
  sessions: number;
}

export interface ClusterOptions {
  bases: Bases;
  engine: Engine;
  clock: Clock;
  stores: Stores;
  turns: IsolateTurns;
  /** Installs a built-in OpenAPI document in this isolate. */
  loadDocument(name: string): Promise<void>;
  /** Receives errors that stop due work or a commit, for the log. */
  onHindrance(error: unknown, clusterId: string): void;
}

export function createClusterContext(clusterId: string, options: ClusterOptions): ClusterContext {
  const { bases, engine, clock, stores, turns } = options;
  const cached = new CachedCluster(clusterId, { bases, clock, turns });
  const queue = new CommitQueue({
    cached,
    engine,
    clock,
    turns,
    loadDocument: options.loadDocument,
    onHindrance: (error) => options.onHindrance(error, clusterId),
  });
  const watches = new WatchHub({ cached, queue, clock, stores });
  return { cached, queue, watches, requests: new RequestCounts(), sessions: 0 };
}
