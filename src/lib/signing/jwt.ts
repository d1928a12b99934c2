/**
 * JSON Web Tokens in the one form that clusters issue: compact, signed with ES256. A token's key id names the cluster
 * of the key, so a receiver finds the cluster. The key id proves nothing by itself.
 */
import { BoundedCache } from "../bounded-cache.ts";
import { decodeBase64Url, encodeBase64Url } from "../encoding.ts";
import { MAX_TOKEN_LENGTH, MAX_VERIFIED_TOKENS } from "../limits.ts";
import { bytesOf, publicKeyOf, sign, verify } from "./p256.ts";
import { sha256 } from "./sha256.ts";

/** The cluster's private key (P-256) with its public name. */
export interface SigningKey {
  /** `<cluster>.<secret part>`; see `clusterOfKeyId`. */
  keyId: string;
  /** Hexadecimal. */
  privateKey: string;
}

/** The content of a token, not verified. */
export interface ParsedToken {
  keyId: string;
  algorithm: string;
  claims: Readonly<Record<string, unknown>>;
}

/** As long as Kubernetes' key ids, together with a cluster id of 17 characters. */
export const KEY_ID_SECRET_LENGTH = 25;

/** The id of the cluster that a key belongs to; null for ids of another form. */
export function clusterOfKeyId(keyId: string): string | null {
  return /^([a-z0-9-]{1,63})\.[A-Za-z0-9]{20,100}$/.exec(keyId)?.[1] ?? null;
}

/** The claims in the order of their names at every depth, as Go writes maps. */
export function signToken(key: SigningKey, claims: object): string {
  const header = part({ alg: "ES256", kid: key.keyId });
  const signed = `${header}.${part(sorted(claims) as object)}`;
  return `${signed}.${encodeBase64Url(sign(privateKeyOf(key), bytes(signed)))}`;
}

/** The content of a token, not verified; null for an invalid token. */
export function parseToken(token: string): ParsedToken | null {
  if (token.length > MAX_TOKEN_LENGTH) return null;
  const parts = token.split(".");
  if (parts.length !== 3) return null;
  const [header, claims] = parts.map(decoded);
  if (!header || !claims || typeof header["kid"] !== "string") return null;
  return { keyId: header["kid"], algorithm: String(header["alg"]), claims };
}

/** Whether the token was signed with the key. Costs some milliseconds for a new token; results are cached. */
export function isSignedBy(key: SigningKey, token: string): boolean {
  const memo = encodeBase64Url(sha256(bytes(`${key.privateKey} ${token}`)));
  return verified.getOrCompute(memo, () => {
    const end = token.lastIndexOf(".");
    const signature = decodeBase64Url(token.slice(end + 1));
    return signature !== null && verify(publicKeyOf(privateKeyOf(key)), bytes(token.slice(0, end)), signature);
  });
}

const verified = new BoundedCache<string, boolean>(MAX_VERIFIED_TOKENS);

/** The public key as a JSON Web Key (RFC 7517). */
export function publicJwk(key: SigningKey) {
  const { x, y } = publicKeyOf(privateKeyOf(key));
  return {
    use: "sig",
    kty: "EC",
    kid: key.keyId,
    crv: "P-256",
    alg: "ES256",
    x: encodeBase64Url(bytesOf(x)),
    y: encodeBase64Url(bytesOf(y)),
  };
}

function privateKeyOf({ privateKey }: SigningKey): bigint {
  return BigInt(`0x${privateKey}`);
}

function part(value: object): string {
  return encodeBase64Url(bytes(JSON.stringify(value)));
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decoded(part: string): Record<string, unknown> | null {
  const content = decodeBase64Url(part);
  if (!content) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(content));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, sorted(item)]));
}
