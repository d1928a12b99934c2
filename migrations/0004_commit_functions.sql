-- The writing side of a cluster's store; see 0003 for why these are functions.

-- Removes log rows that nothing needs: see `Commit.compactMaxRows`. Each row of the log is looked at once, in order, as
-- the one that supersedes older rows of its key (one of those is left by then) and, if it says DELETED, as the last word
-- on a key that has no index row. So at most two go with each row looked at.
CREATE FUNCTION sandbar_compact(p_cluster_id text, p_cursor bigint, p_compacted_revision bigint, p_max_rows int)
RETURNS void LANGUAGE plpgsql AS $$
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
  )
  UPDATE cluster SET compaction_cursor = coalesce((SELECT max(looked.revision) FROM looked), p_compacted_revision)
  WHERE id = p_cluster_id;
END
$$;
--> statement-breakpoint
-- Forgets removed keys and commits older than `p_oldest_version`, with the DELETED rows that compaction had to leave
-- while an index row was there.
CREATE FUNCTION sandbar_forget(p_cluster_id text, p_oldest_version bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM commit_record r WHERE r.cluster_id = p_cluster_id AND r.version < p_oldest_version;
  WITH forgotten AS (
    DELETE FROM object o
    WHERE o.cluster_id = p_cluster_id AND o.removed AND o.changed_version < p_oldest_version
    RETURNING o.key
  )
  DELETE FROM change c USING forgotten
  WHERE c.cluster_id = p_cluster_id AND c.key = forgotten.key AND c.type = 'DELETED'
    AND c.revision <= (SELECT compaction_cursor FROM cluster WHERE id = p_cluster_id);
END
$$;
--> statement-breakpoint
-- Applies a commit at its expected version and answers one row `applied` with the new version. Otherwise writes nothing
-- and answers as `sandbar_sync` since that version, or with no row when the scope opens nothing.
-- `p_rows`, `p_log`: JSON arrays of objects with one-letter names, as `src/storage/postgres/rows.ts` writes them.
-- `p_bodies`: the bodies of `p_log`, joined by U+001E, which JSON text cannot contain: no escaping, and exact.
CREATE FUNCTION sandbar_commit(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint,
  p_commit_id text, p_expected_version bigint,
  p_revision bigint, p_compacted_revision bigint, p_time_ms bigint, p_offset_ms bigint, p_next_due_at_ms bigint,
  p_counters text, p_rows json, p_removed_keys json, p_log json, p_bodies text,
  p_compact_max_rows int, p_remembered_versions bigint, p_page_bytes bigint, p_max_difference_bytes bigint)
RETURNS TABLE (part text, meta text, body text) LANGUAGE plpgsql AS $$
DECLARE
  v_version bigint := p_expected_version + 1;
  v_cursor bigint;
  v_log_bytes bigint;
BEGIN
  meta := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  UPDATE cluster SET
    version = v_version, revision = p_revision, compacted_revision = p_compacted_revision, time_ms = p_time_ms,
    offset_ms = p_offset_ms, next_due_at_ms = p_next_due_at_ms, counters = p_counters,
    log_bytes = log_bytes + coalesce(octet_length(p_bodies), 0)
  WHERE id = p_cluster_id AND version = p_expected_version
  RETURNING compaction_cursor, log_bytes INTO v_cursor, v_log_bytes;

  IF NOT FOUND THEN
    -- Perhaps this very commit was applied before and its answer lost.
    SELECT 'applied', r.version::text INTO part, meta FROM commit_record r
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

  IF p_compact_max_rows > 0 AND v_cursor < p_compacted_revision THEN
    PERFORM sandbar_compact(p_cluster_id, v_cursor, p_compacted_revision, p_compact_max_rows);
  END IF;
  -- Now and then only, so that most commits do not pay for it.
  IF v_version % 64 = 0 THEN
    PERFORM sandbar_forget(p_cluster_id, v_version - p_remembered_versions);
  END IF;
  part := 'applied'; meta := v_version::text;
  RETURN NEXT;
END
$$;
--> statement-breakpoint
-- The version of a commit whose answer was lost. When it did not happen, the cluster's version rises, so that it cannot
-- happen after this answer either.
CREATE FUNCTION sandbar_find_commit(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint, p_commit_id text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_version bigint;
  v_none text;
BEGIN
  v_none := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  -- Waits for it if it is being applied right now.
  PERFORM FROM cluster c WHERE c.id = p_cluster_id FOR NO KEY UPDATE;
  SELECT r.version INTO v_version FROM commit_record r WHERE r.cluster_id = p_cluster_id AND r.commit_id = p_commit_id;
  IF NOT FOUND THEN
    UPDATE cluster SET version = version + 1 WHERE id = p_cluster_id;
  END IF;
  RETURN v_version;
END
$$;
