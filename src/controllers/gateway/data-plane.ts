/**
 * The Deployment and the Service that a controller makes for each Gateway.
 * Kubernetes: https://github.com/kubernetes-sigs/gateway-api/blob/main/geps/gep-1762/index.md
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { owningGateway } from "../../edge/data-plane.ts";
import type { Gateway } from "../../edge/gateway-objects.ts";
import { deploymentKind } from "../../kinds/apps/deployment.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import type { KindDefinition } from "../../kinds/kind.ts";
import { type DataPlane, LISTENER_PORTS_VARIABLE } from "../../lib/edge/gateway-controller.ts";
import { equalJson } from "../../lib/json.ts";
import type { Container, Deployment, KubernetesObject, Service } from "../../schema/index.ts";

type Deployed = Extract<DataPlane, { type: "deployment" }>;

/** The annotation by which users of Istio choose the type of the Service. */
const SERVICE_TYPE = "networking.istio.io/service-type";

/** Creates or corrects both. Returns them as they are now. */
export function ensureDataPlane(
  tx: Transaction,
  gateway: Gateway,
  plane: Deployed,
): { deployment: Deployment; service: Service } {
  const facts = factsOf(gateway, plane);
  return { deployment: ensureDeployment(tx, facts, plane), service: ensureService(tx, facts, plane) };
}

/** Deletes the parts of a data plane whose Gateway is gone. Parts in its own namespace are garbage-collected. */
export function removeDataPlane(tx: Transaction, gateway: { namespace: string; name: string }): void {
  const remove = <T extends KubernetesObject>(kind: KindDefinition<T>) => {
    for (const object of tx.list(kind)) {
      const owner = owningGateway(object);
      const isOwn = owner?.name === gateway.name && owner.namespace === gateway.namespace;
      const hasOwner = (object.metadata.ownerReferences ?? []).length > 0;
      if (isOwn && !hasOwner && !object.metadata.deletionTimestamp) tx.delete(kind as never, object);
    }
  };
  remove(deploymentKind);
  remove(serviceKind);
}

interface Facts {
  gateway: Gateway;
  metadata: { name: string; namespace: string; labels: Record<string, string>; ownerReferences?: object[] };
  /** The labels that select the pods. */
  labels: Record<string, string>;
  ports: readonly { name: string; port: number; targetPort: number; protocol: "TCP" | "UDP" }[];
}

function factsOf(gateway: Gateway, plane: Deployed): Facts {
  const { name = "", namespace = "", uid = "" } = gateway.metadata;
  const { gatewayClassName: className, infrastructure, listeners = [] } = gateway.spec;
  const labels = plane.labels({ namespace, name, className });
  const own = plane.namespace ?? namespace;
  const owner = {
    apiVersion: gateway.apiVersion,
    kind: "Gateway",
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  const ids = [...new Set(listeners.map(({ port, protocol }) => `${port}/${protocol === "UDP" ? "udp" : "tcp"}`))];
  return {
    gateway,
    labels,
    metadata: {
      name: plane.name({ namespace, name, className }),
      namespace: own,
      labels: { ...infrastructure?.labels, ...labels },
      ...(own === namespace && { ownerReferences: [owner] }),
    },
    ports: ids.map((id) => {
      const [port = "", protocol = ""] = id.split("/");
      const isUdp = protocol === "udp";
      const targetPort = plane.targetPort(Number(port));
      return {
        name: isUdp ? `port-${port}-udp` : `port-${port}`,
        ...{ port: Number(port), targetPort, protocol: isUdp ? "UDP" : "TCP" },
      };
    }),
  };
}

function ensureDeployment(tx: Transaction, facts: Facts, plane: Deployed): Deployment {
  const { metadata, labels } = facts;
  const container = containerOf(facts, plane);
  const present = tx.get(deploymentKind, metadata.namespace, metadata.name);
  if (!present) {
    const template = { metadata: { labels: metadata.labels }, spec: { containers: [container] } };
    const spec = { replicas: 1, selector: { matchLabels: labels }, template };
    return tx.create(deploymentKind, { metadata, spec } as unknown as Deployment);
  }
  const [first] = present.spec.template.spec.containers;
  if (equalJson(portsVariable(first), portsVariable(container))) return present;
  return tx.update(deploymentKind, present, ({ spec }) => {
    const [own] = spec.template.spec.containers;
    if (!own) return;
    const others = (own.env ?? []).filter(({ name }) => name !== LISTENER_PORTS_VARIABLE);
    own.env = [...others, ...(container.env ?? [])];
    if (container.ports) own.ports = container.ports;
  });
}

function portsVariable(container: Container | undefined) {
  return container?.env?.find(({ name }) => name === LISTENER_PORTS_VARIABLE)?.value;
}

function containerOf({ ports }: Facts, { containerName, image, args, health }: Deployed): Container {
  const listened = ports.map(({ targetPort, protocol }) => (protocol === "UDP" ? `${targetPort}/udp` : targetPort));
  return {
    name: containerName,
    image,
    ...(args.length > 0 && { args: [...args] }),
    env: [{ name: LISTENER_PORTS_VARIABLE, value: listened.join(",") }],
    ports: [
      ...ports.map(({ name, targetPort, protocol }) => ({ name, containerPort: targetPort, protocol })),
      { name: "health", containerPort: health.port, protocol: "TCP" },
    ],
    readinessProbe: { httpGet: { path: health.path, port: health.port }, periodSeconds: 5 },
  } as unknown as Container;
}

function ensureService(tx: Transaction, facts: Facts, plane: Deployed): Service {
  const { gateway, metadata, labels, ports } = facts;
  const wanted = ports.map((port) => ({ ...port }));
  const present = tx.get(serviceKind, metadata.namespace, metadata.name);
  if (!present) {
    const annotations = { ...gateway.metadata.annotations, ...gateway.spec.infrastructure?.annotations };
    const type = annotations[SERVICE_TYPE] ?? "LoadBalancer";
    const policy = type === "ClusterIP" ? {} : { externalTrafficPolicy: plane.externalTrafficPolicy };
    const spec = { type, selector: labels, ports: wanted, ...policy };
    return tx.create(serviceKind, { metadata, spec } as unknown as Service);
  }
  const idsOf = (all: readonly { port: number; protocol?: string }[]) =>
    all.map(({ port, protocol = "TCP" }) => `${port}/${protocol}`);
  if (equalJson(idsOf(present.spec.ports ?? []), idsOf(ports))) return present;
  return tx.update(serviceKind, present, ({ spec }) => {
    const known = spec.ports ?? [];
    spec.ports = wanted.map((port) => ({ ...known.find((one) => idsOf([one])[0] === idsOf([port])[0]), ...port }));
  });
}
