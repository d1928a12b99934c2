-- Adds an issuer to the cluster in scope: `added`, `limit` or `unauthorized`. It runs as `sandbar_definer`, because
-- `sandbar_app` may add credentials of users only.
CREATE OR REPLACE FUNCTION sandbar_insert_issuer(p_token_hash text, p_max_issuers int) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_cluster_id text := public.sandbar_scope_cluster();
  v_organization_id text;
  v_issuers int;
BEGIN
  -- The lock keeps two requests from counting the same rows.
  SELECT c.organization_id INTO v_organization_id FROM public.cluster c WHERE c.id = v_cluster_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'unauthorized';
  END IF;
  SELECT count(*) INTO v_issuers FROM public.credential k WHERE k.cluster_id = v_cluster_id AND k.kind = 'issuer';
  IF v_issuers >= p_max_issuers THEN
    RETURN 'limit';
  END IF;
  INSERT INTO public.credential (cluster_id, id, organization_id, user_name, group_names, token_hash, created_at_ms,
                                 kind)
    VALUES (v_cluster_id, 'issuer-' || (v_issuers + 1), v_organization_id, '', '[]', p_token_hash,
            public.sandbar_now_ms(), 'issuer');
  RETURN 'added';
END
$$;

-- The signature of an earlier Worker, which named the prefix of the ids.
CREATE OR REPLACE FUNCTION sandbar_insert_issuer(p_token_hash text, p_id_prefix text, p_max_issuers int) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  RETURN sandbar_insert_issuer(p_token_hash, p_max_issuers);
END
$$;

-- Repeatable: the owner of a function needs CREATE on its schema at the moment it becomes the owner.
GRANT CREATE ON SCHEMA public TO sandbar_definer;
ALTER FUNCTION sandbar_insert_issuer(text, int) OWNER TO sandbar_definer;
REVOKE CREATE ON SCHEMA public FROM sandbar_definer;
REVOKE EXECUTE ON FUNCTION sandbar_insert_issuer(text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sandbar_insert_issuer(text, int) TO sandbar_app;
