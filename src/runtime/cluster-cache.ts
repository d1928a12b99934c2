/**
 * All cached clusters of an isolate, within a bound of bytes. Evicts the least recently used copies without holders.
 */
import { MAX_CACHE_BYTES, MAX_CACHED_CLUSTERS } from "../lib/limits.ts";
import type { ClusterContext } from "./cluster-context.ts";

export class ClusterCache {
  readonly #create: (clusterId: string) => ClusterContext;
  readonly #maxBytes: number;
  /** In order of use, oldest first. */
  readonly #clusters = new Map<string, ClusterContext>();
  #bytes = 0;

  constructor(create: (clusterId: string) => ClusterContext, maxBytes = MAX_CACHE_BYTES) {
    this.#create = create;
    this.#maxBytes = maxBytes;
  }

  peek(clusterId: string): ClusterContext | undefined {
    return this.#clusters.get(clusterId);
  }

  get size(): number {
    return this.#clusters.size;
  }

  /** The sum of the copies' sizes, each counted when the copy was last released. */
  get sizeBytes(): number {
    return this.#bytes;
  }

  /** Lets `work` use the copy; it stays in memory until the work is done. */
  async use<R>(clusterId: string, work: (cluster: ClusterContext) => Promise<R>): Promise<R> {
    const cluster = this.hold(clusterId);
    try {
      return await work(cluster);
    } finally {
      this.release(cluster);
    }
  }

  hold(clusterId: string): ClusterContext {
    const cluster = this.#clusters.get(clusterId) ?? this.#create(clusterId);
    this.#clusters.delete(clusterId);
    this.#clusters.set(clusterId, cluster);
    cluster.cached.holders++;
    return cluster;
  }

  release(cluster: ClusterContext): void {
    const { cached } = cluster;
    cached.holders--;
    // A request for an unknown or a foreign cluster must leave no entry.
    if (cached.holders === 0 && cached.loaded === null) this.drop(cluster);
    if (!this.#holds(cluster)) return;
    this.#bytes += cached.sizeBytes - cached.countedBytes;
    cached.countedBytes = cached.sizeBytes;
    this.#trim();
  }

  drop(cluster: ClusterContext): void {
    if (!this.#holds(cluster)) return;
    this.#clusters.delete(cluster.cached.clusterId);
    this.#bytes -= cluster.cached.countedBytes;
    cluster.cached.countedBytes = 0;
  }

  #holds(cluster: ClusterContext): boolean {
    return this.#clusters.get(cluster.cached.clusterId) === cluster;
  }

  /** Keeps the newest copy even if it alone exceeds the bound: the next request would only load it again. */
  #trim(): void {
    let newer = this.#clusters.size;
    for (const cluster of this.#clusters.values()) {
      newer--;
      if (newer === 0 || (this.#bytes <= this.#maxBytes && this.#clusters.size <= MAX_CACHED_CLUSTERS)) return;
      if (cluster.cached.holders === 0) this.drop(cluster);
    }
  }
}
