/** The cluster store over plain maps: every method is atomic because none of them awaits half-way. */

import { assert } from "../../lib/assert.ts";
import { HISTORY_PAGE_BYTES, MAX_ISSUERS, REMEMBERED_VERSIONS } from "../../lib/limits.ts";
import { checkCommit, refuseLargeCommit } from "../check.ts";
import type { ClusterAccess, ClusterStore, Commit, CommitResult, LogRow } from "../store.ts";
import { compact } from "./compaction.ts";
import { findImages } from "./images.ts";
import {
  authorize,
  bodyBytes,
  bytesOf,
  type MemoryCluster,
  type MemoryState,
  pageOfRows,
  updateSince,
} from "./state.ts";

export interface MemoryClusterOptions {
  now: () => number;
  onRoundTrip: (operation: string) => void;
}

export function memoryClusterStore(
  state: MemoryState,
  access: ClusterAccess,
  options: MemoryClusterOptions,
): ClusterStore {
  const open = (operation: string) => {
    options.onRoundTrip(operation);
    return authorize(state, access, options.now());
  };

  return {
    async sync(known) {
      const scope = open("sync");
      if (!scope) return { outcome: "unauthorized" };
      return { outcome: "ok", caller: scope.caller, update: updateSince(scope.cluster, known) };
    },

    async loadPage(page) {
      const scope = open("loadPage");
      if (!scope) return null;
      return { ...pageOfRows(scope.cluster, page), version: scope.cluster.row.version };
    },

    async commit(commit) {
      checkCommit(commit);
      refuseLargeCommit(commit);
      const scope = open("commit");
      return scope ? applyCommit(scope.cluster, commit) : { outcome: "unauthorized" };
    },

    async findCommit(commitId) {
      const scope = open("findCommit");
      if (!scope) return null;
      const found = scope.cluster.commits.get(commitId);
      if (found) return found.version;
      // A commit still on its way must not arrive after this answer: the version it expects is gone.
      scope.cluster.row = { ...scope.cluster.row, version: scope.cluster.row.version + 1 };
      return null;
    },

    async addIssuer(tokenHash) {
      const scope = open("addIssuer");
      if (!scope) return "unauthorized";
      const { issuers } = scope.cluster;
      if (issuers.size >= MAX_ISSUERS) return "limit";
      issuers.set(tokenHash, `issuer-${issuers.size + 1}`);
      return "added";
    },

    async history({ afterRevision, maxBytes, keyPrefix = "" }) {
      const scope = open("history");
      if (!scope) return null;
      const matching: LogRow[] = [];
      for (const row of scope.cluster.log.values()) {
        if (row.revision > afterRevision && row.key.startsWith(keyPrefix)) matching.push(row);
      }
      return {
        ...takeBytes(matching, Math.min(maxBytes, HISTORY_PAGE_BYTES)),
        compactedRevision: scope.cluster.row.compactedRevision,
      };
    },

    async stateAt({ revision, keyPrefix, afterKey = "", maxRows }) {
      const scope = open("stateAt");
      if (!scope) return null;
      const newest: LogRow[] = [];
      for (const [key, revisions] of scope.cluster.revisionsByKey) {
        if (!key.startsWith(keyPrefix) || key <= afterKey) continue;
        const found = revisions.findLast((candidate) => candidate <= revision);
        if (found !== undefined) newest.push(scope.cluster.log.get(found)!);
      }
      newest.sort((a, b) => (a.key < b.key ? -1 : 1));
      const taken = takeBytes(newest.slice(0, maxRows), HISTORY_PAGE_BYTES);
      const more = taken.more || newest.length > maxRows;
      return { log: taken.log, more, compactedRevision: scope.cluster.row.compactedRevision };
    },

    async findImages(repository) {
      const scope = open("findImages");
      return scope && findImages(state.organizations.get(scope.cluster.row.organizationId), repository);
    },

    async loadBase(baseId) {
      const scope = open("loadBase");
      return scope?.cluster.row.baseId === baseId ? (state.bases.get(baseId) ?? null) : null;
    },
  };
}

