/**
 * The bases that this isolate knows. Most are built from the cluster's settings, without a round trip. Bases made by
 * another version or from a template are loaded from the store; a bounded number of them is kept.
 */
import { buildBase, parseBase } from "../cluster/base/index.ts";
import type { BaseTemplate } from "../cluster/base-template.ts";
import type { ClusterMeta } from "../cluster/rows.ts";
import type { ClusterSettings } from "../cluster/settings.ts";
import { BoundedCache } from "../lib/bounded-cache.ts";
import { MAX_BASES } from "../lib/limits.ts";
import type { ClusterStore } from "../storage/store.ts";

export class Bases {
  readonly #stored = new BoundedCache<string, BaseTemplate>(MAX_BASES);

  async get(
    { baseId, settings }: Pick<ClusterMeta, "baseId" | "settings">,
    store: ClusterStore,
  ): Promise<BaseTemplate> {
    const known = this.#stored.get(baseId);
    if (!known) {
      const built = buildBase(JSON.parse(settings) as ClusterSettings);
      if (built.id === baseId) return built;
    }
    const base = known ?? (await load(baseId, store));
    if (!known) this.#stored.set(baseId, base);
    return base;
  }
}

async function load(baseId: string, store: ClusterStore): Promise<BaseTemplate> {
  const body = await store.loadBase(baseId);
  if (body === null) throw new Error(`base ${baseId} is not stored`);
  return parseBase(body);
}
