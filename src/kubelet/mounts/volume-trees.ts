/**
 * The file trees that a pod's containers share: each is opened once, and is stored at the end if it changed.
 * Kubernetes: pkg/volume/volume.go (`Mounter`)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import type { BaseEntries, LayerEntries } from "../../files/entry.ts";
import { LayerTree, type Room } from "../../files/tree.ts";
import type { ObjectKey } from "../../kinds/kind.ts";
import { MAX_FILES_SHARE, MAX_SMALL_FILES_SHARE, SMALL_FILES_BYTES } from "../../lib/container-limits.ts";
import { MAX_CLUSTER_BYTES } from "../../lib/limits.ts";
import { readLayer, writeLayer } from "./layer-rows.ts";

/** Octets that the files of a pod may grow by. */
function roomFor(storedBytes: number): number {
  const small = storedBytes < MAX_CLUSTER_BYTES * MAX_SMALL_FILES_SHARE ? SMALL_FILES_BYTES : 0;
  return Math.max(small, MAX_CLUSTER_BYTES * MAX_FILES_SHARE - storedBytes);
}

export class VolumeTrees {
  readonly #tx: Transaction;
  /** Large files may take a share of the cluster's limit only, so that controllers can go on. */
  readonly #room: Room;
  readonly #open = new Map<ObjectKey, LayerTree>();

  constructor(tx: Transaction) {
    this.#tx = tx;
    this.#room = { bytes: roomFor(tx.storedBytes) };
  }

  /** The tree of a layer's row above `base`. The first call decides about base and size. */
  open(key: ObjectKey, base: BaseEntries, sizeBytes?: number): LayerTree {
    const known = this.#open.get(key);
    if (known) return known;
    const options = { room: this.#room, ...(sizeBytes !== undefined && { sizeBytes }) };
    const tree = new LayerTree(base, readLayer(this.#tx, key), options);
    this.#open.set(key, tree);
    return tree;
  }

  /** An empty layer above `base`, in place of the stored one. */
  begin(key: ObjectKey, base: BaseEntries): LayerTree {
    writeLayer(this.#tx, key, {});
    const tree = new LayerTree(base, {}, { room: this.#room });
    this.#open.set(key, tree);
    return tree;
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
