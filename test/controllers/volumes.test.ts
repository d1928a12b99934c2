import { describe, expect, it } from "vitest";
import { controllers } from "../../src/controllers/registry.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { persistentVolumeKind } from "../../src/kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../../src/kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { storageClassKind } from "../../src/kinds/storage/storage-class.ts";
import { kubeletController } from "../../src/kubelet/index.ts";
import { schedulerController } from "../../src/scheduler/index.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod } from "../../src/schema/index.ts";
import { pod } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";

function cluster(): TestCluster {
  return new TestCluster({ controllers: [...controllers, schedulerController, kubeletController] });
}

interface ClaimOptions {
  storageClassName?: string;
  storage?: string;
  accessModes?: string[];
  volumeName?: string;
  selector?: Record<string, string>;
}

function claim(name: string, options: ClaimOptions = {}): PersistentVolumeClaim {
  const { storageClassName, storage = "1Gi", accessModes = ["ReadWriteOnce"], volumeName, selector } = options;
  return {
    kind: "PersistentVolumeClaim",
    apiVersion: "v1",
    metadata: { name, namespace: "default" },
    spec: {
      ...(storageClassName !== undefined && { storageClassName }),
      accessModes,
      resources: { requests: { storage } },
      ...(volumeName && { volumeName }),
      ...(selector && { selector: { matchLabels: selector } }),
    },
    status: {},
  };
}

interface VolumeOptions {
  storageClassName?: string;
  storage?: string;
  accessModes?: string[];
  labels?: Record<string, string>;
  policy?: string;
  path?: string;
  node?: string;
  claimRef?: PersistentVolume["spec"]["claimRef"];
}

function volume(name: string, options: VolumeOptions = {}): PersistentVolume {
  const { storageClassName = "manual", storage = "1Gi", accessModes = ["ReadWriteOnce"], labels, policy } = options;
  const matchExpressions = [{ key: "kubernetes.io/hostname", operator: "In", values: [options.node ?? ""] }];
  return {
    kind: "PersistentVolume",
    apiVersion: "v1",
    metadata: { name, ...(labels && { labels }) },
    spec: {
      storageClassName,
      capacity: { storage },
      accessModes,
      hostPath: { path: options.path ?? "/tmp/x" },
      ...(policy && { persistentVolumeReclaimPolicy: policy }),
      ...(options.claimRef && { claimRef: options.claimRef }),
      ...(options.node && { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } } }),
    },
    status: {},
  };
}

function podWith(claimName: string, name = "p"): Pod {
  const made = pod(name);
  made.spec.volumes = [{ name: "data", persistentVolumeClaim: { claimName } }];
  return made;
}

const claimOf = (world: TestCluster, name: string) => world.get(persistentVolumeClaimKind, name);
const volumeOf = (world: TestCluster, name: string) => world.get(persistentVolumeKind, name);
const phases = (world: TestCluster) =>
  Object.fromEntries(world.list(persistentVolumeKind).map(({ metadata, status }) => [metadata.name, status.phase]));
const eventsOf = (world: TestCluster, what: string) => world.events().filter((line) => line.split(" ")[2] === what);
const ready = ({ status }: Pod) => status.conditions?.find(({ type }) => type === "Ready")?.status;

