/**
 * Writes into a route's status which of its parents accept it, and whether its references are valid.
 * Kubernetes: https://github.com/kubernetes-sigs/gateway-api/blob/main/apis/v1/httproute_types.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { type Attachment, attach, parentGateway, type TypedRoute } from "../../edge/attachment.ts";
import type { ParentReference, ParentStatus } from "../../edge/gateway-objects.ts";
import { GATEWAY_CLASSES, gatewayObject, ROUTE_KINDS, type RouteKind } from "../../edge/gateway-store.ts";
import {
  type InstalledGatewayController,
  installedGatewayControllers,
  isReady,
  kindsOfListeners,
} from "../../edge/installed.ts";
import { routeProblem } from "../../edge/references.ts";
import type { ObjectKey } from "../../kinds/kind.ts";
import { equalJson } from "../../lib/json.ts";
import { type Controller, self } from "../controller.ts";
import { condition, mergedConditions } from "./conditions.ts";
import { openedForStatus, writeStatus } from "./status.ts";
import { onGatewayControllers, onReferences, routesOfGateways } from "./watches.ts";

/** One controller for each kind of routes. */
export const routeControllers: readonly Controller[] = ROUTE_KINDS.map((kind) => ({
  name: controllerNameOf(kind),
  manager: "gateway-controller",
  watches: [
    self(kind.resource),
    routesOfGateways(kind.resource),
    ...onGatewayControllers(kind.resource),
    ...onReferences(kind.resource),
  ],
  reconcile: (tx, key, nowMs) => reconcile(tx, key, { kind, nowMs }),
}));

/** `http-route` */
function controllerNameOf({ name }: RouteKind): string {
  return name.replace(/^(.+)Route$/, (_, protocol: string) => `${protocol.toLowerCase()}-route`);
}

function reconcile(tx: Transaction, key: ObjectKey, { kind, nowMs }: { kind: RouteKind; nowMs: number }): void {
  const route = openedForStatus(tx, key, kind.resource)?.object;
  if (!route) return;
  const typed = { kind: kind.name, route };
  const before = route.status?.parents ?? [];
  const own = (route.spec.parentRefs ?? []).flatMap((parent) => parentStatus(tx, typed, parent, nowMs) ?? []);
  // Entries of controllers that are not simulated stay.
  const known = installedGatewayControllers(tx);
  const foreign = before.filter((one) => !known.has(one.controllerName) && !own.includes(one));
  const parents = [...foreign, ...own];
  if (!equalJson(parents, before)) writeStatus(tx, kind.resource, route, { ...route.status, parents });
}

/** Undefined: the parent is no Gateway of a controller that runs, so no status is written. */
function parentStatus(
  tx: Transaction,
  typed: TypedRoute,
  parent: ParentReference,
  nowMs: number,
): ParentStatus | undefined {
  const { route } = typed;
  const gateway = parentGateway(tx, route, parent);
  const className = gateway?.spec.gatewayClassName;
  const name = className && gatewayObject(tx, GATEWAY_CLASSES, "", className)?.spec.controllerName;
  const before = route.status?.parents?.find((one) => equalJson(one.parentRef, parent));
  const installed = name ? installedGatewayControllers(tx).get(name) : undefined;
  if (!gateway || !installed?.pods.some(isReady)) return gateway ? before : undefined;
  const kindsOf = kindsOfListeners(installed);
  const wanted = conditionsOf(tx, typed, attach(tx, gateway, typed, { parent, kindsOf }), installed);
  const { generation } = route.metadata;
  const conditions = mergedConditions(before?.conditions, wanted, { generation, nowMs });
  return { parentRef: parent, controllerName: installed.controllerName, conditions };
}

function conditionsOf(
  tx: Transaction,
  typed: TypedRoute,
  attachment: Attachment,
  { controller: { messages } }: InstalledGatewayController,
) {
  const accepted =
    attachment.type === "attached"
      ? condition("Accepted", true, "Accepted", messages.routeAccepted)
      : condition(
          "Accepted",
          false,
          attachment.reason,
          messages.routeRefused[attachment.reason]({ kind: typed.kind, hostname: attachment.hostname }),
        );
  const problem = routeProblem(tx, typed);
  const resolved = problem
    ? condition("ResolvedRefs", false, problem.reason, problem.message)
    : condition("ResolvedRefs", true, "ResolvedRefs", messages.routeResolved);
  return [accepted, resolved];
}
