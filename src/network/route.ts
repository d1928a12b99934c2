/**
 * Where a connection to an address and a port leads: a pod, or an error of the network.
 * Kubernetes: pkg/proxy/iptables/proxier.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { Random } from "../lib/prng.ts";
import type { Pod, Service } from "../schema/index.ts";
import { endpointsOf, podAt, serviceAt } from "./services.ts";

export type Route =
  | { type: "pod"; pod: Pod; address: string; port: number }
  /** A node's own network, where no container listens. */
  | { type: "node"; address: string }
  | { type: "failed"; why: "refused" | "timeout" | "unreachable"; address: string };

export interface Destination {
  address: string;
  port: number;
  protocol: "tcp" | "udp" | "icmp";
  /** Address of the client, for session affinity. */
  from: string;
  /** The client's instant, ms. It decides which endpoint is chosen, so an answer does not depend on other looks. */
  atMs: number;
}

const POD_NETWORK = /^10\.244\./;

export function routeTo(tx: Transaction, destination: Destination): Route {
  const { address, port } = destination;
  const service = serviceAt(tx, address);
  if (service) return throughService(tx, service, destination);
  const pod = podAt(tx, address);
  if (pod) return { type: "pod", pod, address, port };
  const isNode = tx
    .list(nodeKind)
    .some(({ status }) => status.addresses?.some((one) => one.type === "InternalIP" && one.address === address));
  if (isNode) return { type: "node", address };
  // A node knows the routes of the pod network; all other packets leave for an internet that does not answer.
  return { type: "failed", why: POD_NETWORK.test(address) ? "unreachable" : "timeout", address };
}

function throughService(tx: Transaction, service: Service, destination: Destination): Route {
  const { address, port, protocol, from, atMs } = destination;
  const wanted = service.spec.ports?.find(
    (one) => one.port === port && (one.protocol ?? "TCP").toLowerCase() === protocol,
  );
  // kube-proxy has no rule for the port (or for ICMP), so the packets are dropped.
  if (!wanted) return { type: "failed", why: "timeout", address };
  const targets = endpointsOf(tx, service)
    .filter(({ isReady }) => isReady)
    .flatMap(({ address: to, ports }) => {
      const target = ports.find(
        (one) => one.name === (wanted.name ?? "") && one.protocol === (wanted.protocol ?? "TCP"),
      );
      return target ? [{ to, port: target.port }] : [];
    });
  if (targets.length === 0) return { type: "failed", why: "refused", address };
  const isSticky = service.spec.sessionAffinity === "ClientIP";
  const chosen = targets[choice(isSticky ? from : `${from}/${atMs}/${address}`, targets.length)]!;
  const pod = podAt(tx, chosen.to);
  if (pod) return { type: "pod", pod, address: chosen.to, port: chosen.port };
  return { type: "node", address: chosen.to };
}

/** One of `count` choices, the same for the same seed. */
export function choice(seed: string, count: number): number {
  return count === 1 ? 0 : new Random(seed).below(count);
}
