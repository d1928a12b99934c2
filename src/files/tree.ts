/** One file system without mounts: paths begin at its own root, `/`. Rights are not its concern. */
import { MAX_LAYER_BYTES, MAX_LAYER_ENTRIES } from "../lib/container-limits.ts";
import type { BaseEntries, Directory, FileEntry, LayerEntries } from "./entry.ts";
import { FileError } from "./errors.ts";
import { baseName, joinPath, parentPath } from "./paths.ts";

export interface Tree {
  /** `pid` is the process that looks: `/proc/self` depends on it. */
  find(path: string, pid: number): FileEntry | undefined;
  /** Names of a directory's entries, in no order. */
  names(path: string, pid: number): string[];
  /** Throws ENOSPC if the tree is full, EROFS if it never changes. */
  put(path: string, entry: FileEntry): void;
  remove(path: string): void;
  /** Adds an entry that is not stored and exists unless the tree says otherwise: a mount point. */
  imply(path: string, entry: FileEntry): void;
  /** Octets of all changed files, with zeros that are not held. */
  readonly usedBytes: number;
  readonly sizeBytes: number;
  /** Octets that the content of a file at `path` may have. */
  roomFor(path: string): number;
  /** Octets that a file at `path` may have with zeros that are not held; undefined: it must hold all of them. */
  diskRoomFor(path: string): number | undefined;
}

/** Octets that several trees may take together. */
export interface Room {
  bytes: number;
}

/** A disk with several trees on it. */
export interface Disk {
  /** Octets that were free before. Called when a large file grows. */
  freeBytes(): number;
  /** Octets that these trees have taken since they were opened. */
  takenBytes: number;
}

/** Octets of a room that an entry takes besides its path and its content. */
const ENTRY_BYTES = 100;

/** The root of a tree whose base and layer hold no entry `/`. */
const ROOT: Directory = { type: "directory", mode: 0o755, uid: 0, gid: 0, modifiedAtMs: 0 };

export interface LayerOptions {
  /** Octets that changed files may have; their contents at most `MAX_LAYER_BYTES`. */
  sizeBytes?: number;
  /** Shared with other trees: what contents may take. */
  room?: Room;
  /** Where files lie whose zeros are not held. Absent: files hold all of their zeros. */
  disk?: Disk;
}

/**
 * An immutable base under a layer of changes. Entries are never changed in place, so `changes` may be immutable state:
 * the tree copies what it changes, and `layer()` returns the layer to store.
 */
export class LayerTree implements Tree {
  readonly sizeBytes: number;
  readonly #room: Room | undefined;
  readonly #disk: Disk | undefined;
  readonly #base: BaseEntries;
  readonly #changes: Map<string, FileEntry | null>;
  /** Entries that exist without being stored: mount points. The layer and the base go before them. */
  readonly #implied = new Map<string, FileEntry>();
  /** Names by directory of the entries in the layer; built at the first listing. */
  #index: Map<string, Set<string>> | undefined;
  /** Octets of contents. */
  #heldBytes = 0;
  /** Octets of zeros that are not held. */
  #zeroBytes = 0;
  #isChanged = false;

  constructor(base: BaseEntries, changes: LayerEntries = {}, options: LayerOptions = {}) {
    this.#base = base;
    this.#changes = new Map(Object.entries(changes));
    this.sizeBytes = Math.min(options.sizeBytes ?? MAX_LAYER_BYTES, MAX_LAYER_BYTES);
    this.#room = options.room;
    this.#disk = options.disk;
    for (const entry of this.#changes.values()) {
      this.#heldBytes += octetsOf(entry);
      this.#zeroBytes += zerosOf(entry);
    }
  }

  get usedBytes(): number {
    return this.#heldBytes + this.#zeroBytes;
  }

  roomFor(path: string): number {
    const before = this.#changes.get(path);
    const ofTree = this.sizeBytes - this.#heldBytes;
    const shared = this.#room ? this.#room.bytes - (before === undefined ? path.length + ENTRY_BYTES : 0) : ofTree;
    return Math.max(0, Math.min(ofTree, shared)) + octetsOf(before);
  }

