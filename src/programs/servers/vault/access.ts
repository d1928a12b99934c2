/**
 * Engines, auth methods, policies and tokens of an open Vault.
 * Source: https://developer.hashicorp.com/vault/api-docs/system
 */
import { toHex } from "../../../lib/encoding.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { sha256 } from "../../../lib/signing/sha256.ts";
import type { HttpAnswer } from "../http.ts";
import { DEFAULT_POLICY, reaches } from "./acl.ts";
import { answered, done, durationMs, errors, namesIn, unsupportedRoute, type VaultCall } from "./call.ts";
import { issue } from "./login.ts";
import { type AuthMethod, type Barrier, writeBarrier } from "./store.ts";

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  cubbyhole: "per-token private secret storage",
  identity: "identity store",
  system: "system endpoints used for control, policy and debugging",
  token: "token based credentials",
};

/** A mount as lists show it. */
function mountFacts({ clusterId }: Barrier, path: string, given: { type: string; prefix: string }): JsonObject {
  const isVersioned = given.type === "kv-v2";
  const type = isVersioned ? "kv" : given.type;
  const digits = toHex(sha256(new TextEncoder().encode(`${clusterId}/${given.prefix}${path}`))).slice(0, 8);
  const options = type === "kv" ? { version: isVersioned ? "2" : "1" } : null;
  const config = { default_lease_ttl: 0, max_lease_ttl: 0, force_no_cache: false };
  const description = DESCRIPTIONS[type] ?? "";
  return { accessor: `${given.prefix}${type}_${digits}`, config, description, local: false, options, type };
}

const withSlash = (name: string) => `${name.replace(/\/$/, "")}/`;

/** The engine's mount that a path is below, with a slash at its end. */
export function mountOf({ mounts }: Barrier, path: string): string | undefined {
  return Object.keys(mounts).find((mount) => `${path}/`.startsWith(mount));
}

/** `sys/mounts`: secrets engines. */
export function enginesAnswer(call: VaultCall, name: string): HttpAnswer {
  const { process, barrier, method, body } = call;
  const facts = (path: string) => mountFacts(barrier, path, { type: barrier.mounts[path] ?? "", prefix: "" });
  if (name === "") {
    const all = Object.keys(barrier.mounts).map((path): [string, JsonObject] => [path, facts(path)]);
    return answered(process, { data: Object.fromEntries(all) });
  }
  const path = withSlash(name);
  const isThere = Object.hasOwn(barrier.mounts, path);
  if (method === "GET")
    return isThere ? answered(process, { data: facts(path) }) : errors(400, `No secret engine mount at ${path}`);
  const { [path]: _, ...others } = barrier.mounts;
  if (method === "DELETE") {
    const secrets = Object.entries(barrier.secrets).filter(([key]) => !key.startsWith(path));
    writeBarrier(process, { ...barrier, mounts: others, secrets: Object.fromEntries(secrets) });
    return done();
  }
  if (isThere) return errors(400, `path is already in use at ${path}`);
  const { type, options } = body;
  if (type !== "kv" && type !== "kv-v2")
    return errors(400, `plugin not found in the catalog: ${String(type ?? "")} is not simulated`);
  const isSecond = type === "kv-v2" || (isJsonObject(options) && options["version"] === "2");
  writeBarrier(process, { ...barrier, mounts: { ...others, [path]: isSecond ? "kv-v2" : "kv" } });
  return done();
}

/** `sys/auth`: auth methods. */
export function methodsAnswer({ process, barrier, method, body }: VaultCall, name: string): HttpAnswer {
  const facts = (path: string, type: string) => mountFacts(barrier, path, { type, prefix: "auth_" });
  if (name === "") {
    const own = Object.entries(barrier.auths).map(([path, { type }]): [string, JsonObject] => [
      path,
      facts(path, type),
    ]);
    return answered(process, { data: { "token/": facts("token/", "token"), ...Object.fromEntries(own) } });
  }
  const path = withSlash(name);
  const { [path]: known, ...others } = barrier.auths;
  if (method === "GET")
    return known ? answered(process, { data: facts(path, known.type) }) : errors(400, `No auth engine at ${path}`);
  if (method === "DELETE") {
    writeBarrier(process, { ...barrier, auths: others });
    return done();
  }
  if (known || path === "token/") return errors(400, `path is already in use at ${path}`);
  const type = String(body["type"] ?? "");
  if (type !== "kubernetes" && type !== "userpass")
    return errors(400, `plugin not found in the catalog: ${type} is not simulated`);
  writeBarrier(process, { ...barrier, auths: { ...others, [path]: { type, entries: {} } } });
  return done();
}

/** `auth/<mount>/config`, `role` and `users`. */
export function methodAnswer(call: VaultCall): HttpAnswer {
  const { barrier, path, method, process, body } = call;
  const [, mount = "", kind = "", name = ""] = /^auth\/([^/]+\/)(config|role|users)\/?(.*)$/.exec(path) ?? [];
  const known = Object.hasOwn(barrier.auths, mount) ? barrier.auths[mount] : undefined;
  const isOwnKind = known?.type === "kubernetes" ? kind !== "users" : kind === "users";
  if (!known || !isOwnKind) return unsupportedRoute(path);
  const keep = (auth: AuthMethod) => {
    writeBarrier(process, { ...barrier, auths: { ...barrier.auths, [mount]: auth } });
    return done();
  };
  if (kind === "config") {
    if (method === "GET") return known.config ? answered(process, { data: shownEntry(known.config) }) : errors(404);
    const host = body["kubernetes_host"];
    if (typeof host !== "string" || host === "") return errors(400, "no host provided");
    return URL.canParse(host) ? keep({ ...known, config: body }) : errors(400, `invalid kubernetes_host "${host}"`);
  }
  const { [name]: entry, ...others } = known.entries;
  if (method === "LIST") {
    const keys = Object.keys(known.entries).sort();
    return keys.length > 0 ? answered(process, { data: { keys } }) : errors(404);
  }
  if (name === "") return unsupportedRoute(path);
  if (method === "GET") return entry ? answered(process, { data: shownEntry(entry) }) : errors(404);
  if (method === "DELETE") return keep({ ...known, entries: others });
  const problem = entryProblem(known.type, { ...entry, ...body });
  return problem === undefined
    ? keep({ ...known, entries: { ...others, [name]: { ...entry, ...body } } })
    : errors(400, problem);
}

