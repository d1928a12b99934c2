-- Adds a secret that opens the cluster as an issuer, see `ClusterStore.addIssuer`: `added`, `limit` or
-- `unauthorized`.
CREATE OR REPLACE FUNCTION sandbar_add_issuer(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint, p_token_hash text, p_max_issuers int)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_none text;
BEGIN
  v_none := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  RETURN sandbar_insert_issuer(p_token_hash, p_max_issuers);
END
$$;

-- The signature of an earlier Worker, which named the prefix of the ids.
CREATE OR REPLACE FUNCTION sandbar_add_issuer(
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
