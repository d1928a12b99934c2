-- Many clusters of one organization in one round trip: for each cluster in order the answer of `sandbar_sync`, until
-- about `p_page_bytes` of bodies are read. A last row `read` holds the number of clusters processed. No row when the
-- key is not valid. `p_clusters`: JSON array of [id, known version, known revision]; the last two are null to load
-- everything.
-- `p_as_object`: see `sandbar_sync`.
DROP FUNCTION IF EXISTS sandbar_sync_clusters(text, bigint, json, bigint, bigint);

CREATE OR REPLACE FUNCTION sandbar_sync_clusters(
  p_key_hash text, p_now_ms bigint, p_clusters json, p_page_bytes bigint, p_max_difference_bytes bigint,
  p_as_object boolean DEFAULT false)
RETURNS TABLE (part text, meta text, body text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_wanted json;
  v_row record;
  v_bytes bigint := 0;
  v_read int := 0;
BEGIN
  meta := sandbar_enter('apiKey', p_key_hash, '', p_now_ms);
  IF sandbar_scope_organization() IS NULL THEN
    RETURN;
  END IF;
  FOR v_wanted IN SELECT w.value FROM json_array_elements(p_clusters) AS w LOOP
    EXIT WHEN v_read > 0 AND v_bytes >= p_page_bytes;
    FOR v_row IN
      SELECT s.part, s.meta, s.body FROM sandbar_sync(
        'apiKey', p_key_hash, v_wanted ->> 0, p_now_ms, (v_wanted ->> 1)::bigint, (v_wanted ->> 2)::bigint,
        p_page_bytes, p_max_difference_bytes, p_as_object) s
    LOOP
      v_bytes := v_bytes + coalesce(octet_length(v_row.body), 0);
      part := v_row.part; meta := v_row.meta; body := v_row.body;
      RETURN NEXT;
    END LOOP;
    v_read := v_read + 1;
  END LOOP;
  part := 'read'; meta := v_read::text; body := NULL;
  RETURN NEXT;
END
$$;
