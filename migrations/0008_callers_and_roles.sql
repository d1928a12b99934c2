-- Kinds of credentials, and who owns what.
--
-- `sandbar_app` has the rights that requests run with. The application logs in as a member of it that owns nothing
-- (`scripts/migrate.ts` makes that role), so a statement that leaves `sandbar_app` gains nothing.
-- `sandbar_definer` owns the functions that look beyond a request's scope; it may do what they need and no more.
-- Row-level security is forced: it holds for the tables' owner as well, who therefore sees no row without a scope. A
-- later migration that changes rows must lift the force for its own transaction (ALTER TABLE … NO FORCE ROW LEVEL SECURITY).

-- ---- Kinds of credentials

-- `issuer`: a signing key of the cluster. It opens the cluster's store and is no user of the cluster.
ALTER TABLE credential ADD COLUMN kind text NOT NULL DEFAULT 'user' CHECK (kind IN ('user', 'issuer'));
--> statement-breakpoint
UPDATE credential SET kind = 'issuer' WHERE starts_with(id, 'issuer-');
--> statement-breakpoint
ALTER TABLE credential ALTER COLUMN kind DROP DEFAULT;
--> statement-breakpoint
-- Not written any more: `sandbar_identity` makes it of the columns.
ALTER TABLE credential ALTER COLUMN identity DROP NOT NULL;
--> statement-breakpoint
-- ---- The role of the functions that look beyond a scope

-- As for `sandbar_app` (0002): another database's migration may be making the role right now.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sandbar_definer') THEN
    CREATE ROLE sandbar_definer NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END
$$;
--> statement-breakpoint
-- An owner who is no superuser must be a member, to replace the functions in later migrations.
DO $$
BEGIN
  IF NOT pg_has_role(current_user, 'sandbar_definer', 'USAGE') THEN
    EXECUTE format('GRANT sandbar_definer TO %I', current_user);
  END IF;
END
$$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO sandbar_definer;
--> statement-breakpoint
GRANT SELECT (organization_id, key_hash), INSERT ON api_key TO sandbar_definer;
--> statement-breakpoint
GRANT INSERT ON organization TO sandbar_definer;
--> statement-breakpoint
-- UPDATE of one column: SELECT … FOR UPDATE asks for a right to change the row.
GRANT SELECT (id, organization_id), UPDATE (id) ON cluster TO sandbar_definer;
--> statement-breakpoint
GRANT SELECT (cluster_id, id, kind, token_hash, expires_at_ms), INSERT ON credential TO sandbar_definer;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON idempotency TO sandbar_definer;
--> statement-breakpoint
-- Of these rows the definer sees those that the request's settings name; the functions check the rest.
CREATE POLICY definer_shown ON api_key FOR SELECT TO sandbar_definer
  USING (key_hash = current_setting('sandbar.secret_hash', true));
--> statement-breakpoint
CREATE POLICY definer_first_key ON api_key FOR INSERT TO sandbar_definer WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY definer_new ON organization FOR INSERT TO sandbar_definer WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY definer_named ON cluster TO sandbar_definer
  USING (id = current_setting('sandbar.cluster_id', true));
--> statement-breakpoint
CREATE POLICY definer_of_cluster ON credential FOR SELECT TO sandbar_definer
  USING (cluster_id = current_setting('sandbar.cluster_id', true));
--> statement-breakpoint
CREATE POLICY definer_issuer ON credential FOR INSERT TO sandbar_definer
  WITH CHECK (kind = 'issuer' AND cluster_id = current_setting('sandbar.cluster_id', true));
--> statement-breakpoint
-- The operator's own requests.
CREATE POLICY definer_operator ON idempotency TO sandbar_definer USING (organization_id = '');
--> statement-breakpoint
-- The policies of 0002 are the application's.
DO $$
DECLARE
  v_policy record;
BEGIN
  FOR v_policy IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' AND roles = '{public}' LOOP
    EXECUTE format('ALTER POLICY %I ON %I TO sandbar_app', v_policy.policyname, v_policy.tablename);
  END LOOP;
