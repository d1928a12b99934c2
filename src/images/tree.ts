/** Builders of an image's files. */
import type { BaseEntries, Bytes, Directory, FileEntry, RegularFile, SymbolicLink } from "../files/entry.ts";

/** When images were built: the time of all their files. */
const BUILT_AT_MS = Date.UTC(2026, 1, 17, 4, 30);

interface Owner {
  mode?: number;
  uid?: number;
  gid?: number;
}

export function directory({ mode = 0o755, uid = 0, gid = 0 }: Owner = {}): Directory {
  return { type: "directory", mode, uid, gid, modifiedAtMs: BUILT_AT_MS };
}

/** A text of ASCII characters, or bytes. */
export function file(content: Bytes, { mode = 0o644, uid = 0, gid = 0 }: Owner = {}): RegularFile {
  return { type: "file", content, mode, uid, gid, modifiedAtMs: BUILT_AT_MS };
}

export function link(target: string): SymbolicLink {
  return { type: "link", target, mode: 0o777, uid: 0, gid: 0, modifiedAtMs: BUILT_AT_MS };
}

/** An executable that a built-in program implements. */
export function executable(program: string, { sizeBytes = 60_000, mode = 0o755, content = "" } = {}): RegularFile {
  return { ...file(content, { mode }), program, ...(content === "" && { shownSizeBytes: sizeBytes }) };
}

/** Executables in one folder, each named as its program. */
/** An executable script of the system's shell. */
export function script(text: Bytes): RegularFile {
  return file(`#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

export function executables(folder: string, names: string): Record<string, FileEntry> {
  return Object.fromEntries(names.split(" ").map((name) => [`${folder}/${name}`, executable(name)]));
}

export function directories(paths: string, owner?: Owner): Record<string, FileEntry> {
  return Object.fromEntries(paths.split(" ").map((path) => [path, directory(owner)]));
}

/** One tree of several; later entries replace earlier ones, and missing parents are added. */
export function tree(...layers: readonly Readonly<Record<string, FileEntry>>[]): BaseEntries {
  const entries: Record<string, FileEntry> = Object.assign({}, ...layers);
  for (const path of Object.keys(entries)) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const parent = path.slice(0, end);
      if (Object.hasOwn(entries, parent)) break;
      entries[parent] = directory();
    }
  }
  return entries;
}

/** Calls `build` at the first call only. */
export function once<T>(build: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= build();
    return value;
  };
}
