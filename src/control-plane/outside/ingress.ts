/** An Ingress: its published address, with the host of its first rule. */
import { ingressKind } from "../../kinds/networking/ingress.ts";
import { publishedConnection } from "./published.ts";
import { DEFAULT_PORTS, type Finder } from "./target.ts";

export interface IngressTarget {
  namespace: string;
  name: string;
}

export const findIngress: Finder<IngressTarget> = (tx, { namespace, name }, scheme) => {
  const ingress = tx.get(ingressKind, namespace, name);
  if (!ingress) return { type: "invalid", field: "name", message: "the cluster has no such Ingress" };
  const published = ingress.status?.loadBalancer?.ingress ?? [];
  const connection = publishedConnection(tx, published, DEFAULT_PORTS[scheme]);
  if (!connection) {
    const message = published.length === 0 ? "the Ingress has no address" : "the address of the Ingress leads nowhere";
    return { type: "unreachable", why: "noAddress", message };
  }
  const host = ingress.spec?.rules?.map((rule) => rule.host ?? "").find((one) => one !== "" && !one.startsWith("*"));
  return { type: "connection", ...connection, isProxied: true, ...(host !== undefined && { host }) };
};
