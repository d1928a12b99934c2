/**
 * The target of a request as kube-apiserver's RequestInfo: verb, resource, namespace, name. Authorization and routing use
 * it. The resource may not exist.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go.
 */

/** The parts of a request that say what it asks for. `path` starts at the API's root: `/api/v1/namespaces/default/pods`. */
export interface RequestTarget {
  method: string;
  path: string;
  query: URLSearchParams;
}

export interface ResourceRequest {
  isResource: true;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; else the method in lower case. */
  verb: string;
  group: string;
  version: string;
  /** Empty at cluster scope. Requests for a namespace object itself have that namespace. */
  namespace: string;
  resource: string;
  subresource: string;
  /** Empty for collections, unless a field selector names one object. */
  name: string;
  /** True when the name is in the path. */
  isNamed: boolean;
  /** The path after the subresource (`proxy/metrics`), without slashes at either end. */
  remainder: string;
}

export interface NonResourceRequest {
  isResource: false;
  verb: string;
  path: string;
}

export type RequestInfo = ResourceRequest | NonResourceRequest;

const VERBS: Readonly<Record<string, string>> = {
  POST: "create",
  GET: "get",
  HEAD: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** Subresources of namespaces, which otherwise look like resources in them. */
const NAMESPACE_SUBRESOURCES = new Set(["status", "finalize"]);

/** The request with its parsed target. */
export function withInfo<R extends RequestTarget>(request: R): R & { info: RequestInfo } {
  return { ...request, info: requestInfo(request) };
}

function requestInfo(request: RequestTarget): RequestInfo {
  const nonResource: NonResourceRequest = {
    isResource: false,
    verb: request.method.toLowerCase(),
    path: request.path,
  };
  const parts = request.path.split("/").filter((part) => part !== "");
  const root = parts[0];
  if (root === "api" && parts.length >= 3) return resourceRequest(request, "", parts[1]!, parts.slice(2));
  if (root === "apis" && parts.length >= 4) return resourceRequest(request, parts[1]!, parts[2]!, parts.slice(3));
  return nonResource;
}

function resourceRequest(
  request: Omit<RequestTarget, "path">,
  group: string,
  version: string,
  segments: string[],
): RequestInfo {
  // The deprecated form `/api/v1/watch/namespaces/…`.
  const isWatchPath = segments[0] === "watch" && segments.length > 1;
  const scoped = inNamespace((isWatchPath ? segments.slice(1) : segments).map(decodeSegment));
  const [resource = "", name = "", subresource = "", ...rest] = scoped.parts;
  const info: ResourceRequest = {
    isResource: true,
    // Other methods have no verb: only a rule for all verbs allows them.
    verb: VERBS[request.method] ?? "",
    group,
    version,
    namespace: scoped.namespace,
    resource,
    subresource,
    name,
    isNamed: name !== "",
    remainder: rest.join("/"),
  };
  if (isWatchPath && info.verb === "get") {
    info.verb = "watch";
  } else if (!info.isNamed && info.verb === "get") {
    info.verb = isTrue(request.query.get("watch")) ? "watch" : "list";
  } else if (!info.isNamed && info.verb === "delete") {
    info.verb = "deletecollection";
  }
  if (!info.isNamed && info.verb !== "create") info.name = selectedName(request.query) ?? "";
  return info;
}

function inNamespace(parts: string[]): { namespace: string; parts: string[] } {
  if (parts[0] !== "namespaces" || parts.length < 2) return { namespace: "", parts };
  const namespace = parts[1]!;
  const isNamespaceItself = parts.length === 2 || NAMESPACE_SUBRESOURCES.has(parts[2]!);
  return { namespace, parts: isNamespaceItself ? parts : parts.slice(2) };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** As Go's strconv.ParseBool with the API's leniency: present without a value counts as true. */
export function isTrue(value: string | null): boolean {
  return value !== null && !["0", "f", "F", "false", "FALSE", "False"].includes(value);
}

/** `fieldSelector=metadata.name=x` selects one object by name. */
function selectedName(query: URLSearchParams): string | undefined {
  for (const term of (query.get("fieldSelector") ?? "").split(",")) {
    const match = /^metadata\.name==?([^=!]+)$/.exec(term);
    if (match) return match[1];
  }
  return undefined;
}
