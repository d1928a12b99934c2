/**
 * A Service by its name: the address of its load balancer, else its port on a node, else its cluster address, as with a
 * tunnel into the cluster.
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import type { Service, ServicePort } from "../../schema/index.ts";
import { atNode, entryNode } from "./nodes.ts";
import { DEFAULT_PORTS, type Finder, type Found } from "./target.ts";

export interface ServiceTarget {
  namespace: string;
  name: string;
  /** Number or name. Absent: the only port, else the port of the scheme. */
  port?: number | string | undefined;
}

export const findService: Finder<ServiceTarget> = (tx, { namespace, name, port }, scheme) => {
  const service = tx.get(serviceKind, namespace, name);
  if (!service) return { type: "invalid", field: "name", message: "the cluster has no such Service" };
  const { type, externalName, clusterIP = "None" } = service.spec;
  if (type === "ExternalName") return unknownName(externalName ?? "");
  const found = portOf(service, port, scheme);
  if (!found) return { type: "invalid", field: "port", message: portProblem(service, port) };
  if (clusterIP === "None") return unknownName(`${name}.${namespace}.svc.cluster.local`);
  return { type: "connection", ...connectionTo(tx, service, found) };
};

function connectionTo(tx: Transaction, { spec, status }: Service, { port, nodePort }: ServicePort) {
  const address = status?.loadBalancer?.ingress?.find(({ ip }) => ip !== undefined)?.ip ?? spec.externalIPs?.[0];
  if (address !== undefined) return { address, port };
  const node = nodePort ? entryNode(tx) : undefined;
  const atPort = node && nodePort ? atNode(node, nodePort) : undefined;
  return atPort ?? { address: spec.clusterIP ?? "", port };
}

function portOf({ spec }: Service, wanted: number | string | undefined, scheme: "http" | "https") {
  const ports = (spec.ports ?? []).filter(({ protocol = "TCP" }) => protocol === "TCP");
  if (wanted !== undefined) return ports.find(({ port, name }) => port === wanted || name === wanted);
  return ports.length === 1 ? ports[0] : ports.find(({ port }) => port === DEFAULT_PORTS[scheme]);
}

function portProblem({ spec }: Service, wanted: number | string | undefined): string {
  const names = (spec.ports ?? []).map(({ port, name }) => (name ? `${port} (${name})` : String(port))).join(", ");
  return wanted === undefined
    ? `the Service has several ports, so one of them must be given: ${names}`
    : `the Service has no such TCP port; its ports: ${names}`;
}

function unknownName(name: string): Found {
  return { type: "unreachable", why: "unknownName", message: `could not resolve host: ${name}` };
}
