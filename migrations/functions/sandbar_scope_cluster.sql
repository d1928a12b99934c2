-- The cluster that the request names if the secret opens it, else null. The policies call it.
CREATE OR REPLACE FUNCTION sandbar_scope_cluster() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_cluster_id text := current_setting('sandbar.cluster_id', true);
BEGIN
  IF current_setting('sandbar.via', true) = 'credential' THEN
    RETURN (SELECT k.cluster_id FROM public.credential k
            WHERE k.token_hash = current_setting('sandbar.secret_hash', true) AND k.cluster_id = v_cluster_id
              AND (k.expires_at_ms IS NULL OR k.expires_at_ms > public.sandbar_now_ms()));
  END IF;
  RETURN (SELECT c.id FROM public.cluster c
          WHERE c.id = v_cluster_id AND c.organization_id = public.sandbar_scope_organization());
END
$$;

-- Repeatable: the owner of a function needs CREATE on its schema at the moment it becomes the owner.
GRANT CREATE ON SCHEMA public TO sandbar_definer;
ALTER FUNCTION sandbar_scope_cluster OWNER TO sandbar_definer;
REVOKE CREATE ON SCHEMA public FROM sandbar_definer;
REVOKE EXECUTE ON FUNCTION sandbar_scope_cluster FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sandbar_scope_cluster TO sandbar_app;
