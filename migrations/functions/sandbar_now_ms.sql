-- The request's instant in milliseconds since the epoch. The setting counts only where the owner has created the
-- function `sandbar_test_clock`, as tests do. Otherwise the database's clock decides, so no statement can make an
-- expired credential valid again.
CREATE OR REPLACE FUNCTION sandbar_now_ms() RETURNS bigint LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
  v_set text := nullif(current_setting('sandbar.now_ms', true), '');
BEGIN
  IF v_set IS NOT NULL AND to_regproc('public.sandbar_test_clock') IS NOT NULL THEN
    RETURN v_set::bigint;
  END IF;
  RETURN (extract(epoch FROM now()) * 1000)::bigint;
END
$$;
