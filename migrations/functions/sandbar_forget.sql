-- Removes commit records and tombstones of removed keys older than `p_oldest_version`, and the DELETED log rows that
-- compaction kept while their index row existed.
CREATE OR REPLACE FUNCTION sandbar_forget(p_cluster_id text, p_oldest_version bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM commit_record r WHERE r.cluster_id = p_cluster_id AND r.version < p_oldest_version;
  WITH forgotten AS (
    DELETE FROM object o
    WHERE o.cluster_id = p_cluster_id AND o.removed AND o.changed_version < p_oldest_version
    RETURNING o.key
  )
  DELETE FROM change c USING forgotten
  WHERE c.cluster_id = p_cluster_id AND c.key = forgotten.key AND c.type = 'DELETED'
    AND c.revision <= (SELECT compaction_cursor FROM cluster WHERE id = p_cluster_id);
END
$$;
