/**
 * /etc/passwd and /etc/group of images. Names such as `nobody` and `operator` are accounts of the distributions.
 * Formats: passwd(5), group(5).
 */
import type { RegularFile } from "../../files/entry.ts";
import { file } from "../tree.ts";

/** An account that an image adds to those of its distribution. */
export interface Account {
  name: string;
  uid: number;
  gid?: number;
  home?: string;
  shell?: string;
}

/** Lines of passwd(5): `name:x:uid:gid:description:home:shell`. */
export function passwdFile(lines: readonly string[]): RegularFile {
  return file(`${lines.join("\n")}\n`);
}

/**
 * `groups` has one `name:gid` or `name:gid:members` for each group, separated by spaces; each account of an image has a group of its
 * name.
 */
export function groupFile(groups: string, accounts: readonly Account[] = []): RegularFile {
  const own = accounts.map(({ name, uid, gid = uid }) => `${name}:${gid}`);
  const lines = [...groups.split(" "), ...own].map((group) => {
    const [name, gid, members = ""] = group.split(":");
    return `${name}:x:${gid}:${members}`;
  });
  return file(`${lines.join("\n")}\n`);
}
