/**
 * Accepts a GatewayClass once a pod of the controller that it names is ready.
 * Kubernetes: https://github.com/kubernetes-sigs/gateway-api/blob/main/apis/v1/gatewayclass_types.go
 */
import { GATEWAY_CLASSES, type GatewayClass, gatewayKind } from "../../edge/gateway-objects.ts";
import { installedGatewayControllers, isReady } from "../../edge/installed.ts";
import { equalJson } from "../../lib/json.ts";
import { type Controller, self } from "../controller.ts";
import { condition, mergedConditions } from "./conditions.ts";
import { onGatewayControllers } from "./watches.ts";

export const gatewayClassController: Controller = {
  name: "gateway-class",
  manager: "gateway-controller",
  watches: [self(GATEWAY_CLASSES), onGatewayControllers(GATEWAY_CLASSES)],

  reconcile(tx, key, nowMs) {
    const kind = gatewayKind<GatewayClass>(tx, GATEWAY_CLASSES);
    const found = kind && (tx.getByKey(key) as GatewayClass | undefined);
    if (!found || found.metadata.deletionTimestamp) return;
    const installed = installedGatewayControllers(tx).get(found.spec.controllerName);
    if (!installed?.pods.some(isReady)) return;
    const wanted = [condition("Accepted", true, "Accepted", installed.controller.messages.classAccepted)];
    const { generation } = found.metadata;
    const conditions = mergedConditions(found.status?.conditions, wanted, { generation, nowMs });
    if (equalJson(conditions, found.status?.conditions)) return;
    tx.as(installed.controller.name).updateStatus(kind, found, (draft) => {
      draft.status = { ...draft.status, conditions };
    });
  },
};
