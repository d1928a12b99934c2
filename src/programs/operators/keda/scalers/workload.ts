/** Pods that match a selector. Source: github.com/kedacore/keda pkg/scalers/kubernetes_workload_scaler.go */
import { objectIn } from "../../../kubectl/core/parts.ts";
import { list } from "../../objects.ts";
import { numberOf, type Scaler, textOf } from "./contract.ts";

export const kubernetesWorkload: Scaler = {
  metricName: ({ namespace }) => `workload-${namespace}`,
  target: (trigger) => numberOf(trigger, "value"),
  resources: ["core/pods"],
  *read({ client }, trigger) {
    const selector = new URLSearchParams({ labelSelector: textOf(trigger, ["podSelector"]) });
    const pods = yield* list(client, `/api/v1/namespaces/${trigger.namespace}/pods?${selector}`);
    const value = pods.filter((pod) => !/^(Succeeded|Failed)$/.test(String(objectIn(pod["status"])["phase"]))).length;
    return { value, isActive: value > numberOf(trigger, "activationValue", 0) };
  },
};
