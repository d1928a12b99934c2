/** The interface of a file system as one process sees it. `mounted-files.ts` implements it. */
import type { Bytes, FileEntry } from "./entry.ts";

/** All paths are absolute. Every method throws FileError with the error that Linux gives. */
export interface FileSystem {
  /** Follows links; undefined if there is no such entry. Throws only for errors of the way there (EACCES, ELOOP). */
  find(path: string): FileEntry | undefined;
  /** Does not follow a link at the end of the path. */
  findLink(path: string): FileEntry | undefined;
  /** As `find`, with ENOENT for a missing entry. */
  stat(path: string): FileEntry;
  /** The whole content. EFBIG: the file ends with more zeros than are held. */
  read(path: string): Bytes;
  /** Replaces the content; creates the file with `mode` (default 0o644, less `umask`). */
  write(path: string, content: Bytes, mode?: number): void;
  append(path: string, content: Bytes): void;
  /** Cuts the file, or lets it grow by zeros; creates it as `write` does. */
  resize(path: string, sizeBytes: number): void;
  /** As `read` and `write`, and a copy of a built-in program's file runs that program. Default mode: the source's. */
  copyFile(from: string, to: string, mode?: number): void;
  /** Creates or replaces a file that runs a built-in program. */
  installProgram(path: string, program: string): void;
  /** Names of a directory's entries, sorted by bytes, without `.` and `..`. */
  list(path: string): readonly string[];
  makeDirectory(path: string, mode?: number): void;
  makeLink(target: string, path: string): void;
  makeSpecial(path: string, type: "fifo" | "socket", mode?: number): void;
  /** Removes a file, link or special file. */
  removeFile(path: string): void;
  /** Removes an empty directory. */
  removeDirectory(path: string): void;
  /** Moves within a file system; EXDEV between mounts. */
  rename(from: string, to: string): void;
  /** The path without links, `.` and `..`. */
  realPath(path: string): string;
  setMode(path: string, mode: number): void;
  setOwner(path: string, uid: number, gid: number): void;
  setModifiedAt(path: string, atMs: number): void;
  /** Throws EACCES unless the process may do all of `rwx` that `how` names. */
  access(path: string, how: string): void;
  /** The same files for descriptors that are open: rights were checked when they were opened, perhaps by another user. */
  asOpened(): FileSystem;
  /** Size of the entry as `stat` shows it. */
  sizeBytes(entry: FileEntry): number;
  /** The mount of a path, for df, mount and stat -f. */
  mountOf(path: string): MountFacts;
  /** All mounts, in the order of mounting. */
  readonly mounts: readonly MountFacts[];
}

/** What df and mount show. */
export interface MountFacts {
  path: string;
  /** `overlay`, `tmpfs`, `ext4`, `proc`, … */
  fileSystemType: string;
  /** First column of df and mount: `overlay`, `tmpfs`, `/dev/vda1`. */
  source: string;
  readOnly: boolean;
  sizeBytes: number;
  usedBytes: number;
}
