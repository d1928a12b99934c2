-- Applies a commit at its expected version and answers one row `applied`, whose meta is a JSON object of the new
-- version and the compacted revision. On a conflict it writes nothing and answers as `sandbar_sync` since the
-- expected version. No row when the secret does not open the cluster.
--
-- Beyond each key's newest row the log keeps about `p_retained_log_bytes`: older rows are compacted at any age.
-- `p_rows`, `p_log`: JSON arrays of objects with one-letter names, as `src/storage/postgres/rows.ts` writes them.
-- `p_bodies`: the bodies of `p_log`, joined by U+001E. JSON text cannot contain it, so no body is escaped or changed.
-- The function is VOLATILE: after waiting for another writer's lock, later statements see what that writer committed.
-- `p_expected_images`: the summary of the organization's images that the commit depends on, empty for none. Another
-- summary is a conflict. Null: the commit depends on none.
-- `p_as_object` false: the previous Worker reads version and compacted revision from `meta` and `body`.
DROP FUNCTION IF EXISTS sandbar_commit(
  text, text, text, bigint, text, bigint, bigint, bigint, bigint, bigint, bigint, text, json, json, json, text, int,
  bigint, bigint, bigint, bigint);
DROP FUNCTION IF EXISTS sandbar_commit(
  text, text, text, bigint, text, bigint, bigint, bigint, bigint, bigint, bigint, text, json, json, json, text, int,
  bigint, bigint, bigint, bigint, boolean);

CREATE OR REPLACE FUNCTION sandbar_commit(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint,
  p_commit_id text, p_expected_version bigint,
  p_revision bigint, p_compacted_revision bigint, p_time_ms bigint, p_offset_ms bigint, p_next_due_at_ms bigint,
  p_counters text, p_rows json, p_removed_keys json, p_log json, p_bodies text,
  p_compact_max_rows int, p_remembered_versions bigint, p_page_bytes bigint, p_max_difference_bytes bigint,
  p_retained_log_bytes bigint, p_as_object boolean DEFAULT false, p_expected_images text DEFAULT NULL)
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
    AND (p_expected_images IS NULL OR coalesce(images, '') = p_expected_images)
  RETURNING compaction_cursor, compacted_revision, log_bytes, compacted_log_bytes
    INTO v_cursor, v_compacted_revision, v_log_bytes, v_compacted_log_bytes;

  IF NOT FOUND THEN
    -- The same commit may have been applied before and its answer lost.
    SELECT 'applied', r.version::text, c.compacted_revision::text INTO part, meta, body
      FROM commit_record r JOIN cluster c ON c.id = r.cluster_id
      WHERE r.cluster_id = p_cluster_id AND r.version = v_version AND r.commit_id = p_commit_id;
    IF FOUND THEN
      IF p_as_object THEN
        meta := json_build_object('version', meta::bigint, 'compactedRevision', body::bigint);
        body := NULL;
      END IF;
      RETURN NEXT;
      RETURN;
    END IF;
    RETURN QUERY SELECT * FROM sandbar_sync(
      p_via, p_secret_hash, p_cluster_id, p_now_ms, p_expected_version,
      (SELECT r.revision FROM commit_record r
       WHERE r.cluster_id = p_cluster_id AND r.version <= p_expected_version ORDER BY r.version DESC LIMIT 1),
      p_page_bytes, p_max_difference_bytes, p_as_object);
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
      removed = true, deleted = true, changed_version = v_version, uid = '', revision = 0, due = NULL,
      private_state = NULL
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

  -- Over the limit the log is cut to three quarters of the limit, so that the next cut is far away.
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
  -- At every 64th version only, so that most commits do not pay for it.
  IF v_version % 64 = 0 THEN
    PERFORM sandbar_forget(p_cluster_id, v_version - p_remembered_versions);
  END IF;
  part := 'applied';
  IF p_as_object THEN
    meta := json_build_object('version', v_version, 'compactedRevision', v_compacted_revision);
    body := NULL;
  ELSE
    meta := v_version; body := v_compacted_revision;
  END IF;
  RETURN NEXT;
END
$$;

-- The signature of an earlier Worker, which has no limit of its own for the log's bytes.
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