describe("a fresh cluster's storage", () => {
  it("has a default class, a fast one and an archive", () => {
    const classes = cluster()
      .list(storageClassKind)
      .map(({ metadata, reclaimPolicy, volumeBindingMode }) => [metadata.name, reclaimPolicy, volumeBindingMode]);
    expect(classes.sort()).toEqual([
      ["sandbar-archive", "Retain", "Immediate"],
      ["sandbar-fast", "Delete", "WaitForFirstConsumer"],
      ["standard", "Delete", "Immediate"],
    ]);
  });

  it("provisions a volume of the default class for a claim without a class", () => {
    const world = cluster();
    const made = world.create(persistentVolumeClaimKind, claim("data"));
    expect(made.spec.storageClassName).toBe("standard");
    expect(made.metadata.finalizers).toEqual(["kubernetes.io/pvc-protection"]);
    world.advance(100);
    expect(claimOf(world, "data")?.status).toEqual({ phase: "Pending" });
    world.advance(2000);
    const volumeName = `pvc-${made.metadata.uid}`;
    expect(claimOf(world, "data")).toMatchObject({
      metadata: {
        annotations: {
          "pv.kubernetes.io/bind-completed": "yes",
          "pv.kubernetes.io/bound-by-controller": "yes",
          "volume.kubernetes.io/storage-provisioner": "sandbar.dev/virtual",
        },
      },
      spec: { volumeName },
      status: { phase: "Bound", accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" } },
    });
    expect(volumeOf(world, volumeName)).toMatchObject({
      metadata: {
        annotations: { "pv.kubernetes.io/provisioned-by": "sandbar.dev/virtual" },
        finalizers: ["external-provisioner.volume.kubernetes.io/finalizer", "kubernetes.io/pv-protection"],
      },
      spec: {
        capacity: { storage: "1Gi" },
        claimRef: { kind: "PersistentVolumeClaim", namespace: "default", name: "data", uid: made.metadata.uid },
        persistentVolumeReclaimPolicy: "Delete",
        storageClassName: "standard",
      },
      status: { phase: "Bound" },
    });
    expect(world.events()).toEqual([
      "Normal ExternalProvisioning PersistentVolumeClaim/data x1: Waiting for a volume to be created either by the " +
        "external provisioner 'sandbar.dev/virtual' or manually by the system administrator. If volume creation is " +
        "delayed, please verify that the provisioner is running and correctly registered.",
      'Normal Provisioning PersistentVolumeClaim/data x1: External provisioner is provisioning volume for claim "default/data"',
      `Normal ProvisioningSucceeded PersistentVolumeClaim/data x1: Successfully provisioned volume ${volumeName}`,
    ]);
  });

  it("removes a volume with its claim, or keeps it, by the class's reclaim policy", () => {
    const world = cluster();
    const made = ["standard", "sandbar-archive"].map((storageClassName) =>
      world.create(persistentVolumeClaimKind, claim(storageClassName, { storageClassName })),
    );
    world.advance(10_000);
    for (const each of made) world.delete(persistentVolumeClaimKind, each);
    world.advance(5_000);
    expect(world.list(persistentVolumeClaimKind)).toEqual([]);
    expect(phases(world)).toEqual({ [`pvc-${made[1]?.metadata.uid}`]: "Released" });
    const [kept] = world.list(persistentVolumeKind);
    world.delete(persistentVolumeKind, kept as PersistentVolume);
    world.advance(5_000);
    expect(phases(world)).toEqual({});
  });
});

describe("a claim that waits for its first consumer", () => {
  it("gets its volume on the pod's node, and binds later pods to that node", () => {
    const world = cluster();
    world.create(persistentVolumeClaimKind, claim("data", { storageClassName: "sandbar-fast" }));
    world.advance(5_000);
    expect(claimOf(world, "data")?.status.phase).toBe("Pending");
    expect(eventsOf(world, "PersistentVolumeClaim/data")).toEqual([
      "Normal WaitForFirstConsumer PersistentVolumeClaim/data x1: waiting for first consumer to be created before binding",
    ]);
    const made = world.create(podKind, podWith("data"));
    world.advance(10_000);
    const running = world.get(podKind, "p") as Pod;
    expect(ready(running)).toBe("True");
    const node = running.spec.nodeName;
    expect(claimOf(world, "data")?.metadata.annotations).toMatchObject({ "volume.kubernetes.io/selected-node": node });
    expect(volumeOf(world, claimOf(world, "data")?.spec.volumeName ?? "")?.spec.nodeAffinity).toEqual({
      required: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] }],
      },
    });

    world.delete(podKind, made, { gracePeriodSeconds: 0 });
    world.update(nodeKind, { metadata: { name: node ?? "" } } as never, (draft) => {
      draft.spec.unschedulable = true;
    });
    world.create(podKind, podWith("data", "again"));
    world.advance(5_000);
    expect(eventsOf(world, "Pod/again").join()).toContain(
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match PersistentVolume's node affinity.",
    );
  });

  it("binds an existing volume, on the volume's node", () => {
    const world = cluster();
    world.create(storageClassKind, {
      kind: "StorageClass",
      apiVersion: "storage.k8s.io/v1",
      metadata: { name: "local" },
      provisioner: "kubernetes.io/no-provisioner",
      volumeBindingMode: "WaitForFirstConsumer",
    });
    world.create(persistentVolumeClaimKind, claim("data", { storageClassName: "local" }));
    world.create(podKind, podWith("data"));
    world.advance(2_000);
    expect(eventsOf(world, "Pod/p").join()).toContain("3 node(s) didn't find available persistent volumes to bind.");
    world.create(persistentVolumeKind, volume("disk", { storageClassName: "local", node: "node-2" }));
    world.advance(10_000);
    expect(world.get(podKind, "p")?.spec.nodeName).toBe("node-2");
    expect(claimOf(world, "data")?.spec.volumeName).toBe("disk");
    expect(phases(world)).toEqual({ disk: "Bound" });
  });
});

