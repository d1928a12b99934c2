/** A small file system in memory with root's rights, for tests of programs. */
import type { FileEntry } from "../../../src/files/entry.ts";
import { FileError } from "../../../src/files/errors.ts";
import type { FileSystem, MountFacts } from "../../../src/files/file-system.ts";

export class MemoryFiles implements FileSystem {
  readonly entries: Map<string, FileEntry>;
  /** Paths below which nothing can be changed; `/` for all. */
  readonly readOnly: readonly string[];
  readonly writable: readonly string[];
  readonly mounts: readonly MountFacts[] = [];

  constructor(
    base: Readonly<Record<string, FileEntry>>,
    { readOnly = [], writable = [] }: { readOnly?: readonly string[]; writable?: readonly string[] } = {},
  ) {
    this.entries = new Map(Object.entries(base));
    this.readOnly = readOnly;
    this.writable = writable;
  }

  find(path: string): FileEntry | undefined {
    return this.entries.get(this.#resolve(path)) ?? (path === "/" ? root : undefined);
  }

  findLink(path: string): FileEntry | undefined {
    const slash = path.lastIndexOf("/");
    return this.entries.get(`${slash > 0 ? this.#resolve(path.slice(0, slash)) : ""}${path.slice(slash)}`);
  }

  stat(path: string): FileEntry {
    const entry = this.find(path);
    if (!entry) throw new FileError("ENOENT", path);
    return entry;
  }

  read(path: string): string {
    const entry = this.stat(path);
    if (entry.type === "directory") throw new FileError("EISDIR", path);
    return entry.type === "file" ? entry.content : "";
  }

  write(path: string, content: string, mode = 0o644): void {
    this.#mayChange(path);
    const old = this.find(path);
    if (!old) this.#parentOf(path);
    const attributes = old ?? { mode, uid: 0, gid: 0 };
    this.entries.set(this.#resolve(path), { ...attributes, type: "file", content, modifiedAtMs: 0 });
  }

  append(path: string, content: string): void {
    this.write(path, (this.find(path) ? this.read(path) : "") + content);
  }

  resize(path: string, sizeBytes: number): void {
    const content = this.find(path) ? this.read(path) : "";
    this.write(path, content.slice(0, sizeBytes).padEnd(sizeBytes, "\0"));
  }

  copyFile(from: string, to: string): void {
    this.write(to, this.read(from));
  }

  installProgram(path: string, program: string): void {
    this.write(path, "", 0o755);
    const entry = this.stat(path);
    if (entry.type === "file") this.entries.set(this.#resolve(path), { ...entry, program });
  }

  list(path: string): readonly string[] {
    if (this.stat(path).type !== "directory") throw new FileError("ENOTDIR", path);
    const real = this.#resolve(path);
    const prefix = real === "/" ? "/" : `${real}/`;
    const names = [...this.entries.keys()]
      .filter((each) => each.startsWith(prefix))
      .map((each) => each.slice(prefix.length));
    return names.filter((name) => !name.includes("/")).sort();
  }

  makeDirectory(path: string, mode = 0o755): void {
    this.#mayChange(path);
    if (this.find(path)) throw new FileError("EEXIST", path);
    this.#parentOf(path);
    this.entries.set(this.#resolve(path), { type: "directory", mode, uid: 0, gid: 0, modifiedAtMs: 0 });
  }

  makeLink(target: string, path: string): void {
    this.entries.set(path, { type: "link", target, mode: 0o777, uid: 0, gid: 0, modifiedAtMs: 0 });
  }

  makeSpecial(path: string, type: "fifo" | "socket", mode = 0o644): void {
    this.entries.set(path, { type, mode, uid: 0, gid: 0, modifiedAtMs: 0 });
  }

  removeFile(path: string): void {
    this.#mayChange(path);
    if (!this.entries.delete(this.#resolve(path))) throw new FileError("ENOENT", path);
  }

  removeDirectory(path: string): void {
    if (this.list(path).length > 0) throw new FileError("ENOTEMPTY", path);
    this.entries.delete(this.#resolve(path));
  }

  rename(from: string, to: string): void {
    this.entries.set(to, this.stat(from));
    this.entries.delete(this.#resolve(from));
  }

  realPath(path: string): string {
    this.stat(path);
    return this.#resolve(path);
  }

  setMode(path: string, mode: number): void {
    this.entries.set(this.#resolve(path), { ...this.stat(path), mode });
  }

  setOwner(path: string, uid: number, gid: number): void {
    this.entries.set(this.#resolve(path), { ...this.stat(path), uid, gid });
  }

  setModifiedAt(path: string, modifiedAtMs: number): void {
    this.entries.set(this.#resolve(path), { ...this.stat(path), modifiedAtMs });
  }

  access(path: string, how: string): void {
    this.stat(path);
    if (how.includes("w")) this.#mayChange(path);
  }

  asOpened(): FileSystem {
    return this;
  }

  sizeBytes(entry: FileEntry): number {
    return entry.type === "file" ? (entry.shownSizeBytes ?? entry.content.length) : 4096;
  }

  mountOf(path: string): MountFacts {
    throw new FileError("EINVAL", path);
  }

  #mayChange(path: string): void {
    const below = (paths: readonly string[]) =>
      paths.some((each) => each === "/" || path === each || path.startsWith(`${each}/`));
    if (below(this.readOnly) && !below(this.writable)) throw new FileError("EROFS", path);
  }

  #parentOf(path: string): void {
    const parent = path.slice(0, path.lastIndexOf("/")) || "/";
    if (this.stat(parent).type !== "directory") throw new FileError("ENOTDIR", path);
  }

  #resolve(path: string, depth = 0): string {
    if (depth > 40) throw new FileError("ELOOP", path);
    let real = "";
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as string;
      if (part === "..") {
        real = real.slice(0, Math.max(0, real.lastIndexOf("/")));
        continue;
      }
      const next = `${real}/${part}`;
      const entry = this.entries.get(next);
      if (entry?.type === "link") {
        const target = entry.target.startsWith("/") ? entry.target : `${real}/${entry.target}`;
        return this.#resolve([target, ...parts.slice(i + 1)].join("/"), depth + 1);
      }
      real = next;
    }
    return real === "" ? "/" : real;
  }
}

const root: FileEntry = { type: "directory", mode: 0o755, uid: 0, gid: 0, modifiedAtMs: 0 };
