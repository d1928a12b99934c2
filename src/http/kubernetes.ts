/**
 * The Kubernetes API over HTTP: `/clusters/<id>/…`, and at the root for the cluster of the token, since some clients drop
 * the path of the server's address.
 */
import { isProtobuf } from "../apiserver/body.ts";
import type { ApiResponse } from "../apiserver/request.ts";
import { errorResponse } from "../apiserver/status.ts";
import { ApiError } from "../lib/api-error.ts";
import { bytesOf } from "../lib/bytes.ts";
import { MAX_REQUEST_BODY_BYTES } from "../lib/limits.ts";
import { clusterOfKeyId, parseToken } from "../lib/signing/jwt.ts";
import { clusterOfToken, sha256Hex } from "../platform/secrets.ts";
import type { IncomingRequest, KubernetesAnswer, RequestScope, Runtime } from "../runtime/runtime.ts";
import { bearerToken } from "./bearer.ts";
import { discardBody, readBytes } from "./body.ts";
import { acceptBytes, isWebSocketUpgrade } from "./byte-sockets.ts";
import { acceptForward } from "./forward/accept.ts";
import { type BuiltInDocument, openApiResponse } from "./openapi.ts";
import { acceptSession, tokenOfProtocol } from "./sessions.ts";

export interface KubernetesOptions {
  runtime: Pick<Runtime, "kubernetes" | "anonymous">;
  openapiDocument: BuiltInDocument;
}

export interface KubernetesRequest {
  raw: Request;
  /** Null at the root: the token names the cluster. */
  clusterId: string | null;
  /** The path below the cluster, still escaped. */
  path: string;
  requestId: string;
  scope: RequestScope;
}

const METHODS_WITHOUT_BODY = new Set(["GET", "HEAD"]);

/** Answers one request. Every refusal is a Status; an exception is a bug. */
export async function answerKubernetes(request: KubernetesRequest, options: KubernetesOptions): Promise<Response> {
  const { raw, path, requestId } = request;
  const incoming: IncomingRequest = {
    method: raw.method,
    path,
    query: new URL(raw.url).searchParams,
    headers: Object.fromEntries(raw.headers),
    readBody: () => readBody(raw),
    requestId,
    shown: { type: "secret" },
  };
  const answered = await answer(incoming, request, options);
  await discardBody(raw);
  return toResponse(answered, request, options);
}

async function answer(
  incoming: IncomingRequest,
  { raw, clusterId, scope }: KubernetesRequest,
  { runtime }: KubernetesOptions,
): Promise<KubernetesAnswer> {
  const token = bearerToken(raw.headers.get("authorization")) ?? tokenOfProtocol(raw.headers);
  if (token === null) return runtime.anonymous(incoming);
  const keyId = parseToken(token)?.keyId;
  if (keyId !== undefined) return answerBearer({ keyId, token }, incoming, { clusterId, scope }, runtime);
  const tokenCluster = clusterOfToken(token);
  // A token of another cluster, or no token: the answer does not depend on whether the named cluster exists.
  if (tokenCluster === null || (clusterId !== null && clusterId !== tokenCluster)) return { type: "unauthorized" };
  const access = { via: "credential", clusterId: tokenCluster, tokenHash: sha256Hex(token) } as const;
  return runtime.kubernetes(access, incoming, scope);
}

/** A ServiceAccount's token: the id of its key names and opens the cluster; the cluster verifies the token. */
async function answerBearer(
  { keyId, token }: { keyId: string; token: string },
  incoming: IncomingRequest,
  { clusterId, scope }: Pick<KubernetesRequest, "clusterId" | "scope">,
  runtime: KubernetesOptions["runtime"],
): Promise<KubernetesAnswer> {
  const tokenCluster = clusterOfKeyId(keyId);
  if (tokenCluster === null || (clusterId !== null && clusterId !== tokenCluster)) return { type: "unauthorized" };
  const access = { via: "credential", clusterId: tokenCluster, tokenHash: sha256Hex(keyId) } as const;
  return runtime.kubernetes(access, { ...incoming, shown: { type: "serviceAccountToken", token } }, scope);
}

