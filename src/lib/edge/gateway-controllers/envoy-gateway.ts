/**
 * Envoy Gateway.
 * Source: envoyproxy/gateway internal/infrastructure/kubernetes, internal/gatewayapi/status
 */
import { hash32 } from "../../prng.ts";
import { type GatewayController, OWNING_GATEWAY_LABELS } from "../gateway-controller.ts";
import { standardRouteKinds } from "../route-kinds.ts";

export const envoyGateway: GatewayController = {
  name: "envoy-gateway",
  images: ["envoyproxy/gateway", "envoyproxy/gateway-dev"],
  controllerName: () => "gateway.envoyproxy.io/gatewayclass-controller",
  dataPlane: ({ namespace: ownNamespace }) => ({
    type: "deployment",
    name: ({ namespace, name }) =>
      `envoy-${namespace}-${name}-${hash32(`${namespace}/${name}`).toString(16).padStart(8, "0")}`,
    namespace: ownNamespace,
    image: "docker.io/envoyproxy/envoy:distroless-v1.36.2",
    args: ["--log-level warn", "--cpuset-threads", "--drain-strategy immediate"],
    containerName: "envoy",
    health: { path: "/ready", port: 19_003 },
    externalTrafficPolicy: "Local",
    targetPort: (port) => (port < 1024 ? port + 10_000 : port),
    labels: ({ namespace, name }) => ({
      "app.kubernetes.io/component": "proxy",
      "app.kubernetes.io/managed-by": "envoy-gateway",
      "app.kubernetes.io/name": "envoy",
      [OWNING_GATEWAY_LABELS.name]: name,
      [OWNING_GATEWAY_LABELS.namespace]: namespace,
    }),
  }),
  routeKinds: (listener) =>
    listener.protocol === "TLS" && listener.tlsMode !== "Passthrough"
      ? ["TCPRoute", "TLSRoute"]
      : standardRouteKinds(listener),
  messages: {
    classAccepted: "Valid GatewayClass",
    gatewayAccepted: "The Gateway has been scheduled by Envoy Gateway",
    gatewayProgrammed: "Address assigned to the Gateway, 1/1 envoy replicas available",
    addressPending: "No addresses have been assigned to the Gateway",
    listenerAccepted: "Listener has been successfully translated",
    listenerProgrammed: "Sending translated listener configuration to the data plane",
    listenerResolved: "Listener references have been resolved",
    routeAccepted: "Route is accepted",
    routeResolved: "Resolved all the Object references for the Route",
    routeRefused: {
      NoMatchingParent: () => "No listeners match this parent ref",
      NotAllowedByListeners: () => "No listeners included by this parent ref allowed this attachment.",
      NoMatchingListenerHostname: ({ kind }) =>
        `There were no hostname intersections between the ${kind} and this parent ref's Listener(s).`,
    },
    unsupportedProtocol: (protocol) => `Protocol ${protocol} is unsupported, must be HTTP, HTTPS, TCP or UDP.`,
    unsupportedKind: (kind, { kinds }) => `${kind} is not supported, kind must be one of [${kinds.join(" ")}]`,
  },
};
