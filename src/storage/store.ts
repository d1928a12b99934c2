/**
 * The interface of Sandbar's storage. Implementations: `memory/` (tests, dry runs) and `postgres/`; both pass the one
 * contract suite in `test/contract`.
 *
 * There is no unscoped handle to a tenant's data: a `ClusterStore` is bound to one cluster and the credential that
 * opened it, an `OrganizationStore` to the API key that opened it. Each call is authenticated by the database again.
 * Every method is one round trip unless its comment says otherwise.
 */

import type { ClusterMeta, ClusterProgress, IndexRow, LoadedRow, LogRow, SnapshotUpdate } from "../cluster/rows.ts";
import type { OwnImage } from "../lib/image-document.ts";

export type { IndexRow, LoadedRow, LogRow } from "../cluster/rows.ts";

/** Identifies a caller by the SHA-256 (lower-case hex) of its secret. The secret itself never reaches the store. */
export type ClusterAccess =
  | { via: "credential"; clusterId: string; tokenHash: string }
  /** The platform acting on a cluster of the key's organization: grading, kubeconfigs, advancing time. */
  | { via: "apiKey"; clusterId: string; keyHash: string };

/** The identity behind an access, as the store authenticated it. Every use switches over `type` and has no default. */
export type Caller =
  /** The platform with an API key of the cluster's organization; an administrator of the cluster. */
  | { type: "platform" }
  /** The user that a credential of the cluster names. */
  | { type: "user"; user: string; groups: readonly string[]; credentialId: string }
  /**
   * A signing key of the cluster, see `ClusterStore.addIssuer`. It opens the store but is not a user of the cluster.
   */
  | { type: "issuer"; issuerId: string };

/** The one row of a cluster. */
export interface ClusterRow extends ClusterMeta {
  organizationId: string;
}

/** The changes since a known version, or a first page of the whole cluster when no version was known. */
export interface ClusterUpdate extends SnapshotUpdate {
  cluster: ClusterRow;
  /** On a cold load of a large cluster: pass to `loadPage` until null. */
  nextPage: string | null;
}

export type SyncResult =
  | { outcome: "ok"; caller: Caller; update: ClusterUpdate }
  /**
   * The credential is unknown, expired, revoked or of another cluster, or the cluster is deleted: one answer for all.
   */
  | { outcome: "unauthorized" };

export interface Commit {
  /** Random, unique; lets a commit whose answer was lost be found again. */
  commitId: string;
  expectedVersion: number;
  /**
   * The summary of the organization's images (`ClusterRow.images`, empty for none) that the commit depends on. Another
   * one is a conflict. Absent: the commit depends on none.
   */
  expectedImages?: string;
  /** New values; `version` becomes `expectedVersion + 1`. */
  cluster: ClusterProgress;
  /** Rows to insert or replace; keys unique, disjoint from `removedKeys`. `changedVersion` is set by the store. */
  rows: Omit<IndexRow, "changedVersion">[];
  /** Index rows to remove for good. */
  removedKeys: string[];
  log: LogRow[];
  /**
   * Removes up to this many log rows, or two, that a newer row of the same key supersedes at or below
   * `cluster.compactedRevision` (a DELETED row may go as well once it is at or below it and its key has no index row).
   */
  compactMaxRows: number;
  /**
   * The log keeps about this many bytes of bodies beyond each key's newest row. When it holds more, the store raises
   * the compacted revision, at any age of the rows.
   */
  retainedLogBytes: number;
}

/** Lets other requests take a turn, after this much work (units of lib/work.ts). */
export type Pause = (work: number) => Promise<void>;

export type CommitResult =
  /** `compactedRevision` is at least the commit's. */
  | { outcome: "applied"; version: number; compactedRevision: number }
  /** Nothing was written. `update` carries the changes since `expectedVersion`, so a retry needs no sync. */
  | { outcome: "conflict"; update: ClusterUpdate }
  | { outcome: "unauthorized" };

