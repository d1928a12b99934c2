-- Tokens of ServiceAccounts carry a secret that opens their cluster, as a credential does; whether a token is good, and for
-- whom, the cluster itself decides. Who may use the cluster may have such a secret made for it.

-- In scope of a cluster: inserts the credential. Owned by the tables' owner, because the application's role may add
-- credentials as an organization only.
CREATE FUNCTION sandbar_insert_issuer(p_token_hash text, p_id_prefix text, p_max_issuers int) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_cluster_id text := public.sandbar_scope_cluster();
  v_issuers int;
  v_id text;
BEGIN
  -- The lock keeps two from counting the same.
  PERFORM FROM public.cluster c WHERE c.id = v_cluster_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'unauthorized';
  END IF;
  SELECT count(*) INTO v_issuers FROM public.credential c
    WHERE c.cluster_id = v_cluster_id AND starts_with(c.id, p_id_prefix);
  IF v_issuers >= p_max_issuers THEN
    RETURN 'limit';
  END IF;
  v_id := p_id_prefix || (v_issuers + 1);
  INSERT INTO public.credential (cluster_id, id, organization_id, user_name, group_names, identity, token_hash, created_at_ms)
    SELECT c.id, v_id, c.organization_id, '', '[]', json_build_array(v_id, '', json_build_array()), p_token_hash,
           public.sandbar_now_ms()
    FROM public.cluster c WHERE c.id = v_cluster_id;
  RETURN 'added';
END
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION sandbar_insert_issuer FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION sandbar_insert_issuer TO sandbar_app;
--> statement-breakpoint
CREATE FUNCTION sandbar_add_issuer(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint,
  p_token_hash text, p_id_prefix text, p_max_issuers int)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_none text;
BEGIN
  v_none := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  RETURN sandbar_insert_issuer(p_token_hash, p_id_prefix, p_max_issuers);
END
$$;
