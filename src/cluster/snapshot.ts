/**
 * One cluster in memory at a committed version. Transactions read it through a write set and never change it. It
 * changes only by updates from the store and by its own transactions once they are committed.
 */
import type { ObjectKey } from "../kinds/kind.ts";
import { assert } from "../lib/assert.ts";
import { utf8Length } from "../lib/text.ts";
import { type Parts, runToEnd, workOfLoad } from "../lib/work.ts";
import { type BaseIndex, baseIndex } from "./base-index.ts";
import { type BaseTemplate, type BaseValues, baseSource } from "./base-template.ts";
import { type DueTimes, Entry, type PrivateStates } from "./entry.ts";
import { KeyIndex, OwnerIndex } from "./key-index.ts";
import { LoggedChange, RecentLog } from "./recent-log.ts";
import type { ClusterMeta, LoadedRow, SnapshotUpdate } from "./rows.ts";
import type { ClusterSettings } from "./settings.ts";

/**
 * Measured bytes: an unread copy, a base object with its text, and bytes per character of text with its parsed object.
 */
const EMPTY_BYTES = 2_048;
const BASE_ENTRY_BYTES = 3_500;
const PARSED_FACTOR = 3;

/** The writes of a committed transaction, which its snapshot adopts. */
export interface CommittedWrites {
  meta: ClusterMeta;
  /** By key; null for keys without any row. */
  entries: ReadonlyMap<ObjectKey, Entry | null>;
  changes: readonly LoggedChange[];
}

export class Snapshot {
  meta: ClusterMeta;
  readonly settings: ClusterSettings;
  readonly base: BaseTemplate;
  readonly #shared: BaseIndex;
  readonly #values: BaseValues;
  /** Entries that differ from the base, and base objects that were read. */
  readonly #entries = new Map<ObjectKey, Entry>();
  readonly #index: KeyIndex;
  /** Entries with due work. */
  readonly #due = new Map<ObjectKey, DueTimes>();
  #owners: OwnerIndex | null = null;
  recent: RecentLog;
  #baseEntries = 0;
  #bodyBytes = 0;
  #stateBytes = 0;
  #objectCount = 0;

  private constructor(meta: ClusterMeta, base: BaseTemplate) {
    this.meta = meta;
    this.base = base;
    this.#shared = baseIndex(base);
    this.#index = new KeyIndex(this.#shared.index);
    this.settings = JSON.parse(meta.settings) as ClusterSettings;
    this.recent = new RecentLog(meta.revision);
    const { seed, createdAtMs } = meta;
    this.#values = { seed, createdAtMs, caCertificate: this.settings.caCertificate };
  }

  /** Builds the copy from all of a cluster's rows (every page of a cold load). */
  static load(meta: ClusterMeta, base: BaseTemplate, rows: Iterable<LoadedRow>): Snapshot {
    return runToEnd(Snapshot.loadInParts(meta, base, rows));
  }

  /** As `load`, with a place for a pause after each row. `spend` counts the work, in units of lib/work.ts. */
  static *loadInParts(
    meta: ClusterMeta,
    base: BaseTemplate,
    rows: Iterable<LoadedRow>,
    spend: (work: number) => void = () => {},
  ): Parts<Snapshot> {
    assert(meta.baseId === base.id, "a cluster is loaded over its own base");
    const snapshot = new Snapshot(meta, base);
    for (const row of rows) {
      snapshot.#applyRow(row, new Map());
      const { body, privateState } = row;
      spend(workOfLoad(body?.length ?? 0, privateState?.length ?? 0));
      yield;
    }
    return snapshot;
  }

  /** True if the base has an object of this key, even if the cluster has replaced or deleted it. */
  isBaseKey(key: ObjectKey): boolean {
    return this.#shared.numbers.has(key);
  }

