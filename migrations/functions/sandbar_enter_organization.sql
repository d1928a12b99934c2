-- Enters an organization's scope for the rest of a batch. Answers the organization's id, or null for an invalid key.
CREATE OR REPLACE FUNCTION sandbar_enter_organization(p_key_hash text, p_now_ms bigint) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM sandbar_enter('apiKey', p_key_hash, '', p_now_ms);
  RETURN sandbar_scope_organization();
END
$$;
