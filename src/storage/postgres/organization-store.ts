/**
 * The organization and admin stores on Postgres. A read is one batch: its first statement enters the organization's
 * scope, so the others see only that organization's rows. Each creation is one function.
 */

import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { BoundedCache } from "../../lib/bounded-cache.ts";
import {
  COLD_PAGE_BYTES,
  IDEMPOTENCY_TTL_MS,
  MAX_API_KEYS,
  MAX_CLUSTERS,
  MAX_CREDENTIALS,
  MAX_DIFFERENCE_BYTES,
} from "../../lib/limits.ts";
import { summaryOfNew } from "../new-cluster.ts";
import type {
  AdminStore,
  ApiKeyRow,
  Created,
  CredentialRow,
  LabelRequirement,
  NewCluster,
  OrganizationStore,
  Page,
  PageRequest,
  StoredIdempotency,
} from "../store.ts";
import type { DatabaseClient, NamedRow } from "./client.ts";
import { violatesConstraint } from "./errors.ts";
import { selectFrom, selectValue } from "./function-call.ts";
import { postgresImages } from "./images.ts";
import { readUpdates } from "./rows.ts";
import { apiKey, cluster, credential, type image, organization } from "./schema.ts";

/** Arguments of every creating function about the Idempotency-Key. */
function idempotencyArguments(idempotency: StoredIdempotency | null) {
  return {
    idempotencyTtlMs: IDEMPOTENCY_TTL_MS,
    idempotencyKey: idempotency?.key ?? null,
    requestHash: idempotency?.requestHash ?? null,
    response: idempotency?.response ?? null,
  };
}

/** Reads the answer of a creating function. */
function readCreated<T>(row: NamedRow | undefined, value: T, limit: string): Created<T> {
  const outcome = row?.["outcome"];
  const response = row?.["response"];
  switch (outcome) {
    case "created":
      return { outcome, value };
    case "replayed":
      return { outcome, response: response! };
    case "gone":
      return { outcome, id: response! };
    case "limit":
      return { outcome, limit };
    case "mismatch":
    case "unauthorized":
    case "not-found":
      return { outcome };
    default:
      throw new Error(`unknown outcome of a creation: ${outcome}`);
  }
}

export function postgresAdminStore(client: DatabaseClient, now?: () => number): AdminStore {
  return {
    async createOrganization(row, firstKey, idempotency) {
      const call = selectFrom("sandbar_create_organization", {
        nowMs: now?.() ?? null,
        ...idempotencyArguments(idempotency),
        ...{ id: row.id, name: row.name, createdAtMs: row.createdAtMs },
        ...{ keyId: firstKey.id, keyName: firstKey.name, keyPrefix: firstKey.prefix, keyHash: firstKey.keyHash },
        keyCreatedAtMs: firstKey.createdAtMs,
      });
      return readCreated(await client.row("createOrganization", call), { ...row }, "");
    },
  };
}

