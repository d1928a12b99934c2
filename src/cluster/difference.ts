/** The outcome of a transaction: the entries that its snapshot adopts, and the rows that its commit sends. */
import type { ObjectKey } from "../kinds/kind.ts";
import { Entry } from "./entry.ts";
import type { Difference } from "./rows.ts";
import { type Slot, toText } from "./slot.ts";
import type { Snapshot } from "./snapshot.ts";

/** The slots as entries of version `changedVersion`; null for keys without anything left to store. */
export function entriesOf(
  slots: ReadonlyMap<ObjectKey, Slot>,
  snapshot: Snapshot,
  changedVersion: number,
): ReadonlyMap<ObjectKey, Entry | null> {
  const entries = new Map<ObjectKey, Entry | null>();
  for (const [key, slot] of slots) {
    const { due, privateStates } = slot;
    const known = snapshot.entry(key);
    const isEmpty = !due && !privateStates && !snapshot.isBaseKey(key);
    if (slot.fromSnapshot && known && (known.exists || !isEmpty)) {
      entries.set(key, known.with({ due, privateStates, changedVersion }));
    } else if (slot.object) {
      const fields = { key, uid: slot.uid, revision: slot.revision, changedVersion, body: slot.body };
      entries.set(key, new Entry({ ...fields, due, privateStates }, slot.object));
    } else if (!isEmpty) {
      const fields = { key, uid: "", revision: slot.revision, changedVersion, body: null };
      entries.set(key, new Entry({ ...fields, due, privateStates }));
    } else {
      entries.set(key, null);
    }
  }
  return entries;
}

/** The index rows to commit. */
export function rowsOf(
  entries: ReadonlyMap<ObjectKey, Entry | null>,
  snapshot: Snapshot,
): Pick<Difference, "rows" | "removedKeys"> {
  const rows: Difference["rows"] = [];
  const removedKeys: ObjectKey[] = [];
  for (const [key, entry] of entries) {
    if (entry === null) {
      if (snapshot.entry(key)?.isStored) removedKeys.push(key);
      continue;
    }
    const { uid, revision, due, privateStates } = entry;
    rows.push({ key, uid, revision, deleted: !entry.exists, due: toText(due), privateState: toText(privateStates) });
  }
  return { rows, removedKeys };
}
