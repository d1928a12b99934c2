import { describe, expect, it } from "vitest";
import { controllers } from "../../src/controllers/registry.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { replicaSetKind } from "../../src/kinds/apps/replica-set.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { ConfigMap, KubernetesObject, OwnerReference } from "../../src/schema/index.ts";
import { configMap, deployment } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { simpleKubelet } from "../support/simple-kubelet.ts";

function cluster(): TestCluster {
  return new TestCluster({ controllers: [...controllers, simpleKubelet()] });
}

interface Owned {
  owners?: KubernetesObject[];
  blocking?: boolean;
  finalizers?: string[];
}

function add(world: TestCluster, name: string, { owners = [], blocking = false, finalizers }: Owned = {}): ConfigMap {
  const references: OwnerReference[] = owners.map(({ apiVersion, kind, metadata }) => ({
    apiVersion,
    kind,
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    ...(blocking && { blockOwnerDeletion: true }),
  }));
  const object = configMap(name);
  if (references.length > 0) object.metadata.ownerReferences = references;
  if (finalizers) object.metadata.finalizers = finalizers;
  return world.create(configMapKind, object);
}

/** The existing config maps, without the cluster's own. */
function present(world: TestCluster): string[] {
  const names = world.list(configMapKind, "default").map(({ metadata }) => metadata.name ?? "");
  return names.filter((name) => name !== "kube-root-ca.crt");
}

/** `<TYPE> <plural>/<name without hash>` of all removals, in order. */
function removals(world: TestCluster): string[] {
  return world.log
    .filter(({ type, key }) => type === "DELETED" && !key.includes("/events/"))
    .map(({ key }) => key.split("/")[1] ?? "");
}

describe("an object whose owner", () => {
  it("never existed is deleted", () => {
    const world = cluster();
    add(world, "x", { owners: [{ ...configMap("gone"), metadata: { name: "gone", uid: "1111" } }] });
    world.advance(1000);
    expect(present(world)).toEqual([]);
  });

  it("is deleted is deleted itself, with the objects that it owns", () => {
    const world = cluster();
    const a = add(world, "a");
    const b = add(world, "b", { owners: [a] });
    add(world, "c", { owners: [b] });
    world.advance(1000);
    expect(present(world)).toEqual(["a", "b", "c"]);
    world.delete(configMapKind, a);
    world.advance(1000);
    expect(present(world)).toEqual([]);
  });

  it("is one of two stays and loses the reference to the deleted owner", () => {
    const world = cluster();
    const a = add(world, "a");
    const b = add(world, "b");
    add(world, "x", { owners: [a, b] });
    world.delete(configMapKind, a);
    world.advance(1000);
    expect(present(world)).toEqual(["b", "x"]);
    expect(world.get(configMapKind, "x")?.metadata.ownerReferences?.map(({ name }) => name)).toEqual(["b"]);
  });

  it("has the right name but another uid is deleted", () => {
    const world = cluster();
    const a = add(world, "a");
    world.delete(configMapKind, a);
    add(world, "a");
    add(world, "x", { owners: [a] });
    world.advance(1000);
    expect(present(world)).toEqual(["a"]);
  });

  it("is in another namespace is deleted, since references do not cross namespaces", () => {
    const world = cluster();
    const a = world.create(configMapKind, configMap("a", { namespace: "kube-public" }));
    add(world, "x", { owners: [a] });
    world.advance(1000);
    expect(present(world)).toEqual([]);
  });
});

describe("a Deployment that is deleted", () => {
  it("in the background is removed first, then its ReplicaSet, then the pods", () => {
    const world = cluster();
    const web = world.create(deploymentKind, deployment("web", { replicas: 2 }));
    world.advance(5000);
    world.delete(deploymentKind, web, { propagation: "Background" });
    world.advance(5000);
    expect(removals(world)).toEqual(["deployments", "replicasets", "pods", "pods"]);
  });

  it("in the foreground is removed last", () => {
    const world = cluster();
    const web = world.create(deploymentKind, deployment("web", { replicas: 2 }));
    world.advance(5000);
    world.delete(deploymentKind, web, { propagation: "Foreground" });
    expect(world.get(deploymentKind, "web")?.metadata.finalizers).toEqual(["foregroundDeletion"]);
    world.advance(100);
    expect(world.list(replicaSetKind, "default")[0]?.metadata.finalizers).toEqual(["foregroundDeletion"]);
    world.advance(5000);
    expect(removals(world)).toEqual(["pods", "pods", "replicasets", "deployments"]);
  });

  it("with orphans leaves a ReplicaSet without an owner, and its pods", () => {
    const world = cluster();
    const web = world.create(deploymentKind, deployment("web", { replicas: 2 }));
    world.advance(5000);
    world.delete(deploymentKind, web, { propagation: "Orphan" });
    expect(world.get(deploymentKind, "web")?.metadata.finalizers).toEqual(["orphan"]);
    world.advance(5000);
    expect(removals(world)).toEqual(["deployments"]);
    expect(world.list(replicaSetKind, "default")[0]?.metadata.ownerReferences).toBeUndefined();
    expect(world.list(podKind, "default")).toHaveLength(2);
  });
});

describe("a foreground deletion", () => {
  it("waits for blocking dependents only, and those wait for theirs", () => {
    const world = cluster();
    const a = add(world, "a");
    const b = add(world, "b", { owners: [a], blocking: true, finalizers: ["example.com/hold"] });
    add(world, "c", { owners: [b] });
    world.delete(configMapKind, a, { propagation: "Foreground" });
    world.advance(4000);
    expect(present(world)).toEqual(["a", "b"]);
    expect(world.get(configMapKind, "b")?.metadata.finalizers).toEqual(["example.com/hold"]);
    world.update(configMapKind, world.get(configMapKind, "b")!, (draft) => {
      delete draft.metadata.finalizers;
    });
    world.advance(1000);
    expect(present(world)).toEqual([]);
  });

  it("of two objects that own each other ends", () => {
    const world = cluster();
    const a = add(world, "a");
    const b = add(world, "b", { owners: [a], blocking: true });
    world.update(configMapKind, a, (draft) => {
      draft.metadata.ownerReferences = [
        { apiVersion: "v1", kind: "ConfigMap", name: "b", uid: b.metadata.uid ?? "", blockOwnerDeletion: true },
      ];
    });
    world.delete(configMapKind, a, { propagation: "Foreground" });
    world.advance(5000);
    expect(present(world)).toEqual([]);
  });
});
