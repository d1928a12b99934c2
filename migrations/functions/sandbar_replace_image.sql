-- Replaces a document: `stored`, `not-found`, `changed` (it is not at `p_expected_version`, unless that is null),
-- `taken` with the tag that another document has, or `unauthorized`.
CREATE OR REPLACE FUNCTION sandbar_replace_image(
  p_key_hash text, p_now_ms bigint, p_expected_version text,
  p_id text, p_name text, p_repository text, p_tags text, p_document text, p_digest text, p_username text,
  p_access_hash text, p_version text, p_updated_at_ms bigint,
  OUT outcome text, OUT tag text) LANGUAGE plpgsql AS $$
DECLARE
  v_organization_id text := sandbar_lock_organization(p_key_hash, p_now_ms);
  v_version text;
BEGIN
  IF v_organization_id IS NULL THEN
    outcome := 'unauthorized';
    RETURN;
  END IF;
  SELECT i.version INTO v_version FROM image i WHERE i.organization_id = v_organization_id AND i.id = p_id;
  IF NOT FOUND THEN
    outcome := 'not-found';
    RETURN;
  END IF;
  IF v_version <> p_expected_version THEN
    outcome := 'changed';
    RETURN;
  END IF;
  tag := sandbar_taken_tag(v_organization_id, p_id, p_repository, p_tags);
  IF tag IS NOT NULL THEN
    outcome := 'taken';
    RETURN;
  END IF;
  UPDATE image i SET
    name = p_name, repository = p_repository, tags = p_tags, document = p_document, digest = p_digest,
    username = p_username, access_hash = p_access_hash, version = p_version, updated_at_ms = p_updated_at_ms
  WHERE i.organization_id = v_organization_id AND i.id = p_id;
  PERFORM sandbar_show_images(v_organization_id);
  outcome := 'stored';
END
$$;
