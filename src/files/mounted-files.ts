/** The file systems of one container: mounts, seen with the rights of a process. */
import { type Charge, LISTED_STEPS, OCTET_STEPS, PATH_STEPS } from "./charge.ts";
import { readDevice } from "./devices.ts";
import { type Bytes, type Credentials, type FileEntry, fileBytes, holdsContent } from "./entry.ts";
import { FileError } from "./errors.ts";
import type { FileSystem, MountFacts } from "./file-system.ts";
import { factsOf, type Mount } from "./mount.ts";
import { mountAll } from "./mount-points.ts";
import { type MountsOfProcess, withForeignRoots } from "./process-roots.ts";
import { movePlace } from "./rename.ts";
import {
  actsAsOwner,
  EXECUTE,
  hasCapability,
  isHeldBySticky,
  isInGroup,
  mayAccess,
  mayChangeOwner,
  READ,
  SETGID,
  SETUID,
  WRITE,
} from "./rights.ts";
import { childOf, type LastName, type MountTable, type Place, tryWalk, walk, walkToLast } from "./walk.ts";
import { appendContent, type Change, resizeContent, storeContent } from "./write-content.ts";

export interface FilesOptions {
  /** In the order of mounting. The first one is at `/`. */
  mounts: readonly Mount[];
  /** Cluster time now, ms: the time of changes. */
  nowMs: () => number;
  /** 32 random bits, for /dev/random. */
  random?: () => number;
  /**
   * The mounts of another container whose process has this pid; undefined if there is no such process. Throws EACCES if
   * `who` may not look at it.
   */
  mountsOfProcess?: undefined | MountsOfProcess;
}

export interface ContainerFiles {
  /** Its mounts, for containers that reach them through `/proc`. */
  readonly mounts: MountTable;
  /** The longest content that the file at a path may have, octets; other limits of files apart. */
  roomFor(path: string): number;
  /** The file system as a process sees it. `pid` decides what `/proc/self` is. `charge` counts its work, in steps. */
  filesFor(credentials: Credentials, pid?: number, charge?: Charge): FileSystem;
}

/** Assembles the mounts of a container and makes missing mount points. Throws FileError if one cannot be made. */
export function createFiles(options: FilesOptions): ContainerFiles {
  const table = mountAll(options.mounts, options.nowMs());
  const { mountsOfProcess } = options;
  const tableFor = (who: Credentials) => (mountsOfProcess ? withForeignRoots(table, mountsOfProcess, who) : table);
  const roomFor = (path: string) => {
    const { mount, inside } = walk({ mounts: table, who: KERNEL, pid: 1 }, path, { follow: true });
    return mount.tree.roomFor(inside);
  };
  return {
    mounts: table,
    roomFor,
    filesFor: (who, pid = 1, charge) => new MountedFiles(options, tableFor(who), { who, pid, charge }),
  };
}

interface Viewer {
  who: Credentials;
  pid: number;
  charge?: Charge | undefined;
}

/** The size that `ls -l` shows of an installed program. */
const INSTALLED_BYTES = 272_000;
const KERNEL: Credentials = { uid: 0, gid: 0, groups: [], capabilities: ["DAC_OVERRIDE"] };

class MountedFiles implements FileSystem {
  readonly #options: FilesOptions;
  readonly #table: MountTable;
  readonly #who: Credentials;
  readonly #pid: number;
  readonly #charge: Charge | undefined;

  constructor(options: FilesOptions, table: MountTable, { who, pid, charge }: Viewer) {
    this.#options = options;
    this.#table = table;
    this.#who = who;
    this.#pid = pid;
    this.#charge = charge;
  }

  // ---- Reading

  find(path: string): FileEntry | undefined {
    return this.#find(path, true);
  }

  findLink(path: string): FileEntry | undefined {
    return this.#find(path, false);
  }

  stat(path: string): FileEntry {
    return this.#existing(path, true).entry;
  }

