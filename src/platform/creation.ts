/** Reading the store's answers, and creations that may be retried (Idempotency-Key). */
import { MAX_IDEMPOTENCY_KEY_LENGTH } from "../lib/limits.ts";
import type { Created, Idempotency, OrganizationStore, Stores } from "../storage/store.ts";
import { notFound, Problem, unauthorized } from "./problem.ts";
import { API_KEY_PREFIX, newSecret, sha256Hex } from "./secrets.ts";

/** A caller with an organization's API key. Whether it is valid the store says at every call. */
export interface OrganizationCaller {
  store: OrganizationStore;
  secret: string;
  /** SHA-256 of the secret, lower-case hex. */
  keyHash: string;
}

/** Throws 401 for what cannot be an API key. */
export function organizationCaller(stores: Stores, secret: string | null): OrganizationCaller {
  if (!secret?.startsWith(API_KEY_PREFIX)) throw unauthorized();
  const keyHash = sha256Hex(secret);
  return { store: stores.organization(keyHash), secret, keyHash };
}

/** A store's answer that may be null (the key is not valid) or `not-found`. */
export function found<T>(value: T | "not-found" | null, what: string): T {
  if (value === null) throw unauthorized();
  if (value === "not-found") throw notFound(what);
  return value;
}

/** One creation: the secret it shows (if it makes one) and how a retry is recognised. */
export interface Creation {
  secret: string;
  /** To be handed to the store; `response` must not hold the secret. */
  idempotency(response: unknown): (Idempotency & { response: string }) | null;
}

export interface CreationRequest {
  callerSecret: string;
  idempotencyKey: string | null;
  /** Method and path: what is being created. */
  operation: string;
  /** The parsed request. */
  input: unknown;
}

/** Prepares a creation. Throws 400 for an Idempotency-Key that is none. */
export function creation({ callerSecret, idempotencyKey, operation, input }: CreationRequest): Creation {
  const key = idempotencyKey;
  refuseBadKey(key);
  const requestHash = sha256Hex(`${operation}\n${JSON.stringify(input)}`);
  const secret = newSecret({ callerSecret, idempotencyKey, requestHash });
  return {
    secret,
    idempotency: (response) => (key === null ? null : { key, requestHash, response: JSON.stringify(response) }),
  };
}

/** Throws 400 for an Idempotency-Key that is none. */
export function refuseBadKey(key: string | null): void {
  if (key !== null && (key === "" || key.length > MAX_IDEMPOTENCY_KEY_LENGTH)) {
    throw new Problem("invalid_parameter", `Idempotency-Key must have 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} characters.`);
  }
}

/** The refusal of a key that came with another body before. */
export function idempotencyKeyMismatch(): Problem {
  return new Problem("idempotency_key_reused", "This Idempotency-Key was used for another request.");
}

/** The view of what was created, by this request or by the first one with the same Idempotency-Key. */
export function createdView<V>(created: Created<unknown>, view: V, what: string): V {
  switch (created.outcome) {
    case "created":
      return view;
    case "replayed":
      return JSON.parse(created.response) as V;
    case "gone":
      throw new Problem(
        "gone",
        `What this Idempotency-Key created, ${created.id}, was deleted; use another key to create anew.`,
      );
    case "mismatch":
      throw idempotencyKeyMismatch();
    case "limit":
      throw new Problem("limit_reached", `The limit is ${created.limit}.`);
    case "unauthorized":
      throw unauthorized();
    case "not-found":
      throw notFound(what);
  }
}

/** A view together with the hash of the secret that goes with it; this, not the secret, is kept for retries. */
export interface WithSecretHash<V> {
  view: V;
  secretHash: string;
}

/**
 * As `createdView`, for creations that show a secret. A retry derives the same secret from the caller's own key, so one with
 * another key of the organization cannot have it.
 */
export function createdSecretView<V>(created: Created<unknown>, mine: WithSecretHash<V>, what: string): V {
  const { view, secretHash } = createdView(created, mine, what);
  if (secretHash === mine.secretHash) return view;
  throw new Problem(
    "idempotency_key_taken",
    "This Idempotency-Key was used with another API key; the secret was shown to that one.",
  );
}
