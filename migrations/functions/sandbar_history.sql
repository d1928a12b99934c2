-- A row `compacted` with the compacted revision, then log rows after a revision in order, at most `p_max_bytes` of
-- bodies but at least one row. A last row `more` says that further rows exist.
CREATE OR REPLACE FUNCTION sandbar_history(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint,
  p_after_revision bigint, p_key_prefix text, p_max_bytes bigint)
RETURNS TABLE (part text, meta text, body text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_row record;
  v_bytes bigint := 0;
BEGIN
  meta := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  SELECT 'compacted', c.compacted_revision::text INTO part, meta FROM cluster c WHERE c.id = p_cluster_id;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  RETURN NEXT;
  FOR v_row IN
    SELECT c.revision, c.key, c.type, c.time_ms, c.real_time_ms, c.previous_revision, c.body FROM change c
    WHERE c.cluster_id = p_cluster_id AND c.revision > p_after_revision AND starts_with(c.key, p_key_prefix)
    ORDER BY c.revision
  LOOP
    v_bytes := v_bytes + octet_length(v_row.body);
    IF part = 'log' AND v_bytes > p_max_bytes THEN
      part := 'more'; meta := NULL; body := NULL;
      RETURN NEXT;
      RETURN;
    END IF;
    part := 'log';
    meta := json_build_array(v_row.revision, v_row.key, v_row.type, v_row.time_ms, v_row.real_time_ms,
                             v_row.previous_revision);
    body := v_row.body;
    RETURN NEXT;
  END LOOP;
END
$$;
