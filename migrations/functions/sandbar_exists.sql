-- Whether the subject of a creation still exists, as far as the current role can see. True for an unknown subject.
CREATE OR REPLACE FUNCTION sandbar_exists(p_subject text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_first text := split_part(p_subject, '/', 2);
BEGIN
  CASE split_part(p_subject, '/', 1)
    WHEN 'cluster' THEN
      RETURN EXISTS (SELECT FROM cluster c WHERE c.id = v_first);
    WHEN 'api_key' THEN
      -- The policy `definer_remembered` reads it.
      PERFORM set_config('sandbar.remembered_id', v_first, true);
      RETURN EXISTS (SELECT FROM api_key k WHERE k.id = v_first);
    WHEN 'credential' THEN
      RETURN EXISTS (SELECT FROM credential k WHERE k.cluster_id = v_first AND k.id = split_part(p_subject, '/', 3));
    WHEN 'image' THEN
      RETURN EXISTS (SELECT FROM image i WHERE i.id = v_first);
    ELSE
      RETURN p_subject IS NULL;
  END CASE;
END
$$;
