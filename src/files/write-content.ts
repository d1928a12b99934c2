/** Changes a file's content within the limits of files and trees. The content is then no longer that of a program. */
import { MAX_FILE_BYTES } from "../lib/container-limits.ts";
import { type Bytes, fileBytes, type RegularFile } from "./entry.ts";
import { FileError } from "./errors.ts";
import { SETGID, SETUID } from "./rights.ts";
import type { Place } from "./walk.ts";

/** The file before a change, and the time of the change. */
export interface Change {
  before: RegularFile;
  nowMs: number;
  /** For errors. */
  path: string;
}

/**
 * Replaces the content. Throws ENOSPC, also at the largest size of a file: the disk of a container is that small. The
 * file then holds as much as there is room for, as after write(2).
 */
export function storeContent(place: Place, content: Bytes, change: Change): void {
  const roomBytes = heldRoom(place);
  put(place, content.slice(0, roomBytes), 0, change);
  if (content.length > roomBytes) throw new FileError("ENOSPC", change.path);
}

/** Zeros beyond the largest content are counted, not held. Other data behind them throws ENOSPC. */
export function appendContent(place: Place, added: Bytes, change: Change): void {
  const { content, zeroBytes = 0 } = change.before;
  const sizeBytes = fileBytes(change.before) + added.length;
  const diskBytes =
    sizeBytes > MAX_FILE_BYTES && isZero(added) ? place.mount.tree.diskRoomFor(place.inside) : undefined;
  if (diskBytes !== undefined) growByZeros(place, sizeBytes, { ...change, diskBytes });
  else if (zeroBytes > 0) throw new FileError("ENOSPC", change.path);
  else storeContent(place, content + added, change);
}

/** Cuts the file, or lets it grow by zeros. */
export function resizeContent(place: Place, sizeBytes: number, change: Change): void {
  const { content, zeroBytes = 0 } = change.before;
  const isHeld = sizeBytes <= MAX_FILE_BYTES && zeroBytes === 0;
  const diskBytes = isHeld ? undefined : place.mount.tree.diskRoomFor(place.inside);
  if (sizeBytes <= content.length) put(place, content.slice(0, sizeBytes), 0, change);
  else if (diskBytes !== undefined) growByZeros(place, sizeBytes, { ...change, diskBytes });
  else {
    const roomBytes = heldRoom(place);
    put(place, content.padEnd(Math.min(sizeBytes, roomBytes), "\0"), 0, change);
    if (sizeBytes > roomBytes) throw new FileError("ENOSPC", change.path);
  }
}

function heldRoom({ mount, inside }: Place): number {
  return Math.min(mount.tree.roomFor(inside), MAX_FILE_BYTES);
}

/** Lets the file have `sizeBytes`, or as much as the disk has room for. */
function growByZeros(place: Place, sizeBytes: number, change: Change & { diskBytes: number }): void {
  const { content } = change.before;
  const mostBytes = Math.max(fileBytes(change.before), change.diskBytes);
  put(place, content, Math.min(sizeBytes, mostBytes) - content.length, change);
  if (sizeBytes > mostBytes) throw new FileError("ENOSPC", change.path);
}

function put({ mount, inside }: Place, content: Bytes, zeroBytes: number, { before, nowMs }: Change): void {
  const { program: _program, shownSizeBytes: _shown, zeroBytes: _zeros, ...kept } = before;
  const mode = before.mode & ~(SETUID | SETGID);
  const tail = zeroBytes > 0 ? { zeroBytes } : {};
  mount.tree.put(inside, { ...kept, mode, content, ...tail, modifiedAtMs: nowMs });
}

function isZero(data: Bytes): boolean {
  return /^\0*$/.test(data);
}
