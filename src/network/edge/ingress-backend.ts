/** The Service behind a path of an Ingress, and its ready endpoints. */
import type { Transaction } from "../../cluster/transaction.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import type { IngressBackend } from "../../lib/edge/ingress-rules.ts";
import type { IngressServiceBackend } from "../../schema/index.ts";
import { endpointsOf } from "../services.ts";

export function ingressBackend(
  tx: Transaction,
  namespace: string,
  { name, port = {} }: IngressServiceBackend,
): IngressBackend {
  const wanted = port.name ?? String(port.number ?? "");
  const known = { namespace, service: name, port: wanted };
  const service = tx.get(serviceKind, namespace, name);
  if (!service) return { ...known, endpoints: [], isMissing: true };
  const { type, externalName = "", clusterIP = "None", ports = [] } = service.spec;
  const found = ports.find((one) => (port.name === undefined ? one.port === port.number : one.name === port.name));
  if (type === "ExternalName") {
    const number = found?.port ?? port.number;
    return { ...known, endpoints: [], ...(number !== undefined && { external: { host: externalName, port: number } }) };
  }
  if (!found) return { ...known, endpoints: [] };
  const endpoints = endpointsOf(tx, service).flatMap(({ isReady, address, ports: numbered }) => {
    const target = isReady ? numbered.find((one) => one.name === (found.name ?? "")) : undefined;
    return target ? [{ address, port: target.port }] : [];
  });
  const virtual = clusterIP === "None" ? undefined : { address: clusterIP, port: found.port };
  return { ...known, endpoints, ...(virtual && { virtual }) };
}
