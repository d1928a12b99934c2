/**
 * The file trees that a pod's containers share: each is opened once, and is stored at the end if it changed.
 * Kubernetes: pkg/volume/volume.go (`Mounter`)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import type { BaseEntries, LayerEntries } from "../../files/entry.ts";
import { type Disk, LayerTree, type Room } from "../../files/tree.ts";
import type { ObjectKey } from "../../kinds/kind.ts";
import { MAX_FILES_SHARE, MAX_SMALL_FILES_SHARE, SMALL_FILES_BYTES } from "../../lib/container-limits.ts";
import { MAX_CLUSTER_BYTES } from "../../lib/limits.ts";
import { layerBytes, readLayer, writeLayer } from "./layer-rows.ts";

/** Octets that the files of a pod may grow by. */
function roomFor(storedBytes: number): number {
  const small = storedBytes < MAX_CLUSTER_BYTES * MAX_SMALL_FILES_SHARE ? SMALL_FILES_BYTES : 0;
  return Math.max(small, MAX_CLUSTER_BYTES * MAX_FILES_SHARE - storedBytes);
}

export interface TreeOptions {
  /** Size of the file system; absent: that of the node's disk. */
  sizeBytes?: number | undefined;
  isMemory?: boolean;
}

export class VolumeTrees {
  readonly #tx: Transaction;
  /** Large files may take a share of the cluster's limit only, so that controllers can go on. */
  readonly #room: Room;
  /** The node's disk, for layers without a size. */
  readonly #disk: Disk | undefined;
  readonly #open = new Map<ObjectKey, LayerTree>();
  /** Octets of layers that are not opened, so they do not change. */
  readonly #storedBytes = new Map<ObjectKey, number>();

  /** `freeBytes`: octets of the node's disk that this pod may take. */
  constructor(tx: Transaction, freeBytes?: () => number) {
    this.#tx = tx;
    this.#disk = freeBytes && { freeBytes, takenBytes: 0 };
    this.#room = { bytes: roomFor(tx.storedBytes) };
  }

  /** The tree of a layer's row above `base`. The first call decides about base and size. A tree in memory has no disk. */
  open(key: ObjectKey, base: BaseEntries, { sizeBytes, isMemory = false }: TreeOptions = {}): LayerTree {
    const known = this.#open.get(key);
    if (known) return known;
    const own = sizeBytes === undefined ? this.#disk : { freeBytes: () => sizeBytes, takenBytes: 0 };
    const options = {
      room: this.#room,
      ...(sizeBytes !== undefined && { sizeBytes }),
      ...(own && !isMemory && { disk: own }),
    };
    const tree = new LayerTree(base, readLayer(this.#tx, key), options);
    // What lies on the node's disk already is not free.
    if (own && sizeBytes !== undefined) own.takenBytes = tree.usedBytes;
    this.#open.set(key, tree);
    return tree;
  }

  /** An empty layer above `base`, in place of the stored one. */
  begin(key: ObjectKey, base: BaseEntries): LayerTree {
    writeLayer(this.#tx, key, {});
    const tree = new LayerTree(base, {}, { room: this.#room, ...(this.#disk && { disk: this.#disk }) });
    this.#open.set(key, tree);
    return tree;
  }

  /** Octets of a layer's files as they are now, opened or stored. */
  usedBytes(key: ObjectKey): number {
    const opened = this.#open.get(key);
    if (opened) return opened.usedBytes;
    const storedBytes = this.#storedBytes.get(key) ?? layerBytes(this.#tx, key);
    this.#storedBytes.set(key, storedBytes);
    return storedBytes;
  }

  /** Octets of the node's disk that the pod has taken since its trees were opened. */
  get takenBytes(): number {
    return this.#disk?.takenBytes ?? 0;
  }

  /** The layers that differ from the stored ones, as JSON. */
  get changed(): Record<ObjectKey, LayerEntries> {
    const all = [...this.#open].filter(([, tree]) => tree.isChanged);
    return Object.fromEntries(all.map(([key, tree]) => [key, tree.layer()])) as Record<ObjectKey, LayerEntries>;
  }

  /** Writes the layers that changed since they were opened or saved. */
  save(): void {
    for (const [key, tree] of this.#open) {
      if (!tree.isChanged) continue;
      writeLayer(this.#tx, key, tree.layer());
      tree.markSaved();
    }
  }
}
