-- Answers an outcome of `Created`, and the stored response for `replayed` or the id for `gone`.
CREATE OR REPLACE FUNCTION sandbar_create_cluster(
  p_key_hash text, p_now_ms bigint, p_idempotency_ttl_ms bigint,
  p_idempotency_key text, p_request_hash text, p_response text, p_max_clusters int,
  p_id text, p_name text, p_labels text, p_settings text, p_seed text, p_created_at_ms bigint,
  p_base_id text, p_base_body text, p_revision bigint, p_next_due_at_ms bigint, p_counters text,
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
  IF (SELECT count(*) FROM cluster c WHERE c.organization_id = v_organization_id) >= p_max_clusters THEN
    outcome := 'limit';
    RETURN;
  END IF;
  -- The policies hide a base until one of the organization's clusters uses it, so its presence cannot be tested first.
  -- Without a body, the foreign key fails if the base is missing.
  INSERT INTO base (id, body) SELECT p_base_id, p_base_body WHERE p_base_body IS NOT NULL ON CONFLICT DO NOTHING;
  INSERT INTO cluster (id, organization_id, name, labels, version, revision, compacted_revision, compaction_cursor,
                       log_bytes, time_ms, offset_ms, next_due_at_ms, base_id, seed, created_at_ms, counters, settings,
                       images)
  VALUES (p_id, v_organization_id, p_name, p_labels::jsonb, 1, p_revision, 0, 0,
          0, p_created_at_ms, 0, p_next_due_at_ms, p_base_id, p_seed, p_created_at_ms, p_counters, p_settings,
          sandbar_images_summary(v_organization_id));
  -- Enters the new cluster's scope: its first version gets a commit record, as every later version does.
  PERFORM sandbar_enter('apiKey', p_key_hash, p_id, p_now_ms);
  INSERT INTO commit_record (cluster_id, version, revision, log_bytes, commit_id) VALUES (p_id, 1, p_revision, 0, p_id);
  PERFORM sandbar_remember(v_organization_id, p_idempotency_key, p_request_hash, p_response, 'cluster/' || p_id);
  outcome := 'created';
END
$$;
