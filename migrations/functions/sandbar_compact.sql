-- Removes log rows that are no longer needed: see `Commit.compactMaxRows`. Each log row is visited once, in order. A
-- visit removes the older row of the same key (at most one is left by then), and the visited row itself if it is
-- DELETED and its key has no index row. So at most two rows are removed for each row visited.
CREATE OR REPLACE FUNCTION sandbar_compact(
  p_cluster_id text, p_cursor bigint, p_compacted_revision bigint, p_max_rows int,
  OUT new_cursor bigint, OUT looked_rows bigint, OUT removed_rows bigint) LANGUAGE plpgsql AS $$
BEGIN
  WITH looked AS MATERIALIZED (
    SELECT c.revision, c.key, c.type FROM change c
    WHERE c.cluster_id = p_cluster_id AND c.revision > p_cursor AND c.revision <= p_compacted_revision
    ORDER BY c.revision
    LIMIT greatest(p_max_rows / 2, 1)
  ), unneeded AS (
    SELECT c.revision FROM looked
    JOIN change c ON c.cluster_id = p_cluster_id AND c.key = looked.key AND c.revision < looked.revision
    UNION
    SELECT looked.revision FROM looked
    WHERE looked.type = 'DELETED' AND NOT EXISTS (
      SELECT FROM object o WHERE o.cluster_id = p_cluster_id AND o.key = looked.key AND NOT o.removed)
  ), removed AS (
    DELETE FROM change c USING unneeded WHERE c.cluster_id = p_cluster_id AND c.revision = unneeded.revision
    RETURNING c.revision
  )
  UPDATE cluster SET compaction_cursor = coalesce((SELECT max(looked.revision) FROM looked), p_compacted_revision)
  WHERE id = p_cluster_id
  RETURNING compaction_cursor, (SELECT count(*) FROM looked), (SELECT count(*) FROM removed)
    INTO new_cursor, looked_rows, removed_rows;
END
$$;
