/** Addresses that a controller publishes in a status: of an Ingress, of a Gateway. */
import type { Transaction } from "../../cluster/transaction.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { isIPv4 } from "../../lib/names.ts";
import { podsOnNode } from "../../network/services.ts";
import { atNode } from "./nodes.ts";
import type { Connection } from "./target.ts";

/**
 * A client connects to the first IPv4 address. Names such as `localhost`, which a machine with a local cluster forwards
 * to a node, lead to the node that has a pod with this host port. Undefined: no such address.
 */
export function publishedConnection(
  tx: Transaction,
  published: readonly { ip?: string; hostname?: string }[],
  port: number,
): Connection | undefined {
  const ip = published.map((one) => one.ip ?? one.hostname ?? "").find(isIPv4);
  if (ip !== undefined) {
    const node = tx.list(nodeKind).find(({ status }) => status.addresses?.some(({ address }) => address === ip));
    return { address: ip, port, ...(node?.metadata.name !== undefined && { nodeName: node.metadata.name }) };
  }
  if (published.length === 0) return undefined;
  for (const node of tx.list(nodeKind)) {
    const isForwarded = podsOnNode(tx, node.metadata.name ?? "").some(({ spec }) =>
      spec.containers.some(({ ports = [] }) => ports.some((one) => (one.hostPort ?? 0) === port)),
    );
    const connection = isForwarded ? atNode(node, port) : undefined;
    if (connection) return connection;
  }
  return undefined;
}