function applyCommit(cluster: MemoryCluster, commit: Commit): CommitResult {
  const earlier = cluster.commits.get(commit.commitId);
  const { compactedRevision } = cluster.row;
  if (earlier) return { outcome: "applied", version: earlier.version, compactedRevision };
  const { expectedImages } = commit;
  const hasOtherImages = expectedImages !== undefined && expectedImages !== (cluster.row.images ?? "");
  if (cluster.row.version !== commit.expectedVersion || hasOtherImages) {
    const revision = revisionAt(cluster, commit.expectedVersion);
    return { outcome: "conflict", update: updateSince(cluster, { version: commit.expectedVersion, revision }) };
  }
  assert(commit.cluster.revision >= cluster.row.revision, "revisions never go back");
  assert(
    commit.log.every((row) => row.revision > cluster.row.revision),
    "log rows are newer than the log",
  );

  const version = commit.expectedVersion + 1;
  cluster.row = { ...cluster.row, ...commit.cluster, version };
  cluster.row.compactedRevision = Math.max(compactedRevision, commit.cluster.compactedRevision);
  for (const row of commit.rows) {
    cluster.index.set(row.key, { ...row, changedVersion: version });
    cluster.removed.delete(row.key);
  }
  for (const key of commit.removedKeys) if (cluster.index.delete(key)) cluster.removed.set(key, version);
  for (const row of commit.log) {
    cluster.log.set(row.revision, { ...row });
    const revisions = cluster.revisionsByKey.get(row.key);
    if (revisions) revisions.push(row.revision);
    else cluster.revisionsByKey.set(row.key, [row.revision]);
  }
  cluster.logBytes += bytesOf(commit.log);
  cluster.commits.set(commit.commitId, { version, revision: commit.cluster.revision, logBytes: cluster.logBytes });
  forgetOld(cluster, version - REMEMBERED_VERSIONS);
  limitLog(cluster, commit.retainedLogBytes);
  compact(cluster, commit.compactMaxRows);
  return { outcome: "applied", version, compactedRevision: cluster.row.compactedRevision };
}

/** See `Commit.retainedLogBytes`: over the limit the log is cut back to three quarters of it. */
function limitLog(cluster: MemoryCluster, retainedBytes: number): void {
  if (cluster.logBytes - cluster.compactedLogBytes <= retainedBytes) return;
  cluster.compactedLogBytes = cluster.logBytes - Math.floor((retainedBytes * 3) / 4);
  let newest = { version: 0, revision: 0 };
  for (const entry of cluster.commits.values()) {
    if (entry.logBytes <= cluster.compactedLogBytes && entry.version > newest.version) newest = entry;
  }
  cluster.row.compactedRevision = Math.max(cluster.row.compactedRevision, newest.revision);
}

/** The revision that a copy at `version` has. */
function revisionAt(cluster: MemoryCluster, version: number): number {
  let revision = 0;
  for (const entry of cluster.commits.values()) {
    if (entry.version <= version) revision = Math.max(revision, entry.revision);
  }
  return revision;
}

function forgetOld(cluster: MemoryCluster, oldest: number): void {
  for (const [id, entry] of cluster.commits) if (entry.version < oldest) cluster.commits.delete(id);
  for (const [key, version] of cluster.removed) if (version < oldest) cluster.removed.delete(key);
}

/** The first rows that fit, at least one. */
function takeBytes(rows: readonly LogRow[], maxBytes: number): { log: LogRow[]; more: boolean } {
  const log: LogRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (log.length > 0 && bytes + bodyBytes(row.body) > maxBytes) return { log, more: true };
    log.push({ ...row });
    bytes += bodyBytes(row.body);
  }
  return { log, more: false };
}
