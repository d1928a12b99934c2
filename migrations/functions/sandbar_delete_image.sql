-- Removes a document: `deleted`, `not-found`, `changed` (see `sandbar_replace_image`) or `unauthorized`.
CREATE OR REPLACE FUNCTION sandbar_delete_image(
  p_key_hash text, p_now_ms bigint, p_id text, p_expected_version text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_organization_id text := sandbar_lock_organization(p_key_hash, p_now_ms);
  v_version text;
BEGIN
  IF v_organization_id IS NULL THEN
    RETURN 'unauthorized';
  END IF;
  SELECT i.version INTO v_version FROM image i WHERE i.organization_id = v_organization_id AND i.id = p_id;
  IF NOT FOUND THEN
    RETURN 'not-found';
  END IF;
  IF v_version <> p_expected_version THEN
    RETURN 'changed';
  END IF;
  DELETE FROM image i WHERE i.organization_id = v_organization_id AND i.id = p_id;
  PERFORM sandbar_show_images(v_organization_id);
  RETURN 'deleted';
END
$$;
