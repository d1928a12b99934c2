/**
 * Tests of sig-node and sig-storage about objects that no program sees.
 * Kubernetes: test/e2e/common/node (configmap, secrets, lease, podtemplates, runtimeclass), test/e2e/dra,
 * test/e2e/storage (csi_inline, csi_node, csistoragecapacity, persistent_volumes, storageclass, volume_attachment)
 */
import { expect } from "vitest";
import { apiOperations } from "./api-case.ts";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { busybox, configMap, NGINX, named, pod, secret } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

async function refusedKey(cluster: ConformanceCluster, object: Json) {
  const { status, body } = await cluster.request("POST", cluster.pathOf(object, true), object);
  expect([status, body.reason]).toEqual([422, "Invalid"]);
}

const TEMPLATE = { template: { spec: { containers: [{ name: "e2e-test", image: NGINX }] } } };
const podTemplate = named("v1", "PodTemplate", TEMPLATE);

const node: Stories = {
  "ConfigMap should fail to create ConfigMap with empty key": (c) =>
    refusedKey(c, configMap("empty-key", { "": "value-1" })),
  "Secrets should fail to create secret due to empty secret key": (c) =>
    refusedKey(c, secret("empty-key", { "": "value-1\n" })),
  "ConfigMap should update ConfigMap successfully": async (cluster) => {
    const updated = configMap("configmap-update", { "data-1": "value-1" });
    await cluster.create(updated);
    await cluster.update(updated, (draft) => (draft.data = { "data-2": "value-2" }));
    expect((await cluster.get(updated)).data).toEqual({ "data-2": "value-2" });
  },
  "ConfigMap should run through a ConfigMap lifecycle": (c) =>
    apiOperations(c, { object: (name) => configMap(name, { a: "b" }) }),
  "Secrets should patch a secret": async (cluster) => {
    const patched = secret("test-secret", { key: "value" }, { type: "Opaque" });
    patched.metadata.labels = { testsecret: "true" };
    await cluster.create(patched);
    const everywhere = "/api/v1/secrets?labelSelector=testsecret%3Dtrue";
    expect((await cluster.request("GET", everywhere)).body.items).toHaveLength(1);
    await cluster.patch(patched, { metadata: { labels: { testsecret: "patched" } }, data: { key: btoa("value1") } });
    const seen = await cluster.get(patched);
    expect([seen.metadata.labels.testsecret, atob(seen.data.key)]).toEqual(["patched", "value1"]);
    const collection = `${cluster.pathOf(patched, true)}?labelSelector=testsecret%3Dpatched`;
    expect((await cluster.request("DELETE", collection)).status).toBe(200);
    expect((await cluster.request("GET", everywhere)).body.items).toEqual([]);
  },
  "Lease lease API should be available": async (cluster) => {
    const spec = {
      holderIdentity: "holder",
      leaseDurationSeconds: 30,
      leaseTransitions: 0,
      acquireTime: "2026-01-01T00:00:00.123456Z",
    };
    const lease = named("coordination.k8s.io/v1", "Lease", { spec });
    await cluster.create(lease("lease"));
    expect((await cluster.get(lease("lease"))).spec).toEqual(spec);
    await cluster.update(
      lease("lease"),
      (draft) => (draft.spec = { ...spec, holderIdentity: "holder2", leaseTransitions: 1 }),
    );
    await cluster.patch(lease("lease"), { spec: { leaseDurationSeconds: 60 } });
    expect((await cluster.get(lease("lease"))).spec).toMatchObject({
      holderIdentity: "holder2",
      leaseDurationSeconds: 60,
    });
    await cluster.delete(lease("lease"));
    await apiOperations(cluster, { object: lease });
  },
  "PodTemplates should run the lifecycle of PodTemplates": (c) => apiOperations(c, { object: podTemplate }),
  "PodTemplates should delete a collection of pod templates": (c) => apiOperations(c, { object: podTemplate }),
  "PodTemplates should replace a pod template": async (cluster) => {
    await cluster.create(podTemplate("replaced"));
    const { metadata } = await cluster.update(podTemplate("replaced"), (draft) => {
      draft.metadata.annotations = { updated: "true" };
    });
    expect(metadata.annotations.updated).toBe("true");
  },
  "RuntimeClass should support RuntimeClasses API operations": (c) =>
    apiOperations(c, { object: named("node.k8s.io/v1", "RuntimeClass", { handler: "e2e-handler" }) }),
  "Node Lifecycle should run through the lifecycle of a node": async (cluster) => {
    const fake = named("v1", "Node")("e2e-fake-node");
    await cluster.create(fake);
    expect((await cluster.get(fake)).metadata.name).toBe("e2e-fake-node");
    const patched = await cluster.patch(fake, { metadata: { labels: { "e2e-fake-node": "patched" } } });
    expect(patched.metadata.labels["e2e-fake-node"]).toBe("patched");
    const updated = await cluster.update(fake, (draft) => (draft.metadata.labels["e2e-fake-node"] = "updated"));
    expect(updated.metadata.labels["e2e-fake-node"]).toBe("updated");
    const path = "/api/v1/nodes?labelSelector=e2e-fake-node%3Dupdated";
    expect((await cluster.request("GET", path)).body.items).toHaveLength(1);
    expect((await cluster.request("DELETE", path)).status).toBe(200);
    await cluster.eventually(async () => (await cluster.request("GET", path)).body.items.length === 0);
  },
  "[DRA] CRUD Tests resource.k8s.io/v1 DeviceClass": (c) =>
    apiOperations(c, { object: named("resource.k8s.io/v1", "DeviceClass", { spec: {} }) }),
  "[DRA] CRUD Tests resource.k8s.io/v1 ResourceClaim": (c) =>
    apiOperations(c, {
      object: named("resource.k8s.io/v1", "ResourceClaim", {
        spec: { devices: { requests: [{ name: "req-0", exactly: { deviceClassName: "example" } }] } },
      }),
      status: {
        patch: {
          allocation: {
            devices: { results: [{ request: "req-0", driver: "dra.example.com", pool: "p", device: "d" }] },
          },
        },
        shows: ({ status }) => status.allocation.devices.results[0].device,
        expected: "d",
      },
    }),
  "[DRA] CRUD Tests resource.k8s.io/v1 ResourceClaimTemplate": (c) =>
    apiOperations(c, {
      object: named("resource.k8s.io/v1", "ResourceClaimTemplate", {
        spec: { spec: { devices: { requests: [{ name: "req-0", exactly: { deviceClassName: "example" } }] } } },
      }),
    }),
  "[DRA] CRUD Tests resource.k8s.io/v1 ResourceSlice": (c) =>
    apiOperations(c, {
      object: (name) =>
        named("resource.k8s.io/v1", "ResourceSlice", {
          spec: {
            driver: "dra.example.com",
            pool: { name, resourceSliceCount: 1 },
            nodeName: "node-1",
            devices: [{ name: "d" }],
          },
        })(name),
    }),
};

