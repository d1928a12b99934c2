/** Calls between the API server and programs in containers: each side gets the other one as a function. */

import { authorize } from "../apiserver/authorization/rbac.ts";
import type { Services } from "../apiserver/context.ts";
import { handle } from "../apiserver/handle.ts";
import { documentText } from "../apiserver/openapi/built-in.ts";
import type { ApiOutcome, ApiRequest, ApiResponse, Provided, RequestCaller } from "../apiserver/request.ts";
import { withInfo } from "../apiserver/request-info.ts";
import { errorResponse, refusalStatusOf } from "../apiserver/status.ts";
import { type SessionPlan, translated } from "../apiserver/streams.ts";
import type { ControlPlaneCalls, HttpCall, HttpReply, Right } from "../cluster/calls.ts";
import { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import { verifyToken } from "../cluster/issuer/service-account-tokens.ts";
import { type Need, Needed, needKey } from "../cluster/needs.ts";
import { CommitFull } from "../cluster/refusals.ts";
import type { RequestTransaction, Transaction } from "../cluster/transaction.ts";
import { sessionEventsOf } from "../kubelet/object-watches.ts";
import { callFromNode } from "../kubelet/runtime/outside.ts";
import { podUsage } from "../kubelet/usage/pod-usage.ts";
import { ApiError } from "../lib/api-error.ts";
import { assert } from "../lib/assert.ts";
import { bytesOf, bytesOfText, textOfBytes } from "../lib/bytes.ts";
import type { JsonObject } from "../lib/json.ts";
import type { SessionPiece, SessionReply } from "../lib/session-pieces.ts";
import { withinChain } from "./call-chain.ts";
import { isLogCursor, LOG_END, logReply } from "./log-reply.ts";
import { runLoad } from "./traffic/load.ts";
import { resumedRequest, watchReply } from "./watch-reply.ts";

/** The user of requests without a token. */
const ANONYMOUS: RequestCaller = {
  type: "user",
  user: { name: "system:anonymous", groups: ["system:unauthenticated"] },
};
/** The answer to a request that takes longer than its client waits. */
const TIMED_OUT = refused(new ApiError("Timeout", "request did not complete within the allotted timeout"));
/**
 * The counts of requests that programs see at `/metrics`: none. They belong to an isolate, and what a program reads must
 * follow from the cluster's state.
 */
const PROVIDED: Provided = new Map([[needKey({ type: "requestCounts" }), { type: "requestCounts", counts: [] }]]);
const PROTOBUF = "application/vnd.kubernetes.protobuf";

export function callsOf(tx: Transaction, services: Services): ControlPlaneCalls {
  return {
    apiServer: (call) => withinChain(tx, () => answerCall(tx, call, services)) ?? TIMED_OUT,
    network: (call) => withinChain(tx, () => callFromNode(tx, call)) ?? ({ type: "failed", why: "timeout" } as const),
    kubelet: (node, call) => withinChain(tx, () => answerOfKubelet(tx, node, call, services)) ?? TIMED_OUT,
    allows: (account, right) => allows(tx, account, right),
    usage: (pod) => podUsage(tx, pod),
    load: (call) => runLoad(tx, call),
  };
}

function allows(tx: Transaction, { namespace, name }: { namespace: string; name: string }, right: Right): boolean {
  assert(tx instanceof ClusterTransaction, "controllers run in a cluster's transaction");
  const accounts = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
  const user = { name: `system:serviceaccount:${namespace}:${name}`, groups: accounts };
  return authorize(tx, { isResource: true, user, subresource: "", name: "", ...right }).allowed;
}

function answerCall(tx: Transaction, call: HttpCall, services: Services): HttpReply {
  assert(tx instanceof ClusterTransaction, "programs run in a cluster's transaction");
  // Objects that controllers wrote in this instant get their revisions: the answer shows them.
  tx.flush();
  try {
    const writer = tx.as("kube-controller-manager");
    const asked = requestOf(call);
    const isLater = call.resumes !== undefined && call.resumes !== null;
    const request = isLater ? resumedRequest(asked, tx.revision) : asked;
    const outcome = handle(writer, request, PROVIDED, services);
    if (outcome.type === "watch") return watchReply(tx, request, outcome.watch, call.resumes);
    if (outcome.type === "log") return logReply(writer, outcome.log, call.resumes);
    if (outcome.type === "response" && isLogCursor(call.resumes)) return LOG_END;
    if (outcome.type === "session" && call.piece) return sessionReply(writer, outcome.session, call.piece);
    return replyOf(outcome);
  } catch (error) {
    // The commit has no room for more: the client tries again in the next one.
    if (error instanceof CommitFull) return refused(new ApiError("TooManyRequests", "please try again"));
    throw error;
  }
}

const ADMINISTRATOR: RequestCaller = { type: "user", user: { name: "kubelet", groups: ["system:masters"] } };

/** Kubernetes: pkg/kubelet/server/auth.go (`GetRequestAttributes`), pkg/kubelet/server/server.go (`InstallAuthFilter`) */
function answerOfKubelet(tx: Transaction, node: string, call: HttpCall, services: Services): HttpReply {
  assert(tx instanceof ClusterTransaction, "programs run in a cluster's transaction");
  const caller = callerOf(call.headers["authorization"]);
  const verdict = caller.type === "bearer" ? verifyToken(tx, caller.token) : { error: "no token" };
  if ("error" in verdict) return { status: 401, headers: TEXT, body: "Unauthorized" };
  const { user } = verdict;
  const subresource = /^\/(metrics|stats|logs)\b/.exec(call.path)?.[1]?.replace("logs", "log") ?? "proxy";
  const verb = call.method === "GET" || call.method === "HEAD" ? "get" : "create";
  const what = {
    isResource: true as const,
    verb,
    group: "",
    resource: "nodes",
    subresource,
    namespace: "",
    name: node,
  };
  const groups = [...user.groups, "system:authenticated"];
  if (!authorize(tx, { ...what, user: { ...user, groups } }).allowed) {
    const body = `Forbidden (user=${user.name}, verb=${verb}, resource=nodes, subresource(s)=[${subresource}])`;
    return { status: 403, headers: TEXT, body };
  }
  const proxied = requestOf({ ...call, path: `/api/v1/nodes/${node}/proxy${call.path}` });
  const request = { ...proxied, caller: ADMINISTRATOR };
  const outcome = handle(tx.as("kube-controller-manager"), request, new Map(), services);
  return outcome.type === "watch" ? watchReply(tx, request, outcome.watch, undefined) : replyOf(outcome);
}

const TEXT = { "content-type": "text/plain; charset=utf-8" };

function requestOf({ method, path, headers, body }: HttpCall): ApiRequest {
  const [plain = "/", query = ""] = path.split(/\?(.*)/s);
  const isProtobuf = headers["content-type"]?.startsWith(PROTOBUF) === true;
  return withInfo({
    method,
    path: plain,
    query: new URLSearchParams(query),
    headers,
    body: isProtobuf ? bytesOf(body) : textOfBytes(body),
    caller: callerOf(headers["authorization"]),
    requestId: "in-cluster",
    // A container's clock shows cluster time.
    offsetMs: 0,
  });
}

function callerOf(authorization: string | undefined): RequestCaller {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
  return token === undefined ? ANONYMOUS : { type: "bearer", token };
}

function replyOf(outcome: Exclude<ApiOutcome, { type: "watch" }>): HttpReply {
  switch (outcome.type) {
    case "response":
      return httpReply(outcome.response);
    case "log": {
      const { contentType, first } = outcome.log;
      return { status: 200, headers: { "content-type": contentType }, body: first.text };
    }
    case "session":
    case "forward":
      return refused(new ApiError("BadRequest", "Upgrade request required"));
    case "openapi":
      return documentReply(outcome);
    case "needs":
      return replyWithout(outcome.need);
  }
}

/** A piece of a session. Its request is authorized again, so a role that was taken away ends it. */
function sessionReply(tx: RequestTransaction, plan: SessionPlan, { session, input }: SessionPiece): HttpReply {
  try {
    const id = session ?? plan.open(tx);
    const output = plan.exchange(tx, id, input);
    return upgraded({ type: "output", session: id, output, awaits: sessionEventsOf(plan.pod) });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return upgraded({ type: "failed", status: refusalStatusOf(translated(error)) as unknown as JsonObject });
  }
}

function upgraded(piece: SessionReply): HttpReply {
  return { status: 101, headers: {}, body: "", piece };
}

/** The answer where data of the runtime is missing. Due work can get some of it, and then runs again. */
function replyWithout(need: Need): HttpReply {
  switch (need.type) {
    case "signingKey":
    case "containers":
    case "images":
    case "document":
      throw new Needed(need);
    case "stateAt":
    case "newRevision":
      return refused(new ApiError("Expired", "The provided continue parameter is too old."));
    case "identity":
    case "requestCounts":
      return refused(new ApiError("ServiceUnavailable", "the server does not answer this inside the cluster"));
  }
}

function documentReply(outcome: Extract<ApiOutcome, { type: "openapi" }>): HttpReply {
  const document = documentText(outcome);
  if ("missing" in document) throw new Needed({ type: "document", name: document.missing });
  if (document.text === null) {
    return refused(new ApiError("NotFound", "the server could not find the requested resource"));
  }
  return { status: 200, headers: { "content-type": "application/json" }, body: bytesOfText(document.text) };
}

function refused(error: ApiError): HttpReply {
  return httpReply(errorResponse(error));
}

function httpReply({ status, headers, body, isBytes }: ApiResponse): HttpReply {
  return { status, headers: { ...headers }, body: isBytes ? body : bytesOfText(body) };
}
