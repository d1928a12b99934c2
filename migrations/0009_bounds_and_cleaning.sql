-- Bounds in bytes: on what answers hold, and on how much of the log is kept. Cleaning of what nothing needs any more.

-- ---- Answers

-- As before, but `due` and `private_state` count for a page as bodies do.
CREATE OR REPLACE FUNCTION sandbar_page(p_cluster_id text, p_after_key text, p_page_bytes bigint)
RETURNS TABLE (part text, meta text, body text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_row record;
  v_bytes bigint := 0;
  v_last_key text;
BEGIN
  FOR v_row IN
    SELECT o.key, o.uid, o.revision, o.changed_version, o.deleted, o.due, o.private_state, c.body
    FROM object o
    LEFT JOIN change c ON c.cluster_id = p_cluster_id AND c.revision = o.revision AND NOT o.deleted
    WHERE o.cluster_id = p_cluster_id AND o.key > p_after_key AND NOT o.removed
    ORDER BY o.key
  LOOP
    v_bytes := v_bytes + coalesce(octet_length(v_row.body), 0) + coalesce(octet_length(v_row.due), 0)
      + coalesce(octet_length(v_row.private_state), 0);
    IF v_bytes > p_page_bytes AND v_last_key IS NOT NULL THEN
      part := 'next'; meta := v_last_key; body := NULL;
      RETURN NEXT;
      RETURN;
    END IF;
    part := 'row';
    meta := json_build_array(v_row.key, v_row.uid, v_row.revision, v_row.changed_version, v_row.deleted, v_row.due,
                             v_row.private_state);
    body := v_row.body;
    v_last_key := v_row.key;
    RETURN NEXT;
  END LOOP;
END
$$;
--> statement-breakpoint
-- As before, but a copy that misses much of `due` and `private_state` is loaded anew, too, in pages.
CREATE OR REPLACE FUNCTION sandbar_sync(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint,
  p_known_version bigint, p_known_revision bigint, p_page_bytes bigint, p_max_difference_bytes bigint)
RETURNS TABLE (part text, meta text, body text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_version bigint;
  v_log_bytes bigint;
  v_known_log_bytes bigint;
  v_reset boolean := false;
BEGIN
  meta := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  SELECT c.version, c.log_bytes, json_build_array(
      c.id, c.organization_id, c.version, c.revision, c.compacted_revision, c.time_ms, c.offset_ms, c.next_due_at_ms,
      c.base_id, c.seed, c.created_at_ms, c.counters, c.settings)
    INTO v_version, v_log_bytes, meta
    FROM cluster c
    WHERE c.id = p_cluster_id;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  part := 'cluster';
  body := sandbar_identity(p_via, p_secret_hash, p_cluster_id);
  RETURN NEXT;
  IF p_known_version = v_version THEN
    RETURN;
  END IF;

  IF p_known_version IS NOT NULL THEN
    SELECT r.log_bytes INTO v_known_log_bytes FROM commit_record r
      WHERE r.cluster_id = p_cluster_id AND r.version <= p_known_version ORDER BY r.version DESC LIMIT 1;
    v_reset := NOT FOUND OR p_known_version > v_version OR v_log_bytes - v_known_log_bytes > p_max_difference_bytes
      -- Rows whose work or state alone changed are in no log. Their lengths are known without reading them.
      OR (SELECT sum(coalesce(octet_length(o.due), 0) + coalesce(octet_length(o.private_state), 0)) FROM object o
          WHERE o.cluster_id = p_cluster_id AND o.changed_version > p_known_version) > p_max_difference_bytes;
  END IF;
  IF p_known_version IS NULL OR v_reset THEN
    IF v_reset THEN
      part := 'reset'; meta := NULL; body := NULL;
      RETURN NEXT;
    END IF;
    RETURN QUERY SELECT * FROM sandbar_page(p_cluster_id, '', p_page_bytes);
    RETURN;
  END IF;

  RETURN QUERY
    SELECT 'log', json_build_array(c.revision, c.key, c.type, c.time_ms, c.real_time_ms, c.previous_revision)::text, c.body
    FROM change c
    WHERE c.cluster_id = p_cluster_id AND c.revision > p_known_revision
    ORDER BY c.revision;
  RETURN QUERY
    SELECT CASE WHEN o.removed THEN 'removed' ELSE 'row' END,
           CASE WHEN o.removed THEN o.key ELSE
             json_build_array(o.key, o.uid, o.revision, o.changed_version, o.deleted, o.due, o.private_state)::text END,
           c.body
    FROM object o
    LEFT JOIN change c ON c.cluster_id = p_cluster_id AND c.revision = o.revision
      AND o.revision <= p_known_revision AND NOT o.deleted
    WHERE o.cluster_id = p_cluster_id AND o.changed_version > p_known_version;
END
$$;
--> statement-breakpoint
-- ---- The log

-- Of the log's bytes (`log_bytes`) these were written before the revision that the limit in bytes was last applied at.
ALTER TABLE cluster ADD COLUMN compacted_log_bytes bigint NOT NULL DEFAULT 0;
--> statement-breakpoint
GRANT UPDATE (compacted_log_bytes) ON cluster TO sandbar_app;
--> statement-breakpoint
DROP FUNCTION sandbar_compact(text, bigint, bigint, int);
--> statement-breakpoint
-- Removes log rows that nothing needs: see `Commit.compactMaxRows`. Each row of the log is looked at once, in order, as
-- the one that supersedes older rows of its key (one of those is left by then) and, if it says DELETED, as the last word
-- on a key that has no index row. So at most two go with each row looked at.
CREATE FUNCTION sandbar_compact(
  p_cluster_id text, p_cursor bigint, p_compacted_revision bigint, p_max_rows int,
  OUT new_cursor bigint, OUT looked_rows bigint, OUT removed_rows bigint) LANGUAGE plpgsql AS $$
BEGIN
  WITH looked AS MATERIALIZED (
    SELECT c.revision, c.key, c.type FROM change c
    WHERE c.cluster_id = p_cluster_id AND c.revision > p_cursor AND c.revision <= p_compacted_revision
    ORDER BY c.revision
    LIMIT greatest(p_max_rows / 2, 1)
  ), unneeded AS (
    SELECT c.revision FROM looked
    JOIN change c ON c.cluster_id = p_cluster_id AND c.key = looked.key AND c.revision < looked.revision
    UNION
    SELECT looked.revision FROM looked
    WHERE looked.type = 'DELETED' AND NOT EXISTS (
      SELECT FROM object o WHERE o.cluster_id = p_cluster_id AND o.key = looked.key AND NOT o.removed)
  ), removed AS (
    DELETE FROM change c USING unneeded WHERE c.cluster_id = p_cluster_id AND c.revision = unneeded.revision
    RETURNING c.revision
  )
  UPDATE cluster SET compaction_cursor = coalesce((SELECT max(looked.revision) FROM looked), p_compacted_revision)
  WHERE id = p_cluster_id
  RETURNING compaction_cursor, (SELECT count(*) FROM looked), (SELECT count(*) FROM removed)
    INTO new_cursor, looked_rows, removed_rows;
END
$$;
--> statement-breakpoint
-- Applies a commit at its expected version and answers one row `applied` with the new version and, as its body, the
-- compacted revision. Otherwise writes nothing and answers as `sandbar_sync` since that version, or with no row when the
-- scope opens nothing. Beyond each key's newest row the log keeps about `p_retained_log_bytes`: what is older is compacted,
-- however young.
-- `p_rows`, `p_log`: JSON arrays of objects with one-letter names, as `src/storage/postgres/rows.ts` writes them.
-- `p_bodies`: the bodies of `p_log`, joined by U+001E, which JSON text cannot contain: no escaping, and exact.
CREATE FUNCTION sandbar_commit(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint,
  p_commit_id text, p_expected_version bigint,
  p_revision bigint, p_compacted_revision bigint, p_time_ms bigint, p_offset_ms bigint, p_next_due_at_ms bigint,
  p_counters text, p_rows json, p_removed_keys json, p_log json, p_bodies text,
  p_compact_max_rows int, p_remembered_versions bigint, p_page_bytes bigint, p_max_difference_bytes bigint,
  p_retained_log_bytes bigint)
RETURNS TABLE (part text, meta text, body text) LANGUAGE plpgsql AS $$
DECLARE
  v_version bigint := p_expected_version + 1;
  v_cursor bigint;
  v_compacted_revision bigint;
  v_log_bytes bigint;
  v_compacted_log_bytes bigint;
  v_oldest_revision bigint;
BEGIN
  meta := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  UPDATE cluster SET
    version = v_version, revision = p_revision,
    compacted_revision = greatest(compacted_revision, p_compacted_revision), time_ms = p_time_ms,
    offset_ms = p_offset_ms, next_due_at_ms = p_next_due_at_ms, counters = p_counters,
    log_bytes = log_bytes + coalesce(octet_length(p_bodies), 0)
  WHERE id = p_cluster_id AND version = p_expected_version
  RETURNING compaction_cursor, compacted_revision, log_bytes, compacted_log_bytes
    INTO v_cursor, v_compacted_revision, v_log_bytes, v_compacted_log_bytes;

  IF NOT FOUND THEN
    -- Perhaps this very commit was applied before and its answer lost.
    SELECT 'applied', r.version::text, c.compacted_revision::text INTO part, meta, body
      FROM commit_record r JOIN cluster c ON c.id = r.cluster_id
      WHERE r.cluster_id = p_cluster_id AND r.version = v_version AND r.commit_id = p_commit_id;
    IF FOUND THEN
      RETURN NEXT;
      RETURN;
    END IF;
    RETURN QUERY SELECT * FROM sandbar_sync(
      p_via, p_secret_hash, p_cluster_id, p_now_ms, p_expected_version,
      (SELECT r.revision FROM commit_record r
       WHERE r.cluster_id = p_cluster_id AND r.version <= p_expected_version ORDER BY r.version DESC LIMIT 1),
      p_page_bytes, p_max_difference_bytes);
    RETURN;
  END IF;

  IF p_rows IS NOT NULL THEN
    INSERT INTO object AS o (cluster_id, key, uid, revision, changed_version, deleted, removed, due, private_state)
    SELECT p_cluster_id, n.k, n.u, n.r, v_version, n.d, false, n.w, n.p
    FROM json_to_recordset(p_rows) AS n (k text, u text, r bigint, d boolean, w text, p text)
    ON CONFLICT (cluster_id, key) DO UPDATE SET
      uid = excluded.uid, revision = excluded.revision, changed_version = excluded.changed_version,
      deleted = excluded.deleted, removed = false, due = excluded.due, private_state = excluded.private_state;
  END IF;
  IF p_removed_keys IS NOT NULL THEN
    UPDATE object o SET
      removed = true, deleted = true, changed_version = v_version, uid = '', revision = 0, due = NULL, private_state = NULL
    FROM json_array_elements_text(p_removed_keys) AS gone (key)
    WHERE o.cluster_id = p_cluster_id AND o.key = gone.key AND NOT o.removed;
  END IF;
  IF p_log IS NOT NULL THEN
    INSERT INTO change (cluster_id, revision, key, type, time_ms, real_time_ms, previous_revision, body)
    SELECT p_cluster_id, n.r, n.k, n.y, n.t, n.a, n.v, n.b
    FROM ROWS FROM (
      json_to_recordset(p_log) AS (r bigint, k text, y text, t bigint, a bigint, v bigint),
      string_to_table(p_bodies, chr(30))) AS n (r, k, y, t, a, v, b);
  END IF;
  INSERT INTO commit_record (cluster_id, version, revision, log_bytes, commit_id)
  VALUES (p_cluster_id, v_version, p_revision, v_log_bytes, p_commit_id);

  -- Over the limit the log is cut back to three quarters of it, so that the next look is as much later.
  IF v_log_bytes - v_compacted_log_bytes > p_retained_log_bytes THEN
    v_compacted_log_bytes := v_log_bytes - p_retained_log_bytes * 3 / 4;
    SELECT r.revision INTO v_oldest_revision FROM commit_record r
      WHERE r.cluster_id = p_cluster_id AND r.log_bytes <= v_compacted_log_bytes ORDER BY r.version DESC LIMIT 1;
    v_compacted_revision := greatest(v_compacted_revision, coalesce(v_oldest_revision, 0));
    UPDATE cluster SET compacted_revision = v_compacted_revision, compacted_log_bytes = v_compacted_log_bytes
      WHERE id = p_cluster_id;
  END IF;
  IF p_compact_max_rows > 0 AND v_cursor < v_compacted_revision THEN
    PERFORM sandbar_compact(p_cluster_id, v_cursor, v_compacted_revision, p_compact_max_rows);
  END IF;
  -- Now and then only, so that most commits do not pay for it.
  IF v_version % 64 = 0 THEN
    PERFORM sandbar_forget(p_cluster_id, v_version - p_remembered_versions);
  END IF;
  part := 'applied'; meta := v_version::text; body := v_compacted_revision::text;
  RETURN NEXT;
END
$$;
--> statement-breakpoint
-- What a Worker of the version before calls until it is replaced.
CREATE OR REPLACE FUNCTION sandbar_commit(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint,
  p_commit_id text, p_expected_version bigint,
  p_revision bigint, p_compacted_revision bigint, p_time_ms bigint, p_offset_ms bigint, p_next_due_at_ms bigint,
  p_counters text, p_rows json, p_removed_keys json, p_log json, p_bodies text,
  p_compact_max_rows int, p_remembered_versions bigint, p_page_bytes bigint, p_max_difference_bytes bigint)
RETURNS TABLE (part text, meta text, body text) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT * FROM sandbar_commit(
      p_via, p_secret_hash, p_cluster_id, p_now_ms, p_commit_id, p_expected_version, p_revision,
      p_compacted_revision, p_time_ms, p_offset_ms, p_next_due_at_ms, p_counters, p_rows, p_removed_keys, p_log,
      p_bodies, p_compact_max_rows, p_remembered_versions, p_page_bytes, p_max_difference_bytes,
      16777216);
END
$$;
--> statement-breakpoint
-- ---- Credentials

CREATE OR REPLACE FUNCTION sandbar_create_credential(
  p_key_hash text, p_now_ms bigint, p_idempotency_ttl_ms bigint,
  p_idempotency_key text, p_request_hash text, p_response text, p_max_credentials int,
  p_cluster_id text, p_id text, p_user_name text, p_group_names text, p_token_hash text,
  p_created_at_ms bigint, p_expires_at_ms bigint,
  OUT outcome text, OUT response text) LANGUAGE plpgsql AS $$
DECLARE
  v_organization_id text := sandbar_lock_organization(p_key_hash, p_now_ms);
BEGIN
  IF v_organization_id IS NULL THEN
    outcome := 'unauthorized';
    RETURN;
  END IF;
  SELECT r.outcome, r.response INTO outcome, response FROM sandbar_replay(
    v_organization_id, p_idempotency_key, p_request_hash, sandbar_now_ms() - p_idempotency_ttl_ms) r;
  IF outcome IS NOT NULL THEN
    RETURN;
  END IF;
  IF NOT EXISTS (SELECT FROM cluster c WHERE c.id = p_cluster_id) THEN
    outcome := 'not-found';
    RETURN;
  END IF;
  -- Expired ones open nothing and do not count; a few are removed each time.
  DELETE FROM credential k WHERE k.cluster_id = p_cluster_id AND k.kind = 'user' AND k.id IN (
    SELECT e.id FROM credential e
    WHERE e.cluster_id = p_cluster_id AND e.kind = 'user' AND e.expires_at_ms <= sandbar_now_ms()
    ORDER BY e.expires_at_ms LIMIT 10);
  IF (SELECT count(*) FROM credential k WHERE k.cluster_id = p_cluster_id AND k.kind = 'user'
        AND (k.expires_at_ms IS NULL OR k.expires_at_ms > sandbar_now_ms())) >= p_max_credentials THEN
    outcome := 'limit';
    RETURN;
  END IF;
  INSERT INTO credential (cluster_id, id, organization_id, user_name, group_names, token_hash, created_at_ms, expires_at_ms, kind)
  VALUES (p_cluster_id, p_id, v_organization_id, p_user_name, p_group_names, p_token_hash, p_created_at_ms, p_expires_at_ms,
          'user');
  PERFORM sandbar_remember(v_organization_id, p_idempotency_key, p_request_hash, p_response);
  outcome := 'created';
END
$$;
--> statement-breakpoint
-- ---- Cleaning

-- `sandbar_cleaner` owns the function that cleans up in all clusters; it reads no bodies, no secrets and no names.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sandbar_cleaner') THEN
    CREATE ROLE sandbar_cleaner NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END
$$;
--> statement-breakpoint
DO $$
BEGIN
  IF NOT pg_has_role(current_user, 'sandbar_cleaner', 'USAGE') THEN
    EXECUTE format('GRANT sandbar_cleaner TO %I', current_user);
  END IF;
END
$$;
--> statement-breakpoint
-- Up to which cluster the last run came. The lock on its only row keeps two runs from doing the same.
CREATE TABLE cleaning (
  after_cluster_id text COLLATE "C" NOT NULL
);
--> statement-breakpoint
INSERT INTO cleaning (after_cluster_id) VALUES ('');
--> statement-breakpoint
ALTER TABLE cleaning ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE cleaning FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE INDEX credential_by_expiry ON credential (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
--> statement-breakpoint
CREATE INDEX idempotency_by_creation ON idempotency (created_at_ms);
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO sandbar_cleaner;
--> statement-breakpoint
GRANT SELECT, UPDATE ON cleaning TO sandbar_cleaner;
--> statement-breakpoint
GRANT SELECT (cluster_id, id, expires_at_ms), DELETE ON credential TO sandbar_cleaner;
--> statement-breakpoint
GRANT SELECT (organization_id, key, created_at_ms), DELETE ON idempotency TO sandbar_cleaner;
--> statement-breakpoint
GRANT SELECT (id, revision, compacted_revision, compaction_cursor, time_ms, offset_ms),
  UPDATE (compacted_revision, compaction_cursor) ON cluster TO sandbar_cleaner;
--> statement-breakpoint
GRANT SELECT (cluster_id, revision, key, type), DELETE ON change TO sandbar_cleaner;
--> statement-breakpoint
GRANT SELECT (cluster_id, key, removed) ON object TO sandbar_cleaner;
--> statement-breakpoint
-- The role's members, such as the tables' owner, see nothing by these policies: only the function runs as the role itself.
CREATE POLICY cleaner ON cleaning TO sandbar_cleaner USING (current_user = 'sandbar_cleaner');
--> statement-breakpoint
-- What still opens something is out of its reach.
CREATE POLICY cleaner ON credential TO sandbar_cleaner
  USING (current_user = 'sandbar_cleaner' AND expires_at_ms <= (SELECT sandbar_now_ms()));
--> statement-breakpoint
CREATE POLICY cleaner ON idempotency TO sandbar_cleaner USING (current_user = 'sandbar_cleaner');
--> statement-breakpoint
CREATE POLICY cleaner ON cluster TO sandbar_cleaner USING (current_user = 'sandbar_cleaner');
--> statement-breakpoint
CREATE POLICY cleaner ON change TO sandbar_cleaner USING (current_user = 'sandbar_cleaner');
--> statement-breakpoint
CREATE POLICY cleaner ON object FOR SELECT TO sandbar_cleaner USING (current_user = 'sandbar_cleaner');
--> statement-breakpoint
-- Removes expired credentials, old Idempotency-Keys, and log rows of clusters in which compaction is behind or nothing was
-- committed for the retention. Of each at most `p_max_rows`, in at most `p_max_clusters` clusters; the next run goes on
-- from there. Answers nothing but zeros while another run is under way. A cluster that is being written to is left out.
CREATE FUNCTION sandbar_clean(
  p_now_ms bigint, p_idempotency_ttl_ms bigint, p_log_retention_ms bigint, p_max_rows int, p_max_clusters int,
  OUT credentials bigint, OUT idempotency_keys bigint, OUT clusters bigint, OUT log_rows bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_now_ms bigint;
  v_after text;
  v_id text;
  v_cluster record;
  v_step record;
  v_target bigint;
  v_at bigint;
  v_left bigint := p_max_rows;
BEGIN
  PERFORM set_config('sandbar.now_ms', coalesce(p_now_ms::text, ''), true);
  v_now_ms := sandbar_now_ms();
  credentials := 0; idempotency_keys := 0; clusters := 0; log_rows := 0;
  SELECT c.after_cluster_id INTO v_after FROM cleaning c FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  DELETE FROM credential k WHERE (k.cluster_id, k.id) IN (
    SELECT e.cluster_id, e.id FROM credential e WHERE e.expires_at_ms <= v_now_ms
    ORDER BY e.expires_at_ms LIMIT p_max_rows);
  GET DIAGNOSTICS credentials = ROW_COUNT;
  DELETE FROM idempotency i WHERE (i.organization_id, i.key) IN (
    SELECT o.organization_id, o.key FROM idempotency o WHERE o.created_at_ms <= v_now_ms - p_idempotency_ttl_ms
    ORDER BY o.created_at_ms LIMIT p_max_rows);
  GET DIAGNOSTICS idempotency_keys = ROW_COUNT;

  WHILE clusters < p_max_clusters AND v_left > 0 LOOP
    SELECT c.id INTO v_id FROM cluster c WHERE c.id > v_after ORDER BY c.id LIMIT 1;
    IF NOT FOUND THEN
      -- The next run begins anew.
      v_after := '';
      EXIT;
    END IF;
    clusters := clusters + 1;
    SELECT c.revision, c.compacted_revision, c.compaction_cursor,
           c.time_ms - c.offset_ms <= v_now_ms - p_log_retention_ms AS is_idle
      INTO v_cluster FROM cluster c WHERE c.id = v_id FOR NO KEY UPDATE SKIP LOCKED;
    IF FOUND THEN
      v_target := CASE WHEN v_cluster.is_idle THEN v_cluster.revision ELSE v_cluster.compacted_revision END;
      v_at := v_cluster.compaction_cursor;
      IF v_target > v_cluster.compacted_revision THEN
        UPDATE cluster SET compacted_revision = v_target WHERE id = v_id;
      END IF;
      WHILE v_at < v_target AND v_left > 0 LOOP
        SELECT * INTO v_step FROM sandbar_compact(v_id, v_at, v_target, least(v_left, 1000)::int);
        v_at := v_step.new_cursor;
        v_left := v_left - v_step.looked_rows;
        log_rows := log_rows + v_step.removed_rows;
      END LOOP;
      EXIT WHEN v_at < v_target;
    END IF;
    v_after := v_id;
  END LOOP;
  UPDATE cleaning SET after_cluster_id = v_after;
END
$$;
--> statement-breakpoint
-- A function's new owner must be able to create in its schema, at that moment.
GRANT CREATE ON SCHEMA public TO sandbar_cleaner;
--> statement-breakpoint
ALTER FUNCTION sandbar_clean OWNER TO sandbar_cleaner;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM sandbar_cleaner;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION sandbar_clean FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION sandbar_clean TO sandbar_app;
