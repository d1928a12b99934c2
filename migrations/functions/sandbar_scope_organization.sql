-- The organization of the API key that was shown, or null. The policies call it.
CREATE OR REPLACE FUNCTION sandbar_scope_organization() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF current_setting('sandbar.via', true) IS DISTINCT FROM 'apiKey' THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT organization_id FROM public.api_key WHERE key_hash = current_setting('sandbar.secret_hash', true));
END
$$;

-- Repeatable: the owner of a function needs CREATE on its schema at the moment it becomes the owner.
GRANT CREATE ON SCHEMA public TO sandbar_definer;
ALTER FUNCTION sandbar_scope_organization OWNER TO sandbar_definer;
REVOKE CREATE ON SCHEMA public FROM sandbar_definer;
REVOKE EXECUTE ON FUNCTION sandbar_scope_organization FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sandbar_scope_organization TO sandbar_app;
