/** The bases that this isolate knows: those of the program, and a bounded number of stored ones. */
import type { BaseTemplate } from "../cluster/base-template.ts";
import { MAX_BASES } from "../lib/limits.ts";
import type { ClusterStore } from "../storage/store.ts";
import type { Engine } from "./engine.ts";

export class Bases {
  readonly #engine: Pick<Engine, "builtInBase" | "parseBase">;
  /** In order of use, oldest first. */
  readonly #stored = new Map<string, BaseTemplate>();

  constructor(engine: Pick<Engine, "builtInBase" | "parseBase">) {
    this.#engine = engine;
  }

  async get(baseId: string, store: ClusterStore): Promise<BaseTemplate> {
    const builtIn = this.#engine.builtInBase(baseId);
    if (builtIn) return builtIn;
    const base = this.#stored.get(baseId) ?? (await this.#load(baseId, store));
    this.#stored.delete(baseId);
    this.#stored.set(baseId, base);
    for (const oldest of this.#stored.keys()) {
      if (this.#stored.size <= MAX_BASES) break;
      this.#stored.delete(oldest);
    }
    return base;
  }

  async #load(baseId: string, store: ClusterStore): Promise<BaseTemplate> {
    const body = await store.loadBase(baseId);
    if (body === null) throw new Error(`base ${baseId} is not stored`);
    return this.#engine.parseBase(body);
  }
}
