/** Data of PersistentVolumes: how long it lives, whose it is, and which node has it. */
import { describe, expect, it } from "vitest";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { persistentVolumeKind } from "../../src/kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../../src/kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { volumeAttachmentKind } from "../../src/kinds/storage/volume-attachment.ts";
import type { PersistentVolume, PersistentVolumeClaim, PodSpec } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, podWith } from "./clusters.ts";
import { fileRows, inFiles } from "./files-of-pods.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe("a claim's data", () => {
  it("survives its pods and goes with a volume whose policy is Delete", () => {
    const cluster = withClaim();
    start(cluster, "p", "node-1");
    inFiles(cluster, (files) => {
      expect(files.mountOf("/data")).toMatchObject({ fileSystemType: "ext4", sizeBytes: 1024 ** 2 });
      files.write("/data/a", "1");
      expect(() => files.write("/data/big", "x".repeat(1024 ** 2))).toThrow("No space left on device");
    });
    remove(cluster, "p");
    start(cluster, "q", "node-2");
    expect(inFiles(cluster, (files) => files.read("/data/a"), { pod: "q" })).toBe("1");
    remove(cluster, "q");
    cluster.delete(persistentVolumeClaimKind, cluster.get(persistentVolumeClaimKind, "data")!);
    cluster.advance(MINUTE);
    expect(cluster.list(persistentVolumeKind)).toEqual([]);
    expect(fileRows(cluster)).toEqual([]);
  });

  it("stays with a volume whose policy is Retain, for the next claim", () => {
    const cluster = withClaim();
    start(cluster, "p", "node-1");
    inFiles(cluster, (files) => files.write("/data/a", "1"));
    const [volume] = cluster.list(persistentVolumeKind);
    cluster.update(persistentVolumeKind, volume!, ({ spec }) => {
      spec.persistentVolumeReclaimPolicy = "Retain";
    });
    remove(cluster, "p");
    cluster.delete(persistentVolumeClaimKind, cluster.get(persistentVolumeClaimKind, "data")!);
    cluster.advance(MINUTE);
    cluster.update(persistentVolumeKind, cluster.list(persistentVolumeKind)[0]!, ({ spec }) => {
      delete spec.claimRef;
    });
    cluster.create(persistentVolumeClaimKind, claim({ volumeName: volume!.metadata.name! }));
    start(cluster, "q", "node-1");
    expect(inFiles(cluster, (files) => files.read("/data/a"), { pod: "q" })).toBe("1");
  });

  it("belongs to the pod's fsGroup", () => {
    const cluster = withClaim();
    start(cluster, "p", "node-1");
    inFiles(cluster, (files) => {
      files.makeDirectory("/data/dir", 0o700);
      files.write("/data/dir/file", "1", 0o600);
    });
    remove(cluster, "p");
    start(cluster, "q", "node-1", { securityContext: { fsGroup: 2000 } });
    const look = (pod: string) =>
      inFiles(cluster, (files) => ["/data", "/data/dir", "/data/dir/file"].map((path) => files.stat(path)), {
        pod,
      }).map(({ mode, gid }) => `${mode.toString(8)} ${gid}`);
    expect(look("q")).toEqual(["2775 2000", "2770 2000", "660 2000"]);
  });

  it("is read-only where the pod asks for it", () => {
    const cluster = withClaim();
    start(cluster, "p", "node-1", {
      volumes: [{ name: "v", persistentVolumeClaim: { claimName: "data", readOnly: true } }],
    });
    expect(() => inFiles(cluster, (files) => files.write("/data/a", "1"))).toThrow("Read-only file system");
  });

  it("is a path of the node for volumes of type hostPath", () => {
    const cluster = clusterWith({});
    const volume = {
      ...{ kind: "PersistentVolume", apiVersion: "v1", metadata: { name: "host" } },
      spec: {
        ...{ capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], storageClassName: "manual" },
        hostPath: { path: "/mnt/data" },
      },
    } as unknown as PersistentVolume;
    cluster.create(persistentVolumeKind, volume);
    cluster.create(persistentVolumeClaimKind, claim({ storageClassName: "manual" }));
    cluster.advance(MINUTE);
    start(cluster, "p", "node-1");
    inFiles(cluster, (files) => files.write("/data/a", "1"));
    expect(fileRows(cluster)).toContainEqual(expect.stringMatching(/^sandbar\/node-files\//));
    start(cluster, "q", "node-2");
    expect(inFiles(cluster, (files) => files.list("/data"), { pod: "q" })).toEqual([]);
  });
});

