/**
 * The organization and admin stores on Postgres. Reads are one batch: its first statement enters the organization's
 * scope, the others then see only that organization's rows. Creations are one function each.
 */

import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { drizzle } from "drizzle-orm/neon-http";
import {
  COLD_PAGE_BYTES,
  IDEMPOTENCY_TTL_MS,
  MAX_API_KEYS,
  MAX_CLUSTERS,
  MAX_CREDENTIALS,
  MAX_DIFFERENCE_BYTES,
  MAX_REMEMBERED_BASES,
} from "../../lib/limits.ts";
import type {
  AdminStore,
  ApiKeyRow,
  ClusterSummary,
  Created,
  CredentialRow,
  Idempotency,
  LabelRequirement,
  NewCluster,
  OrganizationStore,
} from "../store.ts";
import { callStatement, type DatabaseClient, type SqlParameter, type TextRow } from "./client.ts";
import { violatesConstraint } from "./errors.ts";
import { readSnapshots } from "./rows.ts";
import { apiKey, cluster, credential, organization } from "./schema.ts";

const CREATE_ORGANIZATION = callStatement("sandbar_create_organization", 13);
const CREATE_API_KEY = callStatement("sandbar_create_api_key", 12);
const CREATE_CLUSTER = callStatement("sandbar_create_cluster", 18);
const CREATE_CREDENTIAL = callStatement("sandbar_create_credential", 14);
const DELETE_API_KEY = callStatement("sandbar_delete_api_key", 3);
const DELETE_CLUSTER = callStatement("sandbar_delete_cluster", 3);
const SYNC_CLUSTERS = callStatement("sandbar_sync_clusters", 5);

type StoredIdempotency = (Idempotency & { response: string }) | null;

/** What the functions of creation take about the Idempotency-Key. */
function idempotencyParameters(idempotency: StoredIdempotency): SqlParameter[] {
  return [
    IDEMPOTENCY_TTL_MS,
    idempotency?.key ?? null,
    idempotency?.requestHash ?? null,
    idempotency?.response ?? null,
  ];
}

/** What a function of creation answered: (outcome, response). */
function readCreated<T>([row]: readonly TextRow[], value: T, limit: string): Created<T> {
  const [outcome, response] = row ?? [];
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
      const { id, name, prefix, keyHash, createdAtMs } = firstKey;
      const answer = await client.call("createOrganization", CREATE_ORGANIZATION, [
        ...[now?.() ?? null, ...idempotencyParameters(idempotency)],
        ...[row.id, row.name, row.createdAtMs],
        ...[id, name, prefix, keyHash, createdAtMs],
      ]);
      return readCreated(answer, { ...row }, "");
    },
  };
}

