/**
 * The addresses that an Ingress controller publishes in the status of its Ingresses.
 * Kubernetes: https://github.com/kubernetes/ingress-nginx/blob/main/internal/ingress/status/status.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import type { Published } from "../../lib/edge/ingress-controller.ts";
import { isIpAddress } from "../../lib/names.ts";
import type { IngressLoadBalancerIngress, Node, Pod, Service } from "../../schema/index.ts";

/** Undefined: the controller writes no status. */
export function publishedAddresses(
  tx: Transaction,
  published: Published,
  pods: readonly Pod[],
): IngressLoadBalancerIngress[] | undefined {
  switch (published.type) {
    case "nothing":
      return undefined;
    case "addresses":
      return published.values.map(asAddress);
    case "service":
      return serviceAddresses(tx.get(serviceKind, published.namespace, published.name));
    case "nodes": {
      const nodes = pods.map(({ spec }) => tx.get(nodeKind, "", spec.nodeName ?? ""));
      const addresses = nodes.flatMap((node) => nodeAddress(node, published.prefersInternal) ?? []);
      return [...new Set(addresses)].sort().map(asAddress);
    }
  }
}

function asAddress(text: string): IngressLoadBalancerIngress {
  return isIpAddress(text) ? { ip: text } : { hostname: text };
}

function serviceAddresses(service: Service | undefined): IngressLoadBalancerIngress[] {
  if (!service) return [];
  const { type, externalName, clusterIP, externalIPs = [] } = service.spec;
  if (type === "ExternalName") return [{ hostname: externalName ?? "" }];
  if (type === "LoadBalancer") {
    const balanced = (service.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? "");
    return [...balanced, ...externalIPs].filter((one) => one !== "").map(asAddress);
  }
  return [clusterIP ?? "", ...externalIPs].filter((one) => one !== "" && one !== "None").map(asAddress);
}

function nodeAddress(node: Node | undefined, prefersInternal: boolean): string | undefined {
  const addresses = node?.status.addresses ?? [];
  const internal = addresses.find(({ type }) => type === "InternalIP")?.address;
  if (prefersInternal) return internal;
  return addresses.find(({ type }) => type === "ExternalIP")?.address ?? internal;
}
