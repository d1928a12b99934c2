/** An implementation of the Gateway API, as far as it decides about names, data planes and texts. */
import type { ProcessFlags } from "./ingress-controller.ts";
import type { ListenerType, RouteKindName } from "./route-kinds.ts";

/** The proxy that serves a Gateway. */
export type DataPlane =
  /** The controller's own pods, behind the Service with the Gateway's addresses. */
  | { type: "own"; service: { namespace: string; name: string } | undefined }
  /** A Deployment and a Service for each Gateway. */
  | {
      type: "deployment";
      /** The name of both, and their namespace; absent: that of the Gateway. */
      name: (gateway: { namespace: string; name: string; className: string }) => string;
      namespace?: string;
      image: string;
      args: readonly string[];
      containerName: string;
      /** The port at which the proxy listens for a listener's port. */
      targetPort: (port: number) => number;
      /** Its readiness probe. */
      health: { path: string; port: number };
      externalTrafficPolicy: "Cluster" | "Local";
      labels: (gateway: { namespace: string; name: string; className: string }) => Record<string, string>;
    };

export interface GatewayMessages {
  classAccepted: string;
  gatewayAccepted: string;
  gatewayProgrammed: string;
  addressPending: string;
  listenerAccepted: string;
  listenerProgrammed: string;
  listenerResolved: string;
  routeAccepted: string;
  routeResolved: string;
  /** Why a route is not accepted. `hostname` is that of the listeners. */
  routeRefused: Readonly<Record<RouteRefusal, (route: { kind: RouteKindName; hostname: string }) => string>>;
  unsupportedProtocol(protocol: string): string;
  /** For a kind in `allowedRoutes` that the listener does not take. */
  unsupportedKind(kind: string, listener: { protocol: string; kinds: readonly RouteKindName[] }): string;
}

export type RouteRefusal = "NoMatchingParent" | "NotAllowedByListeners" | "NoMatchingListenerHostname";

export interface GatewayController {
  name: string;
  /** Repositories of the controller's images, as in `IngressController`. */
  images: readonly string[];
  /** `spec.controllerName` of its classes. Undefined: with these flags, the process is no controller of Gateways. */
  controllerName(flags: ProcessFlags): string | undefined;
  dataPlane(flags: ProcessFlags): DataPlane;
  /** The kinds of routes of a listener. Undefined: it does not support the protocol. */
  routeKinds(listener: ListenerType, flags: ProcessFlags): readonly RouteKindName[] | undefined;
  messages: GatewayMessages;
}

/** The label of a data plane in the namespace of its Gateway. */
export const GATEWAY_NAME_LABEL = "gateway.networking.k8s.io/gateway-name";
/** The labels of a data plane in another namespace. */
export const OWNING_GATEWAY_LABELS = {
  name: "gateway.envoyproxy.io/owning-gateway-name",
  namespace: "gateway.envoyproxy.io/owning-gateway-namespace",
} as const;
/** The variable with the ports at which the proxy of a data plane listens: `80,53/udp`. */
export const LISTENER_PORTS_VARIABLE = "GATEWAY_LISTENER_PORTS";
