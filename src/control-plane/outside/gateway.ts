/** A Gateway of the Gateway API: its published address, and the port of a listener. */
import type { Transaction } from "../../cluster/transaction.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { publishedConnection } from "./published.ts";
import type { Finder } from "./target.ts";

export interface GatewayTarget {
  namespace: string;
  name: string;
  /** The name of a listener. Absent: the first one whose protocol is the scheme. */
  listener?: string | undefined;
}

export const findGateway: Finder<GatewayTarget> = (tx, { namespace, name, listener }, scheme) => {
  const gateway = gatewayOf(tx, namespace, name);
  if (!gateway) return { type: "invalid", field: "name", message: "the cluster has no such Gateway" };
  const listeners = objectsAt(gateway, "spec", "listeners");
  const chosen = listeners.find((one) =>
    listener === undefined ? one["protocol"] === scheme.toUpperCase() : one["name"] === listener,
  );
  if (!chosen) {
    const names = listeners.map((one) => `${one["name"]} (${one["protocol"]} ${one["port"]})`).join(", ");
    return { type: "invalid", field: "listener", message: `the Gateway has no such listener; it has: ${names}` };
  }
  const addresses = objectsAt(gateway, "status", "addresses").map(({ value }) => ({ ip: String(value) }));
  const connection = publishedConnection(tx, addresses, Number(chosen["port"]));
  if (!connection) {
    const message = addresses.length === 0 ? "the Gateway has no address" : "the address of the Gateway leads nowhere";
    return { type: "unreachable", why: "noAddress", message };
  }
  const { hostname } = chosen;
  const isExact = typeof hostname === "string" && !hostname.startsWith("*");
  return { type: "connection", ...connection, isProxied: true, ...(isExact && { host: hostname }) };
};

function gatewayOf(tx: Transaction, namespace: string, name: string): JsonObject | undefined {
  const kind = tx.kinds.byResource("gateway.networking.k8s.io/gateways");
  return kind && (tx.get(kind, namespace, name) as JsonObject | undefined);
}

function objectsAt(value: JsonValue | undefined, ...path: readonly string[]): JsonObject[] {
  const found = path.reduce((inner, field) => (isJsonObject(inner) ? inner[field] : undefined), value);
  return Array.isArray(found) ? found.filter(isJsonObject) : [];
}
