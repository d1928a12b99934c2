-- What a cluster's store asks, as one call each: one statement is one round trip and one transaction, its plans are kept
-- by the connection, and after waiting for another writer the later statements of `sandbar_commit` see what that one
-- wrote (the parts of one large statement would not).
--
-- All begin by entering the request's scope, so row-level security holds inside. Rows come back as (part, meta, body): `meta` is a JSON array,
-- its order is that of `src/storage/postgres/rows.ts`; `body` is an object exactly as it was written.

-- Index rows with their bodies in key order, about `p_page_bytes` of bodies; then `next` with the last key if more follow.
CREATE FUNCTION sandbar_page(p_cluster_id text, p_after_key text, p_page_bytes bigint)
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
    v_bytes := v_bytes + coalesce(octet_length(v_row.body), 0);
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
-- The cluster's row with the caller's identity as its body, then what changed since the known version: see `Snapshot`. No row at all
-- when the secret does not open the cluster.
CREATE FUNCTION sandbar_sync(
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
  -- The policy that let the row through left it there.
  body := CASE WHEN p_via = 'credential' THEN current_setting('sandbar.identity') END;
  RETURN NEXT;
  IF p_known_version = v_version THEN
    RETURN;
  END IF;

  IF p_known_version IS NOT NULL THEN
    SELECT r.log_bytes INTO v_known_log_bytes FROM commit_record r
      WHERE r.cluster_id = p_cluster_id AND r.version <= p_known_version ORDER BY r.version DESC LIMIT 1;
    v_reset := NOT FOUND OR p_known_version > v_version OR v_log_bytes - v_known_log_bytes > p_max_difference_bytes;
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
CREATE FUNCTION sandbar_load_page(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint, p_after_key text, p_page_bytes bigint)
RETURNS TABLE (part text, meta text, body text) LANGUAGE plpgsql STABLE AS $$
BEGIN
  meta := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  SELECT 'version', c.version::text INTO part, meta FROM cluster c WHERE c.id = p_cluster_id;
  IF FOUND THEN
    RETURN NEXT;
    RETURN QUERY SELECT * FROM sandbar_page(p_cluster_id, p_after_key, p_page_bytes);
  END IF;
END
$$;
--> statement-breakpoint
-- Log rows after a revision in order, while their bodies fit; then `more` if some did not. `compacted` comes first.
CREATE FUNCTION sandbar_history(
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
--> statement-breakpoint
-- For each key of a prefix the newest log row at or below a revision, in key order, bounded by rows and bytes; then
-- `more` if there are further ones. `compacted` comes first. `p_prefix_end` is the first key after all with the prefix.
CREATE FUNCTION sandbar_state_at(
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
--> statement-breakpoint
CREATE FUNCTION sandbar_load_base(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint, p_base_id text)
RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_none text;
BEGIN
  v_none := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  RETURN (SELECT b.body FROM base b WHERE b.id = p_base_id);
END
$$;
