/** What the requests of one isolate share about one cluster. */
import type { Stores } from "../storage/store.ts";
import type { Bases } from "./bases.ts";
import type { Clock } from "./clock.ts";
import { CommitQueue } from "./commit-queue.ts";
import { ClusterCopy } from "./copy.ts";
import type { Engine } from "./engine.ts";
import { RequestCounts } from "./request-counts.ts";
import { WatchHub } from "./watch-hub.ts";

export interface Cluster {
  copy: ClusterCopy;
  queue: CommitQueue;
  watches: WatchHub;
  requests: RequestCounts;
}

export interface ClusterOptions {
  bases: Bases;
  engine: Engine;
  clock: Clock;
  stores: Stores;
  /** Told of what stands in the way of due work or of a commit, for the log. */
  onHindrance(error: unknown, clusterId: string): void;
}

export function createCluster(clusterId: string, options: ClusterOptions): Cluster {
  const { bases, engine, clock, stores } = options;
  const copy = new ClusterCopy(clusterId, bases, clock);
  const queue = new CommitQueue({ copy, engine, clock, onHindrance: (error) => options.onHindrance(error, clusterId) });
  const watches = new WatchHub({ copy, queue, clock, stores });
  return { copy, queue, watches, requests: new RequestCounts() };
}
