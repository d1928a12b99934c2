/**
 * Where a connection to an address and a port leads: a pod, the API server, a node, or an error of the network.
 * Kubernetes: pkg/proxy/iptables/proxier.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { faultOf } from "../kinds/faults.ts";
import { contains, parseAddress, type Range } from "../lib/ip-range.ts";
import type { Node, Pod, Service } from "../schema/index.ts";
import { chooseEndpoint } from "./balance.ts";
import { mayConnect } from "./policies/policies.ts";
import { healthCheckService, isApiServer, nodePortService, podAt, podsOnNode, serviceAddress } from "./services.ts";
import type { Protocol, Source } from "./source.ts";

export type Route =
  | ({ type: "pod"; pod: Pod } & Reached)
  | ({ type: "apiServer" } & Reached)
  /** A node's own network. `listeners` are the pods of the host's network, which may listen at the port. */
  | ({ type: "node"; node: string; listeners: readonly Pod[] } & Reached)
  /** kube-proxy on a node, which tells whether the node has endpoints of the Service. */
  | ({ type: "healthCheck"; node: string; service: Service } & Reached)
  | { type: "failed"; why: "refused" | "timeout" | "unreachable"; address: string };

interface Reached {
  address: string;
  port: number;
  /** The client's address as the server sees it, if a node replaced it by its own. */
  from?: string;
}

export interface Destination {
  address: string;
  port: number;
  protocol: Protocol;
  source: Source;
}

const POD_NETWORK = /^10\.244\./;

export function routeTo(tx: Transaction, destination: Destination): Route {
  const { address, port, protocol, source } = destination;
  const served = serviceAddress(tx, address);
  if (served && !isInRanges(source.address, served.clientRanges)) return { type: "failed", why: "timeout", address };
  if (served) return throughService(tx, served, destination);
  if (isApiServer(tx, address, port)) return guarded(tx, destination, { type: "apiServer", address, port });
  const pod = podAt(tx, address);
  if (pod) return guarded(tx, destination, { type: "pod", pod, address, port });
  const node = nodeAt(tx, address) ?? ownNode(tx, destination);
  if (!node) {
    // A node knows the routes of the pod network; all other packets leave for an internet that does not answer.
    return { type: "failed", why: POD_NETWORK.test(address) ? "unreachable" : "timeout", address };
  }
  if (source.isOutside && faultOf(tx, node.metadata.name ?? "")) return { type: "failed", why: "timeout", address };
  const service = nodePortService(tx, port, protocol);
  if (service) return throughService(tx, { service, isExternal: true, nodePort: port }, atNode(destination, node));
  const forwarded = hostPortPod(tx, node, destination);
  if (forwarded) return guarded(tx, destination, { type: "pod", address, ...forwarded });
  const nodeName = node.metadata.name ?? "";
  const checked = protocol === "tcp" ? healthCheckService(tx, port) : undefined;
  if (checked)
    return guarded(tx, destination, { type: "healthCheck", node: nodeName, service: checked, address, port });
  const listeners = podsOnNode(tx, nodeName).filter(({ spec }) => spec.hostNetwork);
  return guarded(tx, destination, { type: "node", node: nodeName, address, port, listeners });
}

function isInRanges(text: string, ranges: readonly Range[] | undefined): boolean {
  const address = parseAddress(text);
  return !ranges || (address !== undefined && ranges.some((range) => contains(range, address)));
}

/** Outside traffic to a port of a node enters the cluster there. */
function atNode(destination: Destination, { metadata }: Node): Destination {
  const { source } = destination;
  if (!source.isOutside || metadata.name === undefined) return destination;
  return { ...destination, source: { ...source, nodeName: metadata.name } };
}

function nodeAt(tx: Transaction, address: string): Node | undefined {
  const nodes = tx.derived("network/nodes", [nodeKind], () => {
    const byAddress = new Map<string, Node>();
    for (const node of tx.list(nodeKind)) {
      for (const { type, address: one } of node.status.addresses ?? []) {
        if (type === "InternalIP" || type === "ExternalIP") byAddress.set(one, node);
      }
    }
    return byAddress;
  });
  return nodes.get(address);
}

/** The node whose loopback device a pod of the host's network uses. */
function ownNode(tx: Transaction, { address, source }: Destination): Node | undefined {
  return address.startsWith("127.") && source.nodeName !== undefined
    ? tx.get(nodeKind, "", source.nodeName)
    : undefined;
}