/** `storedBases`: ids of bases that this isolate has stored, so their bodies need not be sent again. */
export function postgresOrganizationStore(
  client: DatabaseClient,
  keyHash: string,
  storedBases: BoundedCache<string, true>,
  now?: () => number,
): OrganizationStore {
  const { builder } = client;
  const authentication = () => ({ keyHash, nowMs: now?.() ?? null });

  /** Runs queries in the organization's scope, in one round trip; null when the key is not valid. */
  async function inScope<T extends [BatchItem<"pg">, ...BatchItem<"pg">[]]>(operation: string, queries: T) {
    const call = selectValue("sandbar_enter_organization", authentication());
    const enter = builder.execute<{ id: string | null }>(sql`${call} AS id`);
    const [entered, ...results] = await client.batch(operation, [enter, ...queries]);
    return entered.rows[0]?.id ? results : null;
  }

  async function createCluster(row: NewCluster, idempotency: StoredIdempotency | null, baseBody: string | null) {
    const { id, name, labels, settings, seed, createdAtMs, baseId, revision, nextDueAtMs, counters } = row;
    const call = selectFrom("sandbar_create_cluster", {
      ...{ ...authentication(), ...idempotencyArguments(idempotency), maxClusters: MAX_CLUSTERS },
      ...{ id, name, labels: JSON.stringify(labels), settings, seed, createdAtMs },
      ...{ baseId, baseBody, revision, nextDueAtMs, counters },
    });
    return client.row("createCluster", call);
  }

  return {
    async organization() {
      const found = await inScope("organization", [builder.select().from(organization)]);
      return found?.[0]?.[0] ?? null;
    },

    async listApiKeys(page) {
      const keys = builder
        .select(apiKeyColumns)
        .from(apiKey)
        .where(createdAfter(apiKey, page))
        .orderBy(asc(apiKey.createdAtMs), asc(apiKey.id))
        .limit(page.limit + 1);
      const found = (await inScope("listApiKeys", [keys]))?.[0];
      return found ? pageOf(found, page) : null;
    },

    async createApiKey(key, idempotency) {
      const { id, name, prefix, createdAtMs } = key;
      const call = selectFrom("sandbar_create_api_key", {
        ...{ ...authentication(), ...idempotencyArguments(idempotency), maxKeys: MAX_API_KEYS },
        ...{ id, name, prefix, newKeyHash: key.keyHash, createdAtMs },
      });
      const answer = await client.row("createApiKey", call);
      return readCreated<ApiKeyRow>(answer, { id, name, prefix, createdAtMs }, `${MAX_API_KEYS} API keys`);
    },

    async deleteApiKey(id) {
      const call = selectValue("sandbar_delete_api_key", { ...authentication(), id });
      const outcome = await client.value("deleteApiKey", call);
      return outcome === "deleted" || outcome === "not-found" || outcome === "last" ? outcome : null;
    },

    async createCluster(row, idempotency) {
      const known = storedBases.get(row.baseId) === true;
      let answer: NamedRow | undefined;
      try {
        answer = await createCluster(row, idempotency, known ? null : row.baseBody);
      } catch (error) {
        if (!known || !violatesConstraint(error, "cluster_base_id_fkey")) throw error;
        answer = await createCluster(row, idempotency, row.baseBody);
      }
      const created = readCreated(answer, summaryOfNew(row), `${MAX_CLUSTERS} clusters`);
      if (created.outcome === "created") {
        storedBases.set(row.baseId, true);
      }
      return created;
    },

    async getCluster(id) {
      const found = await inScope("getCluster", [
        builder.select(summaryColumns).from(cluster).where(eq(cluster.id, id)),
      ]);
      return found && (found[0]?.[0] ?? "not-found");
    },

    async listClusters({ selector, afterId = "", limit }) {
      const query = builder
        .select(summaryColumns)
        .from(cluster)
        .where(and(gt(cluster.id, afterId), ...selector.map(labelCondition)))
        .orderBy(asc(cluster.id))
        .limit(limit + 1);
      const found = (await inScope("listClusters", [query]))?.[0];
      return found ? { clusters: found.slice(0, limit), more: found.length > limit } : null;
    },

    async syncClusters(clusters) {
      const wanted = clusters.map(({ id, known }) => [id, known?.version ?? null, known?.revision ?? null]);
      const call = selectFrom("sandbar_sync_clusters", {
        ...{ ...authentication(), clusters: JSON.stringify(wanted) },
        ...{ pageBytes: COLD_PAGE_BYTES, maxDifferenceBytes: MAX_DIFFERENCE_BYTES, asObject: true },
      });
      return readUpdates(await client.rows("syncClusters", call));
    },

    async deleteCluster(id) {
      const call = selectValue("sandbar_delete_cluster", { ...authentication(), clusterId: id });
      const outcome = await client.value("deleteCluster", call);
      return outcome === "deleted" || outcome === "not-found" ? outcome : null;
    },

    async createCredential(row, idempotency) {
      const { id, clusterId, user, groups, createdAtMs, expiresAtMs } = row;
      const call = selectFrom("sandbar_create_credential", {
        ...{ ...authentication(), ...idempotencyArguments(idempotency), maxCredentials: MAX_CREDENTIALS },
        ...{ clusterId, id, userName: user, groupNames: JSON.stringify(groups), tokenHash: row.tokenHash },
        ...{ createdAtMs, expiresAtMs },
      });
      const answer = await client.row("createCredential", call);
      const value: CredentialRow = { id, clusterId, user, groups, createdAtMs, expiresAtMs };
      return readCreated(answer, value, `${MAX_CREDENTIALS} credentials per cluster`);
    },

    async listCredentials(clusterId, page) {
      const found = await inScope("listCredentials", [
        builder.select({ id: cluster.id }).from(cluster).where(eq(cluster.id, clusterId)),
        builder
          .select()
          .from(credential)
          .where(and(eq(credential.clusterId, clusterId), eq(credential.kind, "user"), createdAfter(credential, page)))
          .orderBy(asc(credential.createdAtMs), asc(credential.id))
          .limit(page.limit + 1),
      ]);
      if (!found) return null;
      const [owned, rows] = found;
      return owned?.length ? pageOf(rows!.map(publicCredential), page) : "not-found";
    },

    async revokeCredential(clusterId, id) {
      const query = builder
        .delete(credential)
        .where(and(eq(credential.clusterId, clusterId), eq(credential.id, id), eq(credential.kind, "user")))
        .returning({ id: credential.id });
      return deletedOrNot(await inScope("revokeCredential", [query]));
    },

    ...postgresImages({ client, authentication, idempotencyArguments, inScope, createdAfter }),
  };
}

