/**
 * NGINX Gateway Fabric.
 * Source: nginx/nginx-gateway-fabric internal/controller/provisioner, internal/controller/state/conditions
 */
import { flag } from "../flags.ts";
import { GATEWAY_NAME_LABEL, type GatewayController } from "../gateway-controller.ts";
import { standardRouteKinds } from "../route-kinds.ts";

export const nginxGatewayFabric: GatewayController = {
  name: "nginx-gateway-fabric",
  images: ["ghcr.io/nginx/nginx-gateway-fabric", "ghcr.io/nginxinc/nginx-gateway-fabric"],
  controllerName: ({ args }) => flag(args, "gateway-ctlr-name") ?? "gateway.nginx.org/nginx-gateway-controller",
  dataPlane: () => ({
    type: "deployment",
    name: ({ name, className }) => `${name}-${className}`,
    image: "ghcr.io/nginx/nginx-gateway-fabric/nginx:2.2.1",
    args: [],
    containerName: "nginx",
    health: { path: "/readyz", port: 8081 },
    externalTrafficPolicy: "Local",
    targetPort: (port) => port,
    labels: ({ name, className }) => ({
      "app.kubernetes.io/instance": "ngf",
      "app.kubernetes.io/managed-by": "ngf-nginx",
      "app.kubernetes.io/name": `${name}-${className}`,
      [GATEWAY_NAME_LABEL]: name,
    }),
  }),
  routeKinds: standardRouteKinds,
  messages: {
    classAccepted: "GatewayClass is accepted",
    gatewayAccepted: "Gateway is accepted",
    gatewayProgrammed: "Gateway is programmed",
    addressPending: "Gateway has no address",
    listenerAccepted: "Listener is accepted",
    listenerProgrammed: "Listener is programmed",
    listenerResolved: "All references are resolved",
    routeAccepted: "The Route is accepted",
    routeResolved: "All references are resolved",
    routeRefused: {
      NoMatchingParent: () => "The Listener is not found for this parent ref",
      NotAllowedByListeners: () => "The Route is not allowed by any listener",
      NoMatchingListenerHostname: () => "The Listener hostname does not match the Route hostnames",
    },
    unsupportedProtocol: (protocol) =>
      `protocol: Unsupported value: "${protocol}": supported values: "HTTP", "HTTPS", "TLS", "TCP", "UDP"`,
    unsupportedKind: (kind, { protocol }) =>
      `Unsupported route kind for protocol ${protocol} "gateway.networking.k8s.io/${kind}"`,
  },
};
