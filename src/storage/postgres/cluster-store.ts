/** The cluster store on Postgres: each method is one statement that calls one function of the database. */

import {
  COLD_PAGE_BYTES,
  HISTORY_PAGE_BYTES,
  MAX_DIFFERENCE_BYTES,
  MAX_ISSUERS,
  REMEMBERED_VERSIONS,
} from "../../lib/limits.ts";
import { checkCommit, refuseLargeCommit } from "../check.ts";
import type { ClusterAccess, ClusterStore, Commit, CommitResult } from "../store.ts";
import { callStatement, type DatabaseClient, type SqlParameter } from "./client.ts";
import { readCaller, readHistory, readPage, readSnapshot, writeCommit } from "./rows.ts";

const SYNC = callStatement("sandbar_sync", 8);
const LOAD_PAGE = callStatement("sandbar_load_page", 6);
const COMMIT = callStatement("sandbar_commit", 21);
const FIND_COMMIT = callStatement("sandbar_find_commit", 5);
const HISTORY = callStatement("sandbar_history", 7);
const STATE_AT = callStatement("sandbar_state_at", 10);
const ADD_ISSUER = callStatement("sandbar_add_issuer", 6);
const LOAD_BASE = callStatement("sandbar_load_base", 5);

/** Sorts after every key. */
const LAST_CHARACTER = "\u{10ffff}";

/** `now` is given by tests; without it the database's clock decides what has expired. */
export function postgresClusterStore(client: DatabaseClient, access: ClusterAccess, now?: () => number): ClusterStore {
  /** What proves the caller to the database, before the parameters of each function. */
  const scope = (): SqlParameter[] => [
    access.via,
    access.via === "credential" ? access.tokenHash : access.keyHash,
    access.clusterId,
    now ? now() : null,
  ];

  return {
    async sync(known) {
      const parameters = [known?.version ?? null, known?.revision ?? null, COLD_PAGE_BYTES, MAX_DIFFERENCE_BYTES];
      const answer = readSnapshot(await client.call("sync", SYNC, [...scope(), ...parameters]));
      if (!answer) return { outcome: "unauthorized" };
      return { outcome: "ok", caller: readCaller(access, answer.identity), update: answer.update };
    },

    async loadPage(page) {
      return readPage(await client.call("loadPage", LOAD_PAGE, [...scope(), page, COLD_PAGE_BYTES]));
    },

    async commit(commit): Promise<CommitResult> {
      checkCommit(commit);
      refuseLargeCommit(commit);
      const answer = await client.call("commit", COMMIT, [...scope(), ...commitParameters(commit)]);
      const [part, version, compactedRevision] = answer[0] ?? [];
      if (part === "applied") {
        return { outcome: "applied", version: Number(version), compactedRevision: Number(compactedRevision) };
      }
      const conflict = readSnapshot(answer);
      return conflict ? { outcome: "conflict", update: conflict.update } : { outcome: "unauthorized" };
    },

    async findCommit(commitId) {
      const [row] = await client.call("findCommit", FIND_COMMIT, [...scope(), commitId]);
      const version = row?.[0] ?? null;
      return version === null ? null : Number(version);
    },

    async addIssuer(tokenHash) {
      const [row] = await client.call("addIssuer", ADD_ISSUER, [...scope(), tokenHash, MAX_ISSUERS]);
      const outcome = row?.[0];
      if (outcome === "added" || outcome === "limit" || outcome === "unauthorized") return outcome;
      throw new Error(`unknown outcome of addIssuer: ${outcome}`);
    },

    async history({ afterRevision, maxBytes, keyPrefix = "" }) {
      const parameters = [afterRevision, keyPrefix, Math.min(maxBytes, HISTORY_PAGE_BYTES)];
      return readHistory(await client.call("history", HISTORY, [...scope(), ...parameters]));
    },

    async stateAt({ revision, keyPrefix, afterKey = "", maxRows }) {
      const parameters = [revision, keyPrefix, keyPrefix + LAST_CHARACTER, afterKey, maxRows, HISTORY_PAGE_BYTES];
      return readHistory(await client.call("stateAt", STATE_AT, [...scope(), ...parameters]));
    },

    async loadBase(baseId) {
      const [row] = await client.call("loadBase", LOAD_BASE, [...scope(), baseId]);
      return row?.[0] ?? null;
    },
  };
}

function commitParameters(commit: Commit): SqlParameter[] {
  const { revision, compactedRevision, timeMs, offsetMs, nextDueAtMs, counters } = commit.cluster;
  return [
    ...[commit.commitId, commit.expectedVersion],
    ...[revision, compactedRevision, timeMs, offsetMs, nextDueAtMs, counters],
    ...writeCommit(commit),
    ...[commit.compactMaxRows, REMEMBERED_VERSIONS, COLD_PAGE_BYTES, MAX_DIFFERENCE_BYTES, commit.retainedLogBytes],
  ];
}
