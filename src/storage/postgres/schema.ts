/** The tables for the query builder. `migrations/` defines them; `test/storage/schema.test.ts` compares the two. */

import { bigint, boolean, jsonb, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";

/** Counters and milliseconds stay far below 2^53. */
const whole = (name: string) => bigint(name, { mode: "number" });

export const organization = pgTable("organization", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  createdAtMs: whole("created_at_ms").notNull(),
});

export const apiKey = pgTable("api_key", {
  id: text("id").primaryKey(),
  organizationId: text("organization_id").notNull(),
  name: text("name").notNull(),
  prefix: text("prefix").notNull(),
  keyHash: text("key_hash").notNull().unique(),
  createdAtMs: whole("created_at_ms").notNull(),
});

export const base = pgTable("base", {
  id: text("id").primaryKey(),
  body: text("body").notNull(),
});

export const cluster = pgTable(
  "cluster",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id").notNull(),
    name: text("name").notNull(),
    labels: jsonb("labels").$type<Record<string, string>>().notNull(),
    version: whole("version").notNull(),
    revision: whole("revision").notNull(),
    compactedRevision: whole("compacted_revision").notNull(),
    compactionCursor: whole("compaction_cursor").notNull(),
    logBytes: whole("log_bytes").notNull(),
    compactedLogBytes: whole("compacted_log_bytes").notNull().default(0),
    timeMs: whole("time_ms").notNull(),
    offsetMs: whole("offset_ms").notNull(),
    nextDueAtMs: whole("next_due_at_ms"),
    baseId: text("base_id").notNull(),
    seed: text("seed").notNull(),
    createdAtMs: whole("created_at_ms").notNull(),
    counters: text("counters").notNull(),
    settings: text("settings").notNull(),
    images: text("images"),
  },
  (table) => [unique("cluster_by_organization").on(table.organizationId, table.id)],
);

/** Read and written by the database's own function only. */
export const cleaning = pgTable("cleaning", { afterClusterId: text("after_cluster_id").notNull() });

export const credential = pgTable(
  "credential",
  {
    clusterId: text("cluster_id").notNull(),
    id: text("id").notNull(),
    organizationId: text("organization_id").notNull(),
    userName: text("user_name").notNull(),
    groupNames: text("group_names").notNull(),
    /** No longer written: `sandbar_identity` builds the identity from the other columns. */
    identity: text("identity"),
    tokenHash: text("token_hash").notNull().unique(),
    createdAtMs: whole("created_at_ms").notNull(),
    expiresAtMs: whole("expires_at_ms"),
    kind: text("kind", { enum: ["user", "issuer"] }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.clusterId, table.id] })],
);

export const object = pgTable(
  "object",
  {
    clusterId: text("cluster_id").notNull(),
    key: text("key").notNull(),
    uid: text("uid").notNull(),
    revision: whole("revision").notNull(),
    changedVersion: whole("changed_version").notNull(),
    deleted: boolean("deleted").notNull(),
    removed: boolean("removed").notNull().default(false),
    due: text("due"),
    privateState: text("private_state"),
  },
  (table) => [primaryKey({ columns: [table.clusterId, table.key] })],
);

export const change = pgTable(
  "change",
  {
    clusterId: text("cluster_id").notNull(),
    revision: whole("revision").notNull(),
    key: text("key").notNull(),
    type: text("type", { enum: ["ADDED", "MODIFIED", "DELETED"] }).notNull(),
    timeMs: whole("time_ms").notNull(),
    realTimeMs: whole("real_time_ms").notNull(),
    previousRevision: whole("previous_revision").notNull(),
    body: text("body").notNull(),
  },
  (table) => [primaryKey({ columns: [table.clusterId, table.revision] })],
);

export const commitRecord = pgTable(
  "commit_record",
  {
    clusterId: text("cluster_id").notNull(),
    version: whole("version").notNull(),
    revision: whole("revision").notNull(),
    logBytes: whole("log_bytes").notNull(),
    commitId: text("commit_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.clusterId, table.version] })],
);

export const image = pgTable(
  "image",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    name: text("name").notNull(),
    repository: text("repository").notNull(),
    tags: text("tags").notNull(),
    document: text("document").notNull(),
    digest: text("digest").notNull(),
    username: text("username"),
    accessHash: text("access_hash"),
    version: text("version").notNull(),
    createdAtMs: whole("created_at_ms").notNull(),
    updatedAtMs: whole("updated_at_ms").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

export const idempotency = pgTable(
  "idempotency",
  {
    organizationId: text("organization_id").notNull(),
    key: text("key").notNull(),
    requestHash: text("request_hash").notNull(),
    response: text("response").notNull(),
    createdAtMs: whole("created_at_ms").notNull(),
    subject: text("subject"),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.key] })],
);
