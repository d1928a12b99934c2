/**
 * Counts an isolate's answers in one cluster, for its metrics. The counts end with the copy, like a process's counters.
 */

import type { RequestCount, RequestHead } from "../apiserver/request.ts";
import { requestLabels } from "../apiserver/request-metrics.ts";
import type { Snapshot } from "../cluster/snapshot.ts";
import { builtInKinds } from "../kinds/cluster-kinds.ts";
import { MAX_REQUEST_SERIES } from "../lib/limits.ts";

/** Counts requests by their labels; labels beyond the limit are not counted. */
export class RequestCounts {
  readonly #counts = new Map<string, RequestCount>();

  add(request: Pick<RequestHead, "method" | "query" | "info">, status: number, snapshot: Snapshot | null): void {
    const labels = requestLabels(request, status, (group, version, resource) => {
      if (builtInKinds.byPath(group, version, resource)) return true;
      const definition = `apiextensions.k8s.io/customresourcedefinitions//${resource}.${group}` as const;
      return snapshot?.entry(definition)?.exists ?? false;
    });
    const key = JSON.stringify(labels);
    const present = this.#counts.get(key);
    if (present) present.value++;
    else if (this.#counts.size < MAX_REQUEST_SERIES) this.#counts.set(key, { labels, value: 1 });
  }

  /** In order of their labels. */
  list(): RequestCount[] {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { labels, value }]) => ({ labels, value }));
  }
}
