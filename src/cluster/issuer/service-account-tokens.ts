/**
 * Creates and verifies tokens of ServiceAccounts. A token is valid as long as its account and its bound object exist.
 *
 * Kubernetes: pkg/serviceaccount/claims.go, pkg/serviceaccount/legacy.go, pkg/serviceaccount/jwt.go.
 */
import type { ObjectKey } from "../../kinds/kind.ts";
import { isSignedBy, type ParsedToken, parseToken, signToken } from "../../lib/signing/jwt.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import type { Transaction } from "../transaction.ts";
import { requireSigningKey, signingKeyOf } from "./issuer.ts";

/** The issuer in every token and in the discovery document of OpenID. */
export const ISSUER = "https://kubernetes.default.svc.cluster.local";
/** The default audience of tokens. */
export const API_AUDIENCES: readonly string[] = [ISSUER];
/** The issuer of tokens in Secrets, which name no audience and never expire. */
const LEGACY_ISSUER = "kubernetes/serviceaccount";
const LEGACY = "kubernetes.io/serviceaccount";
/** The allowed difference of clocks, and the time for which a deleted object still counts. */
const LEEWAY_SECONDS = 60;

interface Reference {
  name: string;
  uid?: string;
}

interface PrivateClaims {
  namespace: string;
  serviceaccount: Reference;
  pod?: Reference;
  secret?: Reference;
  node?: Reference;
  /** Seconds since the epoch. */
  warnafter?: number;
}

/** The content of a new token. */
export interface TokenSpec {
  /** Unique: the token's `jti`. */
  id: string;
  account: KubernetesObject;
  audiences: readonly string[];
  lifetimeSeconds: number;
  /** The expiry that clients should assume, where the token is valid for longer. */
  warnAfterSeconds?: number;
  bound?: Partial<Record<"pod" | "secret" | "node", Reference>>;
}

/** A token for a ServiceAccount, valid from now on. Throws `Needed` without a signing key. */
export function issueToken(tx: Pick<Transaction, "nowMs" | "privateState">, spec: TokenSpec): string {
  const { id, account, audiences, lifetimeSeconds, warnAfterSeconds, bound } = spec;
  const key = requireSigningKey(tx);
  const now = Math.floor(tx.nowMs / 1000);
  const { namespace = "", name = "", uid } = account.metadata;
  return signToken(key, {
    aud: audiences,
    exp: now + lifetimeSeconds,
    iat: now,
    iss: ISSUER,
    jti: id,
    "kubernetes.io": {
      namespace,
      serviceaccount: { name, uid },
      ...bound,
      ...(warnAfterSeconds !== undefined && { warnafter: now + warnAfterSeconds }),
    },
    nbf: now,
    sub: userNameOf(namespace, name),
  });
}

/** The token of a Secret of type service-account-token: valid as long as the Secret and the account exist. */
export function issueSecretToken(tx: Transaction, account: KubernetesObject, secretName: string): string {
  const { namespace = "", name = "", uid } = account.metadata;
  return signToken(requireSigningKey(tx), {
    iss: LEGACY_ISSUER,
    [`${LEGACY}/namespace`]: namespace,
    [`${LEGACY}/secret.name`]: secretName,
    [`${LEGACY}/service-account.name`]: name,
    [`${LEGACY}/service-account.uid`]: uid,
    sub: userNameOf(namespace, name),
  });
}

