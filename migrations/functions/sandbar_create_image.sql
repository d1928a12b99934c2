-- Answers an outcome of `Created`, and the stored response for `replayed` or the id for `gone`. `taken` with the tag in
-- `response`: another document has it.
CREATE OR REPLACE FUNCTION sandbar_create_image(
  p_key_hash text, p_now_ms bigint, p_idempotency_ttl_ms bigint,
  p_idempotency_key text, p_request_hash text, p_response text, p_max_images int,
  p_id text, p_name text, p_repository text, p_tags text, p_document text, p_digest text, p_username text,
  p_access_hash text, p_version text, p_created_at_ms bigint,
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
  IF (SELECT count(*) FROM image i WHERE i.organization_id = v_organization_id) >= p_max_images THEN
    outcome := 'limit';
    RETURN;
  END IF;
  response := sandbar_taken_tag(v_organization_id, p_id, p_repository, p_tags);
  IF response IS NOT NULL THEN
    outcome := 'taken';
    RETURN;
  END IF;
  INSERT INTO image (organization_id, id, name, repository, tags, document, digest, username, access_hash, version,
                     created_at_ms, updated_at_ms)
  VALUES (v_organization_id, p_id, p_name, p_repository, p_tags, p_document, p_digest, p_username, p_access_hash,
          p_version, p_created_at_ms, p_created_at_ms);
  PERFORM sandbar_show_images(v_organization_id);
  PERFORM sandbar_remember(v_organization_id, p_idempotency_key, p_request_hash, p_response, 'image/' || p_id);
  outcome := 'created';
END
$$;
