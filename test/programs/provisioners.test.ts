/** Provisioners of charts: they make a volume for each claim of their class, and remove released ones. */
import { beforeEach, expect, it } from "vitest";
import { installSigningKey } from "../../src/cluster/issuer/issuer.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { persistentVolumeKind } from "../../src/kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../../src/kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { clusterRoleBindingKind } from "../../src/kinds/rbac/cluster-role-binding.ts";
import { storageClassKind } from "../../src/kinds/storage/storage-class.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";

let cluster: ReturnType<typeof clusterWith>;

beforeEach(() => {
  cluster = clusterWith({ latency: "instant" });
  cluster.advance(1000);
  cluster.write((tx) => installSigningKey(tx, { keyId: "test-key", privateKey: "1".padStart(64, "0") }));
  const subjects = [{ kind: "Group", name: "system:serviceaccounts", apiGroup: "rbac.authorization.k8s.io" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  cluster.create(clusterRoleBindingKind, { metadata: { name: "all" }, subjects, roleRef } as never);
});

function createClass(name: string, provisioner: string, more: object = {}): void {
  cluster.create(storageClassKind, { metadata: { name }, provisioner, ...more } as never);
}

function claim(name: string, storageClassName: string, more: object = {}): void {
  const resources = { requests: { storage: "64Mi" } };
  const spec = { accessModes: ["ReadWriteOnce"], storageClassName, resources, ...more };
  cluster.create(persistentVolumeClaimKind, { metadata: { name, namespace: "default" }, spec } as never);
}

const user = (name: string) =>
  podWith(
    name,
    { image: "nginx", volumeMounts: [{ name: "d", mountPath: "/data" }] },
    { volumes: [{ name: "d", persistentVolumeClaim: { claimName: "data" } }] },
  );

const volumes = () => cluster.list(persistentVolumeKind);

function removeClaim(name = "data"): void {
  cluster.delete(podKind, cluster.get(podKind, "web")!);
  cluster.delete(persistentVolumeClaimKind, cluster.get(persistentVolumeClaimKind, name)!);
  cluster.advance(120_000);
}

/** The due instants of a day in which nothing happens. */
function expectIdle(): void {
  cluster.advance(600_000);
  const { commits } = cluster;
  cluster.advance(86_400_000);
  expect(cluster.commits - commits).toBeLessThanOrEqual(2);
}

const LOCAL_PATH = {
  "config.json": JSON.stringify({
    nodePathMap: [{ node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: ["/opt/local"] }],
  }),
  "helperPod.yaml":
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: helper-pod\nspec:\n  containers:\n  - name: helper-pod\n    image: busybox\n",
  setup: '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"\n',
  teardown: '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n',
};

it("local-path-provisioner makes a folder on the node of the pod by a pod of its own", () => {
  cluster.create(configMapKind, {
    metadata: { name: "local-path-config", namespace: "default" },
    data: LOCAL_PATH,
  } as never);
  createClass("local-path", "rancher.io/local-path", {
    volumeBindingMode: "WaitForFirstConsumer",
    reclaimPolicy: "Delete",
  });
  const provisioner = podWith(
    "provisioner",
    {
      image: "rancher/local-path-provisioner:v0.0.32",
      command: [
        "local-path-provisioner",
        "start",
        "--config",
        "/etc/config/config.json",
        "--service-account-name=default",
      ],
      volumeMounts: [{ name: "config", mountPath: "/etc/config" }],
    },
    { volumes: [{ name: "config", configMap: { name: "local-path-config" } }] },
  );
  cluster.create(podKind, provisioner);
  cluster.advance(5000);
  claim("data", "local-path");
  cluster.advance(10_000);
  expect(volumes()).toEqual([]);
  cluster.create(podKind, user("web"));
  cluster.advance(30_000);
  const [volume] = volumes();
  const node = cluster.get(podKind, "web")?.spec.nodeName;
  const path = `/opt/local/${volume?.metadata.name}_default_data`;
  expect(volume?.spec).toMatchObject({ hostPath: { path, type: "DirectoryOrCreate" }, storageClassName: "local-path" });
  expect(volume?.spec.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions?.[0]?.values).toEqual([node]);
  expect(cluster.get(podKind, "web")?.status.phase).toBe("Running");
  const messages = cluster.events().join("\n");
  expect(messages).toContain('External provisioner is provisioning volume for claim "default/data"');
  expect(messages).toContain(`Successfully provisioned volume ${volume?.metadata.name}`);
  expect(cluster.list(podKind, "default").map(({ metadata }) => metadata.name)).toEqual(["provisioner", "web"]);
  expectIdle();
  removeClaim();
  expect(volumes()).toEqual([]);
  expect(cluster.list(podKind, "default").map(({ metadata }) => metadata.name)).toEqual(["provisioner"]);
});

it("nfs-subdir-external-provisioner makes a folder of the server, and tells what it refuses", () => {
  createClass("nfs", "example.com/nfs", { parameters: { pathPattern: `\${.PVC.namespace}/\${.PVC.name}` } });
  const env = Object.entries({ NFS_SERVER: "10.0.0.9", NFS_PATH: "/exported", PROVISIONER_NAME: "example.com/nfs" });
  const provisioner = podWith(
    "provisioner",
    {
      image: "registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2",
      env: env.map(([name, value]) => ({ name, value })),
      volumeMounts: [{ name: "root", mountPath: "/persistentvolumes" }],
    },
    { volumes: [{ name: "root", nfs: { server: "10.0.0.9", path: "/exported" } }] },
  );
  cluster.create(podKind, provisioner);
  claim("data", "nfs");
  claim("choosy", "nfs", { selector: { matchLabels: { a: "b" } } });
  cluster.create(podKind, user("web"));
  cluster.advance(30_000);
  expect(volumes().map(({ spec }) => spec.nfs)).toEqual([{ server: "10.0.0.9", path: "/exported/default/data" }]);
  expect(cluster.get(podKind, "web")?.status.phase).toBe("Running");
  expect(cluster.events().filter((event) => event.includes("claim Selector is not supported"))).toHaveLength(1);
  expectIdle();
  removeClaim();
  expect(volumes()).toEqual([]);
});
