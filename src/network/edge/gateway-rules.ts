/** The rules of the proxy of a Gateway, computed from the cluster's objects. See lib/edge/gateway-rules.ts. */
import type { Transaction } from "../../cluster/transaction.ts";
import { attachedRoutes, type TypedRoute } from "../../edge/attachment.ts";
import { owningGateway } from "../../edge/data-plane.ts";
import type {
  BackendReference,
  Gateway,
  HttpRouteFilter,
  HttpRouteRule,
  Listener,
} from "../../edge/gateway-objects.ts";
import {
  GATEWAY_CLASSES,
  GATEWAYS,
  gatewayObject,
  gatewayObjects,
  REFERENCE_GRANTS,
  ROUTE_KINDS,
} from "../../edge/gateway-store.ts";
import { installedGatewayControllers, kindsOfListeners } from "../../edge/installed.ts";
import { backendProblem, certificateOf } from "../../edge/references.ts";
import { namespaceKind } from "../../kinds/core/namespace.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { secretKind } from "../../kinds/core/secret.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { endpointSliceKind } from "../../kinds/discovery/endpoint-slice.ts";
import { bytesOfBase64 } from "../../lib/bytes.ts";
import { GoDurationError, parseGoDuration } from "../../lib/duration.ts";
import { gatewayControllerNamed } from "../../lib/edge/gateway-controllers/registry.ts";
import type {
  GatewayListener,
  GatewayRoute,
  GatewayRules,
  RouteFilter,
  WeightedBackend,
} from "../../lib/edge/gateway-rules.ts";
import type { Pod } from "../../schema/index.ts";
import { ingressBackend } from "./ingress-backend.ts";

/** The rules for the proxy in this pod: of the Gateway in its labels, else of all Gateways of its own class. */
export function gatewayRules(tx: Transaction, pod: Pod): GatewayRules {
  return tx.derived(`edge/gateway-rules/${pod.metadata.uid}`, SOURCES, () => ({
    listeners: gatewaysOf(tx, pod).flatMap((gateway) => listenersOf(tx, gateway)),
  }));
}

/** The kinds on which the rules depend. */
const SOURCES = [
  ...[GATEWAY_CLASSES, GATEWAYS, ...ROUTE_KINDS.map(({ resource }) => resource), REFERENCE_GRANTS],
  ...[podKind, serviceKind, endpointSliceKind, secretKind, namespaceKind],
];

function gatewaysOf(tx: Transaction, pod: Pod): Gateway[] {
  const owner = owningGateway(pod);
  if (owner) {
    const gateway = gatewayObject(tx, GATEWAYS, owner.namespace, owner.name);
    return gateway ? [gateway] : [];
  }
  const installed = [...installedGatewayControllers(tx).values()].find(({ pods }) =>
    pods.some(({ metadata }) => metadata.uid === pod.metadata.uid),
  );
  if (!installed) return [];
  return gatewayObjects(tx, GATEWAYS).filter((gateway) => controllerNameOf(tx, gateway) === installed.controllerName);
}

function controllerNameOf(tx: Transaction, { spec }: Gateway): string {
  return gatewayObject(tx, GATEWAY_CLASSES, "", spec.gatewayClassName)?.spec.controllerName ?? "";
}

function listenersOf(tx: Transaction, gateway: Gateway): GatewayListener[] {
  const controllerName = controllerNameOf(tx, gateway);
  const controller = gatewayControllerNamed(controllerName);
  const installed = installedGatewayControllers(tx).get(controllerName);
  // The proxy goes on while its controller is away.
  const known = installed ?? (controller && { controller, flags: { args: [], env: {}, namespace: "" } });
  if (!known) return [];
  const kindsOf = kindsOfListeners(known);
  const plane = known.controller.dataPlane(known.flags);
  const portOf = (port: number) => (plane.type === "deployment" ? plane.targetPort(port) : port);
  const routes = attachedRoutes(tx, gateway, kindsOf);
  return (gateway.spec.listeners ?? []).flatMap((listener) => {
    const protocol = protocolOf(listener);
    const certificate = certificateOf(tx, gateway, listener);
    if (!protocol || !kindsOf(listener)?.length || (certificate && "reason" in certificate)) return [];
    const pem = certificate && bytesOfBase64(certificate.secret.data?.["tls.crt"] ?? "");
    const own = routes.flatMap((typed) => {
      const found = typed.listeners.find((one) => one.listener.name === listener.name);
      return found ? [{ typed, hostnames: found.hostnames }] : [];
    });
    return [
      {
        ...{ port: portOf(listener.port), protocol, hostname: listener.hostname ?? "" },
        ...(pem !== undefined && { certificates: pem }),
        ...(listener.tls?.mode === "Passthrough" && { isPassedThrough: true as const }),
        routes: own.map(({ typed, hostnames }) => routeOf(tx, typed, hostnames)),
      },
    ];
  });
}

const PROTOCOLS = ["HTTP", "HTTPS", "TLS", "TCP", "UDP"] as const;

function protocolOf({ protocol }: Listener): GatewayListener["protocol"] | undefined {
  return PROTOCOLS.find((one) => one === protocol);
}

function routeOf(tx: Transaction, typed: TypedRoute, hostnames: readonly string[]): GatewayRoute {
  const { metadata, spec } = typed.route;
  return {
    ...{ namespace: metadata.namespace ?? "", name: metadata.name ?? "", hostnames },
    createdAt: metadata.creationTimestamp ?? "",
    rules: (spec.rules ?? [{}]).map((rule) => ruleOf(tx, typed, rule)),
  };
}

function ruleOf(tx: Transaction, route: TypedRoute, rule: HttpRouteRule) {
  const { matches = [], filters = [], backendRefs = [], timeouts } = rule;
  const timeoutMs = durationOf(timeouts?.request ?? timeouts?.backendRequest);
  return {
    matches: matches.length > 0 ? matches : [{ path: { type: "PathPrefix" as const, value: "/" } }],
    filters: filters.map((filter) => filterOf(tx, route, filter)),
    backends: backendRefs.map((reference) => weighted(tx, route, reference)),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function weighted(tx: Transaction, typed: TypedRoute, reference: BackendReference): WeightedBackend {
  const { weight = 1, filters = [] } = reference;
  const backend = backendOf(tx, typed, reference);
  return { weight, filters: filters.map((filter) => filterOf(tx, typed, filter)), ...(backend && { backend }) };
}

function backendOf(tx: Transaction, typed: TypedRoute, reference: BackendReference) {
  if (backendProblem(tx, typed, reference)) return undefined;
  const namespace = reference.namespace ?? typed.route.metadata.namespace ?? "";
  return ingressBackend(tx, namespace, { name: reference.name, port: { number: reference.port ?? 0 } });
}

function filterOf(tx: Transaction, typed: TypedRoute, filter: HttpRouteFilter): RouteFilter {
  const mirror = filter["requestMirror"] as { backendRef?: BackendReference } | undefined;
  const backend = mirror?.backendRef && backendOf(tx, typed, mirror.backendRef);
  return { ...filter, ...(backend && { mirror: backend }) };
}

/** The Gateway API's durations are a part of Go's. Zero means no limit. */
function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    return parseGoDuration(text) || undefined;
  } catch (error) {
    if (error instanceof GoDurationError) return undefined;
    throw error;
  }
}