const CSI = { csi: { driver: "e2e-driver", volumeAttributes: { foo: "bar" }, readOnly: false } };

function persistentVolume(name: string): Json {
  const spec = {
    capacity: { storage: "1Gi" },
    accessModes: ["ReadWriteOnce"],
    persistentVolumeReclaimPolicy: "Retain",
    storageClassName: "e2e-class",
    csi: { driver: "e2e-driver", volumeHandle: "e2e-conformance" },
  };
  return named("v1", "PersistentVolume", { spec })(name);
}

function claim(name: string): Json {
  const spec = {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "e2e-class",
    resources: { requests: { storage: "1Gi" } },
  };
  return named("v1", "PersistentVolumeClaim", { spec })(name);
}

const attachment = (name: string) =>
  named("storage.k8s.io/v1", "VolumeAttachment", {
    spec: { attacher: "e2e-test.storage.k8s.io", nodeName: "node-1", source: { persistentVolumeName: `pv-${name}` } },
  })(name);

const CONDITION = { type: "StatusPatched", status: "True", reason: "E2E patchedStatus", message: "Set from e2e test" };

const storage: Stories = {
  "CSIInlineVolumes should run through the lifecycle of a CSIDriver": (c) =>
    apiOperations(c, {
      object: named("storage.k8s.io/v1", "CSIDriver", { spec: { volumeLifecycleModes: ["Ephemeral"] } }),
    }),
  "CSIInlineVolumes should support CSIVolumeSource in Pod API": async (cluster) => {
    const inline = pod(
      "pod-csi-inline-volumes",
      [busybox("sleep 1", { volumeMounts: [{ name: "v", mountPath: "/mnt/test" }] })],
      {
        volumes: [{ name: "v", ...CSI }],
      },
    );
    await cluster.create(inline);
    expect((await cluster.get(inline)).spec.volumes.find(({ name }: Json) => name === "v")).toEqual({
      name: "v",
      ...CSI,
    });
    const patched = await cluster.patch(inline, { metadata: { annotations: { patched: "true" } } });
    expect(patched.metadata.annotations.patched).toBe("true");
    await cluster.delete(inline, { gracePeriodSeconds: 0 });
  },
  "CSINodes CSI Conformance should run through the lifecycle of a csinode": (c) =>
    apiOperations(c, {
      object: named("storage.k8s.io/v1", "CSINode", {
        spec: { drivers: [{ name: "d", nodeID: "n", topologyKeys: ["k/a"] }] },
      }),
    }),
  "CSIStorageCapacity should support CSIStorageCapacities API operations": (c) =>
    apiOperations(c, {
      object: named("storage.k8s.io/v1", "CSIStorageCapacity", { storageClassName: "e2e", capacity: "1Gi" }),
    }),
  "PersistentVolumes CSI Conformance should run through the lifecycle of a PV and a PVC": async (cluster) => {
    await apiOperations(cluster, { object: persistentVolume });
    await apiOperations(cluster, { object: claim });
  },
  "PersistentVolumes CSI Conformance should apply changes to a pv/pvc status": async (cluster) => {
    await apiOperations(cluster, {
      object: claim,
      status: {
        patch: { conditions: [CONDITION] },
        shows: ({ status }) => status.conditions.at(-1).reason,
        expected: "E2E patchedStatus",
      },
    });
    await apiOperations(cluster, {
      object: persistentVolume,
      status: {
        patch: { message: "StatusPatched", reason: "E2E patchStatus" },
        shows: ({ status }) => status.reason,
        expected: "E2E patchStatus",
      },
    });
  },
  "StorageClasses CSI Conformance should run through the lifecycle of a StorageClass": (c) =>
    apiOperations(c, { object: named("storage.k8s.io/v1", "StorageClass", { provisioner: "e2e-fake-provisioner" }) }),
  "VolumeAttachment Conformance should run through the lifecycle of a VolumeAttachment": (c) =>
    apiOperations(c, { object: attachment }),
  "VolumeAttachment Conformance should apply changes to a volumeattachment status": (c) =>
    apiOperations(c, {
      object: attachment,
      status: { patch: { attached: true }, shows: ({ status }) => status.attached, expected: true },
    }),
  "VolumeAttributesClass [FeatureGate:VolumeAttributesClass] should run through the lifecycle of a VolumeAttributesClass":
    (c) =>
      apiOperations(c, {
        object: named("storage.k8s.io/v1", "VolumeAttributesClass", {
          driverName: "e2e-fake-csi-driver",
          parameters: { a: "b" },
        }),
      }),
};

stories("[sig-node]", node);
stories("[sig-storage]", storage);
