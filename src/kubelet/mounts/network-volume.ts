/**
 * Volumes of a storage outside the cluster, given in the pod itself. There is no such storage, so their data lives as
 * long as the pod.
 * Kubernetes: pkg/volume/nfs/nfs.go, pkg/volume/git_repo/git_repo.go
 */
import type { Volume } from "../../schema/index.ts";
import { podVolumeKey } from "./keys.ts";
import type { VolumeType } from "./volume-type.ts";

const SOURCES = [
  "nfs",
  "iscsi",
  "fc",
  "cephfs",
  "rbd",
  "glusterfs",
  "quobyte",
  "flexVolume",
  "cinder",
  "azureFile",
  "azureDisk",
  "awsElasticBlockStore",
  "gcePersistentDisk",
  "vsphereVolume",
  "portworxVolume",
  "scaleIO",
  "storageos",
  "photonPersistentDisk",
  "flocker",
] as const satisfies readonly (keyof Volume)[];

export const networkVolumes: readonly VolumeType[] = SOURCES.map((source) => ({
  source,
  open({ context, trees }, volume) {
    const tree = trees.open(podVolumeKey(context.pod, volume.name), {});
    const device = volume.nfs ? `${volume.nfs.server}:${volume.nfs.path}` : `/dev/${source}`;
    const readOnly = volume.nfs?.readOnly === true;
    return { tree, readOnly, fileSystemType: volume.nfs ? "nfs4" : "ext4", source: device };
  },
}));

/** The kubelet of this version refuses these volumes. */
export const gitRepo: VolumeType = {
  source: "gitRepo",
  problem: () =>
    "git-repo volume plugin has been disabled; if necessary, it may be re-enabled by enabling the feature-gate `GitRepoVolumeDriver`",
  open: ({ context, trees }, volume) => ({
    tree: trees.open(podVolumeKey(context.pod, volume.name), {}),
    fileSystemType: "ext4",
    source: "/dev/vda1",
  }),
};
