-- `<version>:<marks>` of an organization's images; null without images. The version changes with every change that a
-- pull could see. A mark is the beginning of the SHA-256 of a repository's name (`src/cluster/own-images.ts`), so a
-- cluster knows without a question which repositories cannot be the organization's.
CREATE OR REPLACE FUNCTION sandbar_images_summary(p_organization_id text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT left(encode(sha256(convert_to(string_agg(i.id || ' ' || i.version, ' ' ORDER BY i.id), 'UTF8')), 'hex'), 16)
           || ':' || string_agg(DISTINCT left(encode(sha256(convert_to(i.repository, 'UTF8')), 'hex'), 4), '')
    FROM image i WHERE i.organization_id = p_organization_id);
END
$$;
