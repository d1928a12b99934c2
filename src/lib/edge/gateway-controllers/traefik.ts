/**
 * Traefik's provider of Gateways. Its own pods serve them, so a listener's port is that of an entry point.
 * Source: traefik/traefik pkg/provider/kubernetes/gateway
 */

import { traefik as ingress } from "../controllers/traefik.ts";
import { flag } from "../flags.ts";
import type { GatewayController } from "../gateway-controller.ts";
import { standardRouteKinds } from "../route-kinds.ts";

const PROVIDER = "providers.kubernetesgateway";

export const traefikGateway: GatewayController = {
  name: "traefik",
  images: ingress.images,
  controllerName: ({ args }) => {
    const isOn = args.some((arg) => arg.toLowerCase().startsWith(`--${PROVIDER}`)) && flag(args, PROVIDER) !== "false";
    return isOn ? "traefik.io/gateway-controller" : undefined;
  },
  dataPlane: ({ args, namespace }) => {
    const name = flag(args, `${PROVIDER}.statusaddress.service.name`);
    const own = flag(args, `${PROVIDER}.statusaddress.service.namespace`) ?? namespace;
    return { type: "own", service: name === undefined ? undefined : { namespace: own, name } };
  },
  routeKinds: (listener, { args }) => {
    const isExperimental = flag(args, `${PROVIDER}.experimentalchannel`) === "true";
    return !isExperimental && !listener.protocol.startsWith("HTTP") ? undefined : standardRouteKinds(listener);
  },
  messages: {
    classAccepted: "Handled by Traefik controller",
    gatewayAccepted: "Gateway successfully scheduled",
    gatewayProgrammed: "Gateway successfully scheduled",
    addressPending: "Gateway has no address",
    listenerAccepted: "No error found",
    listenerProgrammed: "No error found",
    listenerResolved: "No error found",
    routeAccepted: "",
    routeResolved: "",
    routeRefused: {
      NoMatchingParent: () => "",
      NotAllowedByListeners: () => "",
      NoMatchingListenerHostname: () => "",
    },
    unsupportedProtocol: (protocol) => `Protocol "${protocol}" is not supported`,
    unsupportedKind: (kind, { protocol }) => `Unsupported protocol ${protocol} for route kind ${kind}`,
  },
};