  entry(key: ObjectKey): Entry | undefined {
    const known = this.#entries.get(key);
    if (known) return known;
    const n = this.#shared.numbers.get(key);
    if (n === undefined) return undefined;
    const entry = Entry.ofBase(key, n, baseSource(this.base, n, this.#values));
    this.#entries.set(key, entry);
    this.#baseEntries++;
    return entry;
  }

  *entries(): IterableIterator<Entry> {
    for (const key of this.#shared.numbers.keys()) yield this.entry(key)!;
    for (const entry of this.#entries.values()) if (!this.isBaseKey(entry.key)) yield entry;
  }

  get index(): KeyIndex {
    return this.#index;
  }

  get owners(): OwnerIndex {
    if (!this.#owners) {
      this.#owners = new OwnerIndex();
      for (const entry of this.#entries.values()) if (!entry.isBase) this.#owners.add(entry);
      for (const key of this.#shared.owned) {
        const entry = this.entry(key)!;
        if (entry.isBase) this.#owners.add(entry);
      }
    }
    return this.#owners;
  }

  get due(): ReadonlyMap<ObjectKey, DueTimes> {
    return this.#due;
  }

  /** Estimated memory of the copy in bytes: texts, parsed objects, base objects that were read, the recent log. */
  get sizeBytes(): number {
    const base = this.#baseEntries * BASE_ENTRY_BYTES;
    return EMPTY_BYTES + PARSED_FACTOR * (this.#bodyBytes + this.#stateBytes + this.recent.sizeBytes) + base;
  }

  /** Octets and number of current objects that this cluster stores itself; private states count as octets. */
  get stored(): { bytes: number; objects: number } {
    return { bytes: this.#bodyBytes + this.#stateBytes, objects: this.#objectCount };
  }

  /**
   * Applies an update from the store. It must start at this copy's version; an update with `reset` needs `load`
   * instead.
   */
  apply(update: SnapshotUpdate): void {
    assert(!update.reset, "a reset snapshot is loaded, not applied");
    if (update.cluster.version <= this.meta.version) return;
    const bodies = new Map<number, string>();
    const known = this.meta.revision;
    const before = new Map<ObjectKey, string | null>();
    for (const change of update.log) {
      if (change.revision <= known) continue;
      const key = change.key as ObjectKey;
      const previous = before.has(key) ? before.get(key)! : (this.entry(key)?.body ?? null);
      this.recent.push(new LoggedChange(change, previous));
      before.set(key, change.type === "DELETED" ? null : change.body);
      bodies.set(change.revision, change.body);
    }
    for (const row of update.rows) this.#applyRow(row, bodies);
    for (const key of update.removedKeys) this.#remove(key as ObjectKey);
    this.meta = update.cluster;
  }

  /** Takes over the summary of images, which changes without a commit of the cluster. */
  noteImages(images: string | null | undefined): void {
    if (images !== this.meta.images) this.meta = { ...this.meta, images };
  }

  /** Adopts the writes of this copy's transaction, once the store has applied them as the next version. */
  adopt(writeSet: CommittedWrites): void {
    assert(writeSet.meta.version === this.meta.version + 1, "a commit follows the version it was made from");
    for (const change of writeSet.changes) this.recent.push(change);
    for (const [key, entry] of writeSet.entries) {
      if (entry === null) this.#remove(key);
      else this.#put(entry);
    }
    this.meta = writeSet.meta;
  }

  #applyRow(row: LoadedRow, bodies: ReadonlyMap<number, string>): void {
    const key = row.key as ObjectKey;
    const present = this.entry(key);
    if (present && present.changedVersion > row.changedVersion) return;
    const due = row.due === null ? null : (JSON.parse(row.due) as DueTimes);
    const privateStates = row.privateState === null ? null : (JSON.parse(row.privateState) as PrivateStates);
    const stateOctets = row.privateState === null ? 0 : utf8Length(row.privateState);
    const change = { due, privateStates, stateOctets, changedVersion: row.changedVersion };
    if (!row.deleted && present?.exists && present.revision === row.revision) {
      this.#put(present.with(change));
      return;
    }
    const body = row.deleted || row.revision === 0 ? null : (row.body ?? bodies.get(row.revision) ?? null);
    assert(body !== null || row.deleted || row.revision === 0, `the body of ${key} at ${row.revision} is known`);
    this.#put(new Entry({ key, uid: row.uid, revision: row.revision, body, ...change }));
  }

  #put(entry: Entry): void {
    const { key } = entry;
    this.#forget(key);
    this.#entries.set(key, entry);
    this.#stateBytes += entry.stateOctets;
    if (entry.exists) {
      this.#index.add(key);
      this.#owners?.add(entry);
      if (!entry.isBase) {
        this.#bodyBytes += entry.octets;
        this.#objectCount++;
      }
    } else {
      this.#index.remove(key);
    }
    if (entry.due) this.#due.set(key, entry.due);
  }

  #remove(key: ObjectKey): void {
    assert(!this.isBaseKey(key), "what hides an object of the base stays");
    this.#forget(key);
    this.#index.remove(key);
    this.#entries.delete(key);
  }

  #forget(key: ObjectKey): void {
    const entry = this.#owners ? this.entry(key) : this.#entries.get(key);
    if (!entry) return;
    this.#due.delete(key);
    this.#stateBytes -= entry.stateOctets;
    this.#owners?.remove(entry);
    if (entry.exists && !entry.isBase) {
      this.#bodyBytes -= entry.octets;
      this.#objectCount--;
    }
  }
}
