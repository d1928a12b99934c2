/**
 * Network policies: whether a connection may leave its pod and enter another one. Policies add up: a pod that any policy
 * selects for a direction accepts what at least one of these allows, and nothing else.
 * Kubernetes: https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { namespaceKind } from "../../kinds/core/namespace.ts";
import { networkPolicyKind } from "../../kinds/networking/network-policy.ts";
import { contains, parseAddress, parseRange } from "../../lib/ip-range.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import type {
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  Pod,
} from "../../schema/index.ts";
import { isPartitioned } from "../injected.ts";
import type { Protocol, Source } from "../source.ts";

/** One end of a connection as a policy's peer sees it. */
interface End {
  address: string;
  pod?: Pod;
}

export interface PolicyTarget extends End {
  /** The port at which the endpoint listens, behind Services and forwarded ports. */
  port: number;
  protocol: Protocol;
}

type Rule = { peers: readonly NetworkPolicyPeer[] | undefined; ports: readonly NetworkPolicyPort[] | undefined };

export function mayConnect(tx: Transaction, source: Source, target: PolicyTarget): boolean {
  if (source.pod && source.pod === target.pod) return true;
  if (isPartitioned(tx, source, target)) return false;
  return mayLeave(tx, source, target) && mayEnter(tx, source, target);
}

/** Policies do not apply to pods of the host's network. */
function mayLeave(tx: Transaction, { pod }: Source, target: PolicyTarget): boolean {
  if (!pod || pod.spec.hostNetwork) return true;
  return allows(tx, policiesFor(tx, pod, "Egress"), { peer: target, target, rulesOf: egressRules });
}

function mayEnter(tx: Transaction, source: Source, target: PolicyTarget): boolean {
  const { pod } = target;
  if (!pod || pod.spec.hostNetwork) return true;
  // A node always reaches its own pods: the kubelet's probes must work.
  const isOwnNode = !source.pod && !source.isOutside && source.nodeName === pod.spec.nodeName;
  if (isOwnNode) return true;
  return allows(tx, policiesFor(tx, pod, "Ingress"), { peer: source, target, rulesOf: ingressRules });
}

function policiesFor(tx: Transaction, { metadata }: Pod, direction: "Ingress" | "Egress"): readonly NetworkPolicy[] {
  const byNamespace = tx.derived("network/policies", [networkPolicyKind], () => {
    const all = new Map<string, NetworkPolicy[]>();
    for (const policy of tx.list(networkPolicyKind)) {
      const namespace = policy.metadata.namespace ?? "";
      all.set(namespace, [...(all.get(namespace) ?? []), policy]);
    }
    return all;
  });
  const policies = byNamespace.get(metadata.namespace ?? "") ?? [];
  return policies.filter(
    ({ spec }) =>
      (spec.policyTypes ?? ["Ingress"]).includes(direction) &&
      matchesLabelSelector(spec.podSelector ?? {}, metadata.labels),
  );
}

function allows(
  tx: Transaction,
  policies: readonly NetworkPolicy[],
  connection: { peer: End; target: PolicyTarget; rulesOf: (policy: NetworkPolicy) => readonly Rule[] },
): boolean {
  if (policies.length === 0) return true;
  const { peer, target, rulesOf } = connection;
  return policies.some((policy) =>
    rulesOf(policy).some(
      ({ peers, ports }) =>
        (!ports?.length || ports.some((port) => matchesPort(port, target))) &&
        (!peers?.length || peers.some((one) => matchesPeer(tx, one, peer, policy.metadata.namespace ?? ""))),
    ),
  );
}

function ingressRules({ spec }: NetworkPolicy): readonly Rule[] {
  return (spec.ingress ?? []).map(({ from, ports }: NetworkPolicyIngressRule) => ({ peers: from, ports }));
}

function egressRules({ spec }: NetworkPolicy): readonly Rule[] {
  return (spec.egress ?? []).map(({ to, ports }: NetworkPolicyEgressRule) => ({ peers: to, ports }));
}

function matchesPort({ port, endPort, protocol = "TCP" }: NetworkPolicyPort, target: PolicyTarget): boolean {
  if (protocol.toLowerCase() !== target.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === "number") return target.port >= port && target.port <= (endPort ?? port);
  return portNumbers(target.pod, port, protocol).includes(target.port);
}

/** The numbers behind a name of a port, as the destination's pod declares it. */
function portNumbers(pod: Pod | undefined, name: string, protocol: string): number[] {
  if (!pod) return [];
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  return containers.flatMap(({ ports = [] }) =>
    ports.flatMap((one) => (one.name === name && (one.protocol ?? "TCP") === protocol ? [one.containerPort] : [])),
  );
}

function matchesPeer(
  tx: Transaction,
  { ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer,
  { address, pod }: End,
  namespace: string,
): boolean {
  if (ipBlock) return isInBlock(address, ipBlock);
  // Selectors see the pod network only: a pod of the host's network looks like its node.
  if (!pod || pod.spec.hostNetwork) return false;
  const own = pod.metadata.namespace ?? "";
  const isInNamespace = namespaceSelector
    ? matchesLabelSelector(namespaceSelector, tx.get(namespaceKind, "", own)?.metadata.labels)
    : own === namespace;
  return isInNamespace && (podSelector === undefined || matchesLabelSelector(podSelector, pod.metadata.labels));
}

function isInBlock(text: string, { cidr, except = [] }: { cidr: string; except?: readonly string[] }): boolean {
  const address = parseAddress(text);
  if (!address) return false;
  const isIn = (range: string) => {
    const parsed = parseRange(range);
    return parsed !== undefined && contains(parsed, address);
  };
  return isIn(cidr) && !except.some(isIn);
}
