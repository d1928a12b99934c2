-- A further page of a cold load: a row `version` with the cluster's version, then as `sandbar_page`. No row when the
-- secret does not open the cluster.
CREATE OR REPLACE FUNCTION sandbar_load_page(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint, p_after_key text, p_page_bytes bigint)
RETURNS TABLE (part text, meta text, body text) LANGUAGE plpgsql STABLE AS $$
BEGIN
  meta := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  SELECT 'version', c.version::text INTO part, meta FROM cluster c WHERE c.id = p_cluster_id;
  IF FOUND THEN
    RETURN NEXT;
    RETURN QUERY SELECT * FROM sandbar_page(p_cluster_id, p_after_key, p_page_bytes);
  END IF;
END
$$;