/** `storedBases` are those that this isolate knows to be stored: their bodies need not be sent again. */
export function postgresOrganizationStore(
  client: DatabaseClient,
  keyHash: string,
  storedBases: Set<string>,
  now?: () => number,
): OrganizationStore {
  const database = drizzle({ client: client.driver });
  const authentication = (): SqlParameter[] => [keyHash, now?.() ?? null];

  /** Runs queries in the organization's scope, in one round trip; null when the key is not valid. */
  async function inScope<T extends [BatchItem<"pg">, ...BatchItem<"pg">[]]>(operation: string, queries: T) {
    const [hash, nowMs] = authentication();
    const enter = database.execute<{ id: string | null }>(
      sql`SELECT sandbar_enter_organization(${hash}, ${nowMs}::bigint) AS id`,
    );
    const [entered, ...results] = await client.roundTrip(operation, () => database.batch([enter, ...queries]));
    return entered.rows[0]?.id ? results : null;
  }

  async function createCluster(row: NewCluster, idempotency: StoredIdempotency, baseBody: string | null) {
    return client.call("createCluster", CREATE_CLUSTER, [
      ...[...authentication(), ...idempotencyParameters(idempotency), MAX_CLUSTERS],
      ...[row.id, row.name, JSON.stringify(row.labels), row.settings, row.seed, row.createdAtMs],
      ...[row.baseId, baseBody, row.revision, row.nextDueAtMs, row.counters],
    ]);
  }

  return {
    async organization() {
      const found = await inScope("organization", [database.select().from(organization)]);
      return found?.[0]?.[0] ?? null;
    },

    async listApiKeys() {
      const keys = database.select(apiKeyColumns).from(apiKey).orderBy(asc(apiKey.createdAtMs), asc(apiKey.id));
      return (await inScope("listApiKeys", [keys]))?.[0] ?? null;
    },

    async createApiKey(key, idempotency) {
      const { id, name, prefix, createdAtMs } = key;
      const answer = await client.call("createApiKey", CREATE_API_KEY, [
        ...[...authentication(), ...idempotencyParameters(idempotency), MAX_API_KEYS],
        ...[id, name, prefix, key.keyHash, createdAtMs],
      ]);
      return readCreated<ApiKeyRow>(answer, { id, name, prefix, createdAtMs }, `${MAX_API_KEYS} API keys`);
    },

    async deleteApiKey(id) {
      const [row] = await client.call("deleteApiKey", DELETE_API_KEY, [...authentication(), id]);
      const outcome = row?.[0];
      return outcome === "deleted" || outcome === "not-found" || outcome === "last" ? outcome : null;
    },

    async createCluster(row, idempotency) {
      const known = storedBases.has(row.baseId);
      let answer: TextRow[];
      try {
        answer = await createCluster(row, idempotency, known ? null : row.baseBody);
      } catch (error) {
        if (!known || !violatesConstraint(error, "cluster_base_id_fkey")) throw error;
        answer = await createCluster(row, idempotency, row.baseBody);
      }
      const created = readCreated(answer, newSummary(row), `${MAX_CLUSTERS} clusters`);
      if (created.outcome === "created") {
        if (storedBases.size >= MAX_REMEMBERED_BASES) storedBases.clear();
        storedBases.add(row.baseId);
      }
      return created;
    },

    async getCluster(id) {
      const found = await inScope("getCluster", [
        database.select(summaryColumns).from(cluster).where(eq(cluster.id, id)),
      ]);
      return found && (found[0]?.[0] ?? "not-found");
    },

    async listClusters({ selector, afterId = "", limit }) {
      const query = database
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
      const parameters = [JSON.stringify(wanted), COLD_PAGE_BYTES, MAX_DIFFERENCE_BYTES];
      return readSnapshots(await client.call("syncClusters", SYNC_CLUSTERS, [...authentication(), ...parameters]));
    },

    async deleteCluster(id) {
      const [row] = await client.call("deleteCluster", DELETE_CLUSTER, [...authentication(), id]);
      const outcome = row?.[0];
      return outcome === "deleted" || outcome === "not-found" ? outcome : null;
    },

    async createCredential(row, idempotency) {
      const { id, clusterId, user, groups, createdAtMs, expiresAtMs } = row;
      const answer = await client.call("createCredential", CREATE_CREDENTIAL, [
        ...[...authentication(), ...idempotencyParameters(idempotency), MAX_CREDENTIALS],
        ...[clusterId, id, user, JSON.stringify(groups), row.tokenHash, createdAtMs, expiresAtMs],
      ]);
      const value: CredentialRow = { id, clusterId, user, groups, createdAtMs, expiresAtMs };
      return readCreated(answer, value, `${MAX_CREDENTIALS} credentials per cluster`);
    },

    async listCredentials(clusterId) {
      const found = await inScope("listCredentials", [
        database.select({ id: cluster.id }).from(cluster).where(eq(cluster.id, clusterId)),
        database
          .select()
          .from(credential)
          .where(and(eq(credential.clusterId, clusterId), eq(credential.kind, "user")))
          .orderBy(asc(credential.createdAtMs), asc(credential.id)),
      ]);
      if (!found) return null;
      const [owned, rows] = found;
      return owned?.length ? rows!.map(publicCredential) : "not-found";
    },

    async revokeCredential(clusterId, id) {
      const query = database
        .delete(credential)
        .where(and(eq(credential.clusterId, clusterId), eq(credential.id, id), eq(credential.kind, "user")))
        .returning({ id: credential.id });
      return deletedOrNot(await inScope("revokeCredential", [query]));
    },
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

/** A cluster as it is right after its creation. */
function newSummary({ id, name, labels, createdAtMs, settings, revision }: NewCluster): ClusterSummary {
  return { id, name, labels, createdAtMs, settings, revision, version: 1, timeMs: createdAtMs, offsetMs: 0 };
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
