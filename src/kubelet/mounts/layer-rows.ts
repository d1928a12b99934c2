/**
 * Layers of files in the cluster's state: one row of private state for each layer, and one for each piece of a large
 * file. A change at the end of a large file therefore rewrites its last piece only.
 * Kubernetes: pkg/kubelet/kubelet_getters.go (the folders of pods, volumes and containers on a node)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import type { Bytes, FileEntry, LayerEntries, RegularFile } from "../../files/entry.ts";
import type { ObjectKey } from "../../kinds/kind.ts";
import { FILE_PIECE_BYTES } from "../../lib/container-limits.ts";

const OWNER = "files";

/** A large file: the numbers of its pieces, in order. */
type StoredFile = Omit<RegularFile, "content"> & { pieces: readonly number[] };
type StoredEntry = FileEntry | StoredFile;

interface StoredLayer {
  entries: Readonly<Record<string, StoredEntry | null>>;
  /** Pieces get numbers in turn, and never the number of an earlier piece. */
  nextPiece: number;
}

/** Private state is immutable, so a stored file and the entry that was made of it are remembered. */
const loadedFiles = new WeakMap<StoredFile, RegularFile>();
const storedFiles = new WeakMap<RegularFile, StoredFile>();

export function readLayer(tx: Transaction, key: ObjectKey): LayerEntries {
  const stored = tx.privateState<StoredLayer>(key, OWNER);
  if (!stored) return {};
  const entries: LayerEntries = {};
  for (const [path, entry] of Object.entries(stored.entries)) {
    entries[path] = entry && isInPieces(entry) ? loadFile(tx, key, entry) : entry;
  }
  return entries;
}

/** Replaces the layer; an empty one has no row. Pieces that are not used any more are removed. */
export function writeLayer(tx: Transaction, key: ObjectKey, layer: LayerEntries): void {
  const before = tx.privateState<StoredLayer>(key, OWNER);
  const writer = new PieceWriter(tx, key, before);
  const entries: Record<string, StoredEntry | null> = {};
  for (const [path, entry] of Object.entries(layer)) {
    const isLarge = entry?.type === "file" && entry.content.length > FILE_PIECE_BYTES;
    entries[path] = isLarge ? writer.store(path, entry) : entry;
  }
  writer.removeUnused();
  const isEmpty = Object.keys(entries).length === 0;
  tx.setPrivateState(key, OWNER, isEmpty ? undefined : { entries, nextPiece: writer.nextPiece });
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

  /** Pieces that are equal to those that the file had, or the one that was at its path, keep their rows. */
  store(path: string, file: RegularFile): StoredFile {
    const { content, ...attributes } = file;
    const previous = this.#before?.entries[path];
    const old = storedFiles.get(file)?.pieces ?? (previous && isInPieces(previous) ? previous.pieces : []);
    const pieces: number[] = [];
    for (let start = 0; start < content.length; start += FILE_PIECE_BYTES) {
      const text = content.slice(start, start + FILE_PIECE_BYTES);
      const number = old[pieces.length];
      const isSame = number !== undefined && this.#tx.privateState<Bytes>(pieceKey(this.#key, number), OWNER) === text;
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
    this.#tx.setPrivateState(pieceKey(this.#key, number), OWNER, text);
    return number;
  }
}

function loadFile(tx: Transaction, key: ObjectKey, stored: StoredFile): RegularFile {
  const known = loadedFiles.get(stored);
  if (known) return known;
  const { pieces, ...attributes } = stored;
  const content = pieces.map((piece) => tx.privateState<Bytes>(pieceKey(key, piece), OWNER) ?? "").join("");
  const file: RegularFile = { ...attributes, content };
  loadedFiles.set(stored, file);
  storedFiles.set(file, stored);
  return file;
}

function isInPieces(entry: StoredEntry): entry is StoredFile {
  return entry.type === "file" && "pieces" in entry;
}

function piecesOf(layer: StoredLayer | undefined): number[] {
  return Object.values(layer?.entries ?? {}).flatMap((entry) => (entry && isInPieces(entry) ? entry.pieces : []));
}

function pieceKey(key: ObjectKey, piece: number): ObjectKey {
  return `${key}.${piece}`;
}
