/**
 * Logins: the methods `kubernetes` and `userpass`.
 * Source: github.com/hashicorp/vault-plugin-auth-kubernetes path_login.go, token_review.go
 */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { HttpAnswer } from "../http.ts";
import { contentOf } from "../server.ts";
import { answered, durationMs, errors, namesIn, randomHex, unsupportedRoute, type VaultCall } from "./call.ts";
import { type AuthMethod, type Token, writeBarrier } from "./store.ts";

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const DEFAULT_TTL_MS = 768 * 3_600_000;

interface Identity {
  displayName: string;
  metadata: Record<string, string>;
  /** The role or user, which names policies and the lifetime. */
  entry: JsonObject;
}

type Outcome = Identity | { status: number; problem: string };

/** Answers `auth/<mount>/login`, with the user's name behind it for `userpass`. */
export function loginAnswer(call: VaultCall, mount: string, user: string): HttpAnswer {
  const { auths } = call.barrier;
  const method = Object.hasOwn(auths, mount) ? auths[mount] : undefined;
  if (!method) return unsupportedRoute(call.path);
  const outcome =
    method.type === "kubernetes" ? kubernetes(call.process, method, call.body) : password(method, user, call.body);
  if ("problem" in outcome) return errors(outcome.status, outcome.problem);
  const { entry, displayName, metadata } = outcome;
  const policies = namesIn(entry["token_policies"] ?? entry["policies"]);
  const ttlMs = durationMs(entry["token_ttl"] ?? entry["ttl"]);
  return issue(call, { policies, displayName, metadata, ...(ttlMs !== undefined && { ttlMs }) });
}

/** Makes a token and answers with it. */
export function issue(
  { process, barrier }: VaultCall,
  { ttlMs = DEFAULT_TTL_MS, ...given }: Omit<Token, "ttlMs" | "expiresAtMs"> & { ttlMs?: number },
): HttpAnswer {
  const id = `hvs.${randomHex(process, 24)}`;
  const policies = [...new Set(["default", ...given.policies])].sort();
  const token: Token = { ...given, policies, ttlMs, expiresAtMs: process.nowMs + ttlMs };
  // Tokens that are over are dropped here, because nothing wakes the server when they end.
  const living = Object.entries(barrier.tokens).filter(([, { expiresAtMs }]) => expiresAtMs > process.nowMs);
  writeBarrier(process, { ...barrier, tokens: { ...Object.fromEntries(living), [id]: token } });
  const auth: JsonObject = {
    ...{ client_token: id, accessor: randomHex(process, 24), policies, token_policies: policies },
    ...{ metadata: given.metadata, lease_duration: ttlMs / 1000, renewable: true, entity_id: "" },
    ...{ token_type: "service", orphan: true, mfa_requirement: null, num_uses: 0 },
  };
  return answered(process, { auth });
}

function password({ entries }: AuthMethod, name: string, body: JsonObject): Outcome {
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (!entry || entry["password"] !== body["password"]) return { status: 400, problem: "invalid username or password" };
  return { displayName: `userpass-${name}`, metadata: { username: name }, entry };
}

/** A role accepts tokens of ServiceAccounts, which the API server reviews. */
function kubernetes(process: ProcessView, { config, entries }: AuthMethod, { role, jwt }: JsonObject): Outcome {
  if (typeof role !== "string" || role === "") return { status: 400, problem: "missing role" };
  if (typeof jwt !== "string" || jwt === "") return { status: 400, problem: "missing jwt" };
  const entry = Object.hasOwn(entries, role) ? entries[role] : undefined;
  if (!entry) return { status: 400, problem: `invalid role name "${role}"` };
  if (!config) return { status: 500, problem: "could not load backend configuration" };
  const user = review(process, config, { jwt, audience: entry["audience"] });
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(String(user?.["username"])) ?? [];
  if (namespace === undefined || name === undefined) return { status: 403, problem: "permission denied" };
  const accepts = (field: string, value: string) => {
    const bound = namesIn(entry[field]);
    return bound.includes("*") || bound.includes(value);
  };
  if (!accepts("bound_service_account_namespaces", namespace))
    return { status: 403, problem: "namespace not authorized" };
  if (!accepts("bound_service_account_names", name))
    return { status: 403, problem: "service account name not authorized" };
  const metadata = {
    ...{ role, service_account_name: name, service_account_namespace: namespace, service_account_secret_name: "" },
    service_account_uid: String(user?.["uid"] ?? ""),
  };
  return { displayName: `kubernetes-${namespace}-${name}`, metadata, entry };
}

/**
 * The user that the API server sees in a token. The review is asked for with the configured token, with the one of the
 * server's pod, or with the reviewed token itself.
 */
function review(
  process: ProcessView,
  config: JsonObject,
  { jwt, audience }: { jwt: string; audience: JsonValue | undefined },
): JsonObject | undefined {
  const own = config["disable_local_ca_jwt"] === "true" ? undefined : contentOf(process, `${ACCOUNT}/token`);
  const reviewer = String(config["token_reviewer_jwt"] || (own ?? jwt)).trim();
  const trusts = String(config["kubernetes_ca_cert"] || (contentOf(process, `${ACCOUNT}/ca.crt`) ?? ""));
  const spec = { token: jwt, ...(typeof audience === "string" && { audiences: [audience] }) };
  const { hostname, port } = new URL(String(config["kubernetes_host"]));
  const answer = process.ask({
    ...{ type: "http", scheme: "https", host: hostname, port: Number(port) || 443, method: "POST" },
    path: "/apis/authentication.k8s.io/v1/tokenreviews",
    headers: { authorization: `Bearer ${reviewer}`, "content-type": "application/json" },
    body: bytesOfText(JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec })),
    ...(trusts !== "" && { trusts }),
  });
  if (answer?.type !== "http" || answer.status >= 300) return undefined;
  const { authenticated, user } = objectIn(objectIn(JSON.parse(textOfBytes(answer.body)) as JsonValue)["status"]);
  return authenticated === true ? objectIn(user) : undefined;
}
