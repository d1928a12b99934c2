/** The state of the memory stores, and the difference between a known version and the current one. */

import { COLD_PAGE_BYTES, MAX_DIFFERENCE_BYTES, REMEMBERED_VERSIONS } from "../../lib/limits.ts";
import { utf8Length } from "../../lib/text.ts";
import type {
  ApiKeyRow,
  Caller,
  ClusterAccess,
  ClusterRow,
  ClusterUpdate,
  CredentialRow,
  ImageRow,
  IndexRow,
  LoadedRow,
  LogRow,
  OrganizationRow,
} from "../store.ts";

/** One cluster with all its rows. */
export interface MemoryCluster {
  row: ClusterRow;
  name: string;
  labels: Readonly<Record<string, string>>;
  index: Map<string, IndexRow>;
  /** By revision. Insertion order is ascending, because revisions only rise. */
  log: Map<number, LogRow>;
  /** The log's revisions by key, ascending. */
  revisionsByKey: Map<string, number[]>;
  /** Version at which an index row was removed for good. */
  removed: Map<string, number>;
  /** The state at the start of each remembered version, by commit id. The creation's commit id is the cluster's id. */
  commits: Map<string, { version: number; revision: number; logBytes: number }>;
  /** Bytes of all bodies ever written to the log, and the same number when the limit in bytes was last applied. */
  logBytes: number;
  compactedLogBytes: number;
  credentials: Map<string, CredentialRow & { tokenHash: string }>;
  /** Signing keys: their ids by the hash of the secret that opens the cluster. */
  issuers: Map<string, string>;
}

/** A creation with an Idempotency-Key. */
export interface IdempotencyRecord {
  requestHash: string;
  response: string;
  createdAtMs: number;
  /** Of the created object. */
  id: string;
}

export type IdempotencyRecords = Map<string, IdempotencyRecord>;

export interface MemoryOrganization {
  row: OrganizationRow;
  apiKeys: Map<string, ApiKeyRow & { keyHash: string }>;
  idempotency: IdempotencyRecords;
  images: Map<string, ImageRow>;
}

export interface MemoryState {
  organizations: Map<string, MemoryOrganization>;
  clusters: Map<string, MemoryCluster>;
  bases: Map<string, string>;
  /** Idempotency records of the operator's own requests. */
  adminIdempotency: IdempotencyRecords;
  /** Id of the last cluster that a run of cleaning finished; empty before the first cluster. */
  cleanedUpTo: string;
}

export function emptyState(): MemoryState {
  return {
    organizations: new Map(),
    clusters: new Map(),
    bases: new Map(),
    adminIdempotency: new Map(),
    cleanedUpTo: "",
  };
}

/** The organization that owns the API key, or null. */
export function organizationOfKey(state: MemoryState, keyHash: string): MemoryOrganization | null {
  for (const organization of state.organizations.values()) {
    for (const key of organization.apiKeys.values()) if (key.keyHash === keyHash) return organization;
  }
  return null;
}

/** The cluster that the access opens, and its caller; null for every invalid access, without the reason. */
export function authorize(
  state: MemoryState,
  access: ClusterAccess,
  nowMs: number,
): { cluster: MemoryCluster; caller: Caller } | null {
  const cluster = state.clusters.get(access.clusterId);
  if (!cluster) return null;
  if (access.via === "apiKey") {
    const organization = organizationOfKey(state, access.keyHash);
    return organization?.row.id === cluster.row.organizationId ? { cluster, caller: { type: "platform" } } : null;
  }
  const issuerId = cluster.issuers.get(access.tokenHash);
  if (issuerId !== undefined) return { cluster, caller: { type: "issuer", issuerId } };
  for (const credential of cluster.credentials.values()) {
    if (credential.tokenHash !== access.tokenHash) continue;
    if (credential.expiresAtMs !== null && credential.expiresAtMs <= nowMs) return null;
    const { user, groups, id: credentialId } = credential;
    return { cluster, caller: { type: "user", user, groups, credentialId } };
  }
  return null;
}

/** The changes since `known`; a first page of everything when `known` is null or too old. */
export function updateSince(
  cluster: MemoryCluster,
  known: { version: number; revision: number } | null,
): ClusterUpdate {
  const row = { ...cluster.row };
  if (known === null) return coldSnapshot(cluster, { reset: false });
  const oldestKnown = row.version - REMEMBERED_VERSIONS;
  if (known.version > row.version || known.version < oldestKnown) return coldSnapshot(cluster, { reset: true });

  const log = [...cluster.log.values()].filter((entry) => entry.revision > known.revision);
  const changed = [...cluster.index.values()].filter((entry) => entry.changedVersion > known.version);
  const rows = changed.map((entry) => withBody(cluster, entry, { bodyAfter: known.revision }));
  const isLarge = bytesOf(log) + bytesOf(rows) > MAX_DIFFERENCE_BYTES || statesOf(changed) > MAX_DIFFERENCE_BYTES;
  if (isLarge) return coldSnapshot(cluster, { reset: true });
  const removedKeys = [...cluster.removed].filter(([, version]) => version > known.version).map(([key]) => key);
  return { cluster: row, rows, log, removedKeys, nextPage: null, reset: false };
}

/** One page of the index in key order, from after `afterKey`. */
export function pageOfRows(cluster: MemoryCluster, afterKey: string): { rows: LoadedRow[]; nextPage: string | null } {
  const keys = [...cluster.index.keys()].filter((key) => key > afterKey).sort();
  const rows: LoadedRow[] = [];
  let bytes = 0;
  for (const key of keys) {
    const loaded = withBody(cluster, cluster.index.get(key)!, { bodyAfter: null });
    const size = bodyBytes(loaded.body) + statesOf([loaded]);
    if (rows.length > 0 && bytes + size > COLD_PAGE_BYTES) return { rows, nextPage: rows.at(-1)!.key };
    rows.push(loaded);
    bytes += size;
  }
  return { rows, nextPage: null };
}

function coldSnapshot(cluster: MemoryCluster, options: { reset: boolean }): ClusterUpdate {
  const page = pageOfRows(cluster, "");
  return { cluster: { ...cluster.row }, ...page, log: [], removedKeys: [], reset: options.reset };
}

/** With `bodyAfter`, rows after that revision have no body: the log of the same answer holds it. */
function withBody(cluster: MemoryCluster, row: IndexRow, options: { bodyAfter: number | null }): LoadedRow {
  const inLog = options.bodyAfter !== null && row.revision > options.bodyAfter;
  const body = row.deleted || inLog ? null : (cluster.log.get(row.revision)?.body ?? null);
  return { ...row, body };
}

/** Size of a text in bytes of UTF-8, as the database counts; 0 for null. */
export function bodyBytes(text: string | null): number {
  return text === null ? 0 : utf8Length(text);
}

export function bytesOf(rows: readonly { body: string | null }[]): number {
  return rows.reduce((sum, row) => sum + bodyBytes(row.body), 0);
}

/** Bytes of due times and private state. */
function statesOf(rows: readonly IndexRow[]): number {
  return rows.reduce((sum, { due, privateState }) => sum + bodyBytes(due) + bodyBytes(privateState), 0);
}
