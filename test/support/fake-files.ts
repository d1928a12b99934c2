/** A file system in memory for tests of programs: no mounts, no rights. */
import type { Bytes, FileEntry } from "../../src/files/entry.ts";
import { FileError } from "../../src/files/errors.ts";
import type { FileSystem, MountFacts } from "../../src/files/file-system.ts";
import { baseName, directoryName, resolvePath } from "../../src/programs/base/paths.ts";

const ROOT: MountFacts = {
  path: "/",
  fileSystemType: "overlay",
  source: "overlay",
  readOnly: false,
  sizeBytes: 100 * 1024 ** 3,
  usedBytes: 20 * 1024 ** 3,
};
const MAX_LINKS = 40;

export class FakeFiles implements FileSystem {
  readonly entries = new Map<string, FileEntry>();
  readonly mounts = [ROOT];
  nowMs: number;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
    for (const path of ["/", "/tmp", "/etc", "/dev"])
      this.#put(path, { type: "directory", ...this.#attributes(0o755) });
    this.#put("/dev/null", { type: "device", device: "null", ...this.#attributes(0o666) });
    this.#put("/dev/zero", { type: "device", device: "zero", ...this.#attributes(0o666) });
  }

  #attributes(mode: number) {
    return { mode, uid: 0, gid: 0, modifiedAtMs: this.nowMs };
  }

  #put(path: string, entry: FileEntry): void {
    this.entries.set(path, entry);
    const parent = this.entries.get(directoryName(path));
    if (parent && path !== "/") this.entries.set(directoryName(path), { ...parent, modifiedAtMs: this.nowMs });
  }

  /** The path without links in its directories, and at its end if `follows`. */
  #walk(path: string, follows: boolean, depth = 0): string {
    if (depth > MAX_LINKS) throw new FileError("ELOOP", path);
    let at = "/";
    const parts = resolvePath("/", path).split("/").filter(Boolean);
    for (const [i, part] of parts.entries()) {
      const parent = this.entries.get(at);
      if (parent && parent.type !== "directory") throw new FileError("ENOTDIR", path);
      at = at === "/" ? `/${part}` : `${at}/${part}`;
      const entry = this.entries.get(at);
      const isLast = i === parts.length - 1;
      if (entry?.type !== "link" || (isLast && !follows)) continue;
      at = this.#walk(resolvePath(directoryName(at), entry.target), true, depth + 1);
    }
    return at;
  }

  find(path: string): FileEntry | undefined {
    return this.#found(path, true);
  }

  findLink(path: string): FileEntry | undefined {
    return this.#found(path, false);
  }

  #found(path: string, follows: boolean): FileEntry | undefined {
    try {
      return this.entries.get(this.#walk(path, follows));
    } catch (error) {
      if (error instanceof FileError && error.code === "ENOTDIR") return undefined;
      throw error;
    }
  }

  stat(path: string): FileEntry {
    const entry = this.entries.get(this.#walk(path, true));
    if (!entry) throw new FileError("ENOENT", path);
    return entry;
  }

  read(path: string): Bytes {
    const entry = this.stat(path);
    if (entry.type === "directory") throw new FileError("EISDIR", path);
    return entry.type === "file" ? entry.content : "";
  }

  write(path: string, content: Bytes, mode = 0o644): void {
    const full = this.#walk(path, true);
    const known = this.entries.get(full);
    if (known?.type === "directory") throw new FileError("EISDIR", path);
    if (known?.type === "device") return;
    this.#needParent(full, path);
    if (known?.type === "file") this.entries.set(full, { ...known, content, modifiedAtMs: this.nowMs });
    else this.#put(full, { type: "file", content, ...this.#attributes(mode & ~0o022) });
  }

  copyFile(from: string, to: string, mode?: number): void {
    this.write(to, this.read(from), mode ?? this.stat(from).mode);
  }

  installProgram(path: string, program: string): void {
    this.write(path, "", 0o755);
    const full = this.#walk(path, true);
    const entry = this.entries.get(full);
    if (entry?.type === "file") this.entries.set(full, { ...entry, program });
  }

  append(path: string, content: Bytes): void {
    this.write(path, (this.find(path) ? this.read(path) : "") + content);
  }

  resize(path: string, sizeBytes: number): void {
    const content = this.find(path) ? this.read(path) : "";
    this.write(path, content.slice(0, sizeBytes).padEnd(sizeBytes, "\0"));
  }

  #needParent(full: string, path: string): void {
    const parent = this.entries.get(directoryName(full));
    if (!parent) throw new FileError("ENOENT", path);
    if (parent.type !== "directory") throw new FileError("ENOTDIR", path);
  }

  list(path: string): readonly string[] {
    const full = this.#walk(path, true);
    const entry = this.entries.get(full);
    if (!entry) throw new FileError("ENOENT", path);
    if (entry.type !== "directory") throw new FileError("ENOTDIR", path);
    return [...this.entries.keys()]
      .filter((each) => each !== "/" && directoryName(each) === full)
      .map(baseName)
      .sort();
  }

  makeDirectory(path: string, mode = 0o755): void {
    const full = this.#walk(path, false);
    if (this.entries.has(full)) throw new FileError("EEXIST", path);
    this.#needParent(full, path);
    this.#put(full, { type: "directory", ...this.#attributes(mode) });
  }

  makeLink(target: string, path: string): void {
    const full = this.#walk(path, false);
    if (this.entries.has(full)) throw new FileError("EEXIST", path);
    this.#needParent(full, path);
    this.#put(full, { type: "link", target, ...this.#attributes(0o777) });
  }

  makeSpecial(path: string, type: "fifo" | "socket", mode = 0o644): void {
    const full = this.#walk(path, false);
    if (this.entries.has(full)) throw new FileError("EEXIST", path);
    this.#needParent(full, path);
    this.#put(full, { type, ...this.#attributes(mode) });
  }

  removeFile(path: string): void {
    const full = this.#walk(path, false);
    const entry = this.entries.get(full);
    if (!entry) throw new FileError("ENOENT", path);
    if (entry.type === "directory") throw new FileError("EISDIR", path);
    this.entries.delete(full);
  }

  removeDirectory(path: string): void {
    const full = this.#walk(path, false);
    if (this.entries.get(full)?.type === "link") throw new FileError("ENOTDIR", path);
    if (this.list(path).length > 0) throw new FileError("ENOTEMPTY", path);
    this.entries.delete(full);
  }

  rename(from: string, to: string): void {
    const [source, target] = [this.#walk(from, false), this.#walk(to, false)];
    const entry = this.entries.get(source);
    if (!entry) throw new FileError("ENOENT", from);
    this.#needParent(target, to);
    if (this.entries.get(target)?.type === "directory" && this.list(to).length > 0)
      throw new FileError("ENOTEMPTY", to);
    for (const path of [...this.entries.keys()]) {
      if (path !== source && !path.startsWith(`${source}/`)) continue;
      this.entries.set(target + path.slice(source.length), this.entries.get(path)!);
      this.entries.delete(path);
    }
  }

  realPath(path: string): string {
    const full = this.#walk(path, true);
    if (!this.entries.has(full)) throw new FileError("ENOENT", path);
    return full;
  }

  #change(path: string, change: Partial<FileEntry>): void {
    const full = this.#walk(path, true);
    this.entries.set(full, { ...this.stat(path), ...change } as FileEntry);
  }

  setMode(path: string, mode: number): void {
    this.#change(path, { mode });
  }

  setOwner(path: string, uid: number, gid: number): void {
    this.#change(path, { uid, gid });
  }

  setModifiedAt(path: string, modifiedAtMs: number): void {
    this.#change(path, { modifiedAtMs });
  }

  access(path: string, how: string): void {
    const entry = this.stat(path);
    // The fake's user is root, who may execute what anyone may execute.
    if (how.includes("x") && entry.type === "file" && (entry.mode & 0o111) === 0) throw new FileError("EACCES", path);
  }

  asOpened(): FileSystem {
    return this;
  }

  sizeBytes(entry: FileEntry): number {
    if (entry.type === "directory") return 4096;
    if (entry.type === "link") return entry.target.length;
    return entry.type === "file" ? (entry.shownSizeBytes ?? entry.content.length) : 0;
  }

  mountOf(): MountFacts {
    return ROOT;
  }
}