/** The pod to which the node forwards this port at this address of its own. */
function hostPortPod(
  tx: Transaction,
  { metadata }: Node,
  { address, port: hostPort, protocol }: Destination,
): { pod: Pod; port: number } | undefined {
  for (const pod of podsOnNode(tx, metadata.name ?? "")) {
    if (pod.spec.hostNetwork) continue;
    const ports = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].flatMap((one) => one.ports ?? []);
    const found = ports.find(
      (one) => one.hostPort === hostPort && protocolOf(one) === protocol && isBoundTo(one, address),
    );
    if (found) return { pod, port: found.containerPort };
  }
  return undefined;
}

function isBoundTo({ hostIP = "" }: { hostIP?: string }, address: string): boolean {
  return hostIP === "" || hostIP === "0.0.0.0" || hostIP === "::" || hostIP === address;
}

function protocolOf({ protocol = "TCP" }: { protocol?: string }): string {
  return protocol.toLowerCase();
}

function throughService(
  tx: Transaction,
  { service, isExternal, nodePort }: { service: Service; isExternal: boolean; nodePort?: number },
  destination: Destination,
): Route {
  const { address, port, protocol, source } = destination;
  const wanted = service.spec.ports?.find(
    (one) => (nodePort === undefined ? one.port === port : one.nodePort === nodePort) && protocolOf(one) === protocol,
  );
  // kube-proxy has no rule for the port (or for ICMP), so the packets are dropped.
  if (!wanted) return { type: "failed", why: "timeout", address };
  const chosen = chooseEndpoint(tx, { service, port: wanted, isExternal }, source);
  if (chosen === "dropped") return { type: "failed", why: "timeout", address };
  if (chosen === "refused") return { type: "failed", why: "refused", address };
  const route = toEndpoint(tx, { ...destination, ...chosen }, address);
  const from = masquerade(tx, { service, isExternal }, source);
  return route.type === "failed" || from === undefined ? route : { ...route, from };
}

/** kube-proxy replaces addresses from outside by the node's, unless the traffic stays on the node where it arrived. */
function masquerade(
  tx: Transaction,
  { service, isExternal }: { service: Service; isExternal: boolean },
  { isOutside, nodeName }: Source,
): string | undefined {
  if (!isOutside || (isExternal && service.spec.externalTrafficPolicy === "Local")) return undefined;
  const node = nodeName === undefined ? firstNode(tx) : tx.get(nodeKind, "", nodeName);
  return node?.status.addresses?.find(({ type }) => type === "InternalIP")?.address;
}

/** The node that a load balancer uses, where all of them serve. */
function firstNode(tx: Transaction): Node | undefined {
  return tx.list(nodeKind).find(({ metadata }) => !faultOf(tx, metadata.name ?? ""));
}

/** An endpoint may be a pod, the API server, or an address that someone wrote into a slice. */
function toEndpoint(tx: Transaction, endpoint: Destination, address: string): Route {
  if (isApiServer(tx, endpoint.address, endpoint.port)) {
    return guarded(tx, endpoint, { type: "apiServer", address: endpoint.address, port: endpoint.port });
  }
  const pod = podAt(tx, endpoint.address);
  if (pod) return guarded(tx, endpoint, { type: "pod", pod, address: endpoint.address, port: endpoint.port });
  const node = nodeAt(tx, endpoint.address);
  if (!node) return { type: "failed", why: POD_NETWORK.test(endpoint.address) ? "unreachable" : "timeout", address };
  const listeners = podsOnNode(tx, node.metadata.name ?? "").filter(({ spec }) => spec.hostNetwork);
  return guarded(tx, endpoint, {
    ...{ type: "node", node: node.metadata.name ?? "" },
    address: endpoint.address,
    port: endpoint.port,
    listeners,
  });
}

/** Network policies see the packet behind kube-proxy: with the address of the endpoint. They drop it silently. */
function guarded(tx: Transaction, { port, protocol, source }: Destination, route: Route): Route {
  const to = route.type === "pod" ? { address: addressOf(route), pod: route.pod } : { address: route.address };
  const target = "port" in route ? route.port : port;
  if (mayConnect(tx, source, { ...to, port: target, protocol })) return route;
  return { type: "failed", why: "timeout", address: route.address };
}

function addressOf({ pod, address }: Extract<Route, { type: "pod" }>): string {
  return pod.status.podIP ?? address;
}