END
$$;
--> statement-breakpoint
-- As an organization, credentials of users are made, never an issuer.
CREATE POLICY users_only ON credential AS RESTRICTIVE FOR INSERT TO sandbar_app WITH CHECK (kind = 'user');
--> statement-breakpoint
CREATE POLICY users_stay ON credential AS RESTRICTIVE FOR UPDATE TO sandbar_app USING (kind = 'user');
--> statement-breakpoint
-- ---- The request's instant

-- The setting counts only where the owner has made the function `sandbar_test_clock`, as tests do. Otherwise the database's
-- clock alone decides, and no statement can make an expired credential good again.
CREATE OR REPLACE FUNCTION sandbar_now_ms() RETURNS bigint LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
  v_set text := nullif(current_setting('sandbar.now_ms', true), '');
BEGIN
  IF v_set IS NOT NULL AND to_regproc('public.sandbar_test_clock') IS NOT NULL THEN
    RETURN v_set::bigint;
  END IF;
  RETURN (extract(epoch FROM now()) * 1000)::bigint;
END
$$;
--> statement-breakpoint
-- ---- Identities

-- The cluster that was named, if the secret shown opens it; else null.
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
--> statement-breakpoint
-- In scope of a cluster that a credential opened: its id, user, groups and kind as a JSON array. Null for an API key.
CREATE FUNCTION sandbar_identity(p_via text, p_secret_hash text, p_cluster_id text)
RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_via <> 'credential' THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT json_build_array(k.id, k.user_name, k.group_names::json, k.kind)::text FROM credential k
          WHERE k.token_hash = p_secret_hash AND k.cluster_id = p_cluster_id);
END
$$;
--> statement-breakpoint
-- The cluster's row with the caller's identity as its body, then what changed since the known version: see `Snapshot`. No row at all
-- when the secret does not open the cluster.
--
-- STABLE is load-bearing, here and in the other reading functions: all statements of a STABLE function read with the snapshot of
-- the statement that called it. A VOLATILE function would take a new snapshot for each, and a commit between two of them would
-- make the answer torn: a cluster's row at one version with log and index rows of the next. That it enters a role and
-- sets settings does not matter: these are the session's, and no data of a table.
CREATE OR REPLACE FUNCTION sandbar_sync(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint,
  p_known_version bigint, p_known_revision bigint, p_page_bytes bigint, p_max_difference_bytes bigint)
