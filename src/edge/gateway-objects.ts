/**
 * The objects of the Gateway API, as far as they decide about routes. The kinds are custom resources: a cluster has them
 * once their definitions are applied.
 * Source: kubernetes-sigs/gateway-api apis/v1/gateway_types.go, httproute_types.go, shared_types.go
 */
import type { KubernetesObject, LabelSelector } from "../schema/index.ts";

export const GATEWAY_GROUP = "gateway.networking.k8s.io";

export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

export interface GatewayClass extends KubernetesObject {
  spec: { controllerName: string };
  status?: { conditions?: Condition[] };
}

export interface Gateway extends KubernetesObject {
  spec: {
    gatewayClassName: string;
    listeners?: Listener[];
    addresses?: { type?: string; value?: string }[];
    infrastructure?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  };
  status?: {
    addresses?: { type?: string; value: string }[];
    conditions?: Condition[];
    listeners?: ListenerStatus[];
  };
}

export interface Listener {
  name: string;
  hostname?: string;
  port: number;
  protocol: string;
  tls?: { mode?: string; certificateRefs?: ObjectReference[] };
  allowedRoutes?: {
    namespaces?: { from?: "All" | "Same" | "Selector" | "None"; selector?: LabelSelector };
    kinds?: { group?: string; kind: string }[];
  };
}

export interface ListenerStatus {
  name: string;
  supportedKinds: { group: string; kind: string }[];
  attachedRoutes: number;
  conditions: Condition[];
}

export interface ObjectReference {
  group?: string;
  kind?: string;
  name: string;
  namespace?: string;
}

export interface ParentReference extends ObjectReference {
  sectionName?: string;
  port?: number;
}

/** A route of any kind. A method of gRPC is a path, and a route of connections has rules without matches. */
export interface Route extends KubernetesObject {
  spec: { parentRefs?: ParentReference[]; hostnames?: string[]; rules?: HttpRouteRule[] };
  status?: { parents?: ParentStatus[] };
}

export interface ParentStatus {
  parentRef: ParentReference;
  controllerName: string;
  conditions: Condition[];
}

export interface HttpRouteRule {
  matches?: HttpRouteMatch[];
  filters?: HttpRouteFilter[];
  backendRefs?: BackendReference[];
  timeouts?: { request?: string; backendRequest?: string };
}

export interface HttpRouteMatch {
  path?: { type?: "Exact" | "PathPrefix" | "RegularExpression"; value?: string };
  headers?: NamedMatch[];
  queryParams?: NamedMatch[];
  method?: string;
}

export interface NamedMatch {
  type?: "Exact" | "RegularExpression";
  name: string;
  value: string;
}

/** A filter has the field that its type names: `requestRedirect` for RequestRedirect. */
export interface HttpRouteFilter {
  type: string;
  [field: string]: unknown;
}

export interface BackendReference extends ObjectReference {
  port?: number;
  weight?: number;
  filters?: HttpRouteFilter[];
}

export interface ReferenceGrant extends KubernetesObject {
  spec: {
    from?: { group: string; kind: string; namespace: string }[];
    to?: { group: string; kind: string; name?: string }[];
  };
}
