/** Routes a request to its kind and handler. Routes follow from the registry; this file names no kind. */
import { notFound } from "../cluster/refusals.ts";
import type { KindDefinition, Kinds, SubresourceDefinition, Verb } from "../kinds/kind.ts";
import type { ResourceRequest } from "./request-info.ts";
import { methodNotAllowed, notFoundRoute } from "./status.ts";
import { type VirtualKind, virtualKindByPath } from "./virtual/index.ts";

export type Route =
  | { type: "resource"; kind: KindDefinition; verb: Verb; info: ResourceRequest }
  | {
      type: "subresource";
      kind: KindDefinition;
      definition: SubresourceDefinition;
      subresource: string;
      verb: string;
      info: ResourceRequest;
    }
  | { type: "virtual"; kind: VirtualKind; verb: Verb; info: ResourceRequest };

/** The HTTP methods that the API serves. */
const METHODS = new Set(["POST", "GET", "HEAD", "PUT", "PATCH", "DELETE"]);

/** Finds the route. Throws NotFound or MethodNotAllowed for unknown paths and methods. */
export function route(info: ResourceRequest, method: string, kinds: Pick<Kinds, "byPath">): Route {
  const virtual = virtualKindByPath(info.group, info.version, info.resource);
  if (virtual) return virtualRoute(virtual, info, method);
  const kind = kinds.byPath(info.group, info.version, info.resource);
  if (!kind) throw notFoundRoute();
  if (info.subresource !== "") return subresourceRoute(kind, info, method);
  checkScope(kind, info);
  if (!METHODS.has(method) || !kind.verbs.includes(info.verb as Verb)) throw methodNotAllowed();
  // A collection accepts GET, POST and DELETE; a named object all methods except POST.
  if (info.isNamed ? method === "POST" : method === "PUT" || method === "PATCH") throw methodNotAllowed();
  if (method === "POST" && kind.namespaced && info.namespace === "") throw methodNotAllowed();
  return { type: "resource", kind, verb: info.verb as Verb, info };
}

/** Objects of namespaced kinds have paths in a namespace; others have no namespace in their path. */
function checkScope(kind: KindDefinition, info: ResourceRequest): void {
  const isInNamespace = info.namespace !== "" && !isOwnNamespace(kind, info);
  if (kind.namespaced && info.isNamed && !isInNamespace) throw notFoundRoute();
  if (!kind.namespaced && isInNamespace) throw notFoundRoute();
}

/** `/api/v1/namespaces/x` has the namespace both as the object's name and as the namespace of the path. */
function isOwnNamespace(kind: KindDefinition, info: ResourceRequest): boolean {
  return kind.plural === "namespaces" && kind.group === "" && info.namespace === info.name;
}

function subresourceRoute(kind: KindDefinition, info: ResourceRequest, method: string): Route {
  const { subresources = {} } = kind;
  // A client may ask for `constructor` or `__proto__`.
  const definition = Object.hasOwn(subresources, info.subresource) ? subresources[info.subresource] : undefined;
  if (!definition) throw kind.custom ? notFound(kind, info.name) : notFoundRoute();
  checkScope(kind, info);
  const isServed = METHODS.has(method)
    ? definition.verbs.includes(info.verb)
    : method === "OPTIONS" && definition.acceptsOptions;
  if (!isServed) throw methodNotAllowed();
  return { type: "subresource", kind, definition, subresource: info.subresource, verb: info.verb, info };
}

function virtualRoute(kind: VirtualKind, info: ResourceRequest, method: string): Route {
  if (info.subresource !== "" || (info.isNamed && !kind.verbs.includes("get"))) throw notFoundRoute();
  checkScope(kind, info);
  if (!kind.verbs.includes(info.verb as Verb) || (info.isNamed && method === "POST")) throw methodNotAllowed();
  if (kind.namespaced && info.namespace === "") throw notFoundRoute();
  return { type: "virtual", kind, verb: info.verb as Verb, info };
}
