/** Follows a path through links and mounts, with the rights of a process. Linux: fs/namei.c */
import { MAX_LINKS_FOLLOWED, MAX_NAME_LENGTH, MAX_PATH_LENGTH } from "../lib/container-limits.ts";
import type { Credentials, FileEntry } from "./entry.ts";
import { FileError, type FileErrorCode } from "./errors.ts";
import type { Mount } from "./mount.ts";
import { joinPath, namesOf } from "./paths.ts";
import { EXECUTE, mayAccess } from "./rights.ts";

/** The mounts by their paths; the last one at a path is seen. */
export interface MountTable {
  get(path: string): Mount | undefined;
  has(path: string): boolean;
  values(): Iterable<Mount>;
  /** The root behind a link that leads into other mounts (`/proc/7/root`). Throws EACCES if it may not be followed. */
  behindLink?(path: string): Mount | undefined;
}

/** Where a path leads. Only the last name may be missing. */
export interface Place {
  /** The path without links, `.` and `..`. */
  path: string;
  mount: Mount;
  /** The path in the mount's tree. */
  inside: string;
  entry: FileEntry | undefined;
  /** Undefined for the root only. */
  parent: Place | undefined;
}

interface Walker {
  mounts: MountTable;
  who: Credentials;
  pid: number;
}

/** Throws ENOENT, ENOTDIR, EACCES, ELOOP or ENAMETOOLONG. `follow`: whether a link at the end is followed. */
export function walk(walker: Walker, path: string, options: { follow: boolean }): Place {
  const place = tryWalk(walker, path, options);
  if (typeof place === "string") throw new FileError(place, path);
  return place;
}

/** As `walk`, and returns the error's code: most paths that a shell tries do not exist, and an exception is dear. */
export function tryWalk(walker: Walker, path: string, { follow }: { follow: boolean }): Place | FileErrorCode {
  if (path === "") return "ENOENT";
  if (path.length >= MAX_PATH_LENGTH) return "ENAMETOOLONG";
  const needsDirectory = /\/\.{0,2}$/.test(path);
  const root = rootOf(walker);
  const pending = namesOf(path).reverse();
  let here = root;
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const problem = entryProblem(walker, here);
    if (problem) return problem;
    if (name === ".") continue;
    if (name === "..") {
      here = here.parent ?? here;
      continue;
    }
    if (name.length > MAX_NAME_LENGTH) return "ENAMETOOLONG";
    const next = childOf(walker, here, name);
    const isFollowed = pending.length > 0 || follow || needsDirectory;
    if (next.entry?.type !== "link" || !isFollowed) {
      here = next;
      continue;
    }
    if (++links > MAX_LINKS_FOLLOWED) return "ELOOP";
    const { target } = next.entry;
    const mount = walker.mounts.behindLink?.(next.path);
    if (mount) {
      const inside = mount.subPath ?? "/";
      here = { ...next, mount, inside, entry: mount.tree.find(inside, walker.pid) };
      continue;
    }
    if (target === "") return "ENOENT";
    if (target.startsWith("/")) here = root;
    pending.push(...namesOf(target).reverse());
  }
  if (needsDirectory && here.entry && here.entry.type !== "directory") return "ENOTDIR";
  return here;
}

/** The last name of a path and the directory that holds it, for what creates, removes or renames. */
export interface LastName {
  directory: Place;
  name: string;
  /** `.`, `..` and the root name no entry of the directory. */
  type: "plain" | "." | ".." | "root";
  hasSlash: boolean;
}

/** Follows all names but the last one. Throws as `walk`, and ENOTDIR or EACCES for the directory. */
export function walkToLast(walker: Walker, path: string): LastName {
  const names = namesOf(path);
  const name = names.at(-1) ?? "";
  const directory = walk(walker, names.length === 0 && path !== "" ? "/" : `/${names.slice(0, -1).join("/")}`, {
    follow: true,
  });
  const problem = entryProblem(walker, directory);
  if (problem) throw new FileError(problem, path);
  if (name.length > MAX_NAME_LENGTH || path.length >= MAX_PATH_LENGTH) throw new FileError("ENAMETOOLONG", path);
  const type = name === "" ? "root" : name === "." || name === ".." ? name : "plain";
  return { directory, name, type, hasSlash: path.endsWith("/") };
}

/** Why an entry of this place cannot be looked up. */
function entryProblem({ who }: Walker, { entry }: Place): FileErrorCode | undefined {
  if (!entry) return "ENOENT";
  if (entry.type !== "directory") return "ENOTDIR";
  return mayAccess(who, entry, EXECUTE) ? undefined : "EACCES";
}

function rootOf({ mounts, pid }: Walker): Place {
  const mount = mounts.get("/")!;
  const inside = mount.subPath ?? "/";
  return { path: "/", mount, inside, entry: mount.tree.find(inside, pid), parent: undefined };
}

/** The entry `name` of a directory. A mount at this path hides what the directory holds. */
export function childOf({ mounts, pid }: Pick<Walker, "mounts" | "pid">, parent: Place, name: string): Place {
  const path = joinPath(parent.path, name);
  const mounted = mounts.get(path);
  const mount = mounted ?? parent.mount;
  const inside = mounted ? (mounted.subPath ?? "/") : joinPath(parent.inside, name);
  return { path, mount, inside, entry: mount.tree.find(inside, pid), parent };
}
