/**
 * Layers of files in the cluster's state: one row of private state for each layer, and one for each piece of a large
 * file. A change at the end of a large file therefore rewrites its last piece only.
 * Kubernetes: pkg/kubelet/kubelet_getters.go (the folders of pods, volumes and containers on a node)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { type Bytes, type FileEntry, fileBytes, type LayerEntries, type RegularFile } from "../../files/entry.ts";
import type { ObjectKey } from "../../kinds/kind.ts";
import { FILE_PIECE_BYTES } from "../../lib/container-limits.ts";
import { type PackedBytes, packBytes, unpackBytes } from "./packed-bytes.ts";

const OWNER = "files";

type WithoutContent = Omit<RegularFile, "content">;
/** A large file: the numbers of its pieces, in order. */
type FileInPieces = WithoutContent & { pieces: readonly number[] };
/** A file whose bytes would take more space as a JSON text. */
type PackedFile = WithoutContent & { packed: PackedBytes };
type StoredFile = FileInPieces | PackedFile;
type StoredEntry = FileEntry | StoredFile;

interface StoredLayer {
  entries: Readonly<Record<string, StoredEntry | null>>;
  /** Pieces get numbers in turn, and never the number of an earlier piece. */
  nextPiece: number;
  /** Octets of zeros in large files; absent: none. */
  zeroBytes?: number;
}

/** Private state is immutable, so a stored file and the entry that was made of it are remembered. */
const loadedFiles = new WeakMap<StoredFile, RegularFile>();
const storedFiles = new WeakMap<RegularFile, StoredFile>();

export function readLayer(tx: Transaction, key: ObjectKey): LayerEntries {
  const stored = tx.privateState<StoredLayer>(key, OWNER);
  if (!stored) return {};
  const entries: LayerEntries = {};
  for (const [path, entry] of Object.entries(stored.entries)) {
    entries[path] = entry && isStoredFile(entry) ? loadFile(tx, key, entry) : entry;
  }
  return entries;
}

/** Octets of the files in a layer. */
export function layerBytes(tx: Transaction, key: ObjectKey): number {
  let bytes = 0;
  for (const entry of Object.values(readLayer(tx, key))) if (entry?.type === "file") bytes += fileBytes(entry);
  return bytes;
}

/** Octets of zeros that the layer's large files have and do not hold. */
export function layerZeroBytes(tx: Transaction, key: ObjectKey): number {
  return tx.privateState<StoredLayer>(key, OWNER)?.zeroBytes ?? 0;
}

/** Replaces the layer; an empty one has no row. Pieces that are not used any more are removed. */
export function writeLayer(tx: Transaction, key: ObjectKey, layer: LayerEntries): void {
  const before = tx.privateState<StoredLayer>(key, OWNER);
  const writer = new PieceWriter(tx, key, before);
  const entries: Record<string, StoredEntry | null> = {};
  for (const [path, entry] of Object.entries(layer)) {
    entries[path] = entry?.type === "file" ? writer.store(path, entry) : entry;
  }
  writer.removeUnused();
  let zeroBytes = 0;
  for (const entry of Object.values(layer)) if (entry?.type === "file") zeroBytes += entry.zeroBytes ?? 0;
  const isEmpty = Object.keys(entries).length === 0;
  const stored = { entries, nextPiece: writer.nextPiece, ...(zeroBytes > 0 && { zeroBytes }) };
  tx.setPrivateState(key, OWNER, isEmpty ? undefined : stored);
}

class PieceWriter {
  nextPiece: number;
  readonly #tx: Transaction;
  readonly #key: ObjectKey;
  readonly #before: StoredLayer | undefined;
  readonly #used = new Set<number>();

  constructor(tx: Transaction, key: ObjectKey, before: StoredLayer | undefined) {
    this.#tx = tx;
    this.#key = key;
    this.#before = before;
    this.nextPiece = before?.nextPiece ?? 0;
  }

  store(path: string, file: RegularFile): RegularFile | StoredFile {
    if (file.content.length > FILE_PIECE_BYTES) return this.#cut(path, file);
    const { content, ...attributes } = file;
    const packed = packBytes(content);
    return typeof packed === "string" ? file : { ...attributes, packed };
  }

  /** Pieces that are equal to earlier pieces of the file, or of the file at its path, keep their rows. */
  #cut(path: string, file: RegularFile): FileInPieces {
    const { content, ...attributes } = file;
    const previous = this.#before?.entries[path];
    const known = storedFiles.get(file) ?? previous;
    const old = known && "pieces" in known ? known.pieces : [];
    const pieces: number[] = [];
    for (let start = 0; start < content.length; start += FILE_PIECE_BYTES) {
      const text = content.slice(start, start + FILE_PIECE_BYTES);
      const number = old[pieces.length];
      const isSame = number !== undefined && readPiece(this.#tx, this.#key, number) === text;
      const piece = isSame ? number : this.#write(text);
      pieces.push(piece);
      this.#used.add(piece);
    }
    return { ...attributes, pieces };
  }

  removeUnused(): void {
    for (const piece of piecesOf(this.#before)) {
      if (!this.#used.has(piece)) this.#tx.setPrivateState(pieceKey(this.#key, piece), OWNER, undefined);
    }
  }

  #write(text: Bytes): number {
    const number = this.nextPiece++;
    this.#tx.setPrivateState(pieceKey(this.#key, number), OWNER, packBytes(text));
    return number;
  }
}

function loadFile(tx: Transaction, key: ObjectKey, stored: StoredFile): RegularFile {
  const known = loadedFiles.get(stored);
  if (known) return known;
  const file: RegularFile = { ...attributesOf(stored), content: contentOf(tx, key, stored) };
  loadedFiles.set(stored, file);
  storedFiles.set(file, stored);
  return file;
}

function contentOf(tx: Transaction, key: ObjectKey, stored: StoredFile): Bytes {
  if ("packed" in stored) return unpackBytes(stored.packed);
  return stored.pieces.map((piece) => readPiece(tx, key, piece) ?? "").join("");
}

function attributesOf(stored: StoredFile): WithoutContent {
  const { pieces: _pieces, packed: _packed, ...attributes } = { pieces: undefined, packed: undefined, ...stored };
  return attributes;
}

function readPiece(tx: Transaction, key: ObjectKey, piece: number): Bytes | undefined {
  const stored = tx.privateState<Bytes | PackedBytes>(pieceKey(key, piece), OWNER);
  return stored === undefined ? undefined : unpackBytes(stored);
}

function isStoredFile(entry: StoredEntry): entry is StoredFile {
  return entry.type === "file" && ("pieces" in entry || "packed" in entry);
}

function piecesOf(layer: StoredLayer | undefined): number[] {
  return Object.values(layer?.entries ?? {}).flatMap((entry) => (entry && "pieces" in entry ? entry.pieces : []));
}

function pieceKey(key: ObjectKey, piece: number): ObjectKey {
  return `${key}.${piece}`;
}