/** The user name of a ServiceAccount for authorization. */
export function userNameOf(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** The groups of all ServiceAccounts of a namespace. */
export function groupsOf(namespace: string): readonly string[] {
  return ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
}

/** `audiences`: the requested audiences that the token has. */
export type TokenVerdict =
  | { user: TokenUser; audiences: readonly string[] }
  /** The message of Kubernetes; null when the token is not one of this cluster. */
  | { error: string | null };

/** As in a TokenReview's status. */
export interface TokenUser {
  name: string;
  uid: string;
  groups: readonly string[];
  extra?: Readonly<Record<string, readonly string[]>>;
}

type State = Pick<Transaction, "getByKey" | "privateState" | "nowMs">;

/** The user of the token, if the token is valid for one of the audiences. */
export function verifyToken(tx: State, token: string, wanted: readonly string[] = API_AUDIENCES): TokenVerdict {
  const key = signingKeyOf(tx);
  const parsed = parseToken(token);
  const issuer = parsed?.claims["iss"];
  if (!key || !parsed || (issuer !== ISSUER && issuer !== LEGACY_ISSUER)) return { error: null };
  if (parsed.keyId !== key.keyId || parsed.algorithm !== "ES256" || !isSignedBy(key, token)) return { error: null };

  const isLegacy = issuer === LEGACY_ISSUER;
  const own = isLegacy ? API_AUDIENCES : audiencesOf(parsed);
  const audiences = own.filter((audience) => wanted.includes(audience));
  if (audiences.length === 0) {
    return { error: `token audiences ${quoted(own)} is invalid for the target audiences ${quoted(wanted)}` };
  }
  const verdict = isLegacy ? legacyVerdict(tx, parsed, token) : boundVerdict(tx, parsed);
  return typeof verdict === "string" ? { error: verdict } : { user: verdict, audiences };
}

function boundVerdict(tx: State, { claims }: ParsedToken): TokenUser | string {
  const now = tx.nowMs / 1000;
  if (now > Number(claims["exp"]) + LEEWAY_SECONDS) return "service account token has expired";
  if (now < Number(claims["nbf"]) - LEEWAY_SECONDS) return "service account token is not valid yet";
  const { namespace, serviceaccount, ...bound } = claims["kubernetes.io"] as PrivateClaims;
  const problem = accountProblem(tx, namespace, serviceaccount) ?? boundProblem(tx, namespace, bound);
  if (problem) return problem;
  return {
    ...accountUser(namespace, serviceaccount.name, serviceaccount.uid ?? ""),
    extra: extraOf(String(claims["jti"]), bound),
  };
}

function accountProblem(tx: State, namespace: string, { name, uid }: Reference): string | undefined {
  const account = tx.getByKey(`core/serviceaccounts/${namespace}/${name}`);
  if (!account) return `serviceaccounts ${JSON.stringify(name)} not found`;
  if (isGone(tx, account)) return `service account ${namespace}/${name} has been deleted`;
  const actual = account.metadata.uid;
  return actual === uid ? undefined : `service account UID (${actual}) does not match claim (${uid})`;
}

type Bound = Omit<PrivateClaims, "namespace" | "serviceaccount">;

function boundProblem(tx: State, namespace: string, { pod, secret, node }: Bound): string | undefined {
  if (secret) {
    const words = { kind: "secret", claim: "service account secret ref claim" };
    return referenceProblem(tx, `core/secrets/${namespace}/${secret.name}`, secret, words);
  }
  if (pod) {
    const words = { kind: "pod", claim: "service account pod ref claim" };
    return referenceProblem(tx, `core/pods/${namespace}/${pod.name}`, pod, words);
  }
  if (!node) return undefined;
  const words = { kind: "node", claim: "service account node ref claim" };
  return referenceProblem(tx, `core/nodes//${node.name}`, node, words);
}

function referenceProblem(
  tx: State,
  key: ObjectKey,
  { uid }: Reference,
  { kind, claim }: { kind: string; claim: string },
): string | undefined {
  const object = tx.getByKey(key);
  if (!object || isGone(tx, object)) return "service account token has been invalidated";
  const actual = object.metadata.uid;
  if (actual === uid) return undefined;
  return `${kind} UID (${actual}) does not match ${claim} (${uid})`;
}

/** True when deleted for longer than the leeway: a pod that ends may still use its token for a moment. */
function isGone(tx: State, { metadata }: KubernetesObject): boolean {
  const { deletionTimestamp } = metadata;
  return deletionTimestamp !== undefined && Date.parse(deletionTimestamp) < tx.nowMs - LEEWAY_SECONDS * 1000;
}

function extraOf(id: string, { pod, node }: Bound): Record<string, readonly string[]> {
  const prefix = "authentication.kubernetes.io";
  const extra: Record<string, readonly string[]> = { [`${prefix}/credential-id`]: [`JTI=${id}`] };
  if (node) extra[`${prefix}/node-name`] = [node.name];
  if (node?.uid) extra[`${prefix}/node-uid`] = [node.uid];
  if (pod) {
    extra[`${prefix}/pod-name`] = [pod.name];
    extra[`${prefix}/pod-uid`] = [pod.uid ?? ""];
  }
  return extra;
}

function legacyVerdict(tx: State, { claims }: ParsedToken, token: string): TokenUser | string {
  const claim = (name: string) => String(claims[`${LEGACY}/${name}`]);
  const [namespace, secretName] = [claim("namespace"), claim("secret.name")];
  const [name, uid] = [claim("service-account.name"), claim("service-account.uid")];
  const secret = tx.getByKey(`core/secrets/${namespace}/${secretName}`);
  if (!secret || secret.metadata.deletionTimestamp) return "service account token has been invalidated";
  const data = (secret["data"] ?? {}) as Record<string, string>;
  if (data["token"] !== btoa(token)) return "service account token has been invalidated";
  const account = tx.getByKey(`core/serviceaccounts/${namespace}/${name}`);
  if (!account) return `serviceaccounts ${JSON.stringify(name)} not found`;
  if (account.metadata.deletionTimestamp) return `service account ${namespace}/${name} has been deleted`;
  if (account.metadata.uid !== uid) {
    return `service account UID (${account.metadata.uid}) does not match claim (${uid})`;
  }
  return accountUser(namespace, name, uid);
}

function accountUser(namespace: string, name: string, uid: string): TokenUser {
  return { name: userNameOf(namespace, name), uid, groups: groupsOf(namespace) };
}

function audiencesOf({ claims }: ParsedToken): string[] {
  const { aud } = claims;
  return (Array.isArray(aud) ? aud : [aud]).filter((audience) => typeof audience === "string");
}

function quoted(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(" ")}]`;
}
