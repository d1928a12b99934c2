/**
 * Writes into a route's status which of its parents accept it, and whether its references are valid.
 * Kubernetes: https://github.com/kubernetes-sigs/gateway-api/blob/main/apis/v1/httproute_types.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { type Attachment, attach, parentGateway } from "../../edge/attachment.ts";
import {
  GATEWAY_CLASSES,
  type GatewayClass,
  gatewayKind,
  HTTP_ROUTES,
  type HttpRoute,
  type ParentReference,
  type ParentStatus,
} from "../../edge/gateway-objects.ts";
import { type InstalledGatewayController, installedGatewayControllers, isReady } from "../../edge/installed.ts";
import { routeProblem } from "../../edge/references.ts";
import { equalJson } from "../../lib/json.ts";
import { type Controller, self } from "../controller.ts";
import { condition, mergedConditions } from "./conditions.ts";
import { onGatewayControllers, onReferences, routesOfGateways } from "./watches.ts";

const REFUSALS: Readonly<Record<Exclude<Attachment, { type: "attached" }>["reason"], string>> = {
  NoMatchingParent: "No listeners match this parent ref",
  NotAllowedByListeners: "No listeners included by this parent ref allowed this attachment.",
  NoMatchingListenerHostname:
    "There were no hostname intersections between the HTTPRoute and this parent ref's Listener(s).",
};

export const httpRouteController: Controller = {
  name: "http-route",
  manager: "gateway-controller",
  watches: [self(HTTP_ROUTES), routesOfGateways(), onGatewayControllers(HTTP_ROUTES), ...onReferences(HTTP_ROUTES)],

  reconcile(tx, key, nowMs) {
    const kind = gatewayKind<HttpRoute>(tx, HTTP_ROUTES);
    const route = kind && (tx.getByKey(key) as HttpRoute | undefined);
    if (!route || route.metadata.deletionTimestamp) return;
    const parents = (route.spec.parentRefs ?? []).flatMap((parent) => parentStatus(tx, route, parent, nowMs) ?? []);
    const before = route.status?.parents ?? [];
    if (equalJson(parents, before)) return;
    tx.updateStatus(kind, route, (draft) => {
      draft.status = { ...draft.status, parents };
    });
  },
};

/** Undefined: the parent is no Gateway of a controller that runs, so no status is written. */
function parentStatus(
  tx: Transaction,
  route: HttpRoute,
  parent: ParentReference,
  nowMs: number,
): ParentStatus | undefined {
  const gateway = parentGateway(tx, route, parent);
  const kind = gatewayKind<GatewayClass>(tx, GATEWAY_CLASSES);
  const name = gateway && kind && tx.get(kind, "", gateway.spec.gatewayClassName)?.spec.controllerName;
  const before = route.status?.parents?.find((one) => equalJson(one.parentRef, parent));
  const installed = name === undefined ? undefined : installedGatewayControllers(tx).get(name);
  if (!gateway || !installed?.pods.some(isReady)) return gateway ? before : undefined;
  const wanted = conditionsOf(tx, route, attach(tx, gateway, route, parent), installed);
  const { generation } = route.metadata;
  const conditions = mergedConditions(before?.conditions, wanted, { generation, nowMs });
  return { parentRef: parent, controllerName: installed.controllerName, conditions };
}

function conditionsOf(
  tx: Transaction,
  route: HttpRoute,
  attachment: Attachment,
  { controller: { messages } }: InstalledGatewayController,
) {
  const accepted =
    attachment.type === "attached"
      ? condition("Accepted", true, "Accepted", messages.routeAccepted)
      : condition("Accepted", false, attachment.reason, REFUSALS[attachment.reason]);
  const problem = routeProblem(tx, route);
  const resolved = problem
    ? condition("ResolvedRefs", false, problem.reason, problem.message)
    : condition("ResolvedRefs", true, "ResolvedRefs", messages.routeResolved);
  return [accepted, resolved];
}
