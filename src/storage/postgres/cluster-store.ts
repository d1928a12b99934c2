/** The cluster store on Postgres: each method is one statement that calls one function of the database. */

import {
  COLD_PAGE_BYTES,
  HISTORY_PAGE_BYTES,
  MAX_DIFFERENCE_BYTES,
  MAX_ISSUERS,
  REMEMBERED_VERSIONS,
} from "../../lib/limits.ts";
import { WORK } from "../../lib/work.ts";
import { checkCommit, refuseLargeCommit } from "../check.ts";
import type { ClusterAccess, ClusterStore, Commit, CommitResult } from "../store.ts";
import type { DatabaseClient } from "./client.ts";
import { type NamedArguments, selectFrom, selectValue } from "./function-call.ts";
import { readApplied, readCaller, readHistory, readImages, readPage, readUpdate, writeCommit } from "./rows.ts";

/** Sorts after every key. */
const LAST_CHARACTER = "\u{10ffff}";

/** Characters of a commit from which on its encoding has two parts: the texts of its rows, and the statement. */
const LARGE_COMMIT_CHARACTERS = 256 * 1024;

/** Limits of an answer that brings a copy up to date. The cluster and the identity are asked for as JSON objects. */
const UPDATE_OPTIONS = { pageBytes: COLD_PAGE_BYTES, maxDifferenceBytes: MAX_DIFFERENCE_BYTES, asObject: true };

/** Tests pass `now`; without it the database's clock decides what has expired. */
export function postgresClusterStore(client: DatabaseClient, access: ClusterAccess, now?: () => number): ClusterStore {
  /** The arguments of every function that prove the caller to the database. */
  const scope = () => ({
    via: access.via,
    secretHash: access.via === "credential" ? access.tokenHash : access.keyHash,
    clusterId: access.clusterId,
    nowMs: now ? now() : null,
  });

  return {
    async sync(known) {
      const knownArguments = { knownVersion: known?.version ?? null, knownRevision: known?.revision ?? null };
      const call = selectFrom("sandbar_sync", { ...scope(), ...knownArguments, ...UPDATE_OPTIONS });
      const answer = readUpdate(await client.rows("sync", call));
      if (!answer) return { outcome: "unauthorized" };
      return { outcome: "ok", caller: readCaller(access, answer.identity), update: answer.update };
    },

    async loadPage(page) {
      const call = selectFrom("sandbar_load_page", { ...scope(), afterKey: page, pageBytes: COLD_PAGE_BYTES });
      return readPage(await client.rows("loadPage", call));
    },

    async commit(commit, pause): Promise<CommitResult> {
      checkCommit(commit);
      refuseLargeCommit(commit);
      const texts = writeCommit(commit);
      const characters = Object.values(texts).reduce((sum, text) => sum + (text?.length ?? 0), 0);
      if (characters > LARGE_COMMIT_CHARACTERS) await pause?.(characters * WORK.encodedCharacter);
      const call = selectFrom("sandbar_commit", { ...scope(), ...commitArguments(commit, texts) });
      const answer = await client.rows("commit", call);
      const applied = readApplied(answer);
      if (applied) return { outcome: "applied", ...applied };
      const conflict = readUpdate(answer);
      return conflict ? { outcome: "conflict", update: conflict.update } : { outcome: "unauthorized" };
    },

    async findCommit(commitId) {
      const version = await client.value("findCommit", selectValue("sandbar_find_commit", { ...scope(), commitId }));
      return version === null ? null : Number(version);
    },

    async addIssuer(tokenHash) {
      const call = selectValue("sandbar_add_issuer", { ...scope(), tokenHash, maxIssuers: MAX_ISSUERS });
      const outcome = await client.value("addIssuer", call);
      if (outcome === "added" || outcome === "limit" || outcome === "unauthorized") return outcome;
      throw new Error(`unknown outcome of addIssuer: ${outcome}`);
    },

    async history({ afterRevision, maxBytes, keyPrefix = "" }) {
      const range = { afterRevision, keyPrefix, maxBytes: Math.min(maxBytes, HISTORY_PAGE_BYTES) };
      return readHistory(await client.rows("history", selectFrom("sandbar_history", { ...scope(), ...range })));
    },

    async stateAt({ revision, keyPrefix, afterKey = "", maxRows }) {
      const range = { revision, keyPrefix, prefixEnd: keyPrefix + LAST_CHARACTER, afterKey };
      const limits = { maxRows, maxBytes: HISTORY_PAGE_BYTES };
      const call = selectFrom("sandbar_state_at", { ...scope(), ...range, ...limits });
      return readHistory(await client.rows("stateAt", call));
    },

    async findImages(repository) {
      const call = selectValue("sandbar_find_images", { ...scope(), repository });
      return readImages(await client.value("findImages", call));
    },

    async loadBase(baseId) {
      return client.value("loadBase", selectValue("sandbar_load_base", { ...scope(), baseId }));
    },
  };
}

function commitArguments(commit: Commit, texts: ReturnType<typeof writeCommit>): NamedArguments {
  const { commitId, expectedVersion, cluster, compactMaxRows, retainedLogBytes } = commit;
  const { revision, compactedRevision, timeMs, offsetMs, nextDueAtMs, counters } = cluster;
  return {
    ...{ commitId, expectedVersion },
    ...{ revision, compactedRevision, timeMs, offsetMs, nextDueAtMs, counters },
    ...texts,
    ...{ compactMaxRows, retainedLogBytes, rememberedVersions: REMEMBERED_VERSIONS },
    ...UPDATE_OPTIONS,
    expectedImages: commit.expectedImages ?? null,
  };
}
