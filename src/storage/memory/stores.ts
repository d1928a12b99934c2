/** Stores in this process's memory: for tests and dry runs. They pass the same contract as the database's. */

import type { Stores } from "../store.ts";
import { clean } from "./cleaning.ts";
import { memoryClusterStore } from "./cluster-store.ts";
import { memoryAdminStore, memoryOrganizationStore } from "./organization-store.ts";
import { emptyState } from "./state.ts";

export interface MemoryStoresOptions {
  /** Real time in milliseconds since the epoch, for expiry of credentials and Idempotency-Keys. */
  now?: () => number;
  /** Called once for each call that would be a round trip to a database. */
  onRoundTrip?: (operation: string) => void;
}

export function createMemoryStores({ now = Date.now, onRoundTrip = () => {} }: MemoryStoresOptions = {}): Stores {
  const state = emptyState();
  const options = { now, onRoundTrip };
  return {
    cluster: (access) => memoryClusterStore(state, access, options),
    organization: (keyHash) => memoryOrganizationStore(state, keyHash, options),
    admin: () => memoryAdminStore(state, options),
    async clean(limits) {
      onRoundTrip("clean");
      return clean(state, limits, now());
    },
    async ping() {
      onRoundTrip("ping");
      return true;
    },
  };
}
