-- Deletions that must not happen, and creations that are repeated after a deletion.

-- ---- Repeated creations

-- What a creation under an Idempotency-Key made: `cluster/<id>`, `api_key/<id>`, `credential/<cluster>/<id>`. Null: made
-- before this migration.
ALTER TABLE idempotency ADD COLUMN subject text;
--> statement-breakpoint
DROP FUNCTION sandbar_replay(text, text, text, bigint);
--> statement-breakpoint
-- The answer to a request that was made before under this Idempotency-Key; null when it is new. `gone` with the id where
-- what it made was deleted meanwhile: the stored answer would tell of something that is not there. Forgets a few old ones.
CREATE FUNCTION sandbar_replay(
  p_organization_id text, p_idempotency_key text, p_request_hash text, p_oldest_ms bigint,
  OUT outcome text, OUT response text) LANGUAGE plpgsql AS $$
DECLARE
  v_subject text;
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
         CASE WHEN i.request_hash = p_request_hash THEN i.response END, i.subject
    INTO outcome, response, v_subject
    FROM idempotency i WHERE i.organization_id = p_organization_id AND i.key = p_idempotency_key;
  IF outcome = 'replayed' AND NOT sandbar_exists(v_subject) THEN
    outcome := 'gone';
    response := substring(v_subject FROM '[^/]*$');
  END IF;
END
$$;
--> statement-breakpoint
-- Is the subject of a creation still there, as far as the current role may see? True where the subject is not known.
CREATE FUNCTION sandbar_exists(p_subject text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_first text := split_part(p_subject, '/', 2);
BEGIN
  CASE split_part(p_subject, '/', 1)
    WHEN 'cluster' THEN
      RETURN EXISTS (SELECT FROM cluster c WHERE c.id = v_first);
    WHEN 'api_key' THEN
      -- For the definer's policy below.
      PERFORM set_config('sandbar.remembered_id', v_first, true);
      RETURN EXISTS (SELECT FROM api_key k WHERE k.id = v_first);
    WHEN 'credential' THEN
      RETURN EXISTS (SELECT FROM credential k WHERE k.cluster_id = v_first AND k.id = split_part(p_subject, '/', 3));
    ELSE
      RETURN p_subject IS NULL;
  END CASE;
END
$$;
--> statement-breakpoint
GRANT SELECT (id) ON api_key TO sandbar_definer;
--> statement-breakpoint
CREATE POLICY definer_remembered ON api_key FOR SELECT TO sandbar_definer
  USING (id = current_setting('sandbar.remembered_id', true));
--> statement-breakpoint
DROP FUNCTION sandbar_remember(text, text, text, text);
--> statement-breakpoint
CREATE FUNCTION sandbar_remember(
  p_organization_id text, p_idempotency_key text, p_request_hash text, p_response text, p_subject text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF p_idempotency_key IS NOT NULL THEN
    INSERT INTO idempotency (organization_id, key, request_hash, response, created_at_ms, subject)
    VALUES (p_organization_id, p_idempotency_key, p_request_hash, p_response, sandbar_now_ms(), p_subject);
  END IF;
END
$$;
--> statement-breakpoint
-- The creations are as before, but for what they remember.
CREATE OR REPLACE FUNCTION sandbar_create_api_key(
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
  PERFORM sandbar_remember(v_organization_id, p_idempotency_key, p_request_hash, p_response, 'api_key/' || p_id);
  outcome := 'created';
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION sandbar_create_cluster(
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
  PERFORM sandbar_remember(v_organization_id, p_idempotency_key, p_request_hash, p_response, 'cluster/' || p_id);
  outcome := 'created';
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION sandbar_create_credential(
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
  -- Expired ones open nothing and do not count; a few are removed each time.
  DELETE FROM credential k WHERE k.cluster_id = p_cluster_id AND k.kind = 'user' AND k.id IN (
    SELECT e.id FROM credential e
    WHERE e.cluster_id = p_cluster_id AND e.kind = 'user' AND e.expires_at_ms <= sandbar_now_ms()
    ORDER BY e.expires_at_ms LIMIT 10);
  IF (SELECT count(*) FROM credential k WHERE k.cluster_id = p_cluster_id AND k.kind = 'user'
        AND (k.expires_at_ms IS NULL OR k.expires_at_ms > sandbar_now_ms())) >= p_max_credentials THEN
    outcome := 'limit';
    RETURN;
  END IF;
  INSERT INTO credential (cluster_id, id, organization_id, user_name, group_names, token_hash, created_at_ms, expires_at_ms, kind)
  VALUES (p_cluster_id, p_id, v_organization_id, p_user_name, p_group_names, p_token_hash, p_created_at_ms, p_expires_at_ms,
          'user');
  PERFORM sandbar_remember(v_organization_id, p_idempotency_key, p_request_hash, p_response, 'credential/' || p_cluster_id || '/' || p_id);
  outcome := 'created';
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION sandbar_create_organization(
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
  PERFORM sandbar_remember('', p_idempotency_key, p_request_hash, p_response, 'api_key/' || p_key_id);
  outcome := 'created';
END
$$;
--> statement-breakpoint
-- ---- The last API key

-- `deleted`, `not-found`, `last` or `unauthorized`. Without a key nobody could use the organization or delete its clusters.
-- The organization's lock keeps two from deleting the last two at the same time.
CREATE FUNCTION sandbar_delete_api_key(p_key_hash text, p_now_ms bigint, p_id text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_organization_id text := sandbar_lock_organization(p_key_hash, p_now_ms);
BEGIN
  IF v_organization_id IS NULL THEN
    RETURN 'unauthorized';
  END IF;
  PERFORM FROM api_key k WHERE k.organization_id = v_organization_id AND k.id = p_id;
  IF NOT FOUND THEN
    RETURN 'not-found';
  END IF;
  IF (SELECT count(*) FROM api_key k WHERE k.organization_id = v_organization_id) = 1 THEN
    RETURN 'last';
  END IF;
  DELETE FROM api_key k WHERE k.organization_id = v_organization_id AND k.id = p_id;
  RETURN 'deleted';
END
$$;
--> statement-breakpoint
-- ---- The cleaner

-- Whatever its function is told, no Idempotency-Key goes that is still good.
ALTER POLICY cleaner ON idempotency
  USING (current_user = 'sandbar_cleaner' AND created_at_ms <= (SELECT sandbar_now_ms()) - 86400000);
