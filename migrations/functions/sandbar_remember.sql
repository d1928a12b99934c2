-- Remembers the response to a creation under its Idempotency-Key, if the request has one. `p_subject`: see
-- `sandbar_exists`.
CREATE OR REPLACE FUNCTION sandbar_remember(
  p_organization_id text, p_idempotency_key text, p_request_hash text, p_response text, p_subject text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF p_idempotency_key IS NOT NULL THEN
    INSERT INTO idempotency (organization_id, key, request_hash, response, created_at_ms, subject)
    VALUES (p_organization_id, p_idempotency_key, p_request_hash, p_response, sandbar_now_ms(), p_subject);
  END IF;
END
$$;