const BOUND = ["bound_service_account_names", "bound_service_account_namespaces"] as const;

function entryProblem(type: string, entry: JsonObject): string | undefined {
  if (type === "userpass") return entry["password"] === undefined ? "missing password" : undefined;
  const [names, namespaces] = BOUND.map((field) => namesIn(entry[field]));
  if (names?.length === 0) return '"bound_service_account_names" can not be empty';
  return namespaces?.length === 0 ? '"bound_service_account_namespaces" can not be empty' : undefined;
}

const LISTS = ["policies", "token_policies", ...BOUND];
const SECRET_FIELDS = ["password", "token_reviewer_jwt"];

/** An entry as it is read: lists as such, durations in seconds, and no secrets. */
function shownEntry(entry: JsonObject): JsonObject {
  const fields = Object.entries(entry).filter(([name]) => !SECRET_FIELDS.includes(name));
  const shown = fields.map(([name, value]): [string, JsonObject[string]] => {
    if (LISTS.includes(name)) return [name, namesIn(value)];
    return [name, /(^|_)ttl$/.test(name) ? (durationMs(value) ?? 0) / 1000 : value];
  });
  return Object.fromEntries(shown);
}

/** `sys/policies/acl`. */
export function policiesAnswer({ process, barrier, method, body }: VaultCall, name: string): HttpAnswer {
  const { policies } = barrier;
  if (name === "") {
    const keys = [...new Set(["default", ...Object.keys(policies)])].sort();
    return answered(process, { data: { keys: [...keys, "root"] } });
  }
  if (method === "GET") {
    const policy = Object.hasOwn(policies, name) ? policies[name] : name === "default" ? DEFAULT_POLICY : undefined;
    return policy === undefined ? errors(404) : answered(process, { data: { name, policy } });
  }
  if (name === "root") return errors(400, 'cannot update "root" policy');
  const { [name]: _, ...others } = policies;
  const { policy } = body;
  if (method === "DELETE") writeBarrier(process, { ...barrier, policies: others });
  else if (typeof policy !== "string" || policy === "") return errors(400, "'policy' parameter not supplied or empty");
  else writeBarrier(process, { ...barrier, policies: { ...others, [name]: policy } });
  return done();
}

/** `auth/token`: the caller's token, and new ones. */
export function tokenAnswer(call: VaultCall, id: string): HttpAnswer {
  const { process, barrier, token, body } = call;
  const [, verb] = /^auth\/token\/(.+)$/.exec(call.path) ?? [];
  const { [id]: _, ...others } = barrier.tokens;
  switch (verb) {
    case "lookup-self":
      return answered(process, { data: { id, ...tokenFacts(call) } });
    case "renew-self": {
      if (!token) return errors(400, "lease is not renewable");
      const renewed = { ...token, expiresAtMs: process.nowMs + token.ttlMs };
      writeBarrier(process, { ...barrier, tokens: { ...others, [id]: renewed } });
      const { policies, metadata, ttlMs } = token;
      const auth = { client_token: id, policies, token_policies: policies, metadata, lease_duration: ttlMs / 1000 };
      return answered(process, { auth: { ...auth, renewable: true } });
    }
    case "revoke-self":
      writeBarrier(process, { ...barrier, tokens: others });
      return done();
    case "create": {
      const ttlMs = durationMs(body["ttl"]);
      const given = namesIn(body["policies"]);
      const policies = given.length > 0 ? given : (token?.policies ?? ["root"]);
      return issue(call, { policies, displayName: "token", metadata: {}, ...(ttlMs !== undefined && { ttlMs }) });
    }
    default:
      return unsupportedRoute(call.path);
  }
}

function tokenFacts({ process, token }: VaultCall): JsonObject {
  const common = { orphan: true, path: "auth/token/create", type: "service", num_uses: 0 };
  if (!token) return { ...common, display_name: "root", policies: ["root"], ttl: 0, meta: null, renewable: false };
  const ttl = Math.max(Math.round((token.expiresAtMs - process.nowMs) / 1000), 0);
  const { displayName, policies, metadata } = token;
  return { ...common, display_name: displayName, policies, ttl, meta: metadata, renewable: true };
}

/** `sys/internal/ui/mounts`: the engine that a path is below, for the client's `kv`. */
export function mountAnswer({ process, barrier, token }: VaultCall, path: string): HttpAnswer {
  const mount = mountOf(barrier, path);
  const policies = token?.policies ?? ["root"];
  if (mount === undefined || !reaches(barrier, policies, mount)) {
    const advice = `please ensure client's policies grant access to path "${withSlash(path)}"`;
    return errors(403, `preflight capability check returned 403, ${advice}`);
  }
  const facts = mountFacts(barrier, mount, { type: barrier.mounts[mount] ?? "", prefix: "" });
  return answered(process, { data: { ...facts, path: mount } });
}
