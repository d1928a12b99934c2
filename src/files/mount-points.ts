/**
 * Mounts in their order, each at its mount point. The runtime follows links on the way to it and makes it if it is
 * missing, owned by root. runc: libcontainer/rootfs_linux.go (`createMountpoint`)
 */
import type { Credentials, FileEntry } from "./entry.ts";
import { FileError } from "./errors.ts";
import type { Mount } from "./mount.ts";
import { joinPath, namesOf } from "./paths.ts";
import { type Place, walk } from "./walk.ts";

const RUNTIME: Credentials = { uid: 0, gid: 0, groups: [], capabilities: ["DAC_OVERRIDE"] };

/**
 * The mounts by the path at which they are seen, which has no links. Mount points in the container's root are implied,
 * so they do not count as changes; those in volumes that change are stored. Throws EROFS or ENOSPC where one cannot be made, and
 * ENOTDIR where a directory would be mounted onto a file or a file onto a directory.
 */
export function mountAll(mounts: readonly Mount[], nowMs: number): Map<string, Mount> {
  const table = new Map<string, Mount>();
  for (const mount of mounts) {
    const path = mount.path === "/" ? "/" : mountPoint(table, mount, nowMs);
    // A later mount at the same path is seen, and is the last in order.
    table.delete(path);
    table.set(path, path === mount.path ? mount : { ...mount, path });
  }
  return table;
}

function mountPoint(table: ReadonlyMap<string, Mount>, mount: Mount, nowMs: number): string {
  const isFile = mount.tree.find(mount.subPath ?? "/", 1)?.type !== "directory";
  const names = namesOf(mount.path);
  let path = "/";
  for (const [index, name] of names.entries()) {
    const place = walk({ mounts: table, who: RUNTIME, pid: 1 }, joinPath(path, name), { follow: true });
    const type = isFile && index === names.length - 1 ? "file" : "directory";
    if (!place.entry) make(place, type, nowMs);
    else if ((place.entry.type === "directory") !== (type === "directory")) throw new FileError("ENOTDIR", mount.path);
    path = place.path;
  }
  return path;
}

function make({ mount, inside, path }: Place, type: "file" | "directory", nowMs: number): void {
  const attributes = { mode: 0o755, uid: 0, gid: 0, modifiedAtMs: nowMs };
  const entry: FileEntry = type === "file" ? { type, content: "", ...attributes } : { type, ...attributes };
  if (mount.path === "/") mount.tree.imply(inside, entry);
  else if (mount.holdsMountPoints && type === "directory") mount.tree.imply(inside, entry);
  else if (mount.holdsMountPoints) throw new FileError("ENOTDIR", path);
  else if (mount.readOnly) throw new FileError("EROFS", path);
  else mount.tree.put(inside, entry);
}
