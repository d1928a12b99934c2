-- Removes expired credentials, old Idempotency-Keys, and log rows of clusters whose compaction is behind or that had
-- no commit during the retention. Removes at most `p_max_rows` of each, in at most `p_max_clusters` clusters. The
-- next run continues at the next cluster. Answers zeros while another run is in progress; skips a cluster that is
-- being written to.
CREATE OR REPLACE FUNCTION sandbar_clean(
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
      -- The next run starts with the first cluster.
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

-- Repeatable: the owner of a function needs CREATE on its schema at the moment it becomes the owner.
GRANT CREATE ON SCHEMA public TO sandbar_cleaner;
ALTER FUNCTION sandbar_clean OWNER TO sandbar_cleaner;
REVOKE CREATE ON SCHEMA public FROM sandbar_cleaner;
REVOKE EXECUTE ON FUNCTION sandbar_clean FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sandbar_clean TO sandbar_app;
