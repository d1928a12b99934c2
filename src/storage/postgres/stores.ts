/** Stores on Postgres, reached as Neon is: SQL over HTTP. `migrations/` must have been applied. */

import type { Stores } from "../store.ts";
import { type ClientOptions, callStatement, createClient } from "./client.ts";
import { postgresClusterStore } from "./cluster-store.ts";
import { postgresAdminStore, postgresOrganizationStore } from "./organization-store.ts";

const CLEAN = callStatement("sandbar_clean", 5);

export interface PostgresStoresOptions extends ClientOptions {
  /** Real time in milliseconds since the epoch, for expiry. Without it the database's clock decides. */
  now?: () => number;
}

export function createPostgresStores({ now, ...options }: PostgresStoresOptions): Stores {
  const client = createClient(options);
  const storedBases = new Set<string>();
  return {
    cluster: (access) => postgresClusterStore(client, access, now),
    organization: (keyHash) => postgresOrganizationStore(client, keyHash, storedBases, now),
    admin: () => postgresAdminStore(client, now),
    async clean({ idempotencyTtlMs, logRetentionMs, maxRows, maxClusters }) {
      const parameters = [now ? now() : null, idempotencyTtlMs, logRetentionMs, maxRows, maxClusters];
      const [row = []] = await client.call("clean", CLEAN, parameters);
      const [credentials, idempotencyKeys, clusters, logRows] = row.map(Number);
      return {
        ...{ credentials: credentials ?? 0, idempotencyKeys: idempotencyKeys ?? 0 },
        ...{ clusters: clusters ?? 0, logRows: logRows ?? 0 },
      };
    },
    ping: () =>
      client.call("ping", "SELECT 1", []).then(
        () => true,
        () => false,
      ),
  };
}
