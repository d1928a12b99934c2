-- A row `compacted` with the compacted revision, then for each key with the prefix its newest log row at or below a
-- revision, in key order, bounded by rows and bytes. A last row `more` says that further keys exist. `p_prefix_end`
-- is the first key after all keys with the prefix.
CREATE OR REPLACE FUNCTION sandbar_state_at(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint,
  p_revision bigint, p_key_prefix text, p_prefix_end text, p_after_key text, p_max_rows int, p_max_bytes bigint)
RETURNS TABLE (part text, meta text, body text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_row record;
  v_bytes bigint := 0;
  v_rows int := 0;
BEGIN
  meta := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  SELECT 'compacted', c.compacted_revision::text INTO part, meta FROM cluster c WHERE c.id = p_cluster_id;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  RETURN NEXT;
  FOR v_row IN
    SELECT c.revision, c.key, c.type, c.time_ms, c.real_time_ms, c.previous_revision, c.body
    FROM (
      SELECT l.key, max(l.revision) AS revision FROM change l
      WHERE l.cluster_id = p_cluster_id AND l.key >= p_key_prefix AND l.key < p_prefix_end AND l.key > p_after_key
        AND l.revision <= p_revision
      GROUP BY l.key
      ORDER BY l.key
      LIMIT p_max_rows + 1
    ) newest
    JOIN change c ON c.cluster_id = p_cluster_id AND c.revision = newest.revision
    ORDER BY newest.key
  LOOP
    v_bytes := v_bytes + octet_length(v_row.body);
    IF v_rows >= p_max_rows OR (v_rows > 0 AND v_bytes > p_max_bytes) THEN
      part := 'more'; meta := NULL; body := NULL;
      RETURN NEXT;
      RETURN;
    END IF;
    v_rows := v_rows + 1;
    part := 'log';
    meta := json_build_array(v_row.revision, v_row.key, v_row.type, v_row.time_ms, v_row.real_time_ms,
                             v_row.previous_revision);
    body := v_row.body;
    RETURN NEXT;
  END LOOP;
END
$$;
