/** The rights of Linux: owner, group and other bits, and the capabilities that lift them. Linux: fs/namei.c */
import type { Credentials, FileEntry } from "./entry.ts";

export const READ = 4;
export const WRITE = 2;
export const EXECUTE = 1;
export const SETUID = 0o4000;
export const SETGID = 0o2000;
const STICKY = 0o1000;

export function hasCapability(who: Credentials, capability: string): boolean {
  return who.capabilities.includes(capability);
}

export function isInGroup(who: Credentials, gid: number): boolean {
  return who.gid === gid || who.groups.includes(gid);
}

/** Whether `who` may do all of `wanted` (a sum of READ, WRITE and EXECUTE) with the entry. */
export function mayAccess(who: Credentials, entry: FileEntry, wanted: number): boolean {
  if (entry.type === "link") return true;
  if ((bitsFor(who, entry) & wanted) === wanted) return true;
  const isDirectory = entry.type === "directory";
  if (hasCapability(who, "DAC_OVERRIDE")) {
    return isDirectory || (wanted & EXECUTE) === 0 || (entry.mode & 0o111) !== 0;
  }
  if (!hasCapability(who, "DAC_READ_SEARCH")) return false;
  return isDirectory ? (wanted & WRITE) === 0 : wanted === READ;
}

/** Only one of the three sets of bits counts, even if another one would allow more. */
function bitsFor(who: Credentials, entry: FileEntry): number {
  if (who.uid === entry.uid) return (entry.mode >> 6) & 7;
  return isInGroup(who, entry.gid) ? (entry.mode >> 3) & 7 : entry.mode & 7;
}

/** Whether `who` may do what only the owner may: chmod, utimes. */
export function actsAsOwner(who: Credentials, entry: FileEntry): boolean {
  return who.uid === entry.uid || hasCapability(who, "FOWNER");
}

/** Whether the sticky bit of a directory forbids `who` to remove or rename `entry` in it. */
export function isHeldBySticky(who: Credentials, directory: FileEntry, entry: FileEntry): boolean {
  return (directory.mode & STICKY) !== 0 && who.uid !== directory.uid && !actsAsOwner(who, entry);
}

/** Whether `who` may give the entry to this owner and group. */
export function mayChangeOwner(who: Credentials, entry: FileEntry, uid: number, gid: number): boolean {
  if (hasCapability(who, "CHOWN")) return true;
  return who.uid === entry.uid && uid === entry.uid && (gid === entry.gid || isInGroup(who, gid));
}
