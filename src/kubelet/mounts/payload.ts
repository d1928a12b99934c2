/**
 * Files of volumes that show data of the cluster, and the folder in which the kubelet writes them: a folder with a
 * time in its name, and links that are replaced together with it.
 * Kubernetes: pkg/volume/util/atomic_writer.go, pkg/volume/volume_linux.go (`ChangePermissions`)
 */
import type { BaseEntries, Bytes, FileEntry, RegularFile } from "../../files/entry.ts";
import { joinPath, namesOf, parentPath } from "../../files/paths.ts";
import { hash32 } from "../../lib/prng.ts";

export interface PayloadFile {
  /** Called when the file is read. */
  content: () => Bytes;
  mode: number;
  uid?: number;
}

/** Files by their path in the volume. */
export type Payload = ReadonlyMap<string, PayloadFile>;

export interface PayloadOptions {
  /** When the kubelet wrote the files, ms. */
  writtenAtMs: number;
  /** Decides about the digits in the folder's name. */
  seed: string;
  fsGroup?: number;
}

const READABLE = 0o440;
const ENTERABLE = 0o110;
const SETGID = 0o2000;

/** The tree of a volume: `..2026_…`, `..data` and a link for each first name of a path. */
export function payloadTree(payload: Payload, options: PayloadOptions): BaseEntries {
  const { writtenAtMs, fsGroup } = options;
  const owner = { uid: 0, gid: fsGroup ?? 0, modifiedAtMs: writtenAtMs };
  const folder = folderName(options);
  const directory = (mode: number): FileEntry => {
    const shared = fsGroup === undefined ? mode : mode | READABLE | ENTERABLE | SETGID;
    return { type: "directory", mode: shared, ...owner };
  };
  const entries: Record<string, FileEntry> = {
    "/": directory(0o777),
    [`/${folder}`]: directory(0o755),
    "/..data": { type: "link", mode: 0o777, target: folder, ...owner },
  };
  for (const [path, { content, mode, uid = 0 }] of payload) {
    const names = namesOf(path);
    const target = joinPath(`/${folder}`, names.join("/"));
    for (let parent = parentPath(target); !entries[parent]; parent = parentPath(parent)) {
      entries[parent] = directory(0o755);
    }
    entries[target] = lazyFile(content, { ...owner, uid, mode: fsGroup === undefined ? mode : mode | READABLE });
    entries[`/${names[0]}`] ??= { type: "link", mode: 0o777, target: `..data/${names[0]}`, ...owner };
  }
  return entries;
}

/** Its content is made when it is read: a token must not be signed for a listing. */
function lazyFile(content: () => Bytes, attributes: Omit<RegularFile, "type" | "content">): RegularFile {
  return {
    type: "file",
    ...attributes,
    get content() {
      return content();
    },
  };
}

/** `..2026_02_01_09_30_00.1234567890` */
function folderName({ writtenAtMs, seed }: PayloadOptions): string {
  const time = new Date(writtenAtMs).toISOString().slice(0, 19).replace(/\D/g, "_");
  return `..${time}.${hash32(`${seed}/${writtenAtMs}`)}`;
}
