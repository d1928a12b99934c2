/** CPUs of containers. Kubernetes: pkg/kubelet/cm/helpers_linux.go */
import { quantityMilliValue, quantityValue } from "../../lib/quantity.ts";
import type { Node } from "../../schema/index.ts";
import type { PodContainer } from "../context.ts";

/** CPUs that a container may use: its limit, else all of the node. */
export function cpuLimitOf(node: Node, { spec, record }: PodContainer): number {
  const limit = (record.resources ?? spec.resources)?.limits?.["cpu"];
  return limit === undefined ? quantityValue(node.status.capacity?.["cpu"] ?? "1") : quantityMilliValue(limit) / 1000;
}
