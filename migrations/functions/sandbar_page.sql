-- Index rows with their bodies in key order, at most about `p_page_bytes` of bodies, `due` and `private_state` but at
-- least one row. A last row `next` holds the last key if more rows follow.
CREATE OR REPLACE FUNCTION sandbar_page(p_cluster_id text, p_after_key text, p_page_bytes bigint)
RETURNS TABLE (part text, meta text, body text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_row record;
  v_bytes bigint := 0;
  v_last_key text;
BEGIN
  FOR v_row IN
    SELECT o.key, o.uid, o.revision, o.changed_version, o.deleted, o.due, o.private_state, c.body
    FROM object o
    LEFT JOIN change c ON c.cluster_id = p_cluster_id AND c.revision = o.revision AND NOT o.deleted
    WHERE o.cluster_id = p_cluster_id AND o.key > p_after_key AND NOT o.removed
    ORDER BY o.key
  LOOP
    v_bytes := v_bytes + coalesce(octet_length(v_row.body), 0) + coalesce(octet_length(v_row.due), 0)
      + coalesce(octet_length(v_row.private_state), 0);
    IF v_bytes > p_page_bytes AND v_last_key IS NOT NULL THEN
      part := 'next'; meta := v_last_key; body := NULL;
      RETURN NEXT;
      RETURN;
    END IF;
    part := 'row';
    meta := json_build_array(v_row.key, v_row.uid, v_row.revision, v_row.changed_version, v_row.deleted, v_row.due,
                             v_row.private_state);
    body := v_row.body;
    v_last_key := v_row.key;
    RETURN NEXT;
  END LOOP;
END
$$;
