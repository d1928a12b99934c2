/**
 * Tokens of ServiceAccounts in projected volumes. A token is made when it is read; the time of its issue follows from
 * the time at which the kubelet would have asked for it.
 * Kubernetes: pkg/kubelet/token/token_manager.go, pkg/volume/projected/projected.go
 */
import { API_AUDIENCES, issueToken } from "../../cluster/issuer/service-account-tokens.ts";
import type { Bytes } from "../../files/entry.ts";
import { serviceAccountKind } from "../../kinds/core/service-account.ts";
import { digestOf } from "../../lib/hash.ts";
import type { PodContext } from "../context.ts";

interface TokenProjection {
  audience: string;
  expirationSeconds: number;
}

/** Tokens that admission adds live for a year, so that programs that never read the file again keep working. */
const PROJECTED_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 3600;
/** The kubelet asks for a new token after 80 % of the lifetime, and after a day at the latest. */
const RENEWED_AT = 0.8;
const LONGEST_USE_MS = 24 * 3600 * 1000;

/** Reads the token that the file holds at `nowMs()`. It throws `Needed` without a signing key. */
export function tokenReader(context: PodContext, projection: TokenProjection, nowMs: () => number): () => Bytes {
  let last: { issuedAtMs: number; token: Bytes } | undefined;
  return () => {
    const issuedAtMs = issueTime(context, projection, nowMs());
    if (last?.issuedAtMs !== issuedAtMs) last = { issuedAtMs, token: issue(context, projection, issuedAtMs) };
    return last.token;
  };
}

function issueTime({ state }: PodContext, { expirationSeconds }: TokenProjection, nowMs: number): number {
  const useMs = Math.min(expirationSeconds * 1000 * RENEWED_AT, LONGEST_USE_MS);
  const firstAtMs = state.files?.mountedAtMs ?? state.acceptedAtMs;
  return firstAtMs + Math.max(0, Math.floor((nowMs - firstAtMs) / useMs)) * useMs;
}

function issue({ tx, pod, node }: PodContext, projection: TokenProjection, issuedAtMs: number): Bytes {
  const { audience, expirationSeconds } = projection;
  const account = tx.get(serviceAccountKind, pod.metadata.namespace ?? "", accountName(pod));
  if (!account) return "";
  const audiences = audience === "" ? API_AUDIENCES : [audience];
  const isExtended = expirationSeconds === PROJECTED_SECONDS && audiences.every((one) => API_AUDIENCES.includes(one));
  const issuer = { nowMs: issuedAtMs, privateState: tx.privateState.bind(tx) };
  return issueToken(issuer, {
    id: uuidOf(`${pod.metadata.uid}/${audience}/${issuedAtMs}`),
    account,
    audiences,
    lifetimeSeconds: isExtended ? EXTENDED_SECONDS : expirationSeconds,
    ...(isExtended && { warnAfterSeconds: PROJECTED_SECONDS }),
    bound: { pod: referenceTo(pod.metadata), node: referenceTo(node.metadata) },
  });
}

export function tokenProblem({ tx, pod }: PodContext): string | undefined {
  const name = accountName(pod);
  if (tx.get(serviceAccountKind, pod.metadata.namespace ?? "", name)) return undefined;
  return `failed to fetch token: serviceaccounts "${name}" not found`;
}

function accountName({ spec }: PodContext["pod"]): string {
  return spec.serviceAccountName || "default";
}

function referenceTo({ name = "", uid = "" }: { name?: string; uid?: string }) {
  return { name, uid };
}

function uuidOf(text: string): string {
  const digits = digestOf(text);
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`]
    .concat(digits.slice(20, 32))
    .join("-");
}
