import { describe, expect, it } from "vitest";
import { controllers } from "../../src/controllers/registry.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { eventKind } from "../../src/kinds/core/event.ts";
import { namespaceKind } from "../../src/kinds/core/namespace.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceAccountKind } from "../../src/kinds/core/service-account.ts";
import { configMap, deployment, namespace } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { simpleKubelet } from "../support/simple-kubelet.ts";

function withNamespace(): TestCluster {
  const world = new TestCluster({ controllers: [...controllers, simpleKubelet()] });
  world.create(namespaceKind, namespace("team"));
  world.advance(1000);
  return world;
}

describe("a new namespace", () => {
  it("gets its ServiceAccount and the cluster's certificate", () => {
    const world = withNamespace();
    expect(world.get(serviceAccountKind, "default", "team")).toBeDefined();
    const certificate = world.get(configMapKind, "kube-root-ca.crt", "team");
    expect(certificate?.data?.["ca.crt"]).toContain("BEGIN CERTIFICATE");
    expect(certificate?.metadata.annotations?.["kubernetes.io/description"]).toMatch(/^Contains a CA bundle/);
  });

  it("gets both again when they are deleted or changed", () => {
    const world = withNamespace();
    world.delete(serviceAccountKind, world.get(serviceAccountKind, "default", "team")!);
    world.update(configMapKind, world.get(configMapKind, "kube-root-ca.crt", "team")!, (draft) => {
      draft.data = { "ca.crt": "forged" };
    });
    world.advance(1000);
    expect(world.get(serviceAccountKind, "default", "team")).toBeDefined();
    expect(world.get(configMapKind, "kube-root-ca.crt", "team")?.data?.["ca.crt"]).toContain("BEGIN CERTIFICATE");
  });
});

describe("a namespace that is deleted", () => {
  it("waits five seconds, stops the pods first, then removes everything else and itself", () => {
    const world = withNamespace();
    world.create(deploymentKind, deployment("web", { namespace: "team", replicas: 2 }));
    world.advance(5000);
    world.delete(namespaceKind, world.get(namespaceKind, "team")!);
    expect(world.get(namespaceKind, "team")?.status.phase).toBe("Terminating");
    world.advance(4900);
    expect(world.list(podKind, "team").every(({ metadata }) => !metadata.deletionTimestamp)).toBe(true);
    world.advance(200);
    expect(world.list(podKind, "team").every(({ metadata }) => metadata.deletionTimestamp)).toBe(true);
    expect(world.get(deploymentKind, "web", "team")).toBeDefined();
    expect(
      world.get(namespaceKind, "team")?.status.conditions?.map(({ type, status, reason }) => [type, status, reason]),
    ).toEqual([
      ["NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered"],
      ["NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions"],
      ["NamespaceDeletionContentFailure", "False", "ContentDeleted"],
      ["NamespaceContentRemaining", "False", "ContentRemoved"],
      ["NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers"],
    ]);
    world.advance(6000);
    expect(world.get(namespaceKind, "team")).toBeUndefined();
    expect(world.list(configMapKind, "team")).toEqual([]);
    expect(world.list(eventKind, "team")).toEqual([]);
  });

  it("reports the objects that remain", () => {
    const world = withNamespace();
    const held = configMap("held", { namespace: "team" });
    held.metadata.finalizers = ["example.com/hold"];
    world.create(configMapKind, held);
    world.delete(namespaceKind, world.get(namespaceKind, "team")!);
    world.advance(10_500);
    const messages = world
      .get(namespaceKind, "team")
      ?.status.conditions?.filter(({ status }) => status === "True")
      .map(({ type, message }) => [type, message]);
    expect(messages).toEqual([
      ["NamespaceContentRemaining", "Some resources are remaining: configmaps. has 1 resource instances"],
      [
        "NamespaceFinalizersRemaining",
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
      ],
    ]);
    world.update(configMapKind, world.get(configMapKind, "held", "team")!, (draft) => {
      delete draft.metadata.finalizers;
    });
    world.advance(20_000);
    expect(world.get(namespaceKind, "team")).toBeUndefined();
  });
});
