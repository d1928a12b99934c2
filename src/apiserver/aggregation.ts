/**
 * Aggregated groups: an APIService names a Service whose program answers for a group version. Requests are passed on
 * with their user. Groups without a server that answers are stale in discovery, and their requests fail.
 *
 * Kubernetes: staging/src/k8s.io/kube-aggregator/pkg/apiserver/handler_proxy.go, handler_discovery.go
 */
import { aggregatedApis, isAvailable, isBuiltIn } from "../cluster/aggregated-apis.ts";
import type { RequestTransaction, Transaction } from "../cluster/transaction.ts";
import { apiServiceKind } from "../kinds/apiregistration/api-service.ts";
import { REMOTE_DISCOVERY, type RemoteDiscovery } from "../kinds/apiregistration/remote-discovery.ts";
import { objectKey } from "../kinds/kind.ts";
import { byteString, bytesOfText } from "../lib/bytes.ts";
import type { JsonObject } from "../lib/json.ts";
import type { APIService } from "../schema/index.ts";
import { aggregatedWatch } from "./aggregated-watch.ts";
import { callApiService } from "./calls/api-service-call.ts";
import type { ApiOutcome, ApiRequest, User } from "./request.ts";
import type { RequestInfo } from "./request-info.ts";
import { plainTextOutcome } from "./respond.ts";

/** A group version that a Service should answer for, with the priorities that discovery sorts by. */
export interface RemoteVersion {
  group: string;
  version: string;
  groupPriority: number;
  versionPriority: number;
  /** The entries of its APIResourceList. Absent: no server answers. */
  resources?: readonly JsonObject[];
}

/** The aggregated group versions. */
export function remoteVersions(tx: Transaction): readonly RemoteVersion[] {
  return aggregatedApis(tx).map((apiService) => {
    const { group = "", version = "", groupPriorityMinimum, versionPriority } = apiService.spec;
    const key = objectKey(apiServiceKind, "", apiService.metadata.name ?? "");
    const known = isAvailable(apiService) ? tx.privateState<RemoteDiscovery>(key, REMOTE_DISCOVERY) : undefined;
    const resources = known?.resources;
    const priorities = { groupPriority: groupPriorityMinimum, versionPriority };
    return { group, version, ...priorities, ...(resources && { resources }) };
  });
}

/** The answer of the server behind an aggregated group; undefined for requests to other groups. */
export function aggregatorOutcome(tx: RequestTransaction, request: ApiRequest, user: User): ApiOutcome | undefined {
  const { info } = request;
  const { group, version } = info.isResource ? info : partsOf(info);
  if (!group || !version || isBuiltIn(group, version)) return undefined;
  const apiService = aggregatedApis(tx).find(({ spec }) => spec.group === group && spec.version === version);
  if (!apiService) return undefined;
  const ask = (now: Transaction, query: URLSearchParams): ApiOutcome => {
    const present = aggregatedApis(now).find(({ metadata }) => metadata.uid === apiService.metadata.uid);
    return present && isAvailable(present) ? passedOn(now, { ...request, query }, present, user) : UNAVAILABLE;
  };
  const isWatch = info.isResource && info.verb === "watch" && !info.isNamed;
  if (isWatch && isWatchable(tx, apiService, info.resource)) return aggregatedWatch(tx, request, ask);
  return ask(tx, request.query);
}

/** True if the server's discovery has the verb for the resource. */
function isWatchable(tx: Transaction, { metadata }: APIService, resource: string): boolean {
  const known = tx.privateState<RemoteDiscovery>(objectKey(apiServiceKind, "", metadata.name ?? ""), REMOTE_DISCOVERY);
  const found = known?.resources?.find(({ name }) => name === resource);
  return Array.isArray(found?.["verbs"]) && found["verbs"].includes("watch");
}

const UNAVAILABLE = plainTextOutcome(503, "service unavailable\n");

/** The API server waits for an answer as long as its client does. */
const TIMEOUT_MS = 60_000;
/** Headers of one connection, and credentials and names of users, which only the API server may state. */
const DROPPED =
  /^(authorization|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-length|impersonate-.*|x-remote-.*)$/;

function passedOn(tx: Transaction, request: ApiRequest, apiService: APIService, user: User): ApiOutcome {
  const query = request.query.size > 0 ? `?${request.query}` : "";
  const answer = callApiService(tx, apiService, {
    method: request.method,
    path: `${request.path}${query}`,
    headers: { ...kept(request.headers), ...userHeaders(user) },
    body: typeof request.body === "string" ? bytesOfText(request.body) : byteString(request.body),
    timeoutMs: TIMEOUT_MS,
  });
  if ("problem" in answer) {
    return answer.isUnresolved
      ? UNAVAILABLE
      : plainTextOutcome(503, `error trying to reach service: ${answer.problem}\n`);
  }
  const { status, headers, body } = answer;
  return { type: "response", response: { status, headers: kept(headers), body, isBytes: true } };
}

function kept(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(entries.filter(([name]) => !DROPPED.test(name)));
}

/** The user as a request header proxy states it. Values of one name are separated by commas. */
function userHeaders({ name, groups, uid, extra = {} }: User): Record<string, string> {
  const headers: Record<string, string> = { "x-remote-user": name, "x-remote-group": groups.join(",") };
  if (uid !== undefined) headers["x-remote-uid"] = uid;
  for (const [key, values] of Object.entries(extra)) {
    headers[`x-remote-extra-${encodeURIComponent(key).toLowerCase()}`] = values.join(",");
  }
  return headers;
}

/** The group version that a path of discovery, or of an OpenAPI v3 document, is about. */
function partsOf({ path }: Extract<RequestInfo, { isResource: false }>): { group?: string; version?: string } {
  const [root, group, version] = path
    .replace(/^\/openapi\/v3\//, "")
    .split("/")
    .filter((part) => part !== "");
  return root === "apis" ? { group, version } : {};
}