const apiKeyColumns = { id: apiKey.id, name: apiKey.name, prefix: apiKey.prefix, createdAtMs: apiKey.createdAtMs };

const summaryColumns = {
  id: cluster.id,
  name: cluster.name,
  labels: cluster.labels,
  createdAtMs: cluster.createdAtMs,
  settings: cluster.settings,
  revision: cluster.revision,
  version: cluster.version,
  timeMs: cluster.timeMs,
  offsetMs: cluster.offsetMs,
};

/** The rows after the place where the page begins, in order of creation. */
function createdAfter(
  table: typeof apiKey | typeof credential | typeof image,
  { after }: PageRequest,
): SQL | undefined {
  return after && sql`(${table.createdAtMs}, ${table.id}) > (${after.createdAtMs}, ${after.id})`;
}

/** `rows` are one more than the limit where more follow. */
function pageOf<T>(rows: readonly T[], { limit }: PageRequest): Page<T> {
  return { rows: rows.slice(0, limit), more: rows.length > limit };
}

function publicCredential(row: typeof credential.$inferSelect): CredentialRow {
  const { id, clusterId, userName, groupNames, createdAtMs, expiresAtMs } = row;
  return { id, clusterId, user: userName, groups: JSON.parse(groupNames) as string[], createdAtMs, expiresAtMs };
}

function deletedOrNot(found: readonly (readonly unknown[] | undefined)[] | null): "deleted" | "not-found" | null {
  return found && (found[0]?.length ? "deleted" : "not-found");
}

/** As Kubernetes' selectors: `notin` also holds where the label is absent. */
function labelCondition({ key, operator, values }: LabelRequirement): SQL {
  const value = sql`${cluster.labels} ->> ${key}`;
  const candidates = sql.join(
    values.map((candidate) => sql`${candidate}`),
    sql`, `,
  );
  switch (operator) {
    case "exists":
      return sql`${value} IS NOT NULL`;
    case "!":
      return sql`${value} IS NULL`;
    case "in":
      return values.length === 0 ? sql`false` : sql`${value} IN (${candidates})`;
    case "notin":
      return values.length === 0 ? sql`true` : sql`coalesce(${value} NOT IN (${candidates}), true)`;
  }
}
