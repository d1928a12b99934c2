/** Replaces a file's content within the limits of files and trees. */
import { MAX_FILE_BYTES } from "../lib/container-limits.ts";
import type { Bytes, RegularFile } from "./entry.ts";
import { FileError } from "./errors.ts";
import { SETGID, SETUID } from "./rights.ts";
import type { Place } from "./walk.ts";

interface NewContent {
  before: RegularFile;
  content: Bytes;
  nowMs: number;
  /** For errors. */
  path: string;
}

/**
 * Throws ENOSPC, also at the largest size of a file: the disk of a container is that small. The file then holds as much as there is room for, as after write(2). The content is no
 * longer that of a built-in program.
 */
export function storeContent({ mount, inside }: Place, { before, content, nowMs, path }: NewContent): void {
  const { program: _program, shownSizeBytes: _shown, ...kept } = before;
  const mode = before.mode & ~(SETUID | SETGID);
  const store = (stored: Bytes) => mount.tree.put(inside, { ...kept, mode, content: stored, modifiedAtMs: nowMs });
  const room = mount.tree.roomFor(inside);
  if (content.length <= Math.min(room, MAX_FILE_BYTES)) {
    store(content);
    return;
  }
  store(content.slice(0, Math.min(room, MAX_FILE_BYTES)));
  throw new FileError("ENOSPC", path);
}
