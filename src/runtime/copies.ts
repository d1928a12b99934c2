/** All copies of an isolate, within a bound of bytes: the least recently used ones that nobody holds go first. */
import { MAX_COPIES, MAX_COPIES_BYTES } from "../lib/limits.ts";
import type { Cluster } from "./cluster.ts";

export class Copies {
  readonly #create: (clusterId: string) => Cluster;
  readonly #maxBytes: number;
  /** In order of use, oldest first. */
  readonly #clusters = new Map<string, Cluster>();
  #bytes = 0;

  constructor(create: (clusterId: string) => Cluster, maxBytes = MAX_COPIES_BYTES) {
    this.#create = create;
    this.#maxBytes = maxBytes;
  }

  peek(clusterId: string): Cluster | undefined {
    return this.#clusters.get(clusterId);
  }

  get size(): number {
    return this.#clusters.size;
  }

  /** What the copies take together, as counted when they were last released. */
  get sizeBytes(): number {
    return this.#bytes;
  }

  /** Lets `work` use the copy; it stays in memory until the work is done. */
  async use<R>(clusterId: string, work: (cluster: Cluster) => Promise<R>): Promise<R> {
    const cluster = this.hold(clusterId);
    try {
      return await work(cluster);
    } finally {
      this.release(cluster);
    }
  }

  hold(clusterId: string): Cluster {
    const cluster = this.#clusters.get(clusterId) ?? this.#create(clusterId);
    this.#clusters.delete(clusterId);
    this.#clusters.set(clusterId, cluster);
    cluster.copy.holders++;
    return cluster;
  }

  release(cluster: Cluster): void {
    const { copy } = cluster;
    copy.holders--;
    // Whoever asked for a cluster that is not there, or not theirs, leaves nothing behind.
    if (copy.holders === 0 && copy.world === null) this.drop(cluster);
    if (!this.#holds(cluster)) return;
    this.#bytes += copy.sizeBytes - copy.countedBytes;
    copy.countedBytes = copy.sizeBytes;
    this.#trim();
  }

  drop(cluster: Cluster): void {
    if (!this.#holds(cluster)) return;
    this.#clusters.delete(cluster.copy.clusterId);
    this.#bytes -= cluster.copy.countedBytes;
    cluster.copy.countedBytes = 0;
  }

  #holds(cluster: Cluster): boolean {
    return this.#clusters.get(cluster.copy.clusterId) === cluster;
  }

  /** The newest stays even if it is too large by itself: the next request would only have to load it again. */
  #trim(): void {
    let newer = this.#clusters.size;
    for (const cluster of this.#clusters.values()) {
      newer--;
      if (newer === 0 || (this.#bytes <= this.#maxBytes && this.#clusters.size <= MAX_COPIES)) return;
      if (cluster.copy.holders === 0) this.drop(cluster);
    }
  }
}