describe("volumes made by hand", () => {
  it("are Available until a claim binds the smallest that fits", () => {
    const world = cluster();
    const sizes = { big: "10Gi", fitting: "2Gi", small: "1Gi" };
    for (const [name, storage] of Object.entries(sizes)) world.create(persistentVolumeKind, volume(name, { storage }));
    world.create(persistentVolumeKind, volume("other-class", { storage: "2Gi", storageClassName: "other" }));
    world.create(persistentVolumeKind, volume("read-only", { storage: "2Gi", accessModes: ["ReadOnlyMany"] }));
    world.advance(100);
    expect(new Set(Object.values(phases(world)))).toEqual(new Set(["Available"]));
    world.create(persistentVolumeClaimKind, claim("data", { storageClassName: "manual", storage: "1500Mi" }));
    world.advance(500);
    expect(claimOf(world, "data")).toMatchObject({
      spec: { volumeName: "fitting" },
      status: { phase: "Bound", capacity: { storage: "2Gi" } },
    });
    expect(phases(world)).toMatchObject({ big: "Available", fitting: "Bound", small: "Available" });
    expect(world.events()).toEqual([]);
  });

  it("bind by selector, by name, and by their claimRef", () => {
    const world = cluster();
    const claimRef = { kind: "PersistentVolumeClaim", namespace: "default", name: "promised" };
    world.create(persistentVolumeKind, volume("a", { labels: { tier: "gold" } }));
    world.create(persistentVolumeKind, volume("b"));
    world.create(persistentVolumeKind, volume("c", { claimRef }));
    world.advance(100);
    const storageClassName = "manual";
    world.create(persistentVolumeClaimKind, claim("named", { storageClassName, volumeName: "b" }));
    world.create(persistentVolumeClaimKind, claim("selecting", { storageClassName, selector: { tier: "gold" } }));
    world.create(persistentVolumeClaimKind, claim("promised", { storageClassName }));
    world.advance(1000);
    world.create(persistentVolumeClaimKind, claim("none-left", { storageClassName }));
    world.advance(1000);
    const bound = world.list(persistentVolumeClaimKind).map(({ metadata, spec }) => [metadata.name, spec.volumeName]);
    expect(Object.fromEntries(bound)).toEqual({ named: "b", selecting: "a", promised: "c", "none-left": undefined });
    expect(eventsOf(world, "PersistentVolumeClaim/none-left")).toEqual([
      'Warning ProvisioningFailed PersistentVolumeClaim/none-left x1: storageclass.storage.k8s.io "manual" not found',
    ]);
    world.create(persistentVolumeKind, volume("late"));
    world.advance(1000);
    expect(claimOf(world, "none-left")?.spec.volumeName).toBe("late");
  });

  it("report why a named volume does not fit", () => {
    const world = cluster();
    world.create(persistentVolumeKind, volume("tiny", { storage: "1Mi" }));
    world.advance(100);
    world.create(persistentVolumeClaimKind, claim("data", { storageClassName: "manual", volumeName: "tiny" }));
    world.advance(500);
    expect(world.events()).toEqual([
      'Warning VolumeMismatch PersistentVolumeClaim/data x1: Cannot bind to requested volume "tiny": requested PV is too small',
    ]);
  });

  it("are Released without a new claim when their claim is deleted, or removed, or Failed", () => {
    const world = cluster();
    const made = [
      ["retained", "Retain", "/data"],
      ["removed", "Delete", "/tmp/x"],
      ["stuck", "Delete", "/data"],
    ].map(([name = "", policy = "", path = ""]) => {
      world.create(persistentVolumeKind, volume(name, { policy, path }));
      return world.create(persistentVolumeClaimKind, claim(name, { storageClassName: "manual", volumeName: name }));
    });
    world.advance(1000);
    for (const each of made) world.delete(persistentVolumeClaimKind, each);
    world.advance(1000);
    expect(phases(world)).toEqual({ retained: "Released", stuck: "Failed" });
    world.create(persistentVolumeClaimKind, claim("next", { storageClassName: "manual" }));
    world.advance(1000);
    expect(claimOf(world, "next")?.status.phase).toBe("Pending");
  });

  it("make their claim Lost when they are deleted", () => {
    const world = cluster();
    const made = world.create(persistentVolumeKind, volume("v"));
    world.advance(100);
    world.create(persistentVolumeClaimKind, claim("data", { storageClassName: "manual" }));
    world.advance(1000);
    world.delete(persistentVolumeKind, made);
    world.advance(1000);
    expect(volumeOf(world, "v")?.metadata.deletionTimestamp, "protected while it is bound").toBeDefined();
    world.update(persistentVolumeKind, made, (draft) => {
      delete draft.metadata.finalizers;
    });
    world.advance(1000);
    expect(claimOf(world, "data")?.status).toEqual({ phase: "Lost" });
    expect(world.events()).toEqual([
      "Warning ClaimLost PersistentVolumeClaim/data x1: Bound claim has lost its PersistentVolume. Data on the volume is lost!",
    ]);
  });
});

