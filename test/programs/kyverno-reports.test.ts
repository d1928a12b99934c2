/** Kyverno's reports controller: policy reports of background scans, and Events about violations. */
import { beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { eventKind } from "../../src/kinds/core/event.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { podWith } from "../kubelet/clusters.ts";
import { createPolicy, kyvernoCluster, REQUIRE_TEAM, startKyverno } from "./kyverno-cluster.ts";
import { type Cluster, define, type Free, kindOf as kindIn, restMs } from "./operator-cluster.ts";

let cluster: Cluster;

const kindOf = (resource: `${string}/${string}`) => kindIn(cluster, resource);
const policy = (name: string, spec: string) => createPolicy(cluster, name, spec);

function createPod(name: string, text: string): void {
  cluster.create(podKind, { metadata: { namespace: "default", name }, ...parse(text) } as never);
}

describe("policy reports", () => {
  const AUDIT = REQUIRE_TEAM.replace("Enforce", "Audit");
  const reportsOf = (namespace: string) => cluster.list(kindOf("wgpolicyk8s.io/policyreports"), namespace) as Free[];
  const reportOf = (name: string) => reportsOf("default").find(({ scope }) => scope.name === name);
  const eventsOf = (name: string) =>
    cluster
      .list(eventKind, "default")
      .filter(({ reason, involvedObject }) => reason === "PolicyViolation" && involvedObject.name === name)
      .map(({ source, type, message }) => `${source?.component} ${type} ${message}`)
      .sort();
  const FAILURE = "validation error: label 'team' is required. rule check-team failed at path /metadata/labels/";

  beforeEach(() => {
    cluster = kyvernoCluster();
    define(cluster, "wgpolicyk8s.io/v1alpha2", "PolicyReport");
    define(cluster, "wgpolicyk8s.io/v1alpha2", "ClusterPolicyReport", "Cluster");
    startKyverno(cluster, "reports", "ghcr.io/kyverno/reports-controller:v1.15.0");
    cluster.advance(10_000);
  });

  it("show what an Audit policy says of pods that were there and of new ones, with Events", () => {
    createPod("old", "spec: { containers: [{ name: c, image: nginx }] }");
    policy("require-labels", AUDIT);
    createPod("bad", "spec: { containers: [{ name: c, image: nginx }] }");
    createPod(
      "good",
      "metadata: { namespace: default, name: good, labels: { team: a } }\nspec: { containers: [{ name: c, image: nginx }] }",
    );
    cluster.advance(10_000);
    const { uid } = cluster.get(podKind, "bad")!.metadata;
    const owner = { apiVersion: "v1", kind: "Pod", name: "bad", uid };
    expect(reportOf("bad")).toMatchObject({
      metadata: { name: uid, labels: { "app.kubernetes.io/managed-by": "kyverno" }, ownerReferences: [owner] },
      scope: { ...owner, namespace: "default" },
      results: [
        {
          ...{ policy: "require-labels", rule: "check-team", result: "fail", scored: true, source: "kyverno" },
          ...{ message: FAILURE, properties: { process: "background scan" } },
        },
      ],
      summary: { pass: 0, fail: 1, warn: 0, error: 0, skip: 0 },
    });
    expect(reportOf("old").summary).toMatchObject({ pass: 0, fail: 1 });
    expect(reportOf("good").summary).toMatchObject({ pass: 1, fail: 0 });
    expect(reportOf("good").results[0].message).toBe("validation rule 'check-team' passed.");
    const text = `policy require-labels/check-team fail: ${FAILURE}`;
    expect(eventsOf("bad")).toEqual([`kyverno-admission Warning ${text}`, `kyverno-scan Warning ${text}`]);
    expect(eventsOf("good")).toEqual([]);
    expect(eventsOf("require-labels")).toContain(
      `kyverno-admission Warning Pod default/bad: [check-team] fail; ${FAILURE}`,
    );
  });

  it("follow their resources and policies, and are not due while nothing changes", () => {
    policy("require-labels", AUDIT);
    createPod("p", "spec: { containers: [{ name: c, image: nginx }] }");
    cluster.advance(10_000);
    expect(reportOf("p").summary).toMatchObject({ fail: 1 });
    cluster.update(podKind, cluster.get(podKind, "p")!, (pod) => {
      pod.metadata.labels = { team: "a" };
    });
    cluster.advance(10_000);
    expect(reportOf("p").summary).toMatchObject({ pass: 1, fail: 0 });
    cluster.advance(60_000);
    expect(restMs(cluster)).toBeGreaterThan(60_000);
    const policies = kindOf("kyverno.io/clusterpolicies");
    cluster.delete(policies as never, cluster.get(policies, "require-labels", ""));
    cluster.advance(10_000);
    expect(reportsOf("default")).toEqual([]);
  });

  it("come with Events at the policy that denies requests", () => {
    policy("require-labels", REQUIRE_TEAM.replace("kinds: [Pod]", "kinds: [ConfigMap]"));
    const metadata = { name: "maker", labels: { app: "maker" } };
    const command = ["kubectl", "create", "configmap", "x"];
    const pod = podWith("maker", { image: "registry.k8s.io/kubectl:v1.33.1", command });
    cluster.create(podKind, { ...pod, metadata: { ...pod.metadata, ...metadata } });
    cluster.advance(10_000);
    const message = `ConfigMap default/x: [check-team] fail (blocked); ${FAILURE}`;
    expect(eventsOf("require-labels")).toContain(`kyverno-admission Warning ${message}`);
    expect(eventsOf("x")).toEqual([]);
  });
});
