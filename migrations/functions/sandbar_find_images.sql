-- The images of the cluster's organization in a repository, as a JSON array in order of creation. `document` is the
-- JSON text as it was stored. Null when the secret does not open the cluster.
CREATE OR REPLACE FUNCTION sandbar_find_images(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint, p_repository text)
RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_none text;
  v_organization_id text;
BEGIN
  v_none := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  SELECT c.organization_id INTO v_organization_id FROM cluster c WHERE c.id = p_cluster_id;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN (
    SELECT coalesce(
      json_agg(json_build_object('tags', i.tags::json, 'digest', i.digest, 'accessHash', i.access_hash,
                                 'document', i.document) ORDER BY i.created_at_ms, i.id),
      '[]')::text
    FROM image i WHERE i.organization_id = v_organization_id AND i.repository = p_repository);
END
$$;
