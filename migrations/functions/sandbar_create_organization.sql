-- The operator's only request. No organization is in scope yet, so it runs as `sandbar_definer`, which can add one
-- and reads no other.
CREATE OR REPLACE FUNCTION sandbar_create_organization(
  p_now_ms bigint, p_idempotency_ttl_ms bigint, p_idempotency_key text, p_request_hash text, p_response text,
  p_id text, p_name text, p_created_at_ms bigint,
  p_key_id text, p_key_name text, p_key_prefix text, p_key_hash text, p_key_created_at_ms bigint,
  OUT outcome text, OUT response text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM set_config('sandbar.now_ms', coalesce(p_now_ms::text, ''), true),
          pg_advisory_xact_lock(hashtext('sandbar_create_organization'));
  SELECT r.outcome, r.response INTO outcome, response FROM sandbar_replay(
    '', p_idempotency_key, p_request_hash, sandbar_now_ms() - p_idempotency_ttl_ms) r;
  IF outcome IS NOT NULL THEN
    RETURN;
  END IF;
  INSERT INTO organization (id, name, created_at_ms) VALUES (p_id, p_name, p_created_at_ms);
  INSERT INTO api_key (id, organization_id, name, prefix, key_hash, created_at_ms)
  VALUES (p_key_id, p_id, p_key_name, p_key_prefix, p_key_hash, p_key_created_at_ms);
  PERFORM sandbar_remember('', p_idempotency_key, p_request_hash, p_response, 'api_key/' || p_key_id);
  outcome := 'created';
END
$$;

-- Repeatable: the owner of a function needs CREATE on its schema at the moment it becomes the owner.
GRANT CREATE ON SCHEMA public TO sandbar_definer;
ALTER FUNCTION sandbar_create_organization OWNER TO sandbar_definer;
REVOKE CREATE ON SCHEMA public FROM sandbar_definer;
REVOKE EXECUTE ON FUNCTION sandbar_create_organization FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sandbar_create_organization TO sandbar_app;
