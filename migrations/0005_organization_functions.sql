-- What an organization's store writes. Each answers (outcome, response): the outcomes of `Created`, and the stored
-- response for `replayed`. Creations of one organization wait for one another, so limits and Idempotency-Keys are exact.

-- Proves an API key and takes its organization's lock; null when the key is not valid.
CREATE FUNCTION sandbar_lock_organization(p_key_hash text, p_now_ms bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_organization_id text;
BEGIN
  PERFORM sandbar_enter('apiKey', p_key_hash, '', p_now_ms);
  SELECT o.id INTO v_organization_id FROM organization o WHERE o.id = sandbar_scope_organization() FOR NO KEY UPDATE;
  RETURN v_organization_id;
END
$$;
--> statement-breakpoint
-- The answer to a request that was made before under this Idempotency-Key; null when it is new. Forgets a few old ones.
CREATE FUNCTION sandbar_replay(
  p_organization_id text, p_idempotency_key text, p_request_hash text, p_oldest_ms bigint,
  OUT outcome text, OUT response text) LANGUAGE plpgsql AS $$
BEGIN
  IF p_idempotency_key IS NULL THEN
    RETURN;
  END IF;
  DELETE FROM idempotency i
    WHERE i.organization_id = p_organization_id AND i.key = p_idempotency_key AND i.created_at_ms <= p_oldest_ms;
  DELETE FROM idempotency i
    WHERE i.organization_id = p_organization_id AND i.key IN (
      SELECT o.key FROM idempotency o
      WHERE o.organization_id = p_organization_id AND o.created_at_ms <= p_oldest_ms
      ORDER BY o.created_at_ms LIMIT 10);
  SELECT CASE WHEN i.request_hash = p_request_hash THEN 'replayed' ELSE 'mismatch' END,
         CASE WHEN i.request_hash = p_request_hash THEN i.response END
    INTO outcome, response
    FROM idempotency i WHERE i.organization_id = p_organization_id AND i.key = p_idempotency_key;
END
$$;
--> statement-breakpoint
CREATE FUNCTION sandbar_remember(
  p_organization_id text, p_idempotency_key text, p_request_hash text, p_response text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF p_idempotency_key IS NOT NULL THEN
    INSERT INTO idempotency (organization_id, key, request_hash, response, created_at_ms)
    VALUES (p_organization_id, p_idempotency_key, p_request_hash, p_response, sandbar_now_ms());
  END IF;
END
$$;
--> statement-breakpoint
CREATE FUNCTION sandbar_create_api_key(
  p_key_hash text, p_now_ms bigint, p_idempotency_ttl_ms bigint,
  p_idempotency_key text, p_request_hash text, p_response text, p_max_keys int,
  p_id text, p_name text, p_prefix text, p_new_key_hash text, p_created_at_ms bigint,
  OUT outcome text, OUT response text) LANGUAGE plpgsql AS $$
DECLARE
  v_organization_id text := sandbar_lock_organization(p_key_hash, p_now_ms);
BEGIN
  IF v_organization_id IS NULL THEN
    outcome := 'unauthorized';
    RETURN;
  END IF;
  SELECT r.outcome, r.response INTO outcome, response FROM sandbar_replay(
    v_organization_id, p_idempotency_key, p_request_hash, sandbar_now_ms() - p_idempotency_ttl_ms) r;
  IF outcome IS NOT NULL THEN
    RETURN;
  END IF;
  IF (SELECT count(*) FROM api_key k WHERE k.organization_id = v_organization_id) >= p_max_keys THEN
    outcome := 'limit';
    RETURN;
  END IF;
  INSERT INTO api_key (id, organization_id, name, prefix, key_hash, created_at_ms)
  VALUES (p_id, v_organization_id, p_name, p_prefix, p_new_key_hash, p_created_at_ms);
  PERFORM sandbar_remember(v_organization_id, p_idempotency_key, p_request_hash, p_response);
  outcome := 'created';
END
$$;
--> statement-breakpoint
CREATE FUNCTION sandbar_create_cluster(
  p_key_hash text, p_now_ms bigint, p_idempotency_ttl_ms bigint,
  p_idempotency_key text, p_request_hash text, p_response text, p_max_clusters int,
  p_id text, p_name text, p_labels text, p_settings text, p_seed text, p_created_at_ms bigint,
  p_base_id text, p_base_body text, p_revision bigint, p_next_due_at_ms bigint, p_counters text,
  OUT outcome text, OUT response text) LANGUAGE plpgsql AS $$
DECLARE
  v_organization_id text := sandbar_lock_organization(p_key_hash, p_now_ms);
BEGIN
  IF v_organization_id IS NULL THEN
    outcome := 'unauthorized';
    RETURN;
  END IF;
  SELECT r.outcome, r.response INTO outcome, response FROM sandbar_replay(
    v_organization_id, p_idempotency_key, p_request_hash, sandbar_now_ms() - p_idempotency_ttl_ms) r;
  IF outcome IS NOT NULL THEN
    RETURN;
  END IF;
  IF (SELECT count(*) FROM cluster c WHERE c.organization_id = v_organization_id) >= p_max_clusters THEN
    outcome := 'limit';
    RETURN;
  END IF;
  -- A base may not be read before a cluster stands on it, so it cannot be looked for first. Without a body the foreign
  -- key says if it is missing.
  INSERT INTO base (id, body) SELECT p_base_id, p_base_body WHERE p_base_body IS NOT NULL ON CONFLICT DO NOTHING;
  INSERT INTO cluster (id, organization_id, name, labels, version, revision, compacted_revision, compaction_cursor,
                       log_bytes, time_ms, offset_ms, next_due_at_ms, base_id, seed, created_at_ms, counters, settings)
  VALUES (p_id, v_organization_id, p_name, p_labels::jsonb, 1, p_revision, 0, 0,
          0, p_created_at_ms, 0, p_next_due_at_ms, p_base_id, p_seed, p_created_at_ms, p_counters, p_settings);
  -- From here on the cluster is in scope, and its first version has a record like every later one.
  PERFORM sandbar_enter('apiKey', p_key_hash, p_id, p_now_ms);
  INSERT INTO commit_record (cluster_id, version, revision, log_bytes, commit_id) VALUES (p_id, 1, p_revision, 0, p_id);
  PERFORM sandbar_remember(v_organization_id, p_idempotency_key, p_request_hash, p_response);
  outcome := 'created';
END
$$;
--> statement-breakpoint
CREATE FUNCTION sandbar_create_credential(
  p_key_hash text, p_now_ms bigint, p_idempotency_ttl_ms bigint,
  p_idempotency_key text, p_request_hash text, p_response text, p_max_credentials int,
  p_cluster_id text, p_id text, p_user_name text, p_group_names text, p_token_hash text,
  p_created_at_ms bigint, p_expires_at_ms bigint,
  OUT outcome text, OUT response text) LANGUAGE plpgsql AS $$
DECLARE
  v_organization_id text := sandbar_lock_organization(p_key_hash, p_now_ms);
BEGIN
  IF v_organization_id IS NULL THEN
    outcome := 'unauthorized';
    RETURN;
  END IF;
  SELECT r.outcome, r.response INTO outcome, response FROM sandbar_replay(
    v_organization_id, p_idempotency_key, p_request_hash, sandbar_now_ms() - p_idempotency_ttl_ms) r;
  IF outcome IS NOT NULL THEN
    RETURN;
  END IF;
  IF NOT EXISTS (SELECT FROM cluster c WHERE c.id = p_cluster_id) THEN
    outcome := 'not-found';
    RETURN;
  END IF;
  IF (SELECT count(*) FROM credential c WHERE c.cluster_id = p_cluster_id) >= p_max_credentials THEN
    outcome := 'limit';
    RETURN;
  END IF;
  INSERT INTO credential (cluster_id, id, organization_id, user_name, group_names, identity, token_hash,
                          created_at_ms, expires_at_ms)
  VALUES (p_cluster_id, p_id, v_organization_id, p_user_name, p_group_names,
          json_build_array(p_id, p_user_name, p_group_names::json), p_token_hash, p_created_at_ms, p_expires_at_ms);
  PERFORM sandbar_remember(v_organization_id, p_idempotency_key, p_request_hash, p_response);
  outcome := 'created';
END
$$;
--> statement-breakpoint
-- Removes a cluster with all its rows: `deleted`, `not-found` or `unauthorized`. The lock lets a commit that is under way
-- end first and turns away every later one.
CREATE FUNCTION sandbar_delete_cluster(p_key_hash text, p_now_ms bigint, p_cluster_id text) RETURNS text
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
--> statement-breakpoint
-- Enters an organization's scope for the rest of a batch; answers the organization's id, or null.
CREATE FUNCTION sandbar_enter_organization(p_key_hash text, p_now_ms bigint) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM sandbar_enter('apiKey', p_key_hash, '', p_now_ms);
  RETURN sandbar_scope_organization();
END
$$;
--> statement-breakpoint
-- The operator's only request. It runs with its owner's rights, because no organization is in scope yet: it can add one,
-- and answers nothing about others.
CREATE FUNCTION sandbar_create_organization(
  p_now_ms bigint, p_idempotency_ttl_ms bigint, p_idempotency_key text, p_request_hash text, p_response text,
  p_id text, p_name text, p_created_at_ms bigint,
  p_key_id text, p_key_name text, p_key_prefix text, p_key_hash text, p_key_created_at_ms bigint,
  OUT outcome text, OUT response text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM set_config('sandbar.now_ms', coalesce(p_now_ms::text, ''), true),
          pg_advisory_xact_lock(hashtext('sandbar_create_organization'));
  SELECT r.outcome, r.response INTO outcome, response FROM sandbar_replay(
    '', p_idempotency_key, p_request_hash, sandbar_now_ms() - p_idempotency_ttl_ms) r;
  IF outcome IS NOT NULL THEN
    RETURN;
  END IF;
  INSERT INTO organization (id, name, created_at_ms) VALUES (p_id, p_name, p_created_at_ms);
  INSERT INTO api_key (id, organization_id, name, prefix, key_hash, created_at_ms)
  VALUES (p_key_id, p_id, p_key_name, p_key_prefix, p_key_hash, p_key_created_at_ms);
  PERFORM sandbar_remember('', p_idempotency_key, p_request_hash, p_response);
  outcome := 'created';
END
$$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION sandbar_create_organization FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION sandbar_create_organization TO sandbar_app;
