/** The rules of the proxy of a Gateway, computed from the cluster's objects. See lib/edge/gateway-rules.ts. */
import type { Transaction } from "../../cluster/transaction.ts";
import { attachedRoutes, servesHttp } from "../../edge/attachment.ts";
import { owningGateway } from "../../edge/data-plane.ts";
import type {
  BackendReference,
  Gateway,
  HttpRoute,
  HttpRouteFilter,
  HttpRouteRule,
} from "../../edge/gateway-objects.ts";
import {
  GATEWAY_CLASSES,
  GATEWAYS,
  gatewayObject,
  gatewayObjects,
  HTTP_ROUTES,
  REFERENCE_GRANTS,
} from "../../edge/gateway-store.ts";
import { installedGatewayControllers } from "../../edge/installed.ts";
import { backendProblem, certificateOf } from "../../edge/references.ts";
import { namespaceKind } from "../../kinds/core/namespace.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { secretKind } from "../../kinds/core/secret.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { endpointSliceKind } from "../../kinds/discovery/endpoint-slice.ts";
import { bytesOfBase64 } from "../../lib/bytes.ts";
import { GoDurationError, parseGoDuration } from "../../lib/duration.ts";
import { gatewayControllerNamed } from "../../lib/edge/gateway-controllers/registry.ts";
import type { GatewayListener, GatewayRules, RouteFilter, WeightedBackend } from "../../lib/edge/gateway-rules.ts";
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
  ...[GATEWAY_CLASSES, GATEWAYS, HTTP_ROUTES, REFERENCE_GRANTS],
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
  const plane = gatewayControllerNamed(controllerNameOf(tx, gateway))?.dataPlane({ args: [], env: {}, namespace: "" });
  const portOf = (port: number) => (plane?.type === "deployment" ? plane.targetPort(port) : port);
  const routes = attachedRoutes(tx, gateway);
  return (gateway.spec.listeners ?? []).filter(servesHttp).flatMap((listener) => {
    const certificate = certificateOf(tx, gateway, listener);
    if (certificate && "reason" in certificate) return [];
    const pem = certificate && bytesOfBase64(certificate.secret.data?.["tls.crt"] ?? "");
    const own = routes.flatMap(({ route, listeners }) => {
      const found = listeners.find((one) => one.listener.name === listener.name);
      return found ? [{ route, hostnames: found.hostnames }] : [];
    });
    return [
      {
        port: portOf(listener.port),
        protocol: listener.protocol === "HTTPS" ? ("HTTPS" as const) : ("HTTP" as const),
        hostname: listener.hostname ?? "",
        ...(pem !== undefined && { certificates: pem }),
        routes: own.map(({ route, hostnames }) => ({
          namespace: route.metadata.namespace ?? "",
          name: route.metadata.name ?? "",
          createdAt: route.metadata.creationTimestamp ?? "",
          hostnames,
          rules: (route.spec.rules ?? [{}]).map((rule) => ruleOf(tx, route, rule)),
        })),
      },
    ];
  });
}

function ruleOf(tx: Transaction, route: HttpRoute, rule: HttpRouteRule) {
  const { matches = [], filters = [], backendRefs = [], timeouts } = rule;
  const timeoutMs = durationOf(timeouts?.request ?? timeouts?.backendRequest);
  return {
    matches: matches.length > 0 ? matches : [{ path: { type: "PathPrefix" as const, value: "/" } }],
    filters: filters.map((filter) => filterOf(tx, route, filter)),
    backends: backendRefs.map((reference) => weighted(tx, route, reference)),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function weighted(tx: Transaction, route: HttpRoute, reference: BackendReference): WeightedBackend {
  const { weight = 1, filters = [] } = reference;
  const backend = backendOf(tx, route, reference);
  return { weight, filters: filters.map((filter) => filterOf(tx, route, filter)), ...(backend && { backend }) };
}

function backendOf(tx: Transaction, route: HttpRoute, reference: BackendReference) {
  if (backendProblem(tx, route, reference)) return undefined;
  const namespace = reference.namespace ?? route.metadata.namespace ?? "";
  return ingressBackend(tx, namespace, { name: reference.name, port: { number: reference.port ?? 0 } });
}

function filterOf(tx: Transaction, route: HttpRoute, filter: HttpRouteFilter): RouteFilter {
  const mirror = filter["requestMirror"] as { backendRef?: BackendReference } | undefined;
  const backend = mirror?.backendRef && backendOf(tx, route, mirror.backendRef);
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
