-- Enters the scope of an API key and locks its organization's row, so that limits and Idempotency-Keys are exact.
-- Answers the organization's id, or null for an invalid key.
CREATE OR REPLACE FUNCTION sandbar_lock_organization(p_key_hash text, p_now_ms bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  v_organization_id text;
BEGIN
  PERFORM sandbar_enter('apiKey', p_key_hash, '', p_now_ms);
  SELECT o.id INTO v_organization_id FROM organization o WHERE o.id = sandbar_scope_organization() FOR NO KEY UPDATE;
  RETURN v_organization_id;
END
$$;
