/**
 * A Service whose endpoints are the kubelets, so that a ServiceMonitor can select them (`--kubelet-service`).
 * Source: github.com/prometheus-operator/prometheus-operator pkg/kubelet/controller.go
 */
import { equalJson, type JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { flagOf } from "../../servers/server.ts";
import type { Api } from "../controller-program.ts";
import { create, find, list, nameOf, replace } from "../objects.ts";

const LABELS: JsonObject = {
  "app.kubernetes.io/managed-by": "prometheus-operator",
  "app.kubernetes.io/name": "kubelet",
  "k8s-app": "kubelet",
};
const PORTS: JsonObject[] = [
  { name: "https-metrics", port: 10250 },
  { name: "http-metrics", port: 10255 },
  { name: "cadvisor", port: 4194 },
];

export function* reconcileKubelets({ client, process }: Api): Steps<void> {
  const [namespace = "", name] = (flagOf(process.argv, "kubelet-service") ?? "").split("/");
  if (!name) return;
  const metadata = { name, namespace, labels: LABELS };
  const path = `/api/v1/namespaces/${namespace}`;
  if (!(yield* find(client, `${path}/services/${name}`))) {
    const spec = { clusterIP: "None", type: "ClusterIP", ports: PORTS };
    yield* create(client, `${path}/services`, { apiVersion: "v1", kind: "Service", metadata, spec });
  }
  const nodes = yield* list(client, "/api/v1/nodes");
  const addresses = nodes.flatMap((node): JsonObject[] => {
    const internal = objectsIn(objectIn(node["status"])["addresses"]).find(({ type }) => type === "InternalIP");
    if (!internal) return [];
    return [{ ip: internal["address"]!, nodeName: nameOf(node), targetRef: { kind: "Node", name: nameOf(node) } }];
  });
  const subsets = [{ addresses, ports: PORTS.map((each): JsonObject => ({ ...each, protocol: "TCP" })) }];
  const known = yield* find(client, `${path}/endpoints/${name}`);
  if (!known) yield* create(client, `${path}/endpoints`, { apiVersion: "v1", kind: "Endpoints", metadata, subsets });
  else if (!isSame(known, addresses)) yield* replace(client, `${path}/endpoints/${name}`, { ...known, subsets });
}

function isSame(endpoints: JsonObject, addresses: readonly JsonObject[]): boolean {
  const ips = (each: readonly JsonObject[]) => each.map(({ ip }) => ip!).sort();
  return equalJson(ips(objectsIn(objectsIn(endpoints["subsets"])[0]?.["addresses"])), ips(addresses));
}
