/** Builders for the store contract: an organization with a cluster, and a writer that tracks the cluster's version. */

import { randomUUID } from "node:crypto";
import type {
  ClusterStore,
  ClusterUpdate,
  Commit,
  CommitResult,
  IndexRow,
  LogRow,
  NewCluster,
  OrganizationStore,
  Stores,
} from "../../src/storage/store.ts";

export const START_MS = Date.UTC(2026, 0, 1);
export const FIRST_REVISION = 100;

/** A store implementation under the contract. */
export interface StoreHarness {
  /** New stores on the same data. `onRoundTrip` is called for each round trip. */
  open(options: { now: () => number; onRoundTrip?: (operation: string) => void }): Stores;
  close(): Promise<void>;
}

export interface Tenant {
  id: string;
  keyId: string;
  keyHash: string;
  organization: OrganizationStore;
}

export async function newTenant(stores: Stores): Promise<Tenant> {
  const id = `org-${randomUUID()}`;
  const keyId = `key-${randomUUID()}`;
  const keyHash = `hash-of-${keyId}`;
  const key = { id: keyId, name: "first", prefix: "sk_1", createdAtMs: START_MS, keyHash };
  await stores.admin().createOrganization({ id, name: "School", createdAtMs: START_MS }, key, null);
  return { id, keyId, keyHash, organization: stores.organization(keyHash) };
}

export function clusterOf(overrides: Partial<NewCluster> = {}): NewCluster {
  return {
    id: `c-${randomUUID()}`,
    name: "web",
    labels: {},
    settings: '{"latency":"realistic"}',
    seed: "seed-1",
    createdAtMs: START_MS,
    baseId: "base-1",
    baseBody: '{"objects":[]}',
    revision: FIRST_REVISION,
    nextDueAtMs: null,
    counters: '{"random":0}',
    ...overrides,
  };
}

export interface OpenCluster {
  tenant: Tenant;
  clusterId: string;
  tokenHash: string;
  credentialId: string;
  store: ClusterStore;
}

/** A cluster that is opened with its credential `student`. */
export async function newCluster(stores: Stores, tenant?: Tenant): Promise<OpenCluster> {
  const owner = tenant ?? (await newTenant(stores));
  const cluster = clusterOf();
  await owner.organization.createCluster(cluster, null);
  const credentialId = "cred-1";
  const tokenHash = `hash-of-token-${randomUUID()}`;
  await owner.organization.createCredential(
    {
      ...{ id: credentialId, clusterId: cluster.id, user: "student", groups: ["system:masters"] },
      ...{ createdAtMs: START_MS, expiresAtMs: null, tokenHash },
    },
    null,
  );
  const store = stores.cluster({ via: "credential", clusterId: cluster.id, tokenHash });
  return { tenant: owner, clusterId: cluster.id, tokenHash, credentialId, store };
}

export function indexRow(key: string, overrides: Partial<IndexRow> = {}): Omit<IndexRow, "changedVersion"> {
  return { key, uid: `uid-${key}`, revision: 0, deleted: false, due: null, privateState: null, ...overrides };
}

export interface Change {
  key: string;
  body?: string;
  type?: LogRow["type"];
  /** False: the index does not change. True: a DELETED change keeps its index row. */
  index?: boolean;
}

/** Writes changes one commit after another, as the only writer. */
export class Writer {
  version = 1;
  revision = FIRST_REVISION;
  compactedRevision = 0;
  #previous = new Map<string, number>();
  readonly #store: ClusterStore;

  constructor(store: ClusterStore) {
    this.#store = store;
  }

  get known(): { version: number; revision: number } {
    return { version: this.version, revision: this.revision };
  }

  /** The commit of these changes at the last known version. */
  commitOf(changes: readonly Change[], overrides: Partial<Commit> = {}): Commit {
    const log: LogRow[] = [];
    const rows = [];
    const removedKeys: string[] = [];
    for (const { key, body = `{"key":"${key}"}`, type = "MODIFIED", index } of changes) {
      const revision = this.revision + log.length + 1;
      const previousRevision = this.#previous.get(key) ?? 0;
      log.push({ revision, key, type, timeMs: START_MS, realTimeMs: START_MS + 5, previousRevision, body });
      if (type !== "DELETED") rows.push(indexRow(key, { revision }));
      else if (index) rows.push(indexRow(key, { uid: "", revision, deleted: true }));
      else removedKeys.push(key);
    }
    return {
      commitId: randomUUID(),
      expectedVersion: this.version,
      cluster: {
        ...{ revision: this.revision + log.length, compactedRevision: this.compactedRevision },
        ...{ timeMs: START_MS + this.version, offsetMs: 0, nextDueAtMs: null, counters: `{"random":${this.version}}` },
      },
      ...{ rows, removedKeys, log, compactMaxRows: 0, retainedLogBytes: Number.MAX_SAFE_INTEGER },
      ...overrides,
    };
  }

  /** Commits and records the new version. */
  async write(changes: readonly Change[], overrides: Partial<Commit> = {}): Promise<CommitResult> {
    const commit = this.commitOf(changes, overrides);
    const result = await this.#store.commit(commit);
    if (result.outcome === "applied") {
      this.version = result.version;
      this.revision = commit.cluster.revision;
      this.compactedRevision = result.compactedRevision;
      for (const row of commit.log) this.#previous.set(row.key, row.revision);
    }
    return result;
  }
}

/** The snapshot of a sync that must succeed. */
export async function snapshotOf(
  store: ClusterStore,
  known: { version: number; revision: number } | null,
): Promise<ClusterUpdate> {
  const result = await store.sync(known);
  if (result.outcome !== "ok") throw new Error(`sync was refused: ${result.outcome}`);
  return result.update;
}

/** A cached cluster as an isolate keeps it: current bodies by key. */
export function applySnapshot(copy: Map<string, string | null>, update: ClusterUpdate): void {
  if (update.reset) copy.clear();
  const bodies = new Map(update.log.map((row) => [row.revision, row.body]));
  for (const row of update.rows) copy.set(row.key, row.body ?? bodies.get(row.revision) ?? null);
  for (const key of update.removedKeys) copy.delete(key);
}
