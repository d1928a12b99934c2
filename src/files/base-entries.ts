/** Builds the immutable trees of images from a compact description. */
import { assert } from "../lib/assert.ts";
import type { BaseEntries, Bytes, FileEntry } from "./entry.ts";
import { baseName, parentPath } from "./paths.ts";

/** Time of all files of an image: 2026-01-01, ms. */
const IMAGE_TIME_MS = 1_767_225_600_000;

/**
 * The entries that `text` describes, one a line; empty lines and comments (`#`) are left out.
 *
 *     d /var/cache/nginx 0755 101:101      a directory; mode and owner may be absent
 *     f /etc/nginx/nginx.conf 0644         a file with the content that `contents` gives, else an empty one
 *     l /bin/sh busybox                    a symbolic link and its target
 *     x /bin/busybox busybox 1131168       an executable: its built-in program (default: its name) and shown size
 *     x /bin/{cat,ls}                      one entry for each name
 *
 * Parents that are missing become directories of root with mode 0755. Throws for a line that it cannot read.
 */
export function baseEntries(text: string, contents: Readonly<Record<string, Bytes>> = {}): BaseEntries {
  const entries: Record<string, FileEntry> = {};
  for (const line of text.split("\n").map((raw) => raw.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    const [type = "", pattern = "", ...rest] = line.split(/\s+/);
    assert(pattern.startsWith("/"), `an entry of an image has an absolute path: ${line}`);
    for (const path of expand(pattern)) entries[path] = READERS[type]?.(path, rest, contents) ?? unknown(line);
  }
  for (const [path, content] of Object.entries(contents)) entries[path] ??= fileOf(path, [], { [path]: content });
  return withParents(entries);
}

/** One tree of several: entries of later ones replace those of earlier ones. */
export function mergeEntries(...trees: readonly BaseEntries[]): BaseEntries {
  return withParents(Object.assign({}, ...trees) as Record<string, FileEntry>);
}

type Reader = (path: string, fields: readonly string[], contents: Readonly<Record<string, Bytes>>) => FileEntry;

const READERS: Readonly<Record<string, Reader>> = {
  d: (_path, [mode = "0755", owner]) => ({ type: "directory", mode: Number.parseInt(mode, 8), ...ownedBy(owner) }),
  f: (path, fields, contents) => fileOf(path, fields, contents),
  l: (path, [target = ""]) => {
    assert(target !== "", `the link ${path} has a target`);
    return { type: "link", mode: 0o777, target, ...ownedBy() };
  },
  x: (path, [program = baseName(path), size]) => ({
    type: "file",
    mode: 0o755,
    content: "",
    program,
    shownSizeBytes: size === undefined ? 35_000 : Number(size),
    ...ownedBy(),
  }),
};

function fileOf(path: string, [mode = "0644", owner]: readonly string[], contents: Readonly<Record<string, Bytes>>) {
  return { type: "file", mode: Number.parseInt(mode, 8), content: contents[path] ?? "", ...ownedBy(owner) } as const;
}

function ownedBy(owner = "0:0") {
  const [uid = 0, gid = uid] = owner.split(":").map(Number);
  return { uid, gid, modifiedAtMs: IMAGE_TIME_MS };
}

/** `/bin/{a,b}` as `/bin/a` and `/bin/b`. */
function expand(pattern: string): string[] {
  const [, before, names, after] = /^(.*)\{(.*)\}(.*)$/.exec(pattern) ?? [];
  if (names === undefined) return [pattern];
  return names.split(",").map((name) => `${before}${name}${after}`);
}

function withParents(entries: Record<string, FileEntry>): BaseEntries {
  for (const path of Object.keys(entries)) {
    for (let parent = parentPath(path); parent !== "/" && !entries[parent]; parent = parentPath(parent)) {
      entries[parent] = { type: "directory", mode: 0o755, ...ownedBy() };
    }
  }
  return Object.freeze(entries);
}

function unknown(line: string): never {
  throw new Error(`a line of an image's files begins with d, f, l or x: ${line}`);
}
