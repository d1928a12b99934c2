/**
 * Istio's Gateways with automated deployments.
 * Source: istio/istio pilot/pkg/config/kube/gateway
 */
import { GATEWAY_NAME_LABEL, type GatewayController } from "../gateway-controller.ts";
import { standardRouteKinds } from "../route-kinds.ts";

export const istio: GatewayController = {
  name: "istio",
  images: ["istio/pilot", "gcr.io/istio-release/pilot"],
  controllerName: () => "istio.io/gateway-controller",
  dataPlane: () => ({
    type: "deployment",
    name: ({ name, className }) => `${name}-${className}`,
    image: "docker.io/istio/proxyv2:1.28.2",
    args: ["proxy", "router", "--log_output_level=default:info"],
    containerName: "istio-proxy",
    health: { path: "/healthz/ready", port: 15_021 },
    externalTrafficPolicy: "Cluster",
    targetPort: (port) => port,
    labels: ({ name, className }) => ({
      "gateway.istio.io/managed": "istio.io-gateway-controller",
      "gateway.networking.k8s.io/gateway-class-name": className,
      [GATEWAY_NAME_LABEL]: name,
    }),
  }),
  routeKinds: (listener, { env }) => {
    const isAlpha = env["PILOT_ENABLE_ALPHA_GATEWAY_API"] === "true";
    if (listener.protocol === "UDP" || (listener.protocol === "TCP" && !isAlpha)) return undefined;
    const isTerminated = listener.protocol === "TLS" && listener.tlsMode !== "Passthrough";
    return isTerminated ? ["TCPRoute", "TLSRoute"] : standardRouteKinds(listener);
  },
  messages: {
    classAccepted: "Handled by Istio controller",
    gatewayAccepted: "Resource accepted",
    gatewayProgrammed: "Resource programmed, assigned to service(s)",
    addressPending: "Assigned to service(s), but failed to assign to all requested addresses: address pending",
    listenerAccepted: "No errors found",
    listenerProgrammed: "No errors found",
    listenerResolved: "No errors found",
    routeAccepted: "Route was valid",
    routeResolved: "All references resolved",
    routeRefused: {
      NoMatchingParent: () => "sectionName or port not found",
      NotAllowedByListeners: ({ kind }) => `kind ${kind} or its namespace is not allowed by the parent`,
      NoMatchingListenerHostname: ({ hostname }) => `no hostnames matched parent hostname "${hostname}"`,
    },
    unsupportedProtocol: (protocol) =>
      protocol === "TCP"
        ? `protocol "${protocol}" is only supported when the alpha Gateway API is enabled`
        : `protocol "${protocol}" is unsupported`,
    unsupportedKind: () => "Invalid route kinds",
  },
};
