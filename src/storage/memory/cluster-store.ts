/** The cluster store over plain maps: every method is atomic because none of them awaits half-way. */

import { assert } from "../../lib/assert.ts";
import { HISTORY_PAGE_BYTES, REMEMBERED_VERSIONS } from "../../lib/limits.ts";
import type { ClusterAccess, ClusterStore, Commit, CommitResult, LogRow } from "../store.ts";
import { authorize, type MemoryCluster, type MemoryState, pageOfRows, snapshotSince } from "./state.ts";

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
      return { outcome: "ok", identity: scope.identity, snapshot: snapshotSince(scope.cluster, known) };
    },

    async loadPage(page) {
      const scope = open("loadPage");
      if (!scope) return null;
      return { ...pageOfRows(scope.cluster, page), version: scope.cluster.row.version };
    },

    async commit(commit) {
      const scope = open("commit");
      return scope ? applyCommit(scope.cluster, commit) : { outcome: "unauthorized" };
    },

    async findCommit(commitId) {
      const scope = open("findCommit");
      if (!scope) return null;
      const version = scope.cluster.commits.get(commitId);
      if (version === undefined) scope.cluster.row = { ...scope.cluster.row, version: scope.cluster.row.version + 1 };
      return version ?? null;
    },

    async history({ afterRevision, maxBytes, keyPrefix = "" }) {
      const scope = open("history");
      if (!scope) return null;
      const matching: LogRow[] = [];
      for (const row of scope.cluster.log.values()) {
        if (row.revision > afterRevision && row.key.startsWith(keyPrefix)) matching.push(row);
      }
      return { ...takeBytes(matching, maxBytes), compactedRevision: scope.cluster.row.compactedRevision };
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

    async loadBase(baseId) {
      const scope = open("loadBase");
      return scope?.cluster.row.baseId === baseId ? (state.bases.get(baseId) ?? null) : null;
    },
  };
}

function applyCommit(cluster: MemoryCluster, commit: Commit): CommitResult {
  const earlier = cluster.commits.get(commit.commitId);
  if (earlier !== undefined) return { outcome: "applied", version: earlier };
  if (cluster.row.version !== commit.expectedVersion) {
    // The revision of a copy at the expected version is not known here: its log starts after the last one it can hold.
    return {
      outcome: "conflict",
      snapshot: snapshotSince(cluster, {
        version: commit.expectedVersion,
        revision: revisionAt(cluster, commit),
      }),
    };
  }
  check(cluster, commit);

  const version = commit.expectedVersion + 1;
  cluster.row = { ...cluster.row, ...commit.cluster, version };
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
  cluster.commits.set(commit.commitId, version);
  forgetOld(cluster.commits, version);
  forgetOld(cluster.removed, version);
  compact(cluster, commit.compactMaxRows);
  return { outcome: "applied", version };
}