describe("a claim in use", () => {
  it("stays until the last pod that uses it is deleted", () => {
    const world = cluster();
    const data = world.create(persistentVolumeClaimKind, claim("data"));
    const user = world.create(podKind, podWith("data"));
    world.advance(20_000);
    expect(ready(world.get(podKind, "p") as Pod)).toBe("True");
    world.delete(persistentVolumeClaimKind, data);
    world.advance(60_000);
    expect(claimOf(world, "data")?.metadata.deletionTimestamp).toBeDefined();
    world.create(podKind, podWith("data", "late"));
    world.advance(1000);
    expect(eventsOf(world, "Pod/late").join()).toContain('persistentvolumeclaim "data" is being deleted');
    world.delete(podKind, user);
    world.advance(60_000);
    expect(claimOf(world, "data")).toBeUndefined();
    expect(phases(world)).toEqual({});
  });

  it("is awaited by the node of a pod that bypassed the scheduler", () => {
    const world = cluster();
    const early = podWith("late");
    early.spec.nodeName = "node-1";
    world.create(podKind, early);
    world.advance(2000);
    expect(eventsOf(world, "Pod/p").join()).toContain(
      "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process " +
        "volumes=[data]: error processing PVC default/late: failed to fetch PVC from API server: " +
        'persistentvolumeclaims "late" not found',
    );
    world.create(persistentVolumeClaimKind, claim("late"));
    world.advance(30_000);
    expect(ready(world.get(podKind, "p") as Pod)).toBe("True");
  });

  it("grows while a pod runs, unless its class forbids it", () => {
    const world = cluster();
    const [data, cold] = ["standard", "sandbar-archive"].map((storageClassName) =>
      world.create(persistentVolumeClaimKind, claim(storageClassName, { storageClassName })),
    ) as [PersistentVolumeClaim, PersistentVolumeClaim];
    world.advance(10_000);
    const grow = (made: PersistentVolumeClaim) =>
      world.update(persistentVolumeClaimKind, made, (draft) => {
        draft.spec.resources.requests = { storage: "3Gi" };
      });
    expect(() => grow(cold)).toThrow(
      'persistentvolumeclaims "sandbar-archive" is forbidden: only dynamically provisioned pvc can be resized and the ' +
        "storageclass that provisions the pvc must support resize",
    );
    grow(data);
    world.advance(500);
    expect(claimOf(world, "standard")?.status).toMatchObject({
      capacity: { storage: "1Gi" },
      conditions: [{ type: "Resizing", status: "True" }],
    });
    world.advance(5_000);
    expect(world.get(persistentVolumeKind, `pvc-${data.metadata.uid}`)?.spec.capacity).toEqual({ storage: "3Gi" });
    expect(claimOf(world, "standard")?.status).toMatchObject({
      capacity: { storage: "1Gi" },
      conditions: [
        {
          type: "FileSystemResizePending",
          message: "Waiting for user to (re-)start a pod to finish file system resize of volume on node.",
        },
      ],
    });
    world.create(podKind, podWith("standard"));
    world.advance(20_000);
    const { status } = claimOf(world, "standard") as PersistentVolumeClaim;
    expect(status).toMatchObject({ phase: "Bound", capacity: { storage: "3Gi" } });
    expect(status.conditions).toBeUndefined();
  });
});

describe("an ephemeral volume", () => {
  it("has a claim that is created and deleted with its pod", () => {
    const world = cluster();
    const made = pod("p");
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    made.spec.volumes = [{ name: "scratch", ephemeral: { volumeClaimTemplate: { metadata: {}, spec } } }] as never;
    const created = world.create(podKind, made);
    world.advance(20_000);
    expect(ready(world.get(podKind, "p") as Pod)).toBe("True");
    expect(claimOf(world, "p-scratch")?.status.phase).toBe("Bound");
    world.delete(podKind, created);
    world.advance(120_000);
    expect(world.list(persistentVolumeClaimKind)).toEqual([]);
    expect(phases(world)).toEqual({});
  });
});
