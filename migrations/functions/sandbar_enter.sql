-- Enters the request's scope until the transaction ends: later statements run as `sandbar_app`. The policies read
-- `sandbar.via` (credential | apiKey), `sandbar.secret_hash`, `sandbar.cluster_id` and `sandbar.now_ms` (empty: the
-- database's clock). Callers assign the result, which is always null: an expression is far cheaper than PERFORM.
CREATE OR REPLACE FUNCTION sandbar_enter(p_via text, p_secret_hash text, p_cluster_id text, p_now_ms bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_set text;
BEGIN
  -- Once per session. The session keeps its plans, so they must not depend on the sizes of the tables or on the values
  -- of the first call: every access uses an index.
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
