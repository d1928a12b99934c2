/**
 * To which listeners of a Gateway a route attaches.
 * Source: kubernetes-sigs/gateway-api apis/v1/gateway_types.go (`AllowedRoutes`), shared_types.go (`ParentReference`)
 */
import { namespaceKind } from "../kinds/core/namespace.ts";
import type { Reader } from "../kinds/kind.ts";
import type { RouteRefusal } from "../lib/edge/gateway-controller.ts";
import { commonHostnames } from "../lib/edge/hostnames.ts";
import type { RouteKindName } from "../lib/edge/route-kinds.ts";
import { matchesLabelSelector } from "../lib/selectors.ts";
import { GATEWAY_GROUP, type Gateway, type Listener, type ParentReference, type Route } from "./gateway-objects.ts";
import { GATEWAYS, gatewayObject, gatewayObjects, ROUTE_KINDS } from "./gateway-store.ts";

/** The kinds of routes that the Gateway's controller lets attach to a listener; undefined: an unsupported protocol. */
export type KindsOfListener = (listener: Listener) => readonly RouteKindName[] | undefined;

export interface TypedRoute {
  kind: RouteKindName;
  route: Route;
}

export interface AttachedListener {
  listener: Listener;
  /** The hostnames that the route serves there; "" is every name. */
  hostnames: readonly string[];
}

export type Attachment =
  | { type: "attached"; listeners: readonly AttachedListener[] }
  /** `hostname` is that of the first listener which was considered. */
  | { type: "refused"; reason: RouteRefusal; hostname: string };

/** The Gateway that a reference of a route means; undefined for other kinds and for one that does not exist. */
export function parentGateway(reader: Reader, route: Route, parent: ParentReference): Gateway | undefined {
  const { group = GATEWAY_GROUP, kind = "Gateway", name } = parent;
  if (group !== GATEWAY_GROUP || kind !== "Gateway") return undefined;
  return gatewayObject(reader, GATEWAYS, parent.namespace ?? route.metadata.namespace ?? "", name);
}

export function attach(
  reader: Reader,
  gateway: Gateway,
  { kind, route }: TypedRoute,
  { parent, kindsOf }: { parent: ParentReference; kindsOf: KindsOfListener },
): Attachment {
  const named = (gateway.spec.listeners ?? []).filter(
    ({ name, port }) =>
      (parent.sectionName === undefined || parent.sectionName === name) &&
      (parent.port === undefined || parent.port === port),
  );
  const hostname = named[0]?.hostname ?? "";
  if (named.length === 0) return { type: "refused", reason: "NoMatchingParent", hostname };
  const allowed = named.filter(
    (listener) => allowsKind(listener, kind, kindsOf(listener)) && allowsNamespace(reader, gateway, listener, route),
  );
  if (allowed.length === 0) return { type: "refused", reason: "NotAllowedByListeners", hostname };
  const listeners = allowed.flatMap((listener) => {
    const hostnames = commonHostnames(listener.hostname, route.spec.hostnames);
    return hostnames ? [{ listener, hostnames }] : [];
  });
  return listeners.length > 0
    ? { type: "attached", listeners }
    : { type: "refused", reason: "NoMatchingListenerHostname", hostname };
}

/** Routes of all kinds with their attachments to a Gateway. */
export function attachedRoutes(
  reader: Reader,
  gateway: Gateway,
  kindsOf: KindsOfListener,
): (TypedRoute & { listeners: readonly AttachedListener[] })[] {
  const { namespace, name } = gateway.metadata;
  const all = ROUTE_KINDS.flatMap(({ name: kind, resource }) =>
    gatewayObjects(reader, resource).map((route) => ({ kind, route })),
  );
  return all.flatMap((typed) => {
    const parents = (typed.route.spec.parentRefs ?? []).filter((parent) => {
      const found = parentGateway(reader, typed.route, parent);
      return found?.metadata.namespace === namespace && found?.metadata.name === name;
    });
    const listeners = parents.flatMap((parent) => {
      const attachment = attach(reader, gateway, typed, { parent, kindsOf });
      return attachment.type === "attached" ? attachment.listeners : [];
    });
    return listeners.length > 0 ? [{ ...typed, listeners }] : [];
  });
}

function allowsKind(
  { allowedRoutes }: Listener,
  kind: RouteKindName,
  supported: readonly RouteKindName[] | undefined,
): boolean {
  if (!supported?.includes(kind)) return false;
  const { kinds = [] } = allowedRoutes ?? {};
  return (
    kinds.length === 0 || kinds.some(({ group = GATEWAY_GROUP, kind: one }) => group === GATEWAY_GROUP && one === kind)
  );
}

function allowsNamespace(reader: Reader, gateway: Gateway, { allowedRoutes }: Listener, { metadata }: Route): boolean {
  const { namespaces } = allowedRoutes ?? {};
  const own = metadata.namespace ?? "";
  switch (namespaces?.from ?? "Same") {
    case "All":
      return true;
    case "Same":
      return own === gateway.metadata.namespace;
    case "Selector":
      return matchesLabelSelector(namespaces?.selector ?? {}, reader.get(namespaceKind, "", own)?.metadata.labels);
    case "None":
      return false;
  }
}
