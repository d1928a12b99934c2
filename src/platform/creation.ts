/** Reading the store's answers, and creations that may be retried (Idempotency-Key). */
import { MAX_IDEMPOTENCY_KEY_LENGTH } from "../lib/limits.ts";
import type { Created, Idempotency, OrganizationStore, Stores } from "../storage/store.ts";
import { notFound, Problem, unauthorized } from "./problem.ts";
import { API_KEY_PREFIX, newSecret, sha256Hex } from "./secrets.ts";

/** A caller with an organization's API key. The store authenticates the key at every call. */
export interface OrganizationCaller {
  store: OrganizationStore;
  secret: string;
  /** SHA-256 of the secret, lower-case hex. */
  keyHash: string;
}

/** Throws 401 for a text that cannot be an API key. */
export function organizationCaller(stores: Stores, secret: string | null): OrganizationCaller {
  if (!secret?.startsWith(API_KEY_PREFIX)) throw unauthorized();
  const keyHash = sha256Hex(secret);
  return { store: stores.organization(keyHash), secret, keyHash };
}

/** Unwraps a store's answer. Throws 401 for null (the key is not valid) and 404 for `not-found`. */
export function found<T>(value: T | "not-found" | null, what: string): T {
  if (value === null) throw unauthorized();
  if (value === "not-found") throw notFound(what);
  return value;
}

/** One creation: its secret (if it creates one), and the data by which a retry is recognised. */
export interface Creation {
  secret: string;
  /** The store's argument; `response` must not contain the secret. */
  idempotency(response: unknown): (Idempotency & { response: string }) | null;
}

export interface CreationRequest {
  callerSecret: string;
  idempotencyKey: string | null;
  /** Method and path. */
  operation: string;
  /** The parsed request. */
  input: unknown;
}

/** Prepares a creation. Throws 400 for an invalid Idempotency-Key. */
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

/** Throws 400 for an Idempotency-Key that is empty or too long. */
export function refuseBadKey(key: string | null): void {
  if (key !== null && (key === "" || key.length > MAX_IDEMPOTENCY_KEY_LENGTH)) {
    throw new Problem("invalid_parameter", `Idempotency-Key must have 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} characters.`);
  }
}

/** The refusal of an Idempotency-Key that was used with another body. */
export function idempotencyKeyMismatch(): Problem {
  return new Problem("idempotency_key_reused", "This Idempotency-Key was used for another request.");
}

/** The refusal of a retry whose result was deleted. */
export function createdIsGone(id: string): Problem {
  return new Problem("gone", `What this Idempotency-Key created, ${id}, was deleted; use another key to create anew.`);
}

/** The view of the created resource, by this request or by the first one with the same Idempotency-Key. */
export function createdView<V>(created: Created<unknown>, view: V, what: string): V {
  switch (created.outcome) {
    case "created":
      return view;
    case "replayed":
      return JSON.parse(created.response) as V;
    case "gone":
      throw createdIsGone(created.id);
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

/** A view and the hash of its secret. Retries are answered from this record, which does not contain the secret. */
export interface WithSecretHash<V> {
  view: V;
  secretHash: string;
}

/**
 * As `createdView`, for creations that show a secret. A retry derives the secret from the caller's own key. A retry with
 * another key of the organization cannot derive it and is refused.
 */
export function createdSecretView<V>(created: Created<unknown>, mine: WithSecretHash<V>, what: string): V {
  const { view, secretHash } = createdView(created, mine, what);
  if (secretHash === mine.secretHash) return view;
  throw new Problem(
    "idempotency_key_taken",
    "This Idempotency-Key was used with another API key; the secret was shown to that one.",
  );
}
