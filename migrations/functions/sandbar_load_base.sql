-- The base with this id, or null. The policies show only the base under the request's cluster.
CREATE OR REPLACE FUNCTION sandbar_load_base(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint, p_base_id text)
RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_none text;
BEGIN
  v_none := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  RETURN (SELECT b.body FROM base b WHERE b.id = p_base_id);
END
$$;
