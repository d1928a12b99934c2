-- The version that a commit got whose answer was lost, or null. If the commit was not applied, the cluster's version
-- rises, so that it cannot be applied after this answer either.
CREATE OR REPLACE FUNCTION sandbar_find_commit(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint, p_commit_id text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_version bigint;
  v_none text;
BEGIN
  v_none := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  -- Waits for the commit if it is being applied at this moment.
  PERFORM FROM cluster c WHERE c.id = p_cluster_id FOR NO KEY UPDATE;
  SELECT r.version INTO v_version FROM commit_record r WHERE r.cluster_id = p_cluster_id AND r.commit_id = p_commit_id;
  IF NOT FOUND THEN
    UPDATE cluster SET version = version + 1 WHERE id = p_cluster_id;
  END IF;
  RETURN v_version;
END
$$;
