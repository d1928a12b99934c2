/** Stores on Postgres, reached by SQL over HTTP, as Neon offers it. `migrations/` must have been applied. */

import { sql } from "drizzle-orm";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import { MAX_REMEMBERED_BASES } from "../../lib/limits.ts";
import type { Stores } from "../store.ts";
import { type ClientOptions, createClient } from "./client.ts";
import { postgresClusterStore } from "./cluster-store.ts";
import { selectFrom } from "./function-call.ts";
import { postgresAdminStore, postgresOrganizationStore } from "./organization-store.ts";

export interface PostgresStoresOptions extends ClientOptions {
  /** Real time in milliseconds since the epoch, for expiry. Without it the database's clock decides. */
  now?: () => number;
}

export function createPostgresStores({ now, ...options }: PostgresStoresOptions): Stores {
  const client = createClient(options);
  const storedBases = new BoundedCache<string, true>(MAX_REMEMBERED_BASES);
  return {
    cluster: (access) => postgresClusterStore(client, access, now),
    organization: (keyHash) => postgresOrganizationStore(client, keyHash, storedBases, now),
    admin: () => postgresAdminStore(client, now),
    async clean(limits) {
      const row = await client.row("clean", selectFrom("sandbar_clean", { nowMs: now ? now() : null, ...limits }));
      return {
        credentials: Number(row?.["credentials"] ?? 0),
        idempotencyKeys: Number(row?.["idempotency_keys"] ?? 0),
        clusters: Number(row?.["clusters"] ?? 0),
        logRows: Number(row?.["log_rows"] ?? 0),
      };
    },
    ping: () =>
      client.value("ping", sql`SELECT 1`).then(
        () => true,
        () => false,
      ),
  };
}
