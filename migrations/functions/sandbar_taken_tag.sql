-- A tag in `p_tags` (JSON array) that another document of the organization has in this repository; null if none has.
CREATE OR REPLACE FUNCTION sandbar_taken_tag(p_organization_id text, p_id text, p_repository text, p_tags text)
RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT min(t.tag) FROM image i, json_array_elements_text(i.tags::json) AS t (tag)
    WHERE i.organization_id = p_organization_id AND i.repository = p_repository AND i.id <> p_id
      AND t.tag IN (SELECT json_array_elements_text(p_tags::json)));
END
$$;
