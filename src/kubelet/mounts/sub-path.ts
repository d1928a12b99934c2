/**
 * The part of a volume that a mount shows: `subPath` and `subPathExpr`.
 * Kubernetes: pkg/kubelet/kubelet_pods.go (`makeMounts`), pkg/volume/util/subpath/subpath_linux.go
 */
import type { Bytes, Credentials } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { createFiles } from "../../files/mounted-files.ts";
import { joinPath, namesOf } from "../../files/paths.ts";
import { LayerTree } from "../../files/tree.ts";
import { goQuote } from "../../lib/go-quote.ts";
import type { VolumeMount } from "../../schema/index.ts";
import { expandSubPath } from "../expansion.ts";
import type { OpenedVolume } from "./volume-type.ts";

const KUBELET_USER: Credentials = { uid: 0, gid: 0, groups: [], capabilities: ["DAC_OVERRIDE", "CHOWN", "FOWNER"] };

export interface SubPathOptions {
  volume: OpenedVolume;
  container: string;
  environment: Readonly<Record<string, Bytes>>;
  nowMs: () => number;
}

/** The volume as the mount shows it, or the message of CreateContainerConfigError. */
export function subVolume(mount: VolumeMount, options: SubPathOptions): { volume: OpenedVolume } | { problem: string } {
  const { volume, environment } = options;
  let path = mount.subPath ?? "";
  if (mount.subPathExpr) {
    const find = (name: string) => (Object.hasOwn(environment, name) ? environment[name] : undefined);
    const expanded = expandSubPath(mount.subPathExpr, find);
    if ("missing" in expanded) return { problem: `missing value for ${expanded.missing.join(", ")}` };
    path = expanded.path;
  }
  if (path === "") return { volume };
  if (path.startsWith("/")) return { problem: `error SubPath \`${path}\` must not be an absolute path` };
  if (namesOf(path).includes("..")) {
    return { problem: `unable to provision SubPath \`${path}\`: must not contain '..'` };
  }
  return findPath(mount, path, options);
}

/** A missing path becomes a directory with the mode of the volume. Links cannot leave the volume. */
function findPath(mount: VolumeMount, path: string, { volume, container, nowMs }: SubPathOptions) {
  const root = { ...volume, path: "/", readOnly: false };
  const files = createFiles({ mounts: [root], nowMs }).filesFor(KUBELET_USER);
  const what = `for volumeMount ${goQuote(mount.name)} of container ${goQuote(container)}`;
  try {
    if (!files.find(`/${path}`)) {
      // The folders of ConfigMaps are not read-only for the kubelet, so it makes an empty directory there too.
      if (volume.readOnly) return { volume: { ...volume, tree: new LayerTree({}), subPath: "/" } };
      let made = "/";
      const { mode } = files.stat("/");
      for (const name of namesOf(path)) {
        made = joinPath(made, name);
        if (!files.find(made)) files.makeDirectory(made, mode & 0o777);
      }
    }
    const inside = files.realPath(`/${path}`);
    const base = volume.subPath ?? "/";
    return { volume: { ...volume, subPath: base === "/" ? inside : base + inside } };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { problem: `failed to create subPath directory ${what}` };
  }
}
