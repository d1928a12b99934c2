/** Requests to an open Vault: login, the token's rights, and the part that answers. */
import type { ProcessView } from "../../../shell/program.ts";
import { type HttpAnswer, splitPath } from "../http.ts";
import type { HttpRequest } from "../server.ts";
import {
  enginesAnswer,
  methodAnswer,
  methodsAnswer,
  mountAnswer,
  mountOf,
  policiesAnswer,
  tokenAnswer,
} from "./access.ts";
import { type Capability, isAllowed } from "./acl.ts";
import { bodyOf, done, errors, type Method, unsupportedRoute, type VaultCall } from "./call.ts";
import { loginAnswer } from "./login.ts";
import { secretAnswer } from "./secrets.ts";
import type { Barrier, Token } from "./store.ts";

const METHODS: Readonly<Record<string, Method>> = {
  ...{ GET: "GET", LIST: "LIST", POST: "PUT", PUT: "PUT", PATCH: "PATCH", DELETE: "DELETE" },
};

const CAPABILITIES: Readonly<Record<Method, readonly Capability[]>> = {
  ...{ GET: ["read"], LIST: ["list"], PUT: ["update", "create"], PATCH: ["patch"], DELETE: ["delete"] },
};

/** Answers a request. The caller has seen that the Vault is open. */
export function routed(process: ProcessView, request: HttpRequest, barrier: Barrier): HttpAnswer {
  const { path: whole, query } = splitPath(request.path);
  const path = whole.replace(/^\/v1\//, "");
  const method = /(^|&)list=true(&|$)/.test(query) ? "LIST" : METHODS[request.method];
  if (!method) return errors(405);
  const call: VaultCall = { process, barrier, method, path, body: bodyOf(request), token: undefined };
  const [, mount, user = ""] = /^auth\/([^/]+\/)login\/?(.*)$/.exec(path) ?? [];
  if (mount !== undefined && method === "PUT") return loginAnswer(call, mount, user);
  const id = tokenOf(request);
  const token = id === barrier.rootToken ? undefined : livingToken(process, barrier, id);
  if (token === "none") return errors(403, "permission denied");
  const [, inMount] = /^sys\/internal\/ui\/mounts\/(.+)$/.exec(path) ?? [];
  if (inMount !== undefined) return mountAnswer({ ...call, token }, inMount);
  const policies = token?.policies ?? ["root"];
  if (!CAPABILITIES[method].some((capability) => isAllowed(barrier, { policies, path, capability })))
    return errors(403, "1 error occurred:\n\t* permission denied\n\n");
  return handled({ ...call, token }, id);
}

function tokenOf({ headers }: HttpRequest): string {
  return headers["x-vault-token"] ?? /^Bearer (.+)$/.exec(headers["authorization"] ?? "")?.[1] ?? "";
}

function livingToken({ nowMs }: ProcessView, { tokens }: Barrier, id: string): Token | "none" {
  const token = Object.hasOwn(tokens, id) ? tokens[id] : undefined;
  return token && token.expiresAtMs > nowMs ? token : "none";
}

function handled(call: VaultCall, tokenId: string): HttpAnswer {
  const { process, barrier, path } = call;
  if (path === "sys/seal") {
    process.state["isUnsealed"] = false;
    return done();
  }
  const [, area = "", name = ""] = /^sys\/(mounts|auth|policies\/acl|policy)(?:\/(.*))?$/.exec(path) ?? [];
  if (area === "mounts") return enginesAnswer(call, name);
  if (area === "auth") return methodsAnswer(call, name);
  if (area !== "") return policiesAnswer(call, name);
  if (path.startsWith("auth/token/")) return tokenAnswer(call, tokenId);
  if (path.startsWith("auth/")) return methodAnswer(call);
  const mount = mountOf(barrier, path);
  const isKeyValue = mount !== undefined && /^kv(-v2)?$/.test(barrier.mounts[mount] ?? "");
  return isKeyValue ? secretAnswer(call, mount) : unsupportedRoute(path);
}
