/** The rules that the proxy of a Gateway follows: listeners, and the routes that are attached to them. JSON. */
import type { IngressBackend } from "./ingress-rules.ts";

export interface GatewayRules {
  listeners: readonly GatewayListener[];
}

export interface GatewayListener {
  /** The port at which the proxy listens. */
  port: number;
  protocol: "HTTP" | "HTTPS" | "TLS" | "TCP" | "UDP";
  /** `*.example.com`, or "" for all names. */
  hostname: string;
  /** Certificates in PEM, where the proxy terminates TLS. */
  certificates?: string;
  /** TLS is passed through to the backend. */
  isPassedThrough?: true;
  routes: readonly GatewayRoute[];
}

export interface GatewayRoute {
  namespace: string;
  name: string;
  createdAt: string;
  /** The hostnames that it serves at this listener; "" is every name. */
  hostnames: readonly string[];
  rules: readonly GatewayRule[];
}

export interface GatewayRule {
  matches: readonly RequestMatch[];
  filters: readonly RouteFilter[];
  backends: readonly WeightedBackend[];
  timeoutMs?: number;
}

export interface RequestMatch {
  path?: { type?: "Exact" | "PathPrefix" | "RegularExpression"; value?: string };
  headers?: readonly ValueMatch[];
  queryParams?: readonly ValueMatch[];
  method?: string;
}

export interface ValueMatch {
  type?: "Exact" | "RegularExpression";
  name: string;
  value: string;
}

/** As in the route. A backend of a mirror is resolved. */
export interface RouteFilter {
  type: string;
  mirror?: IngressBackend;
  [field: string]: unknown;
}

export interface WeightedBackend {
  weight: number;
  /** Absent: the reference is not valid, so its share of the requests gets the status 500. */
  backend?: IngressBackend;
  filters: readonly RouteFilter[];
}

/** The protocol by which a proxy asks for its rules. */
export const GATEWAY_RULES = "gateway-rules";