  read(path: string): Bytes {
    const { entry } = this.#existing(path, true);
    if (!mayAccess(this.#who, entry, READ)) throw new FileError("EACCES", path);
    if (entry.type === "directory") throw new FileError("EISDIR", path);
    if (entry.type === "device") return readDevice(entry, this.#options.random);
    if (entry.type !== "file") return "";
    if (entry.zeroBytes) throw new FileError("EFBIG", path);
    this.#charge?.(entry.content.length * OCTET_STEPS);
    return entry.content;
  }

  list(path: string): readonly string[] {
    const place = this.#existing(path, true);
    if (place.entry.type !== "directory") throw new FileError("ENOTDIR", path);
    if (!mayAccess(this.#who, place.entry, READ)) throw new FileError("EACCES", path);
    const names = place.mount.tree.names(place.inside, this.#pid);
    this.#charge?.(names.length * LISTED_STEPS);
    return names.sort();
  }

  realPath(path: string): string {
    return this.#existing(path, true).path;
  }

  access(path: string, how: string): void {
    const { entry, mount } = this.#existing(path, true);
    const wanted = (how.includes("r") ? READ : 0) | (how.includes("w") ? WRITE : 0) | (how.includes("x") ? EXECUTE : 0);
    if ((wanted & WRITE) !== 0 && mount.readOnly && holdsContent(entry)) throw new FileError("EROFS", path);
    if (!mayAccess(this.#who, entry, wanted)) throw new FileError("EACCES", path);
  }

  asOpened(): FileSystem {
    return new MountedFiles(this.#options, this.#table, { who: KERNEL, pid: this.#pid });
  }

  sizeBytes(entry: FileEntry): number {
    if (entry.type === "file") return entry.shownSizeBytes ?? fileBytes(entry);
    if (entry.type === "link") return entry.target.length;
    return entry.type === "directory" ? 4096 : 0;
  }

  mountOf(path: string): MountFacts {
    return factsOf(this.#existing(path, true).mount);
  }

  get mounts(): readonly MountFacts[] {
    return [...this.#table.values()].map(factsOf);
  }

  // ---- Writing

  write(path: string, content: Bytes, mode = 0o644): void {
    this.#charge?.(content.length * OCTET_STEPS);
    this.#store(path, (place, change) => storeContent(place, content, change), mode);
  }

  append(path: string, content: Bytes): void {
    this.#charge?.(content.length * OCTET_STEPS);
    this.#store(path, (place, change) => appendContent(place, content, change), 0o644);
  }

  resize(path: string, sizeBytes: number): void {
    this.#store(path, (place, change) => resizeContent(place, sizeBytes, change), 0o644);
  }

  copyFile(from: string, to: string, mode?: number): void {
    this.access(from, "r");
    const source = this.stat(from);
    const content = source.type === "file" ? source.content : this.read(from);
    this.write(to, content, mode ?? source.mode & 0o777);
    if (source.type !== "file") return;
    if (source.zeroBytes) this.resize(to, fileBytes(source));
    if (source.program !== undefined) this.#runs(to, source.program, source.shownSizeBytes);
  }

  installProgram(path: string, program: string): void {
    this.write(path, "", 0o755);
    this.#runs(path, program, INSTALLED_BYTES);
  }

  /** Lets a regular file run a program. */
  #runs(path: string, program: string, shownSizeBytes: number | undefined): void {
    const place = this.#existing(path, true);
    if (place.entry.type !== "file") return;
    this.#put(place, { ...place.entry, program, ...(shownSizeBytes !== undefined && { shownSizeBytes }) });
  }

  makeDirectory(path: string, mode = 0o755): void {
    this.#create(path, { type: "directory", mode });
  }

  makeLink(target: string, path: string): void {
    if (target === "") throw new FileError("ENOENT", path);
    this.#create(path, { type: "link", target, mode: 0o777 });
  }

  makeSpecial(path: string, type: "fifo" | "socket", mode = 0o644): void {
    this.#create(path, { type, mode });
  }

  removeFile(path: string): void {
    const last = this.#last(path);
    if (last.type !== "plain") throw new FileError("EISDIR", path);
    const place = this.#child(last, path);
    if (last.hasSlash) throw new FileError(place.entry.type === "directory" ? "EISDIR" : "ENOTDIR", path);
    this.#checkRemoval(place, path);
    if (place.entry.type === "directory") throw new FileError("EISDIR", path);
    this.#checkUnmounted(place, path);
    this.#remove(place);
  }

  removeDirectory(path: string): void {
    const last = this.#last(path);
    if (last.type !== "plain") {
      throw new FileError(last.type === ".." ? "ENOTEMPTY" : last.type === "." ? "EINVAL" : "EBUSY", path);
    }
    const place = this.#child(last, path);
    this.#checkRemoval(place, path);
    if (place.entry.type !== "directory") throw new FileError("ENOTDIR", path);
    this.#checkUnmounted(place, path);
    if (place.mount.tree.names(place.inside, this.#pid).length > 0) throw new FileError("ENOTEMPTY", path);
    this.#remove(place);
  }

  rename(from: string, to: string): void {
    const [fromLast, toLast] = [this.#last(from), this.#last(to)];
    if (fromLast.directory.mount !== toLast.directory.mount) throw new FileError("EXDEV", to);
    if (fromLast.type !== "plain" || toLast.type !== "plain") throw new FileError("EBUSY", to);
    this.#checkWritable(fromLast.directory, from);
    const source = this.#child(fromLast, from);
    const target = childOf({ mounts: this.#table, pid: this.#pid }, toLast.directory, toLast.name);
    const hasSlash = fromLast.hasSlash || toLast.hasSlash;
    if (hasSlash && source.entry.type !== "directory") throw new FileError("ENOTDIR", to);
    const check = () => {
      this.#checkRemoval(source, from);
      if (target.entry) this.#checkRemoval(target, to);
      else this.#checkParent(target, to);
    };
    const isMountPoint = (path: string) => this.#table.has(path);
    if (!movePlace(source, target, { check, isMountPoint, pid: this.#pid, to })) return;
    this.#touchParent(source);
    if (source.parent!.inside !== target.parent!.inside) this.#touchParent(target);
  }

  setMode(path: string, mode: number): void {
    const place = this.#existing(path, true);
    const { entry } = place;
    this.#checkWritable(place, path);
    if (!actsAsOwner(this.#who, entry)) throw new FileError("EPERM", path);
    const losesSetgid = !isInGroup(this.#who, entry.gid) && !hasCapability(this.#who, "FSETID");
    this.#put(place, { ...entry, mode: losesSetgid ? mode & ~SETGID : mode });
  }

  setOwner(path: string, uid: number, gid: number): void {
    const place = this.#existing(path, true);
    const { entry } = place;
    this.#checkWritable(place, path);
    if (!mayChangeOwner(this.#who, entry, uid, gid)) throw new FileError("EPERM", path);
    const mode = entry.type === "file" ? entry.mode & ~(SETUID | SETGID) : entry.mode;
    this.#put(place, { ...entry, uid, gid, mode });
  }

  setModifiedAt(path: string, atMs: number): void {
    const place = this.#existing(path, true);
    this.#checkWritable(place, path);
    if (!actsAsOwner(this.#who, place.entry)) {
      if (atMs !== this.#options.nowMs()) throw new FileError("EPERM", path);
      if (!mayAccess(this.#who, place.entry, WRITE)) throw new FileError("EACCES", path);
    }
    this.#put(place, { ...place.entry, modifiedAtMs: atMs });
  }

  // ---- Steps

  #walk(path: string, follow: boolean): Place {
    this.#charge?.(PATH_STEPS);
    return walk({ mounts: this.#table, who: this.#who, pid: this.#pid }, path, { follow });
  }

  #find(path: string, follow: boolean): FileEntry | undefined {
    this.#charge?.(PATH_STEPS);
    const place = tryWalk({ mounts: this.#table, who: this.#who, pid: this.#pid }, path, { follow });
    if (typeof place !== "string") return place.entry;
    if (place === "ENOENT" || place === "ENOTDIR") return undefined;
    throw new FileError(place, path);
  }

  #existing(path: string, follow: boolean): ExistingPlace {
    const place = this.#walk(path, follow);
    if (!exists(place)) throw new FileError("ENOENT", path);
    return place;
  }

  #store(path: string, change: (place: Place, change: Change) => void, mode: number): void {
    if (path.endsWith("/") && this.#last(path)) throw new FileError("EISDIR", path);
    const place = this.#walk(path, true);
    if (!exists(place)) {
      this.#checkParent(place, path);
      this.#put(place, { type: "file", content: "", ...this.#attributes(place, mode) });
      this.#touchParent(place);
      this.#store(place.path, change, mode);
      return;
    }
    const { entry, mount } = place;
    if (entry.type === "directory") throw new FileError("EISDIR", path);
    if (!mayAccess(this.#who, entry, WRITE)) throw new FileError("EACCES", path);
    if (entry.type === "device" && entry.device === "full") throw new FileError("ENOSPC", path);
    if (entry.type !== "file") return;
    if (mount.readOnly) throw new FileError("EROFS", path);
    change(place, { before: entry, nowMs: this.#options.nowMs(), path });
  }

  #create(path: string, made: NewEntry): void {
    const last = this.#last(path);
    if (last.type !== "plain") throw new FileError("EEXIST", path);
    const place = childOf({ mounts: this.#table, pid: this.#pid }, last.directory, last.name);
    if (place.entry) throw new FileError("EEXIST", path);
    if (last.hasSlash && made.type !== "directory") throw new FileError("ENOENT", path);
    this.#checkParent(place, path);
    const attributes = this.#attributes(place, made.mode);
    const inherited = made.type === "directory" ? place.parent!.entry!.mode & SETGID : 0;
    this.#put(place, { ...made, ...attributes, mode: attributes.mode | inherited });
    this.#touchParent(place);
  }

  /** Owner and group of a new entry: a directory with the setgid bit gives its group. */
  #attributes({ parent }: Place, mode: number) {
    const directory = parent!.entry!;
    const gid = (directory.mode & SETGID) !== 0 ? directory.gid : this.#who.gid;
    return { mode, uid: this.#who.uid, gid, modifiedAtMs: this.#options.nowMs() };
  }

  /** Whether an entry may be added to the directory of `place`. */
  #checkParent(place: Place, path: string): void {
    if (place.mount.readOnly) throw new FileError("EROFS", path);
    if (!mayAccess(this.#who, place.parent!.entry!, WRITE | EXECUTE)) throw new FileError("EACCES", path);
  }

  #checkWritable({ mount }: Place, path: string): void {
    if (mount.readOnly) throw new FileError("EROFS", path);
  }

  #last(path: string): LastName {
    return walkToLast({ mounts: this.#table, who: this.#who, pid: this.#pid }, path);
  }

  /** The entry that the last name names, without following a link. */
  #child({ directory, name }: LastName, path: string): ExistingPlace {
    const place = childOf({ mounts: this.#table, pid: this.#pid }, directory, name);
    if (!exists(place)) throw new FileError("ENOENT", path);
    return place;
  }

  #checkRemoval(place: Place, path: string): void {
    this.#checkParent({ ...place, mount: place.parent!.mount }, path);
    if (isHeldBySticky(this.#who, place.parent!.entry!, place.entry!)) throw new FileError("EPERM", path);
  }

  #checkUnmounted({ path }: Place, named: string): void {
    if (this.#table.has(path)) throw new FileError("EBUSY", named);
  }

  #put(place: Place, entry: FileEntry): void {
    place.mount.tree.put(place.inside, entry);
  }

  #remove(place: Place): void {
    place.mount.tree.remove(place.inside);
    this.#touchParent(place);
  }

  /** A directory's time changes with its entries, unless the layer is full. */
  #touchParent({ parent, mount }: Place): void {
    const { inside } = parent!;
    const directory = mount.tree.find(inside, this.#pid)!;
    try {
      mount.tree.put(inside, { ...directory, modifiedAtMs: this.#options.nowMs() });
    } catch (error) {
      if (!(error instanceof FileError && error.code === "ENOSPC")) throw error;
    }
  }
}

type ExistingPlace = Place & { entry: FileEntry };

type NewEntry =
  | { type: "directory"; mode: number }
  | { type: "link"; target: string; mode: number }
  | { type: "fifo" | "socket"; mode: number };

function exists(place: Place): place is ExistingPlace {
  return place.entry !== undefined;
}
