-- Removes a cluster with all its rows: `deleted`, `not-found` or `unauthorized`. The lock waits for a commit in
-- progress; later commits find no cluster.
CREATE OR REPLACE FUNCTION sandbar_delete_cluster(p_key_hash text, p_now_ms bigint, p_cluster_id text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM sandbar_enter('apiKey', p_key_hash, p_cluster_id, p_now_ms);
  IF sandbar_scope_organization() IS NULL THEN
    RETURN 'unauthorized';
  END IF;
  PERFORM FROM cluster c WHERE c.id = p_cluster_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'not-found';
  END IF;
  DELETE FROM object o WHERE o.cluster_id = p_cluster_id;
  DELETE FROM change c WHERE c.cluster_id = p_cluster_id;
  DELETE FROM commit_record r WHERE r.cluster_id = p_cluster_id;
  DELETE FROM cluster c WHERE c.id = p_cluster_id;
  RETURN 'deleted';
END
$$;