RETURNS TABLE (part text, meta text, body text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_version bigint;
  v_log_bytes bigint;
  v_known_log_bytes bigint;
  v_reset boolean := false;
BEGIN
  meta := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  SELECT c.version, c.log_bytes, json_build_array(
      c.id, c.organization_id, c.version, c.revision, c.compacted_revision, c.time_ms, c.offset_ms, c.next_due_at_ms,
      c.base_id, c.seed, c.created_at_ms, c.counters, c.settings)
    INTO v_version, v_log_bytes, meta
    FROM cluster c
    WHERE c.id = p_cluster_id;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  part := 'cluster';
  body := sandbar_identity(p_via, p_secret_hash, p_cluster_id);
  RETURN NEXT;
  IF p_known_version = v_version THEN
    RETURN;
  END IF;

  IF p_known_version IS NOT NULL THEN
    SELECT r.log_bytes INTO v_known_log_bytes FROM commit_record r
      WHERE r.cluster_id = p_cluster_id AND r.version <= p_known_version ORDER BY r.version DESC LIMIT 1;
    v_reset := NOT FOUND OR p_known_version > v_version OR v_log_bytes - v_known_log_bytes > p_max_difference_bytes;
  END IF;
  IF p_known_version IS NULL OR v_reset THEN
    IF v_reset THEN
      part := 'reset'; meta := NULL; body := NULL;
      RETURN NEXT;
    END IF;
    RETURN QUERY SELECT * FROM sandbar_page(p_cluster_id, '', p_page_bytes);
    RETURN;
  END IF;

  RETURN QUERY
    SELECT 'log', json_build_array(c.revision, c.key, c.type, c.time_ms, c.real_time_ms, c.previous_revision)::text, c.body
    FROM change c
    WHERE c.cluster_id = p_cluster_id AND c.revision > p_known_revision
    ORDER BY c.revision;
  RETURN QUERY
    SELECT CASE WHEN o.removed THEN 'removed' ELSE 'row' END,
           CASE WHEN o.removed THEN o.key ELSE
             json_build_array(o.key, o.uid, o.revision, o.changed_version, o.deleted, o.due, o.private_state)::text END,
           c.body
    FROM object o
    LEFT JOIN change c ON c.cluster_id = p_cluster_id AND c.revision = o.revision
      AND o.revision <= p_known_revision AND NOT o.deleted
    WHERE o.cluster_id = p_cluster_id AND o.changed_version > p_known_version;
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
  IF (SELECT count(*) FROM credential k WHERE k.cluster_id = p_cluster_id AND k.kind = 'user') >= p_max_credentials THEN
    outcome := 'limit';
    RETURN;
  END IF;
  INSERT INTO credential (cluster_id, id, organization_id, user_name, group_names, token_hash, created_at_ms, expires_at_ms, kind)
  VALUES (p_cluster_id, p_id, v_organization_id, p_user_name, p_group_names, p_token_hash, p_created_at_ms, p_expires_at_ms,
          'user');
  PERFORM sandbar_remember(v_organization_id, p_idempotency_key, p_request_hash, p_response);
  outcome := 'created';
END
$$;
--> statement-breakpoint
-- In scope of a cluster: adds an issuer: `added`, `limit` or `unauthorized`. The application's role may add users only.
CREATE FUNCTION sandbar_insert_issuer(p_token_hash text, p_max_issuers int) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_cluster_id text := public.sandbar_scope_cluster();
  v_organization_id text;
  v_issuers int;
BEGIN
  -- The lock keeps two from counting the same.
  SELECT c.organization_id INTO v_organization_id FROM public.cluster c WHERE c.id = v_cluster_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'unauthorized';
  END IF;
  SELECT count(*) INTO v_issuers FROM public.credential k WHERE k.cluster_id = v_cluster_id AND k.kind = 'issuer';
  IF v_issuers >= p_max_issuers THEN
    RETURN 'limit';
  END IF;
  INSERT INTO public.credential (cluster_id, id, organization_id, user_name, group_names, token_hash, created_at_ms, kind)
    VALUES (v_cluster_id, 'issuer-' || (v_issuers + 1), v_organization_id, '', '[]', p_token_hash, public.sandbar_now_ms(),
            'issuer');
  RETURN 'added';
END
$$;
--> statement-breakpoint
CREATE FUNCTION sandbar_add_issuer(
  p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint, p_token_hash text, p_max_issuers int)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_none text;
BEGIN
  v_none := sandbar_enter(p_via, p_secret_hash, p_cluster_id, p_now_ms);
  RETURN sandbar_insert_issuer(p_token_hash, p_max_issuers);
END
$$;
--> statement-breakpoint
-- What a Worker of the version before calls until it is replaced.
CREATE OR REPLACE FUNCTION sandbar_insert_issuer(p_token_hash text, p_id_prefix text, p_max_issuers int) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  RETURN sandbar_insert_issuer(p_token_hash, p_max_issuers);
END
$$;
--> statement-breakpoint
-- ---- Ownership and force

-- A function's new owner must be able to create in its schema, at that moment.
GRANT CREATE ON SCHEMA public TO sandbar_definer;
--> statement-breakpoint
DO $$
DECLARE
  v_function regprocedure;
  v_table regclass;
BEGIN
  FOR v_function IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO sandbar_definer', v_function);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', v_function);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO sandbar_app', v_function);
  END LOOP;
  FOR v_table IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity LOOP
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', v_table);
  END LOOP;
END
$$;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM sandbar_definer;
