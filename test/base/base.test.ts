import { describe, expect, it } from "vitest";
import { buildBase, parseBase, serializeBase } from "../../src/cluster/base/index.ts";
import { baseSource } from "../../src/cluster/base-template.ts";
import { parseKey } from "../../src/kinds/kind.ts";
import type { KubernetesObject } from "../../src/schema/types.ts";

const VALUES = { seed: "s", createdAtMs: Date.UTC(2030, 0, 2, 3, 4, 5, 678), caCertificate: 'line\n"quoted"' };

function objectsOf(settings: Parameters<typeof buildBase>[0]): Map<string, KubernetesObject> {
  const template = buildBase(settings);
  return new Map(
    template.objects.map(({ key }, index) => [key, JSON.parse(baseSource(template, index + 1, VALUES).body())]),
  );
}

describe("the base of a fresh cluster", () => {
  const objects = objectsOf({ nodes: [] });

  it("gives every object a key, a uid and a resourceVersion", () => {
    const template = buildBase({ nodes: [] });
    expect(objects.size).toBe(template.objects.length);
    let n = 0;
    for (const [key, object] of objects) {
      n++;
      const { namespace, name } = parseKey(key as never);
      expect(object.metadata).toMatchObject({ name, resourceVersion: String(n) });
      expect(object.metadata.namespace ?? "").toBe(namespace);
      expect(object.metadata.uid).toBe(baseSource(template, n, VALUES).uid());
      expect(object.metadata.creationTimestamp).toBe("2030-01-02T03:04:05Z");
    }
  });

  it("has no unresolved placeholder and no missing owner", () => {
    const uids = new Set([...objects.values()].map((object) => object.metadata.uid));
    for (const object of objects.values()) {
      expect(JSON.stringify(object)).not.toMatch(/<(uid|time|microtime|ca)/);
      for (const owner of object.metadata.ownerReferences ?? []) expect(uids).toContain(owner.uid);
    }
  });

  it("has the objects that students look for", () => {
    const names = (resource: string) =>
      [...objects.keys()].filter((key) => key.startsWith(resource)).map((key) => key.slice(resource.length));
    expect(names("core/nodes//")).toEqual(["node-1", "node-2", "node-3"]);
    expect(names("core/pods/kube-system/").filter((name) => name.startsWith("kube-proxy"))).toHaveLength(3);
    expect(names("core/pods/kube-system/").filter((name) => name.startsWith("coredns"))).toHaveLength(2);
    expect(names("core/pods/kube-system/")).toEqual(
      expect.arrayContaining(["etcd-node-1", "kube-apiserver-node-1", "kube-scheduler-node-1"]),
    );
    for (const namespace of ["default", "kube-node-lease", "kube-public", "kube-system"]) {
      expect(names(`core/serviceaccounts/${namespace}/`)).toContain("default");
      expect(objects.get(`core/configmaps/${namespace}/kube-root-ca.crt`)).toMatchObject({
        data: { "ca.crt": VALUES.caCertificate },
      });
    }
  });

  it("gives every pod without host network a unique address", () => {
    const pods = [...objects.values()].filter((object) => object.kind === "Pod") as {
      spec?: { hostNetwork?: boolean };
      status?: { podIP?: string };
    }[];
    const addresses = pods.filter((pod) => !pod.spec?.hostNetwork).map((pod) => pod.status?.podIP);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(addresses).not.toContain(undefined);
  });
});

describe("a base with nodes of one's own", () => {
  it("merges labels and capacity and keeps taints", () => {
    const taints = [{ key: "gpu", value: "yes", effect: "NoSchedule" as const }];
    const objects = objectsOf({
      nodes: [{ name: "big", labels: { zone: "a" }, taints, capacity: { cpu: "64" } }, {}],
    });
    expect(objects.get("core/nodes//big")).toMatchObject({
      metadata: { labels: { zone: "a", "kubernetes.io/hostname": "big" } },
      spec: { taints },
      status: { allocatable: { cpu: "64", pods: "110" } },
    });
    expect(objects.has("core/nodes//node-2")).toBe(true);
    expect(objects.has("core/nodes//node-3")).toBe(false);
  });

  it("has an id by content, which is the same after storing and loading", () => {
    const base = buildBase({ nodes: [{}] });
    expect(buildBase({ nodes: [{}] })).toBe(base);
    expect(buildBase({ nodes: [{}, {}] }).id).not.toBe(base.id);
    expect(parseBase(serializeBase(base))).toEqual(base);
  });
});
