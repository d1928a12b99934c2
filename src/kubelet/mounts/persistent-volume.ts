/**
 * Claims: the data belongs to the PersistentVolume and lives as long as it does. Volumes of type hostPath and local are
 * paths of the node.
 * Kubernetes: pkg/kubelet/volumemanager/populator/desired_state_of_world_populator.go, pkg/volume/local/local.go,
 * pkg/volume/volume_linux.go (`SetVolumeOwnership`)
 */

import { claimNameOf } from "../../controllers/volumes/pod-claims.ts";
import type { BaseEntries, FileEntry } from "../../files/entry.ts";
import { joinPath } from "../../files/paths.ts";
import type { LayerTree } from "../../files/tree.ts";
import { persistentVolumeKind } from "../../kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistent-volume-claim.ts";
import type { VolumeFault } from "../../kinds/injected/specs.ts";
import { actingFaults } from "../../kinds/injected/state.ts";
import { quantityValue } from "../../lib/quantity.ts";
import type { PersistentVolume, Pod, Volume } from "../../schema/index.ts";
import type { PodContext } from "../context.ts";
import { existsOnNode, hostPathProblem, openHostPath } from "./host-path.ts";
import { volumeFilesKey } from "./keys.ts";
import type { OpenContext, OpenedVolume, VolumeType } from "./volume-type.ts";

const ROOT: BaseEntries = { "/": { type: "directory", mode: 0o755, uid: 0, gid: 0, modifiedAtMs: 0 } };

const claimed: Omit<VolumeType, "source"> = {
  problem(context, volume) {
    const found = volumeOf(context, volume);
    if (found && hasFault(context, volume, "volume-detached")) return detachedText(found);
    const { hostPath, local } = found?.spec ?? {};
    if (hostPath) return hostPathProblem(context, hostPath);
    if (!local || existsOnNode(context, local.path)) return undefined;
    return `path "${local.path}" does not exist`;
  },
  setUp(open, volume) {
    const found = volumeOf(open.context, volume);
    const group = open.context.pod.spec.securityContext?.fsGroup;
    if (!found || group === undefined || isReadOnly(found, volume) || isOnNode(found)) return;
    giveToGroup(treeOf(open, found), open.context.pod, group);
  },
  open(open, volume) {
    const found = volumeOf(open.context, volume);
    if (!found) throw new Error(`volume ${volume.name} is opened before its claim is bound`);
    return openVolume(open, volume, found);
  },
};

function detachedText({ metadata }: PersistentVolume): string {
  return `timed out waiting for external-attacher of the disk: volume ${metadata.name} is not attached to the node`;
}

export const claims: VolumeType = { source: "persistentVolumeClaim", ...claimed };
/** The claim of an ephemeral volume is named after pod and volume. */
export const ephemeralClaims: VolumeType = { source: "ephemeral", ...claimed };

/** The volume behind a pod's claim; undefined if the claim is not bound. */
export function volumeOf({ tx, pod }: Pick<PodContext, "tx" | "pod">, volume: Volume): PersistentVolume | undefined {
  const name = claimNameOf(pod, volume);
  const claim = name === undefined ? undefined : tx.get(persistentVolumeClaimKind, pod.metadata.namespace ?? "", name);
  return claim?.spec.volumeName ? tx.get(persistentVolumeKind, "", claim.spec.volumeName) : undefined;
}

function openVolume(open: OpenContext, volume: Volume, found: PersistentVolume): OpenedVolume {
  const readOnly = isReadOnly(found, volume) || hasFault(open.context, volume, "volume-detached");
  const { hostPath, local, capacity } = found.spec;
  if (hostPath) return { ...openHostPath(open, hostPath), readOnly };
  if (local) return { ...openHostPath(open, { path: local.path, type: "" }), readOnly };
  const isFull = hasFault(open.context, volume, "volume-full");
  const tree = treeOf(open, found, isFull ? 0 : undefined);
  const sizeBytes = quantityValue(capacity?.["storage"] ?? "0");
  const device = found.spec.nfs
    ? `${found.spec.nfs.server}:${found.spec.nfs.path}`
    : `/dev/disk/by-id/${found.metadata.name}`;
  return {
    tree,
    readOnly,
    fileSystemType: found.spec.nfs ? "nfs4" : (found.spec.csi?.fsType ?? "ext4"),
    source: device,
    shows: {
      sizeBytes,
      get usedBytes() {
        return isFull ? sizeBytes : tree.usedBytes;
      },
    },
  };
}

function treeOf({ trees }: OpenContext, found: PersistentVolume, room?: number): LayerTree {
  const sizeBytes = quantityValue(found.spec.capacity?.["storage"] ?? "0");
  return trees.open(volumeFilesKey(found), ROOT, { sizeBytes: room ?? (sizeBytes > 0 ? sizeBytes : undefined) });
}

/** Whether an injected fault acts on the disk of the volume's claim. */
function hasFault({ tx, pod }: PodContext, volume: Volume, kind: VolumeFault["kind"]): boolean {
  const claim = claimNameOf(pod, volume);
  return actingFaults(tx, kind).some(({ spec }) => spec.namespace === pod.metadata.namespace && spec.claim === claim);
}

function isOnNode({ spec }: PersistentVolume): boolean {
  return spec.hostPath !== undefined || spec.local !== undefined;
}

function isReadOnly({ spec }: PersistentVolume, { persistentVolumeClaim }: Volume): boolean {
  const ofSource = spec.csi?.readOnly === true || spec.nfs?.readOnly === true;
  return persistentVolumeClaim?.readOnly === true || ofSource;
}

/** Gives all entries to the group, unless `OnRootMismatch` finds that the root has it already. */
function giveToGroup(tree: LayerTree, { spec }: Pod, gid: number): void {
  const root = tree.find("/")!;
  const wanted = root.mode | modeOfGroup(root);
  const onlyIfRootDiffers = spec.securityContext?.fsGroupChangePolicy === "OnRootMismatch";
  if (onlyIfRootDiffers && root.gid === gid && root.mode === wanted) return;
  const paths = ["/"];
  for (const path of paths) {
    const entry = tree.find(path)!;
    if (entry.type === "directory") paths.push(...tree.names(path).map((name) => joinPath(path, name)));
    if (entry.type === "link") continue;
    const mode = entry.mode | modeOfGroup(entry);
    if (entry.gid !== gid || entry.mode !== mode) tree.put(path, { ...entry, gid, mode });
  }
}

function modeOfGroup({ type }: FileEntry): number {
  return type === "directory" ? 0o2770 : 0o660;
}