/** Seconds by which an answer lies behind the present, because more work was overdue than one request may do. */
const CATCHING_UP = "sandbar-catching-up";

async function toResponse(
  answered: KubernetesAnswer,
  request: KubernetesRequest,
  options: KubernetesOptions,
): Promise<Response> {
  const response = await responseOf(answered, request, options);
  const { behindMs } = answered;
  if (behindMs !== undefined && response.status !== 101)
    response.headers.set(CATCHING_UP, String(Math.ceil(behindMs / 1000)));
  return response;
}

async function responseOf(
  answered: KubernetesAnswer,
  { raw, requestId, scope }: KubernetesRequest,
  { openapiDocument }: KubernetesOptions,
): Promise<Response> {
  switch (answered.type) {
    case "response": {
      const { response } = answered;
      const isLog = response.status === 200 && response.isBytes && !PROXY_PATH.test(new URL(raw.url).pathname);
      if (!isLog || !isWebSocketUpgrade(raw)) return respond(response, requestId, raw.method);
      const body = new Response(bytesOf(response.body)).body ?? new ReadableStream();
      return overSocket(raw, { body, contentType: "text/plain" }, { scope, requestId });
    }
    case "unauthorized":
      return respond(errorResponse(new ApiError("Unauthorized", "Unauthorized")), requestId, raw.method);
    case "openapi": {
      const document = await openApiResponse(answered, raw, { builtIn: openapiDocument, requestId });
      return document ?? respond(pageNotFound(), requestId, raw.method);
    }
    case "stream":
      if (isWebSocketUpgrade(raw)) return overSocket(raw, answered, { scope, requestId });
      return new Response(answered.body, {
        headers: {
          "content-type": answered.contentType,
          // Proxies in front of the Worker buffer other encodings until the end.
          "content-encoding": "identity",
          "cache-control": "no-cache, private",
          "audit-id": requestId,
        },
      });
    case "session":
      return orRefusal(requestId, () => acceptSession(raw, answered.session, scope));
    case "forward":
      return orRefusal(requestId, () => acceptForward(raw, answered.forward, scope));
  }
}

/** The response, or the Status of its refusal. */
function orRefusal(requestId: string, accept: () => Response): Response {
  try {
    return accept();
  } catch (error) {
    if (error instanceof ApiError) return respond(errorResponse(error), requestId);
    throw error;
  }
}

function overSocket(
  raw: Request,
  stream: Parameters<typeof acceptBytes>[1],
  { scope, requestId }: Pick<KubernetesRequest, "scope" | "requestId">,
): Response {
  return orRefusal(requestId, () => acceptBytes(raw, stream, scope));
}

/** The headers that the API server sets on every response, and the response's own. */
function respond({ status, headers, body, isBytes }: ApiResponse, requestId: string, method = "GET"): Response {
  const all = new Headers({ "cache-control": "no-cache, private", "audit-id": requestId, ...headers });
  const isEmpty = method === "HEAD" || status === 204 || status === 304;
  return new Response(isEmpty ? null : isBytes ? bytesOf(body) : body, { status, headers: all });
}

/** Bodies behind a proxy belong to a program in a pod. */
const PROXY_PATH = /\/(?:pods|services|nodes)\/[^/]+\/proxy(?:\/|$)/;

/** The body: bytes of protobuf and for programs, else text. Throws RequestEntityTooLarge. */
async function readBody(raw: Request): Promise<string | Uint8Array> {
  if (METHODS_WITHOUT_BODY.has(raw.method)) return "";
  const body = await readBytes(raw, MAX_REQUEST_BODY_BYTES);
  if (body === null) {
    const message = `Request entity too large: limit is ${MAX_REQUEST_BODY_BYTES}`;
    throw new ApiError("RequestEntityTooLarge", message);
  }
  const isBinary = isProtobuf(raw.headers.get("content-type")) || PROXY_PATH.test(new URL(raw.url).pathname);
  return isBinary ? body : new TextDecoder().decode(body);
}

function pageNotFound(): ApiResponse {
  return { status: 404, headers: { "content-type": "text/plain; charset=utf-8" }, body: "404 page not found\n" };
}
