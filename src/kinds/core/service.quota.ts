/**
 * Quota usage of Services: number, load balancers and node ports.
 *
 * Kubernetes: pkg/quota/v1/evaluator/core/services.go
 */
import type { Service } from "../../schema/index.ts";
import type { QuotaRules } from "../kind.ts";

const MEASURED = ["count/services", "services", "services.nodeports", "services.loadbalancers"];

export const serviceQuota: QuotaRules<Service> = {
  measures: (resource) => MEASURED.includes(resource),
  usage: ({ spec }) => ({
    "count/services": "1",
    services: "1",
    "services.loadbalancers": spec.type === "LoadBalancer" ? "1" : "0",
    "services.nodeports": String(nodePortsOf(spec)),
  }),
  updates: [""],
};

function nodePortsOf({ type, ports = [], allocateLoadBalancerNodePorts }: Service["spec"]): number {
  if (type !== "NodePort" && type !== "LoadBalancer") return 0;
  if (type === "LoadBalancer" && allocateLoadBalancerNodePorts === false) {
    return ports.filter(({ nodePort }) => nodePort).length;
  }
  return ports.length;
}
