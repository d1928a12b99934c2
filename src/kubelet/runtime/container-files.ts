/** The file systems of a container that runs: its image below its own layer, and what the kubelet mounts. */
import type { Credentials, LayerEntries } from "../../files/entry.ts";
import type { FileSystem } from "../../files/file-system.ts";
import type { Mount } from "../../files/mount.ts";
import { createFiles } from "../../files/mounted-files.ts";
import { LayerTree } from "../../files/tree.ts";
import type { ImageConfig } from "../../images/image.ts";
import { hash32 } from "../../lib/prng.ts";
import type { PodContainer, PodContext } from "../context.ts";

export interface OpenedFiles {
  filesFor(credentials: Credentials, pid?: number): FileSystem;
  /** The container's own layer as it is now. */
  layer(): LayerEntries;
}

export const ROOT: Credentials = { uid: 0, gid: 0, groups: [], capabilities: ["DAC_OVERRIDE", "CHOWN", "FOWNER"] };

export function openFiles(
  context: PodContext,
  { spec, record }: PodContainer,
  { layer, image, nowMs }: { layer: LayerEntries; image: ImageConfig; nowMs: () => number },
): OpenedFiles {
  const root = new LayerTree(image.files(), layer);
  const readOnly = spec.securityContext?.readOnlyRootFilesystem === true;
  const mounts: Mount[] = [{ path: "/", tree: root, readOnly, fileSystemType: "overlay", source: "overlay" }];
  let draws = hash32(`${context.pod.metadata.uid}/${spec.name}/${record.starts}`);
  const random = () => (draws = hash32(String(draws)));
  const files = createFiles({ mounts, nowMs, random });
  return { filesFor: (credentials, pid) => files.filesFor(credentials, pid), layer: () => root.layer() };
}
