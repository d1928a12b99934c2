-- `deleted`, `not-found`, `last` or `unauthorized`. The last key stays: without one the organization could not be
-- used. The organization's lock keeps two requests from deleting the last two keys at the same time.
CREATE OR REPLACE FUNCTION sandbar_delete_api_key(p_key_hash text, p_now_ms bigint, p_id text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  v_organization_id text := sandbar_lock_organization(p_key_hash, p_now_ms);
BEGIN
  IF v_organization_id IS NULL THEN
    RETURN 'unauthorized';
  END IF;
  PERFORM FROM api_key k WHERE k.organization_id = v_organization_id AND k.id = p_id;
  IF NOT FOUND THEN
    RETURN 'not-found';
  END IF;
  IF (SELECT count(*) FROM api_key k WHERE k.organization_id = v_organization_id) = 1 THEN
    RETURN 'last';
  END IF;
  DELETE FROM api_key k WHERE k.organization_id = v_organization_id AND k.id = p_id;
  RETURN 'deleted';
END
$$;
