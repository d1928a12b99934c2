-- Answers an outcome of `Created`, and the stored response for `replayed` or the id for `gone`.
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
  -- Expired credentials do not count against the limit; a few are removed each time.
  DELETE FROM credential k WHERE k.cluster_id = p_cluster_id AND k.kind = 'user' AND k.id IN (
    SELECT e.id FROM credential e
    WHERE e.cluster_id = p_cluster_id AND e.kind = 'user' AND e.expires_at_ms <= sandbar_now_ms()
    ORDER BY e.expires_at_ms LIMIT 10);
  IF (SELECT count(*) FROM credential k WHERE k.cluster_id = p_cluster_id AND k.kind = 'user'
        AND (k.expires_at_ms IS NULL OR k.expires_at_ms > sandbar_now_ms())) >= p_max_credentials THEN
    outcome := 'limit';
    RETURN;
  END IF;
  INSERT INTO credential (cluster_id, id, organization_id, user_name, group_names, token_hash, created_at_ms,
                          expires_at_ms, kind)
  VALUES (p_cluster_id, p_id, v_organization_id, p_user_name, p_group_names, p_token_hash, p_created_at_ms,
          p_expires_at_ms, 'user');
  PERFORM sandbar_remember(v_organization_id, p_idempotency_key, p_request_hash, p_response,
                           'credential/' || p_cluster_id || '/' || p_id);
  outcome := 'created';
END
$$;
