/**
 * NGINX Gateway Fabric.
 * Source: nginx/nginx-gateway-fabric internal/controller/provisioner, internal/controller/state/conditions
 */
import { flag } from "../flags.ts";
import { GATEWAY_NAME_LABEL, type GatewayController } from "../gateway-controller.ts";

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
  messages: {
    classAccepted: "GatewayClass is accepted",
    gatewayAccepted: "Gateway is accepted",
    gatewayProgrammed: "Gateway is programmed",
    addressPending: "Gateway has no address",
    listenerAccepted: "Listener is accepted",
    listenerProgrammed: "Listener is programmed",
    listenerResolved: "All references are resolved",
    routeAccepted: "The route is accepted",
    routeResolved: "All references are resolved",
  },
};
