-- Tables. Bodies, private state and counters are `text`: they are served as they were written, byte for byte.
-- Times are milliseconds since the epoch. Keys compare by byte (collation "C"), so a range of keys is a prefix.

CREATE TABLE organization (
  id text PRIMARY KEY,
  name text NOT NULL,
  created_at_ms bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE api_key (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organization ON DELETE CASCADE,
  name text NOT NULL,
  prefix text NOT NULL,
  -- SHA-256 of the key, lower-case hex. The key itself is never stored.
  key_hash text NOT NULL UNIQUE,
  created_at_ms bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX api_key_by_organization ON api_key (organization_id);
--> statement-breakpoint
-- What lies under clusters: immutable, shared, found by its content's id.
CREATE TABLE base (
  id text PRIMARY KEY,
  body text NOT NULL
);
--> statement-breakpoint
-- Every commit updates its cluster's row, and no index has a column that it changes: room on the page keeps the new
-- row beside the old one.
CREATE TABLE cluster (
  id text COLLATE "C" PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organization ON DELETE CASCADE,
  name text NOT NULL,
  labels jsonb NOT NULL,
  version bigint NOT NULL,
  revision bigint NOT NULL,
  compacted_revision bigint NOT NULL,
  -- The log up to here has been looked through for rows that compaction may remove.
  compaction_cursor bigint NOT NULL,
  -- Bytes of all bodies that were ever written to the log: says how much a copy misses without looking.
  log_bytes bigint NOT NULL,
  time_ms bigint NOT NULL,
  offset_ms bigint NOT NULL,
  next_due_at_ms bigint,
  base_id text NOT NULL REFERENCES base,
  seed text NOT NULL,
  created_at_ms bigint NOT NULL,
  counters text NOT NULL,
  settings text NOT NULL,
  CONSTRAINT cluster_by_organization UNIQUE (organization_id, id)
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE credential (
  cluster_id text COLLATE "C" NOT NULL,
  id text NOT NULL,
  organization_id text NOT NULL,
  user_name text NOT NULL,
  -- JSON array of strings.
  group_names text NOT NULL,
  -- Id, user and groups as every request needs them: a JSON array.
  identity text NOT NULL,
  -- SHA-256 of the token, lower-case hex.
  token_hash text NOT NULL UNIQUE,
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint,
  PRIMARY KEY (cluster_id, id),
  FOREIGN KEY (organization_id, cluster_id) REFERENCES cluster (organization_id, id) ON DELETE CASCADE
);
--> statement-breakpoint
-- The index of what is current. No foreign key to the cluster here and below: commits only write under the lock of the
-- cluster's row, and deleting a cluster removes them under the same lock.
CREATE TABLE object (
  cluster_id text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  uid text NOT NULL,
  revision bigint NOT NULL,
  changed_version bigint NOT NULL,
  deleted boolean NOT NULL,
  -- Removed for good; kept until no copy can be so old that it has to be told.
  removed boolean NOT NULL DEFAULT false,
  due text,
  private_state text,
  PRIMARY KEY (cluster_id, key)
) WITH (fillfactor = 80);
--> statement-breakpoint
CREATE INDEX object_by_version ON object (cluster_id, changed_version);
--> statement-breakpoint
CREATE INDEX object_removed ON object (cluster_id, changed_version) WHERE removed;
--> statement-breakpoint
-- The log, and the only place of bodies. Bodies of a few kilobytes stay in the row and are not compressed.
CREATE TABLE change (
  cluster_id text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  type text NOT NULL,
  time_ms bigint NOT NULL,
  real_time_ms bigint NOT NULL,
  previous_revision bigint NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (cluster_id, revision)
) WITH (toast_tuple_target = 8160);
--> statement-breakpoint
CREATE INDEX change_by_key ON change (cluster_id, key, revision);
--> statement-breakpoint
-- What each of the last versions of a cluster began with.
CREATE TABLE commit_record (
  cluster_id text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  revision bigint NOT NULL,
  log_bytes bigint NOT NULL,
  commit_id text NOT NULL,
  PRIMARY KEY (cluster_id, version)
);
--> statement-breakpoint
-- `organization_id` is empty for the operator's own requests.
CREATE TABLE idempotency (
  organization_id text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  response text NOT NULL,
  created_at_ms bigint NOT NULL,
  PRIMARY KEY (organization_id, key)
);
--> statement-breakpoint
CREATE INDEX idempotency_by_age ON idempotency (organization_id, created_at_ms);
