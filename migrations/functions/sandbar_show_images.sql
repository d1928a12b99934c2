-- Writes the summary of an organization's images into its clusters. The organization's row must be locked.
CREATE OR REPLACE FUNCTION sandbar_show_images(p_organization_id text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_summary text := sandbar_images_summary(p_organization_id);
BEGIN
  UPDATE cluster c SET images = v_summary
    WHERE c.organization_id = p_organization_id AND c.images IS DISTINCT FROM v_summary;
END
$$;
