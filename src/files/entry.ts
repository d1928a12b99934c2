/**
 * One entry of a file system, as JSON. Contents are byte strings: one character (code 0 to 255) for each byte.
 */

/** A byte string: each character is one byte. */
export type Bytes = string;

interface Attributes {
  /** Permission bits, setuid, setgid and sticky bits included: 0o755. */
  mode: number;
  uid: number;
  gid: number;
  /** Cluster time of the last change of the content, ms. */
  modifiedAtMs: number;
}

export interface RegularFile extends Attributes {
  type: "file";
  content: Bytes;
  /** Octets of zeros behind the content that are not held: a file that fills a disk takes no room in the state. */
  zeroBytes?: number;
  /** The built-in program that runs when this file is executed; its name in the registry of programs. */
  program?: string;
  /** The size that is shown, if it differs from the content's: binaries of images have no content. */
  shownSizeBytes?: number;
}

export interface Directory extends Attributes {
  type: "directory";
}

export interface SymbolicLink extends Attributes {
  type: "link";
  target: string;
}

export interface Device extends Attributes {
  type: "device";
  device: "null" | "zero" | "full" | "random" | "tty" | "block";
}

/** A named pipe or a socket. */
export interface SpecialFile extends Attributes {
  type: "fifo" | "socket";
}

export type FileEntry = RegularFile | Directory | SymbolicLink | Device | SpecialFile;

/** Octets of a file, held or not. */
export function fileBytes({ content, zeroBytes = 0 }: Pick<RegularFile, "content" | "zeroBytes">): number {
  return content.length + zeroBytes;
}

/** Entries by absolute path, without a trailing slash. Null: the entry below was removed (whiteout). */
export type LayerEntries = Record<string, FileEntry | null>;

/** An immutable tree: an image's files. */
export type BaseEntries = Readonly<Record<string, FileEntry>>;

/** Who accesses a file. */
export interface Credentials {
  uid: number;
  gid: number;
  groups: readonly number[];
  /** Capabilities without `CAP_`, such as `DAC_OVERRIDE` and `CHOWN`. */
  capabilities: readonly string[];
  /** Capabilities that a program of root could have; absent: the same ones. */
  boundingCapabilities?: readonly string[];
  /** No program may gain rights (`allowPrivilegeEscalation: false`). */
  hasNoNewPrivileges?: boolean;
  /** A profile of seccomp filters system calls. */
  isFiltered?: boolean;
  /** No profile of AppArmor confines it; absent: the one of containerd does. */
  isUnconfined?: boolean;
}

/** Devices and pipes can be written on a read-only file system. */
export function holdsContent({ type }: FileEntry): boolean {
  return type === "file" || type === "directory" || type === "link";
}
