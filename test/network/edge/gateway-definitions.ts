/** Definitions of the Gateway API with open schemas, for tests: the published ones are applied by users. */
import { customResourceDefinitionKind } from "../../../src/kinds/apiextensions/custom-resource-definition.ts";
import type { TestCluster } from "../../support/cluster.ts";

const KINDS = [
  ["GatewayClass", "gatewayclasses", "Cluster"],
  ["Gateway", "gateways", "Namespaced"],
  ["HTTPRoute", "httproutes", "Namespaced"],
  ["GRPCRoute", "grpcroutes", "Namespaced"],
  ["TLSRoute", "tlsroutes", "Namespaced"],
  ["TCPRoute", "tcproutes", "Namespaced"],
  ["UDPRoute", "udproutes", "Namespaced"],
  ["ReferenceGrant", "referencegrants", "Namespaced"],
] as const;

export function applyGatewayDefinitions(cluster: TestCluster): void {
  const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  for (const [kind, plural, scope] of KINDS) {
    const version = (name: string) => ({
      ...{ name, served: true, storage: name === "v1", subresources: { status: {} } },
      schema: { openAPIV3Schema: { type: "object", properties: { spec: open, status: open } } },
    });
    const versions = [version("v1"), version("v1beta1")];
    cluster.create(customResourceDefinitionKind, {
      metadata: {
        name: `${plural}.gateway.networking.k8s.io`,
        annotations: { "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api/pull/2997" },
      },
      spec: { group: "gateway.networking.k8s.io", scope, names: { kind, plural }, versions },
    } as never);
  }
  cluster.advance(10_000);
}

/** Creates or replaces an object of the Gateway API. */
export function put(cluster: TestCluster, kind: string, name: string, spec: object, namespace = "default"): void {
  const [, plural, scope] = KINDS.find(([one]) => one === kind)!;
  const definition = cluster.write((tx) => tx.kinds.byResource(`gateway.networking.k8s.io/${plural}`))!;
  const own = scope === "Cluster" ? "" : namespace;
  const metadata = { name, ...(own && { namespace: own }) };
  const object = { apiVersion: "gateway.networking.k8s.io/v1", kind, metadata, spec };
  const present = cluster.write((tx) => tx.get(definition, own, name));
  if (!present) cluster.create(definition, object as never);
  else
    cluster.update(definition, present, (draft) => {
      (draft as unknown as { spec: object }).spec = spec;
    });
}

export interface GatewayStatus {
  addresses?: { value: string }[];
  conditions?: { type: string; status: string; reason: string; message: string }[];
  listeners?: {
    name: string;
    attachedRoutes: number;
    supportedKinds: { kind: string }[];
    conditions: { type: string; status: string; reason: string }[];
  }[];
  parents?: {
    controllerName: string;
    conditions: { type: string; status: string; reason: string; message: string }[];
  }[];
}

export function statusOf(cluster: TestCluster, kind: string, name: string, namespace = "default"): GatewayStatus {
  const [, plural, scope] = KINDS.find(([one]) => one === kind)!;
  const definition = cluster.write((tx) => tx.kinds.byResource(`gateway.networking.k8s.io/${plural}`))!;
  const own = scope === "Cluster" ? "" : namespace;
  const object = cluster.write((tx) => tx.get(definition, own, name));
  return (object as { status?: GatewayStatus } | undefined)?.status ?? {};
}

/** `Accepted=True/Accepted` … */
export function shown(conditions: GatewayStatus["conditions"] | { type: string; status: string; reason: string }[]) {
  return (conditions ?? []).map(({ type, status, reason }) => `${type}=${status}/${reason}`);
}
