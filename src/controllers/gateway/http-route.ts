/**
 * Writes into a route's status which of its parents accept it, and whether its references are valid.
 * Kubernetes: https://github.com/kubernetes-sigs/gateway-api/blob/main/apis/v1/httproute_types.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { type Attachment, attach, parentGateway } from "../../edge/attachment.ts";
import type { HttpRoute, ParentReference, ParentStatus } from "../../edge/gateway-objects.ts";
import { GATEWAY_CLASSES, gatewayObject, HTTP_ROUTES } from "../../edge/gateway-store.ts";
import { type InstalledGatewayController, installedGatewayControllers, isReady } from "../../edge/installed.ts";
import { routeProblem } from "../../edge/references.ts";
import { equalJson } from "../../lib/json.ts";
import { type Controller, self } from "../controller.ts";
import { condition, mergedConditions } from "./conditions.ts";
import { openedForStatus, writeStatus } from "./status.ts";
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
  watches: [self(HTTP_ROUTES), routesOfGateways(), ...onGatewayControllers(HTTP_ROUTES), ...onReferences(HTTP_ROUTES)],

  reconcile(tx, key, nowMs) {
    const route = openedForStatus(tx, key, HTTP_ROUTES)?.object;
    if (!route) return;
    const before = route.status?.parents ?? [];
    const own = (route.spec.parentRefs ?? []).flatMap((parent) => parentStatus(tx, route, parent, nowMs) ?? []);
    // Entries of controllers that are not simulated stay.
    const known = installedGatewayControllers(tx);
    const foreign = before.filter((one) => !known.has(one.controllerName) && !own.includes(one));
    const parents = [...foreign, ...own];
    if (!equalJson(parents, before)) writeStatus(tx, HTTP_ROUTES, route, { ...route.status, parents });
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
  const className = gateway?.spec.gatewayClassName;
  const name = className && gatewayObject(tx, GATEWAY_CLASSES, "", className)?.spec.controllerName;
  const before = route.status?.parents?.find((one) => equalJson(one.parentRef, parent));
  const installed = name ? installedGatewayControllers(tx).get(name) : undefined;
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