/** One cluster, opened with one credential. */
export interface ClusterStore {
  /** Authenticates the caller and returns the changes since `known`; null loads everything. */
  sync(known: { version: number; revision: number } | null): Promise<SyncResult>;
  /**
   * A further page of a cold load. If `version` differs from the first page's version, sync from that version
   * afterwards.
   */
  loadPage(page: string): Promise<{ rows: LoadedRow[]; nextPage: string | null; version: number } | null>;
  /**
   * All or nothing, in one statement. A lost answer throws `CommitUnknownError`: call `findCommit`. The same commit
   * sent twice is applied once and gets the same answer. A commit of more than `MAX_SENT_COMMIT_BYTES`, or one that
   * is too large for the database's endpoint, throws `StoreSizeError` and has no effect. `pause` is called between the
   * parts of the encoding of a large commit.
   */
  commit(commit: Commit, pause?: Pause): Promise<CommitResult>;
  /**
   * The version that a commit got, or null if it was not applied and no longer can be (the cluster's version rises,
   * so a commit that is still on its way gets a conflict). Only the last `REMEMBERED_VERSIONS` commits are known.
   */
  findCommit(commitId: string): Promise<number | null>;
  /**
   * Log rows after `afterRevision` in order, at most `maxBytes` of bodies (at least one row) and never more than
   * `HISTORY_PAGE_BYTES`.
   */
  history(options: {
    afterRevision: number;
    maxBytes: number;
    keyPrefix?: string;
  }): Promise<{ log: LogRow[]; more: boolean; compactedRevision: number } | null>;
  /**
   * For each key with the prefix, its newest log row at or below `revision` (DELETED ones included), in key order;
   * also paged by bytes.
   */
  stateAt(options: {
    revision: number;
    keyPrefix: string;
    afterKey?: string;
    maxRows: number;
  }): Promise<{ log: LogRow[]; more: boolean; compactedRevision: number } | null>;
  /**
   * Allows the secret with this hash to open the cluster as an issuer. Tokens of ServiceAccounts carry such a secret,
   * and the cluster itself verifies the tokens. `unauthorized` for an invalid access, `limit` from `MAX_ISSUERS` on.
   */
  addIssuer(tokenHash: string): Promise<"added" | "limit" | "unauthorized">;
  /** The organization's images in a repository, in order of creation; null for an invalid access. */
  findImages(repository: string): Promise<OwnImage[] | null>;
  /** The body of the cluster's base, by content id; null when it is not stored. */
  loadBase(baseId: string): Promise<string | null>;
}

/** The answer to a commit did not arrive; it may or may not have been applied. */
export class CommitUnknownError extends Error {
  override name = "CommitUnknownError";
}

/** `full`: the database's disk has no space left. Reads may work; retrying a write does not help. */
export type UnavailableReason = "unreachable" | "overloaded" | "full";

/** The database did not execute the statement. Nothing was written; a retry is safe. */
export class StoreUnavailableError extends Error {
  override name = "StoreUnavailableError";
  readonly reason: UnavailableReason;

