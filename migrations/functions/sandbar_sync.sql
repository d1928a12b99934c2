-- The cluster's row with the caller's identity as its body, then what changed since the known version: see
-- `ClusterUpdate`. No row when the secret does not open the cluster. The answer is a first page of everything when no
-- version is known, or after a row `reset` when the difference is unknown or larger than `p_max_difference_bytes`.
--
-- Rows of the answer are (part, meta, body). `meta` of the cluster is a JSON object with the names of `ClusterRow`.
-- `meta` of index and log rows, of which there can be thousands, is a JSON array in the order of
-- `src/storage/postgres/rows.ts`. `body` is an object's text, byte for byte.
--
-- STABLE is required, here and in the other reading functions. All statements of a STABLE function read with the
-- snapshot of the calling statement. A VOLATILE function takes a new snapshot for each statement, so a commit between
-- two of them would tear the answer: the cluster's row of one version with log and index rows of the next. Entering a
-- role and setting parameters changes the session and no table, so STABLE is allowed.
--
-- `p_as_object` false: the cluster and the identity are JSON arrays, for the previous Worker, which does not pass it.
DROP FUNCTION IF EXISTS sandbar_sync(text, text, text, bigint, bigint, bigint, bigint, bigint);

CREATE OR REPLACE FUNCTION sandbar_sync(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint,
  p_known_version bigint, p_known_revision bigint, p_page_bytes bigint, p_max_difference_bytes bigint,
  p_as_object boolean DEFAULT false)
RETURNS TABLE (part text, meta text, body text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_version bigint;
  v_log_bytes bigint;
  v_known_log_bytes bigint;
  v_reset boolean := false;
BEGIN
  meta := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  SELECT c.version, c.log_bytes, CASE WHEN p_as_object
      THEN json_build_object(
        'id', c.id, 'organizationId', c.organization_id, 'version', c.version, 'revision', c.revision,
        'compactedRevision', c.compacted_revision, 'timeMs', c.time_ms, 'offsetMs', c.offset_ms,
        'nextDueAtMs', c.next_due_at_ms, 'baseId', c.base_id, 'seed', c.seed, 'createdAtMs', c.created_at_ms,
        'counters', c.counters, 'settings', c.settings, 'images', c.images)
      ELSE json_build_array(
        c.id, c.organization_id, c.version, c.revision, c.compacted_revision, c.time_ms, c.offset_ms, c.next_due_at_ms,
        c.base_id, c.seed, c.created_at_ms, c.counters, c.settings) END
    INTO v_version, v_log_bytes, meta
    FROM cluster c
    WHERE c.id = p_cluster_id;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  part := 'cluster';
  body := sandbar_identity(p_via, p_secret_hash, p_cluster_id, p_as_object);
  RETURN NEXT;
  IF p_known_version = v_version THEN
    RETURN;
  END IF;

  IF p_known_version IS NOT NULL THEN
    SELECT r.log_bytes INTO v_known_log_bytes FROM commit_record r
      WHERE r.cluster_id = p_cluster_id AND r.version <= p_known_version ORDER BY r.version DESC LIMIT 1;
    v_reset := NOT FOUND OR p_known_version > v_version OR v_log_bytes - v_known_log_bytes > p_max_difference_bytes
      -- The log does not show rows of which only `due` or `private_state` changed. Lengths are read without the values.
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
    SELECT 'log',
           json_build_array(c.revision, c.key, c.type, c.time_ms, c.real_time_ms, c.previous_revision)::text,
           c.body
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
