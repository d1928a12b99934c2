-- Answers an outcome of `Created`, and the stored response for `replayed` or the id for `gone`.
CREATE OR REPLACE FUNCTION sandbar_create_api_key(
  p_key_hash text, p_now_ms bigint, p_idempotency_ttl_ms bigint,
  p_idempotency_key text, p_request_hash text, p_response text, p_max_keys int,
  p_id text, p_name text, p_prefix text, p_new_key_hash text, p_created_at_ms bigint,
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
  IF (SELECT count(*) FROM api_key k WHERE k.organization_id = v_organization_id) >= p_max_keys THEN
    outcome := 'limit';
    RETURN;
  END IF;
  INSERT INTO api_key (id, organization_id, name, prefix, key_hash, created_at_ms)
  VALUES (p_id, v_organization_id, p_name, p_prefix, p_new_key_hash, p_created_at_ms);
  PERFORM sandbar_remember(v_organization_id, p_idempotency_key, p_request_hash, p_response, 'api_key/' || p_id);
  outcome := 'created';
END
$$;
