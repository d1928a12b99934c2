/**
 * Brings up the proxy of a Gateway, and writes its addresses, conditions and listeners. A Gateway is handled while a pod
 * of the controller that its class names is ready.
 * Kubernetes: https://github.com/kubernetes-sigs/gateway-api/blob/main/apis/v1/gateway_types.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import type { Gateway } from "../../edge/gateway-objects.ts";
import { GATEWAY_CLASSES, GATEWAYS, gatewayObject } from "../../edge/gateway-store.ts";
import { type InstalledGatewayController, installedGatewayControllers, isReady } from "../../edge/installed.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { parseKey } from "../../kinds/kind.ts";
import { equalJson } from "../../lib/json.ts";
import { isIpAddress } from "../../lib/names.ts";
import type { Service } from "../../schema/index.ts";
import { type Controller, self } from "../controller.ts";
import { condition, mergedConditions } from "./conditions.ts";
import { ensureDataPlane, removeDataPlane } from "./data-plane.ts";
import { isUsable, listenerStatuses } from "./listeners.ts";
import { openedForStatus, writeStatus } from "./status.ts";
import { gatewaysOfDataPlanes, gatewaysOfRoutes, onGatewayControllers, onReferences } from "./watches.ts";

export const gatewayController: Controller = {
  name: "gateway",
  manager: "gateway-controller",
  watches: [
    self(GATEWAYS),
    ...gatewaysOfRoutes(),
    ...gatewaysOfDataPlanes(),
    ...onGatewayControllers(GATEWAYS),
    ...onReferences(GATEWAYS),
  ],

  reconcile(tx, key, nowMs) {
    if (!tx.getByKey(key)) return removeDataPlane(tx, parseKey(key));
    const gateway = openedForStatus(tx, key, GATEWAYS)?.object;
    if (!gateway) return;
    const installed = controllerOf(tx, gateway);
    if (!installed) return;
    const as = tx.as(installed.controller.name);
    const { addresses, isReady: isServing } = proxyOf(as, gateway, installed);
    const status = statusOf(tx, gateway, installed, { addresses, isServing, nowMs });
    if (!equalJson(status, gateway.status)) writeStatus(as, GATEWAYS, gateway, status);
  },
};

/** The running controller that the Gateway's class names. */
function controllerOf(tx: Transaction, { spec }: Gateway): InstalledGatewayController | undefined {
  const gatewayClass = gatewayObject(tx, GATEWAY_CLASSES, "", spec.gatewayClassName);
  const installed = gatewayClass && installedGatewayControllers(tx).get(gatewayClass.spec.controllerName);
  return installed?.pods.some(isReady) ? installed : undefined;
}

function proxyOf(
  tx: Transaction,
  gateway: Gateway,
  { controller, flags }: InstalledGatewayController,
): { addresses: string[]; isReady: boolean } {
  const plane = controller.dataPlane(flags);
  if (plane.type === "own") {
    const service = plane.service && tx.get(serviceKind, plane.service.namespace, plane.service.name);
    return { addresses: addressesOf(service), isReady: true };
  }
  const { deployment, service } = ensureDataPlane(tx, gateway, plane);
  return { addresses: addressesOf(service), isReady: (deployment.status?.availableReplicas ?? 0) > 0 };
}

function addressesOf(service: Service | undefined): string[] {
  if (!service) return [];
  const { type, clusterIP = "None", externalIPs = [] } = service.spec;
  const balanced = (service.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? "");
  if (type === "LoadBalancer" || balanced.length > 0) return [...balanced, ...externalIPs];
  return clusterIP === "None" ? externalIPs : [clusterIP];
}

function statusOf(
  tx: Transaction,
  gateway: Gateway,
  installed: InstalledGatewayController,
  { addresses, isServing, nowMs }: { addresses: readonly string[]; isServing: boolean; nowMs: number },
): NonNullable<Gateway["status"]> {
  const { messages } = installed.controller;
  const isProgrammed = addresses.length > 0 && isServing;
  const listeners = listenerStatuses(tx, gateway, installed, { isProgrammed: isServing, nowMs });
  const isValid = listeners.length === 0 || !isServing || listeners.some(isUsable);
  const wanted = [
    isValid
      ? condition("Accepted", true, "Accepted", messages.gatewayAccepted)
      : condition("Accepted", false, "ListenersNotValid", "Gateway has no valid listeners"),
    isProgrammed && isValid
      ? condition("Programmed", true, "Programmed", messages.gatewayProgrammed)
      : condition("Programmed", false, ...notProgrammed(addresses, isValid, messages.addressPending)),
  ];
  const { generation } = gateway.metadata;
  return {
    ...gateway.status,
    addresses: addresses.map((value) => ({ type: isIpAddress(value) ? "IPAddress" : "Hostname", value })),
    conditions: mergedConditions(gateway.status?.conditions, wanted, { generation, nowMs }),
    listeners,
  };
}

function notProgrammed(addresses: readonly string[], isValid: boolean, pending: string): [string, string] {
  if (!isValid) return ["Invalid", "Gateway has no valid listeners"];
  return addresses.length === 0 ? ["AddressNotAssigned", pending] : ["NoResources", "The proxy is not available yet"];
}
