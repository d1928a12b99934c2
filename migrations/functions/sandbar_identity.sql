-- The credential that opened the cluster: id, user, groups and kind as JSON. Null for an API key. The request's scope
-- must have been entered. `p_as_object`: see `sandbar_sync`.
DROP FUNCTION IF EXISTS sandbar_identity(text, text, text);

CREATE OR REPLACE FUNCTION sandbar_identity(p_via text, p_secret_hash text, p_cluster_id text, p_as_object boolean)
RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_via <> 'credential' THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT CASE WHEN p_as_object
            THEN json_build_object('id', k.id, 'user', k.user_name, 'groups', k.group_names::json, 'kind', k.kind)::text
            ELSE json_build_array(k.id, k.user_name, k.group_names::json, k.kind)::text END
          FROM credential k
          WHERE k.token_hash = p_secret_hash AND k.cluster_id = p_cluster_id);
END
$$;