  diskRoomFor(path: string): number | undefined {
    if (!this.#disk) return undefined;
    const before = this.#changes.get(path);
    return Math.max(0, this.#disk.freeBytes() - this.#disk.takenBytes) + octetsOf(before) + zerosOf(before);
  }

  /** Whether `layer()` may differ from the layer that the tree was made of, or that was saved last. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  markSaved(): void {
    this.#isChanged = false;
  }

  /** The layer as JSON. */
  layer(): LayerEntries {
    return Object.fromEntries(this.#changes);
  }

  find(path: string): FileEntry | undefined {
    const changed = this.#changes.get(path);
    if (changed !== undefined) return changed ?? undefined;
    return this.#base[path] ?? this.#implied.get(path) ?? (path === "/" ? ROOT : undefined);
  }

  names(path: string): string[] {
    this.#index ??= indexOf([...this.#changes.keys(), ...this.#implied.keys()]);
    const changed = this.#index.get(path);
    const below = indexOfBase(this.#base).get(path) ?? new Set<string>();
    if (!changed) return [...below];
    const names = [...below, ...[...changed].filter((name) => !below.has(name))];
    return names.filter((name) => this.find(joinPath(path, name)) !== undefined);
  }

  imply(path: string, entry: FileEntry): void {
    this.#implied.set(path, entry);
    this.#note(path);
  }

  put(path: string, entry: FileEntry): void {
    const before = this.#changes.get(path);
    const growth = octetsOf(entry) - octetsOf(before);
    const isNew = before === undefined;
    const taken = growth + (isNew ? path.length + ENTRY_BYTES : 0);
    const isFull = growth > 0 && this.#heldBytes + growth > this.sizeBytes;
    const hasNoRoom = this.#room !== undefined && taken > 0 && taken > this.#room.bytes;
    if (isFull || hasNoRoom || (isNew && this.#changes.size >= MAX_LAYER_ENTRIES)) throw new FileError("ENOSPC", path);
    this.#changes.set(path, entry);
    this.#count(growth, zerosOf(entry) - zerosOf(before));
    if (this.#room) this.#room.bytes -= taken;
    this.#isChanged = true;
    this.#note(path);
  }

  remove(path: string): void {
    const before = this.#changes.get(path);
    const freed = octetsOf(before);
    this.#count(-freed, -zerosOf(before));
    if (this.#room) this.#room.bytes += freed;
    this.#isChanged = true;
    this.#implied.delete(path);
    if (this.#base[path]) {
      this.#changes.set(path, null);
      this.#note(path);
    } else {
      this.#changes.delete(path);
      this.#index?.get(parentPath(path))?.delete(baseName(path));
    }
  }

  #count(heldBytes: number, zeroBytes: number): void {
    this.#heldBytes += heldBytes;
    this.#zeroBytes += zeroBytes;
    if (this.#disk) this.#disk.takenBytes += heldBytes + zeroBytes;
  }

  #note(path: string): void {
    if (this.#index) addTo(this.#index, path);
  }
}

/** Octets that an entry takes of the tree's size. */
function octetsOf(entry: FileEntry | null | undefined): number {
  if (entry?.type === "file") return entry.content.length;
  return entry?.type === "link" ? entry.target.length : 0;
}

function zerosOf(entry: FileEntry | null | undefined): number {
  return entry?.type === "file" ? (entry.zeroBytes ?? 0) : 0;
}

const baseIndexes = new WeakMap<BaseEntries, Map<string, Set<string>>>();

/** The index of a base is made once: bases are shared by all containers of an image. */
function indexOfBase(base: BaseEntries): Map<string, Set<string>> {
  const known = baseIndexes.get(base);
  if (known) return known;
  const index = indexOf(Object.keys(base));
  baseIndexes.set(base, index);
  return index;
}

function indexOf(paths: readonly string[]): Map<string, Set<string>> {
  const index = new Map<string, Set<string>>();
  for (const path of paths) addTo(index, path);
  return index;
}

function addTo(index: Map<string, Set<string>>, path: string): void {
  if (path === "/") return;
  const directory = parentPath(path);
  const names = index.get(directory);
  if (names) names.add(baseName(path));
  else index.set(directory, new Set([baseName(path)]));
}