  constructor(
    message: string,
    { reason = "unreachable", cause }: { reason?: UnavailableReason; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.reason = reason;
  }
}

/**
 * A statement or its answer is larger than the connection to the database allows. The statement was not executed; a
 * retry fails again.
 */
export class StoreSizeError extends Error {
  override name = "StoreSizeError";
}

export interface OrganizationRow {
  id: string;
  name: string;
  createdAtMs: number;
}

export interface ApiKeyRow {
  id: string;
  name: string;
  /** The first characters of the key, so that people can distinguish keys. */
  prefix: string;
  createdAtMs: number;
}

export interface CredentialRow {
  id: string;
  clusterId: string;
  user: string;
  groups: readonly string[];
  createdAtMs: number;
  expiresAtMs: number | null;
}

/** A cluster as the platform's API shows it. */
export interface ClusterSummary {
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  createdAtMs: number;
  settings: string;
  revision: number;
  version: number;
  timeMs: number;
  offsetMs: number;
}

export interface NewCluster {
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  settings: string;
  seed: string;
  createdAtMs: number;
  baseId: string;
  /** Stored unless a base with this id exists. */
  baseBody: string;
  revision: number;
  nextDueAtMs: number | null;
  counters: string;
}

/** One requirement of a parsed label selector. All requirements must hold. */
export interface LabelRequirement {
  key: string;
  operator: "in" | "notin" | "exists" | "!";
  values: readonly string[];
}

/** Gives a retried creation the first one's answer. The request hash distinguishes a retry from a reuse of the key. */
export interface Idempotency {
  key: string;
  requestHash: string;
}

/** With the response that a replay gets. */
export type StoredIdempotency = Idempotency & { response: string };

/** `replayed` carries the stored response of the first request with this Idempotency-Key. */
export type Created<T> =
  | { outcome: "created"; value: T }
  | { outcome: "replayed"; response: string }
  /** The first request with this Idempotency-Key created the object with this id, which was deleted since. */
  | { outcome: "gone"; id: string }
  /** The key was used for another request. */
  | { outcome: "mismatch" }
  | { outcome: "limit"; limit: string }
  | { outcome: "unauthorized" }
  | { outcome: "not-found" };

/** Place of a row in a list in order of creation. */
export interface CreationPlace {
  createdAtMs: number;
  id: string;
}

/** A part of a list in order of creation: at most `limit` rows after the place. */
export interface PageRequest {
  after?: CreationPlace;
  limit: number;
}

/** `more`: rows follow this page. */
export interface Page<T> {
  rows: T[];
  more: boolean;
}

/** One organization, opened with one of its API keys. Methods answer null when the key is not (or no longer) valid. */
export interface OrganizationStore {
  organization(): Promise<OrganizationRow | null>;
  listApiKeys(page: PageRequest): Promise<Page<ApiKeyRow> | null>;
  createApiKey(
    key: ApiKeyRow & { keyHash: string },
    idempotency: StoredIdempotency | null,
  ): Promise<Created<ApiKeyRow>>;
  /** `last`: an organization keeps one key, because it cannot be used without one. */
  deleteApiKey(id: string): Promise<"deleted" | "not-found" | "last" | null>;
  createCluster(cluster: NewCluster, idempotency: StoredIdempotency | null): Promise<Created<ClusterSummary>>;
  getCluster(id: string): Promise<ClusterSummary | "not-found" | null>;
  listClusters(options: {
    selector: readonly LabelRequirement[];
    afterId?: string;
    limit: number;
  }): Promise<{ clusters: ClusterSummary[]; more: boolean } | null>;
  /**
   * The updates of `ClusterStore.sync` with this key for many clusters in one round trip: at least one cluster, until
   * about `COLD_PAGE_BYTES` of bodies are read. `read` is the number of clusters processed. A deleted cluster, or one
   * of another organization, has no update.
   */
  syncClusters(
    clusters: readonly { id: string; known: { version: number; revision: number } | null }[],
  ): Promise<{ updates: Map<string, ClusterUpdate>; read: number } | null>;
  /** Removes the cluster with all its rows and credentials. */
  deleteCluster(id: string): Promise<"deleted" | "not-found" | null>;
  createCredential(
    credential: CredentialRow & { tokenHash: string },
    idempotency: StoredIdempotency | null,
  ): Promise<Created<CredentialRow>>;
  listCredentials(clusterId: string, page: PageRequest): Promise<Page<CredentialRow> | "not-found" | null>;
  revokeCredential(clusterId: string, id: string): Promise<"deleted" | "not-found" | null>;
  /** Tags of one repository belong to one document each. */
  createImage(
    image: ImageRow,
    idempotency: StoredIdempotency | null,
  ): Promise<Created<ImageRow> | { outcome: "taken"; tag: string }>;
  listImages(page: PageRequest): Promise<Page<ImageSummary> | null>;
  getImage(id: string): Promise<ImageRow | "not-found" | null>;
  /** Replaces all but id and creation. `expectedVersion` null: at any version. */
  replaceImage(image: ImageRow, expectedVersion: string | null): Promise<StoredImage>;
  deleteImage(id: string, expectedVersion: string | null): Promise<"deleted" | "not-found" | "changed" | null>;
}

/** An image of an organization without its document. */
export interface ImageSummary extends Pick<OwnImage, "tags" | "digest"> {
  id: string;
  /** As the organization wrote it. */
  name: string;
  /** The user name of the login that a pull needs; null: it needs none. */
  username: string | null;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface ImageRow extends ImageSummary, Pick<OwnImage, "accessHash"> {
  /** `registry/path/name`, as pulls ask for it. */
  repository: string;
  /** JSON. */
  document: string;
  /** Changes with each replacement. */
  version: string;
}

/** `taken`: another document has this tag of the repository. `changed`: the document is not at the expected version. */
export type StoredImage =
  | { outcome: "stored" | "not-found" | "changed" | "unauthorized" }
  | { outcome: "taken"; tag: string };

/** Operations that need the operator's admin token. */
export interface AdminStore {
  createOrganization(
    organization: OrganizationRow,
    firstKey: ApiKeyRow & { keyHash: string },
    idempotency: StoredIdempotency | null,
  ): Promise<Created<OrganizationRow>>;
}

/** The limits of one run of cleaning. Ages are milliseconds of real time. */
export interface CleaningLimits {
  idempotencyTtlMs: number;
  /** The log of a cluster without a commit for this long is compacted up to its current revision. */
  logRetentionMs: number;
  /** Of each kind. */
  maxRows: number;
  maxClusters: number;
}

/** How much a run of cleaning removed, and how many clusters it visited. */
export interface Cleaned {
  credentials: number;
  idempotencyKeys: number;
  clusters: number;
  logRows: number;
}

/** The entry: scoped stores only. */
export interface Stores {
  cluster(access: ClusterAccess): ClusterStore;
  organization(keyHash: string): OrganizationStore;
  admin(): AdminStore;
  /**
   * Removes expired credentials, old Idempotency-Keys and compacted log rows in all clusters and organizations. Returns
   * counts only. Each run continues where the last one ended. Of two runs at the same time, one does nothing.
   */
  clean(limits: CleaningLimits): Promise<Cleaned>;
  /** True when the database answers; for health. */
  ping(): Promise<boolean>;
}
