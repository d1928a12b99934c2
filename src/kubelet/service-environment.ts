/**
 * Variables that lead a container to Services: `DB_SERVICE_HOST`, `DB_PORT_5432_TCP`.
 * Kubernetes: pkg/kubelet/envvars/envvars.go, pkg/kubelet/kubelet_pods.go (`getServiceEnvVarMap`)
 */
import { serviceKind } from "../kinds/core/service.ts";
import type { Reader } from "../kinds/kind.ts";
import type { Service, ServicePort } from "../schema/index.ts";

/** The API server's Service, which every pod sees. */
const API_SERVER = { namespace: "default", name: "kubernetes" };

/**
 * Services of the pod's namespace, unless `enableServiceLinks` is false, and the API server's. Services without a
 * cluster address have no variables.
 */
export function serviceEnvironment(
  reader: Reader,
  pod: { namespace: string; enableServiceLinks: boolean },
): Record<string, string> {
  const apiServer = reader.get(serviceKind, API_SERVER.namespace, API_SERVER.name);
  const own = pod.enableServiceLinks ? reader.list(serviceKind, pod.namespace) : [];
  const byName = new Map(own.map((service) => [service.metadata.name ?? "", service]));
  if (apiServer && hasAddress(apiServer)) byName.set(API_SERVER.name, apiServer);
  return Object.assign({}, ...[...byName.values()].filter(hasAddress).map(variablesOf));
}

function hasAddress({ spec }: Service): boolean {
  return spec.clusterIP !== undefined && spec.clusterIP !== "" && spec.clusterIP !== "None";
}

function variablesOf({ metadata, spec }: Service): Record<string, string> {
  const prefix = variableName(metadata.name ?? "");
  const ports = spec.ports ?? [];
  const variables: Record<string, string> = {
    [`${prefix}_SERVICE_HOST`]: spec.clusterIP ?? "",
    [`${prefix}_SERVICE_PORT`]: String(ports[0]?.port ?? ""),
  };
  for (const { name, port } of ports) {
    if (name) variables[`${prefix}_SERVICE_PORT_${variableName(name)}`] = String(port);
  }
  for (const [index, port] of ports.entries()) {
    Object.assign(variables, linkVariables(prefix, spec.clusterIP ?? "", port, index === 0));
  }
  return variables;
}

/** The form of Docker's links. The first port also gives `<NAME>_PORT`. */
function linkVariables(prefix: string, address: string, { port, protocol = "TCP" }: ServicePort, isFirst: boolean) {
  const portPrefix = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
  const host = address.includes(":") ? `[${address}]` : address;
  const url = `${protocol.toLowerCase()}://${host}:${port}`;
  return {
    ...(isFirst && { [`${prefix}_PORT`]: url }),
    [portPrefix]: url,
    [`${portPrefix}_PROTO`]: protocol.toLowerCase(),
    [`${portPrefix}_PORT`]: String(port),
    [`${portPrefix}_ADDR`]: address,
  };
}

function variableName(name: string): string {
  return name.replaceAll("-", "_").toUpperCase();
}
