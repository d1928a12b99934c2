/**
 * The kinds of routes of the Gateway API, and which of them attach to the listeners of a protocol.
 * Source: kubernetes-sigs/gateway-api apis/v1/gateway_types.go (`ProtocolType`, `TLSModeType`)
 */

export type RouteKindName = "HTTPRoute" | "GRPCRoute" | "TLSRoute" | "TCPRoute" | "UDPRoute";

/** The fields of a listener that decide about its routes. */
export interface ListenerType {
  protocol: string;
  /** Absent: the proxy terminates TLS. */
  tlsMode?: string | undefined;
}

const KINDS: Readonly<Record<string, readonly RouteKindName[]>> = {
  HTTP: ["HTTPRoute", "GRPCRoute"],
  HTTPS: ["HTTPRoute", "GRPCRoute"],
  TLS: ["TLSRoute"],
  TCP: ["TCPRoute"],
  UDP: ["UDPRoute"],
};

/** The kinds that the specification names for a listener. Undefined: no known protocol. */
export function standardRouteKinds({ protocol, tlsMode }: ListenerType): readonly RouteKindName[] | undefined {
  if (protocol === "HTTPS" && tlsMode === "Passthrough") return [];
  return KINDS[protocol];
}
