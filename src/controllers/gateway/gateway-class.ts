/**
 * Accepts a GatewayClass once a pod of the controller that it names is ready.
 * Kubernetes: https://github.com/kubernetes-sigs/gateway-api/blob/main/apis/v1/gatewayclass_types.go
 */
import { GATEWAY_CLASSES } from "../../edge/gateway-store.ts";
import { installedGatewayControllers, isReady } from "../../edge/installed.ts";
import { equalJson } from "../../lib/json.ts";
import { type Controller, self } from "../controller.ts";
import { condition, mergedConditions } from "./conditions.ts";
import { openedForStatus, writeStatus } from "./status.ts";
import { onGatewayControllers } from "./watches.ts";

export const gatewayClassController: Controller = {
  name: "gateway-class",
  manager: "gateway-controller",
  watches: [self(GATEWAY_CLASSES), ...onGatewayControllers(GATEWAY_CLASSES)],

  reconcile(tx, key, nowMs) {
    const found = openedForStatus(tx, key, GATEWAY_CLASSES)?.object;
    if (!found) return;
    const installed = installedGatewayControllers(tx).get(found.spec.controllerName);
    if (!installed?.pods.some(isReady)) return;
    const wanted = [condition("Accepted", true, "Accepted", installed.controller.messages.classAccepted)];
    const { generation } = found.metadata;
    const conditions = mergedConditions(found.status?.conditions, wanted, { generation, nowMs });
    if (equalJson(conditions, found.status?.conditions)) return;
    writeStatus(tx.as(installed.controller.name), GATEWAY_CLASSES, found, { ...found.status, conditions });
  },
};
