/**
 * To which listeners of a Gateway a route attaches.
 * Source: kubernetes-sigs/gateway-api apis/v1/gateway_types.go (`AllowedRoutes`), shared_types.go (`ParentReference`)
 */
import { namespaceKind } from "../kinds/core/namespace.ts";
import type { Reader } from "../kinds/kind.ts";
import { commonHostnames } from "../lib/edge/hostnames.ts";
import { matchesLabelSelector } from "../lib/selectors.ts";
import { GATEWAY_GROUP, type Gateway, type HttpRoute, type Listener, type ParentReference } from "./gateway-objects.ts";
import { GATEWAYS, gatewayObject, gatewayObjects, HTTP_ROUTES } from "./gateway-store.ts";

export interface AttachedListener {
  listener: Listener;
  /** The hostnames that the route serves there; "" is every name. */
  hostnames: readonly string[];
}

export type Attachment =
  | { type: "attached"; listeners: readonly AttachedListener[] }
  | { type: "refused"; reason: "NoMatchingParent" | "NotAllowedByListeners" | "NoMatchingListenerHostname" };

/** The Gateway that a reference of a route means; undefined for other kinds and for one that does not exist. */
export function parentGateway(reader: Reader, route: HttpRoute, parent: ParentReference): Gateway | undefined {
  const { group = GATEWAY_GROUP, kind = "Gateway", name } = parent;
  if (group !== GATEWAY_GROUP || kind !== "Gateway") return undefined;
  return gatewayObject(reader, GATEWAYS, parent.namespace ?? route.metadata.namespace ?? "", name);
}

export function attach(reader: Reader, gateway: Gateway, route: HttpRoute, parent: ParentReference): Attachment {
  const named = (gateway.spec.listeners ?? []).filter(
    ({ name, port }) =>
      (parent.sectionName === undefined || parent.sectionName === name) &&
      (parent.port === undefined || parent.port === port),
  );
  if (named.length === 0) return { type: "refused", reason: "NoMatchingParent" };
  const allowed = named.filter((listener) => allows(reader, gateway, listener, route));
  if (allowed.length === 0) return { type: "refused", reason: "NotAllowedByListeners" };
  const listeners = allowed.flatMap((listener) => {
    const hostnames = commonHostnames(listener.hostname, route.spec.hostnames);
    return hostnames ? [{ listener, hostnames }] : [];
  });
  return listeners.length > 0
    ? { type: "attached", listeners }
    : { type: "refused", reason: "NoMatchingListenerHostname" };
}

/** Routes with their attachments to a Gateway. */
export function attachedRoutes(
  reader: Reader,
  gateway: Gateway,
): { route: HttpRoute; listeners: readonly AttachedListener[] }[] {
  const { namespace, name } = gateway.metadata;
  return gatewayObjects(reader, HTTP_ROUTES).flatMap((route) => {
    const parents = (route.spec.parentRefs ?? []).filter((parent) => {
      const found = parentGateway(reader, route, parent);
      return found?.metadata.namespace === namespace && found?.metadata.name === name;
    });
    const listeners = parents.flatMap((parent) => {
      const attachment = attach(reader, gateway, route, parent);
      return attachment.type === "attached" ? attachment.listeners : [];
    });
    return listeners.length > 0 ? [{ route, listeners }] : [];
  });
}

function allows(reader: Reader, gateway: Gateway, listener: Listener, route: HttpRoute): boolean {
  if (!servesHttp(listener)) return false;
  const { namespaces, kinds } = listener.allowedRoutes ?? {};
  const isKind =
    !kinds?.length || kinds.some(({ group = GATEWAY_GROUP, kind }) => group === GATEWAY_GROUP && kind === "HTTPRoute");
  if (!isKind) return false;
  const own = route.metadata.namespace ?? "";
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

/** Passed-through TLS has no requests that a proxy could read. */
export function servesHttp({ protocol, tls }: Listener): boolean {
  return protocol === "HTTP" || (protocol === "HTTPS" && tls?.mode !== "Passthrough");
}
