-- The application acts as `sandbar_app`, which owns nothing. A request says which secret it was shown (by hash) and which
-- cluster it means; the two functions here look that up in tables the role cannot read freely, and every policy asks
-- them. Without settings, or with wrong ones, every table is empty to the role and takes no row.

-- A role is the whole server's: another database's migration may be making it right now. A superuser may become any role
-- as it is; others must be granted it, even those who made it.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sandbar_app') THEN
    CREATE ROLE sandbar_app NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END
$$;
--> statement-breakpoint
DO $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND current_user <> 'sandbar_app' THEN
    EXECUTE format('GRANT sandbar_app TO %I', current_user);
  END IF;
END
$$;
--> statement-breakpoint
-- Enters a request's scope until the transaction ends: from here on its statements run as `sandbar_app`, and policies read
-- `sandbar.via` (credential | apiKey), `sandbar.secret_hash`, `sandbar.cluster_id` and `sandbar.now_ms` (empty: the
-- database's clock). Assigned, not performed: an expression is far cheaper than a statement. Returns nothing of use.
CREATE FUNCTION sandbar_enter(p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_set text;
BEGIN
  -- Once per session. Plans are kept by the session and must not depend on how large the tables were, or whose values came
  -- first, when it made them: every access is by index.
  IF current_setting('plan_cache_mode') <> 'force_generic_plan' THEN
    PERFORM set_config('plan_cache_mode', 'force_generic_plan', false), set_config('jit', 'off', false),
            set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),
            set_config('enable_mergejoin', 'off', false);
  END IF;
  v_set := set_config('role', 'sandbar_app', true);
  v_set := set_config('sandbar.via', p_via, true);
  v_set := set_config('sandbar.secret_hash', p_secret_hash, true);
  v_set := set_config('sandbar.cluster_id', p_cluster_id, true);
  v_set := set_config('sandbar.now_ms', coalesce(p_now_ms::text, ''), true);
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- The request's instant in milliseconds since the epoch.
CREATE FUNCTION sandbar_now_ms() RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN coalesce(nullif(current_setting('sandbar.now_ms', true), '')::bigint,
                  (extract(epoch FROM now()) * 1000)::bigint);
END
$$;
--> statement-breakpoint
-- The organization whose API key was shown, or null.
CREATE FUNCTION sandbar_scope_organization() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF current_setting('sandbar.via', true) IS DISTINCT FROM 'apiKey' THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT organization_id FROM public.api_key WHERE key_hash = current_setting('sandbar.secret_hash', true));
END
$$;
--> statement-breakpoint
-- The cluster that was named, if the secret shown opens it; else null. Leaves the credential's identity, a JSON array of
-- id, user and groups, in `sandbar.identity` for whoever asks after the cluster was found: one look-up less.
CREATE FUNCTION sandbar_scope_cluster() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_cluster_id text := current_setting('sandbar.cluster_id', true);
  v_secret_hash text := current_setting('sandbar.secret_hash', true);
  v_identity text;
BEGIN
  IF current_setting('sandbar.via', true) = 'credential' THEN
    SELECT identity INTO v_identity FROM public.credential
      WHERE token_hash = v_secret_hash AND cluster_id = v_cluster_id
        AND (expires_at_ms IS NULL OR expires_at_ms > public.sandbar_now_ms());
    IF v_identity IS NULL THEN
      RETURN NULL;
    END IF;
    v_identity := set_config('sandbar.identity', v_identity, true);
    RETURN v_cluster_id;
  END IF;
  RETURN (SELECT id FROM public.cluster
          WHERE id = v_cluster_id AND organization_id = public.sandbar_scope_organization());
END
$$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO sandbar_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE
  ON organization, api_key, base, cluster, credential, object, change, commit_record, idempotency TO sandbar_app;
--> statement-breakpoint
REVOKE DELETE, INSERT ON organization FROM sandbar_app;
--> statement-breakpoint
REVOKE UPDATE, DELETE ON base FROM sandbar_app;
--> statement-breakpoint
-- Nobody moves a cluster to another organization or onto another base.
REVOKE UPDATE ON cluster FROM sandbar_app;
--> statement-breakpoint
GRANT UPDATE (name, labels, version, revision, compacted_revision, compaction_cursor, log_bytes, time_ms,
              offset_ms, next_due_at_ms, counters, settings) ON cluster TO sandbar_app;
--> statement-breakpoint
ALTER TABLE organization ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE base ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE cluster ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE credential ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE object ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE change ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE commit_record ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
-- The sub-selects make the functions run once per statement, not once per row.
CREATE POLICY own_organization ON organization
  USING (id = (SELECT sandbar_scope_organization()));
--> statement-breakpoint
CREATE POLICY own_organization ON api_key
  USING (organization_id = (SELECT sandbar_scope_organization()));
--> statement-breakpoint
CREATE POLICY own_organization ON idempotency
  USING (organization_id = (SELECT sandbar_scope_organization()));
--> statement-breakpoint
-- Of several policies Postgres asks the last by name first, and the others only if that says no: most requests come for
-- one cluster.
CREATE POLICY by_organization ON cluster
  USING (organization_id = (SELECT sandbar_scope_organization()));
--> statement-breakpoint
CREATE POLICY by_scope_select ON cluster FOR SELECT
  USING (id = (SELECT sandbar_scope_cluster()));
--> statement-breakpoint
CREATE POLICY by_scope_update ON cluster FOR UPDATE
  USING (id = (SELECT sandbar_scope_cluster()));
--> statement-breakpoint
CREATE POLICY own_organization ON credential
  USING (organization_id = (SELECT sandbar_scope_organization()));
--> statement-breakpoint
-- Who shows a credential may read who it is, and no other. (Whether it still opens anything is the cluster's policy.)
CREATE POLICY itself ON credential FOR SELECT
  USING (current_setting('sandbar.via', true) = 'credential'
         AND token_hash = current_setting('sandbar.secret_hash', true)
         AND cluster_id = current_setting('sandbar.cluster_id', true));
--> statement-breakpoint
CREATE POLICY own_cluster ON object
  USING (cluster_id = (SELECT sandbar_scope_cluster()));
--> statement-breakpoint
CREATE POLICY own_cluster ON change
  USING (cluster_id = (SELECT sandbar_scope_cluster()));
--> statement-breakpoint
CREATE POLICY own_cluster ON commit_record
  USING (cluster_id = (SELECT sandbar_scope_cluster()));
--> statement-breakpoint
CREATE POLICY under_own_cluster ON base FOR SELECT
  USING (id = (SELECT base_id FROM cluster WHERE cluster.id = (SELECT sandbar_scope_cluster())));
--> statement-breakpoint
CREATE POLICY any_organization ON base FOR INSERT
  WITH CHECK ((SELECT sandbar_scope_organization()) IS NOT NULL);
