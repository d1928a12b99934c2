-- The answer to an earlier request with this Idempotency-Key; null when the key is new. `gone` with the id when the
-- created object was deleted since, because the stored response would describe an object that does not exist. Also
-- removes a few expired keys.
CREATE OR REPLACE FUNCTION sandbar_replay(
  p_organization_id text, p_idempotency_key text, p_request_hash text, p_oldest_ms bigint,
  OUT outcome text, OUT response text) LANGUAGE plpgsql AS $$
DECLARE
  v_subject text;
BEGIN
  IF p_idempotency_key IS NULL THEN
    RETURN;
  END IF;
  DELETE FROM idempotency i
    WHERE i.organization_id = p_organization_id AND i.key = p_idempotency_key AND i.created_at_ms <= p_oldest_ms;
  DELETE FROM idempotency i
    WHERE i.organization_id = p_organization_id AND i.key IN (
      SELECT o.key FROM idempotency o
      WHERE o.organization_id = p_organization_id AND o.created_at_ms <= p_oldest_ms
      ORDER BY o.created_at_ms LIMIT 10);
  SELECT CASE WHEN i.request_hash = p_request_hash THEN 'replayed' ELSE 'mismatch' END,
         CASE WHEN i.request_hash = p_request_hash THEN i.response END, i.subject
    INTO outcome, response, v_subject
    FROM idempotency i WHERE i.organization_id = p_organization_id AND i.key = p_idempotency_key;
  IF outcome = 'replayed' AND NOT sandbar_exists(v_subject) THEN
    outcome := 'gone';
    response := substring(v_subject FROM '[^/]*$');
  END IF;
END
$$;
