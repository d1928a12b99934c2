/**
 * The cluster's own key, which signs tokens and certificates. It is random, so it comes from outside: the first request
 * that needs the key asks for it (`Needed`). The cluster keeps it as private state that no client sees.
 */
import type { ObjectKey } from "../../kinds/kind.ts";
import type { SigningKey } from "../../lib/signing/jwt.ts";
import { privateKeyFrom } from "../../lib/signing/p256.ts";
import { hmacSha256 } from "../../lib/signing/sha256.ts";
import { Needed } from "../needs.ts";
import type { Transaction } from "../transaction.ts";

/** A namespace that no client can delete. */
const KEEPER: ObjectKey = "core/namespaces//kube-system";
const OWNER = "issuer";

/** The key; undefined until a first token or certificate was requested. */
export function signingKeyOf(tx: Pick<Transaction, "privateState">): SigningKey | undefined {
  return tx.privateState<SigningKey>(KEEPER, OWNER);
}

/** The key. Throws `Needed` when the cluster has no key yet. */
export function requireSigningKey(tx: Pick<Transaction, "privateState">): SigningKey {
  const key = signingKeyOf(tx);
  if (!key) throw new Needed({ type: "signingKey" });
  return key;
}

/** Stores the key unless the cluster has one already. */
export function installSigningKey(tx: Transaction, key: SigningKey): void {
  if (!signingKeyOf(tx)) tx.setPrivateState(KEEPER, OWNER, key);
}

/** The private key of the authority that signs client certificates, derived from the signing key. */
export function authorityKeyOf({ privateKey }: SigningKey): bigint {
  const text = new TextEncoder();
  return privateKeyFrom(hmacSha256(text.encode(privateKey), text.encode("certificate authority")));
}
