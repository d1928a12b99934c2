/** A cluster with the admission controller of Kyverno. */
import { parse } from "yaml";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { podWith } from "../kubelet/clusters.ts";
import { type Cluster, define, kindOf, operatorCluster } from "./operator-cluster.ts";

/** Starts a pod of one of Kyverno's images. */
export function startKyverno(cluster: Cluster, name: string, image: string): void {
  const pod = podWith(name, { image, args: ["--webhookServerPort=9443"] });
  pod.metadata.labels = { app: name };
  cluster.create(podKind, pod);
}

export function kyvernoCluster(): Cluster {
  const cluster = operatorCluster();
  define(cluster, "kyverno.io/v1", "ClusterPolicy", "Cluster");
  define(cluster, "kyverno.io/v1", "Policy");
  define(cluster, "kyverno.io/v2", "UpdateRequest");
  cluster.advance(5000);
  startKyverno(cluster, "kyverno", "ghcr.io/kyverno/kyverno:v1.15.0");
  const spec = { selector: { app: "kyverno" }, ports: [{ port: 443, targetPort: 9443 }] };
  cluster.create(serviceKind, { metadata: { name: "kyverno-svc", namespace: "default" }, spec } as never);
  cluster.advance(20_000);
  return cluster;
}

/** Creates a ClusterPolicy from the text of its spec, YAML. */
export function createPolicy(cluster: Cluster, name: string, spec: string): void {
  const metadata = { name };
  cluster.create(kindOf(cluster, "kyverno.io/clusterpolicies"), {
    ...{ apiVersion: "kyverno.io/v1", kind: "ClusterPolicy", metadata, spec: parse(spec) },
  });
  cluster.advance(5000);
}

export const REQUIRE_TEAM = `
validationFailureAction: Enforce
rules:
- name: check-team
  match:
    any:
    - resources: { kinds: [Pod] }
  validate:
    message: "label 'team' is required"
    pattern:
      metadata:
        labels:
          team: "?*"
`;
