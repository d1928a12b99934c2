/** Names of users and groups, from the container's /etc/passwd and /etc/group. */
import { FileError } from "../../files/errors.ts";
import type { FileSystem } from "../../files/file-system.ts";

export interface User {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
}

export interface Group {
  name: string;
  gid: number;
  members: readonly string[];
}

export function usersOf(files: FileSystem): User[] {
  return linesOf(files, "/etc/passwd").flatMap(([name = "", , uid, gid, , home = "/", shell = "/bin/sh"]) =>
    uid === undefined || gid === undefined ? [] : [{ name, uid: Number(uid), gid: Number(gid), home, shell }],
  );
}

export function groupsOf(files: FileSystem): Group[] {
  return linesOf(files, "/etc/group").flatMap(([name = "", , gid, members = ""]) =>
    gid === undefined ? [] : [{ name, gid: Number(gid), members: members.split(",").filter(Boolean) }],
  );
}

/** Names by number; a number without a name is shown as it is. */
export class Names {
  readonly #users: User[];
  readonly #groups: Group[];

  constructor(files: FileSystem) {
    this.#users = usersOf(files);
    this.#groups = groupsOf(files);
  }

  user(uid: number): string {
    return this.#users.find((user) => user.uid === uid)?.name ?? String(uid);
  }

  group(gid: number): string {
    return this.#groups.find((group) => group.gid === gid)?.name ?? String(gid);
  }

  /** A user by name or number; undefined for an unknown name. */
  findUser(text: string): { uid: number; gid: number } | undefined {
    const user = this.#users.find(({ name }) => name === text);
    if (user) return user;
    if (!/^\d+$/.test(text)) return undefined;
    const uid = Number(text);
    return { uid, gid: this.#users.find((known) => known.uid === uid)?.gid ?? uid };
  }

  findGroup(text: string): number | undefined {
    const group = this.#groups.find(({ name }) => name === text);
    if (group) return group.gid;
    return /^\d+$/.test(text) ? Number(text) : undefined;
  }
}

function linesOf(files: FileSystem, path: string): string[][] {
  try {
    const lines = files.read(path).split("\n");
    return lines.filter((line) => line.includes(":")).map((line) => line.split(":"));
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}