describe("VolumeAttachments", () => {
  const attached = (cluster: TestCluster) =>
    cluster.list(volumeAttachmentKind).map(({ spec, status }) => `${spec.nodeName} ${status.attached}`);
  const inUse = (cluster: TestCluster, node: string) => cluster.get(nodeKind, node)!.status;

  it("exist while pods use a volume, and the node's status lists it", () => {
    const cluster = withClaim();
    expect(attached(cluster)).toEqual([]);
    start(cluster, "p", "node-1");
    expect(attached(cluster)).toEqual(["node-1 true"]);
    const { spec, metadata } = cluster.list(persistentVolumeKind)[0]!;
    const [attachment] = cluster.list(volumeAttachmentKind);
    expect(attachment).toMatchObject({
      metadata: { name: expect.stringMatching(/^csi-[0-9a-f]{64}$/) },
      spec: { attacher: spec.csi!.driver, source: { persistentVolumeName: metadata.name } },
    });
    const name = `kubernetes.io/csi/${spec.csi!.driver}^${spec.csi!.volumeHandle}`;
    expect(inUse(cluster, "node-1")).toMatchObject({
      volumesInUse: [name],
      volumesAttached: [{ name, devicePath: "" }],
    });
    remove(cluster, "p");
    cluster.advance(10 * SECOND);
    expect(attached(cluster)).toEqual([]);
    expect([inUse(cluster, "node-1").volumesInUse, inUse(cluster, "node-1").volumesAttached]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("move to a second node when the first one is free, and after six minutes from a node that does not answer", () => {
    const cluster = withClaim();
    start(cluster, "p", "node-1");
    start(cluster, "q", "node-2");
    expect(attached(cluster)).toEqual(["node-1 true"]);
    remove(cluster, "p");
    cluster.advance(10 * SECOND);
    expect(attached(cluster)).toEqual(["node-2 true"]);
    cluster.beginFault("node-2");
    cluster.advance(2 * MINUTE);
    cluster.delete(podKind, cluster.get(podKind, "q")!, { gracePeriodSeconds: 0 });
    start(cluster, "r", "node-1");
    expect(attached(cluster)).toEqual(["node-2 true"]);
    cluster.advance(7 * MINUTE);
    expect(attached(cluster)).toEqual(["node-1 true"]);
  });
});

describe("a ReadWriteOnce volume on a second node", () => {
  it("waits until the pods of the first node have ended", () => {
    const cluster = withClaim();
    start(cluster, "p", "node-1");
    start(cluster, "q", "node-2");
    expect(cluster.get(podKind, "q")!.status.phase).toBe("Pending");
    const name = cluster.list(persistentVolumeKind)[0]!.metadata.name;
    const message = `Multi-Attach error for volume "${name}" Volume is already used by pod(s) p`;
    expect(cluster.events()).toContain(`Warning FailedAttachVolume Pod/q x1: ${message}`);
    cluster.advance(3 * MINUTE);
    expect(cluster.events().find((text) => text.includes("FailedMount Pod/q"))).toContain("context deadline exceeded");
    remove(cluster, "p");
    cluster.advance(10 * SECOND);
    expect(cluster.get(podKind, "q")!.status.phase).toBe("Running");
    expect(cluster.events()).toContain(
      `Normal SuccessfulAttachVolume Pod/q x1: AttachVolume.Attach succeeded for volume "${name}" `,
    );
  });

  it("is taken from a node that does not answer after six minutes", () => {
    const cluster = withClaim();
    start(cluster, "p", "node-1");
    cluster.beginFault("node-1");
    cluster.advance(2 * MINUTE);
    cluster.delete(podKind, cluster.get(podKind, "p")!, { gracePeriodSeconds: 0 });
    start(cluster, "q", "node-2");
    expect(cluster.get(podKind, "q")!.status.phase).toBe("Pending");
    expect(cluster.events().find((text) => text.includes("FailedAttachVolume"))).toContain(
      "Volume is already exclusively attached to one node and can't be attached to another",
    );
    cluster.advance(7 * MINUTE);
    expect(cluster.get(podKind, "q")!.status.phase).toBe("Running");
  });

  it("is shared by pods on one node", () => {
    const cluster = withClaim();
    start(cluster, "p", "node-1");
    start(cluster, "q", "node-1");
    inFiles(cluster, (files) => files.write("/data/a", "1"));
    expect(inFiles(cluster, (files) => files.read("/data/a"), { pod: "q" })).toBe("1");
  });
});

function withClaim(): TestCluster {
  const cluster = clusterWith({});
  cluster.create(persistentVolumeClaimKind, claim({}));
  cluster.advance(MINUTE);
  return cluster;
}

function claim(spec: Partial<PersistentVolumeClaim["spec"]>): PersistentVolumeClaim {
  return {
    kind: "PersistentVolumeClaim",
    apiVersion: "v1",
    metadata: { name: "data", namespace: "default" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } }, ...spec },
  } as PersistentVolumeClaim;
}

function start(cluster: TestCluster, name: string, node: string, spec: Partial<PodSpec> = {}): void {
  const volumes = [{ name: "v", persistentVolumeClaim: { claimName: "data" } }];
  const nodeSelector = { "kubernetes.io/hostname": node };
  cluster.create(
    podKind,
    podWith(name, { volumeMounts: [{ name: "v", mountPath: "/data" }] }, { volumes, nodeSelector, ...spec }),
  );
  cluster.advance(30 * SECOND);
}

function remove(cluster: TestCluster, name: string): void {
  cluster.delete(podKind, cluster.get(podKind, name)!);
  cluster.advance(45 * SECOND);
  expect(cluster.get(podKind, name)).toBeUndefined();
}
