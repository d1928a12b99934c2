/**
 * The reads and writes of a transaction, above an immutable snapshot. It holds objects, folds the changes of one
 * instant into revisions, and keeps due work and private state. Kinds and policies are not its concern.
 */
import type { Kinds, ObjectKey, ResourceId } from "../kinds/kind.ts";
import { assert } from "../lib/assert.ts";
import { stringifyJson } from "../lib/json.ts";
import { Random } from "../lib/prng.ts";
import { utf8Length } from "../lib/text.ts";
import { jsonSize, type TextSize, textSize } from "../lib/text-size.ts";
import { type Parts, runToEnd, WORK, workOfWrite } from "../lib/work.ts";
import type { KubernetesObject } from "../schema/types.ts";
import { CommitSize } from "./commit-size.ts";
import { DerivedValues } from "./derived.ts";
import { entriesOf, rowsOf } from "./difference.ts";
import { DueQueue } from "./due-queue.ts";
import type { Entry } from "./entry.ts";
import { compareKeys } from "./key-index.ts";
import { Membership } from "./membership.ts";
import type { RecordedChange } from "./object-change.ts";
import { OwnImages } from "./own-images.ts";
import { type PendingChange, PendingChanges, type StateBefore } from "./pending-changes.ts";
import { LoggedChange } from "./recent-log.ts";
import { type ClusterMeta, type Difference, progressOf } from "./rows.ts";
import { type Slot, withValue } from "./slot.ts";
import type { CommittedWrites, Snapshot } from "./snapshot.ts";

export class WriteSet {
  readonly snapshot: Snapshot;
  /** The snapshot's version at the beginning: the commit is applied only if nothing was committed since. */
  readonly #version: number;
  readonly random: Random;
  /** The cost of admission's expressions in this commit, in units of CEL. Undone writes count too. */
  readonly expressionCost = { spent: 0 };
  readonly derived = new DerivedValues();
  readonly images: OwnImages;
  /** The kinds of this transaction if webhooks convert custom resources. */
  boundKinds: Kinds | undefined;
  nowMs: number;
  revision: number;
  compactedRevision: number;
  offsetMs: number;
  /** Units of work done so far, see work.ts. First reads of the snapshot cost more, so isolates may differ. */
  work = 0;
  #slots = new Map<ObjectKey, Slot>();
  /** Entries of the slots, until one of them changes. */
  #computed: ReadonlyMap<ObjectKey, Entry | null> | null = null;
  #log: { change: LoggedChange; timeMs: number; previousRevision: number }[] = [];
  #queue: DueQueue | null = null;
  readonly #membership: Membership;
  #ownedHere = new Map<string, Set<ObjectKey>>();
  #grownObjects = 0;
  readonly #size = new CommitSize((key) => this.#slots.get(key));
  readonly #pending = new PendingChanges(this.#size);
  /** Size of the commit in octets at which a reconcile may write no more; infinite for requests. */
  limitBytes = Number.POSITIVE_INFINITY;
  /** Called for each change when its instant ends; the engine finds the controllers to wake. */
  onChange: (change: RecordedChange) => void = () => {};

  constructor(snapshot: Snapshot, nowMs: number) {
    const { meta } = snapshot;
    this.snapshot = snapshot;
    this.#version = meta.version;
    this.images = new OwnImages(meta.images);
    this.#membership = new Membership(snapshot);
    this.nowMs = Math.max(nowMs, meta.timeMs);
    this.revision = meta.revision;
    this.compactedRevision = meta.compactedRevision;
    this.offsetMs = meta.offsetMs;
    this.random = new Random(meta.seed, (JSON.parse(meta.counters) as { random: number }).random);
  }

  /** Octets and number of the cluster's stored objects if this were committed now. */
  get stored(): { bytes: number; objects: number } {
    const { bytes, objects } = this.snapshot.stored;
    return { bytes: bytes + this.#size.growth, objects: objects + this.#grownObjects };
  }

  /** Changes in the transaction's log, and octets of its commit as sent, pending changes included. */
  get written(): { changes: number; bytes: number } {
    return { changes: this.#log.length, bytes: this.#size.octets };
  }

  // ---- Reading

  object(key: ObjectKey): KubernetesObject | undefined {
    this.work += WORK.read;
    const slot = this.#slots.get(key);
    if (slot && !slot.fromSnapshot) return slot.object;
    const entry = this.snapshot.entry(key);
    if (entry && !entry.isParsed) this.work += entry.textLength * WORK.parsedCharacter;
    return entry?.object;
  }

  exists(key: ObjectKey): boolean {
    const slot = this.#slots.get(key);
    return slot && !slot.fromSnapshot ? slot.object !== undefined : (this.snapshot.entry(key)?.exists ?? false);
  }

  body(key: ObjectKey): string | undefined {
    const slot = this.#slots.get(key);
    if (!slot || slot.fromSnapshot) return this.snapshot.entry(key)?.body ?? undefined;
    if (slot.object === undefined) return undefined;
    assert(slot.body !== null, "bodies are read after the instant was flushed");
    return slot.body;
  }

  /** Length of the newest stored text of the key; 0 without one. */
  textLength(key: ObjectKey): number {
    const slot = this.#slots.get(key);
    return (slot && !slot.fromSnapshot ? slot.body?.length : this.snapshot.entry(key)?.textLength) ?? 0;
  }

  keys(resource: ResourceId, namespace?: string): readonly ObjectKey[] {
    const { keys, merged } = this.#membership.keys(resource, namespace);
    this.work += merged * WORK.listedKey;
    return keys;
  }

  /** Keys of objects that have an owner reference to `uid`, in order. */
  ownedKeys(uid: string): ObjectKey[] {
    const candidates = new Set([...(this.snapshot.owners.get(uid) ?? []), ...(this.#ownedHere.get(uid) ?? [])]);
    const isOwned = (key: ObjectKey) =>
      this.object(key)?.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
    return [...candidates].filter(isOwned).sort(compareKeys);
  }

  // ---- Writing

  /** Stores an object; it gets its revision when the instant ends. The write set owns `object` from here on. */
  put(key: ObjectKey, object: KubernetesObject, body: TextSize = jsonSize(object)): void {
    const before = this.object(key);
    this.work += workOfWrite(body.octets);
    this.derived.touch({ key, before, after: object });
    this.#pending.put(key, object, body, () => this.#stateOf(key, before));
    const slot = this.#slot(key);
    if (slot.uid !== object.metadata.uid && before === undefined) slot.privateStates = null;
    Object.assign(slot, { object, uid: object.metadata.uid, body: null, fromSnapshot: false });
    if (before === undefined) {
      this.#membership.change(key, { exists: true });
      this.#grownObjects++;
    }
    for (const owner of object.metadata.ownerReferences ?? []) {
      const keys = this.#ownedHere.get(owner.uid) ?? new Set();
      this.#ownedHere.set(owner.uid, keys.add(key));
    }
  }

  /** Removes an object and its private state. `last` is the state that watchers see. */
  remove(key: ObjectKey, last: KubernetesObject): void {
    const before = this.object(key);
    const body = jsonSize(last);
    this.work += workOfWrite(body.octets);
    this.derived.touch({ key, before, after: undefined });
    assert(before !== undefined, "what is removed is there");
    this.#pending.remove(key, last, body, () => this.#stateOf(key, before));
    Object.assign(this.#slot(key), {
      object: undefined,
      uid: "",
      body: null,
      privateStates: null,
      fromSnapshot: false,
    });
    this.#membership.change(key, { exists: false });
    this.#grownObjects--;
  }

  #stateOf(key: ObjectKey, object: KubernetesObject | undefined): StateBefore {
    if (!object) return { object, body: null, storedOctets: 0 };
    const slot = this.#slots.get(key);
    const entry = this.snapshot.entry(key);
    const body = (slot && !slot.fromSnapshot ? slot.body : entry?.body) ?? stringifyJson(object);
    const isOwn = ((slot ?? entry)?.revision ?? 0) > this.snapshot.base.objects.length;
    return { object, body, storedOctets: isOwn ? utf8Length(body) : 0 };
  }

  /** Ends the instant's folding: each pending change gets its revision, in order of first touch. */
  flush(): void {
    runToEnd(this.flushInParts());
  }

  *flushInParts(): Parts<void> {
    for (const change of this.#pending.taken()) {
      this.#record(change);
      yield;
    }
  }

  /** Changes of the present instant that have no revision yet. */
  get pendingCount(): number {
    return this.#pending.count;
  }

  /** True if the object has a change of the present instant that has no revision yet. */
  isChangedNow(key: ObjectKey): boolean {
    return this.#pending.has(key);
  }

  get hasPending(): boolean {
    return !this.#pending.isEmpty;
  }

  #record({ key, before, beforeBody, after, last, size }: PendingChange): void {
    const revision = ++this.revision;
    const slot = this.#slot(key);
    const previousRevision = slot.revision;
    const object = after ?? { ...last!, metadata: { ...last!.metadata } };
    object.metadata.resourceVersion = String(revision);
    const body = stringifyJson(object);
    // The key may have been written again within the instant under another uid: only the newest state is the slot's.
    if (slot.object === after) slot.body = after ? body : null;
    slot.revision = revision;
    const recorded = textSize(body);
    const growth = size.growth + (after ? recorded.octets - size.body.octets : 0);
    this.#size.record(size, { key, body: recorded, growth });
    const type = after ? (before ? "MODIFIED" : "ADDED") : "DELETED";
    const change = new LoggedChange({ key, revision, type, body }, beforeBody);
    this.#log.push({ change, timeMs: this.nowMs, previousRevision });
    this.work += WORK.change + body.length * WORK.writtenCharacter;
    this.onChange({ key, before, after, logged: change });
  }

  // ---- Private state and due work

  privateState(key: ObjectKey, owner: string): unknown {
    const slot = this.#slots.get(key);
    return (slot ? slot.privateStates : this.snapshot.entry(key)?.privateStates)?.[owner];
  }

  setPrivateState(key: ObjectKey, owner: string, state: unknown): void {
    if (state === undefined && this.privateState(key, owner) === undefined) return;
    const slot = this.#slot(key);
    slot.privateStates = withValue(slot.privateStates, owner, state);
  }

  /** Keeps the earliest of the requested times. */
  requeue(controller: string, key: ObjectKey, atMs: number): void {
    assert(Number.isFinite(atMs), "a requeue names an instant");
    const at = Math.max(Math.ceil(atMs), this.nowMs + 1);
    const present = (this.#slots.get(key) ?? this.snapshot.entry(key))?.due?.[controller];
    if (present !== undefined && present <= at) return;
    const slot = this.#slot(key);
    slot.due = withValue(slot.due, controller, at);
    this.#queue?.push({ atMs: at, controller, key });
  }

  /** The next piece of work, without taking it. */
  nextDue(): { atMs: number; controller: string; key: ObjectKey } | undefined {
    const queue = this.#dueQueue();
    for (let item = queue.peek(); item; item = queue.peek()) {
      const due = (this.#slots.get(item.key) ?? this.snapshot.entry(item.key))?.due;
      if (due?.[item.controller] === item.atMs) return item;
      queue.pop();
    }
    return undefined;
  }

  takeDue(item: { controller: string; key: ObjectKey }): void {
    const slot = this.#slot(item.key);
    slot.due = withValue(slot.due, item.controller, undefined);
    this.#dueQueue().pop();
  }

  #dueQueue(): DueQueue {
    if (this.#queue) return this.#queue;
    const queue = new DueQueue();
    const keys = new Set([...this.snapshot.due.keys(), ...this.#slots.keys()]);
    for (const key of keys) {
      const due = (this.#slots.get(key) ?? this.snapshot.entry(key))?.due;
      for (const [controller, atMs] of Object.entries(due ?? {})) queue.push({ atMs, controller, key });
    }
    this.#queue = queue;
    return queue;
  }

  // ---- Outcome

  /** True when there is anything to commit. */
  get isDirty(): boolean {
    return (
      this.#slots.size > 0 ||
      this.#log.length > 0 ||
      this.revision !== this.snapshot.meta.revision ||
      this.offsetMs !== this.snapshot.meta.offsetMs
    );
  }

  get changes(): readonly LoggedChange[] {
    return this.#log.map(({ change }) => change);
  }

  /** The rows to commit; null when nothing changed. The instant must have been flushed. */
  difference(): Difference | null {
    assert(!this.hasPending, "an instant is flushed before it is committed");
    if (!this.isDirty) return null;
    const log = this.#log.map(({ change, timeMs, previousRevision }) => {
      const { revision, key, type, body } = change;
      return { revision, key, type, timeMs, previousRevision, body };
    });
    const { expected } = this.images;
    const depends = { expectedVersion: this.#version, ...(expected !== undefined && { expectedImages: expected }) };
    return { ...depends, ...rowsOf(this.#entries(), this.snapshot), cluster: progressOf(this.#meta()), log };
  }

  /** The writes that the snapshot adopts once the difference was committed. */
  committed(): CommittedWrites {
    return { meta: this.#meta(), entries: this.#entries(), changes: this.changes };
  }

  #meta(): ClusterMeta {
    return {
      ...this.snapshot.meta,
      version: this.#version + 1,
      revision: this.revision,
      compactedRevision: this.compactedRevision,
      timeMs: this.nowMs,
      offsetMs: this.offsetMs,
      nextDueAtMs: this.nextDue()?.atMs ?? null,
      counters: JSON.stringify({ random: this.random.position }),
    };
  }

  /** The slots as entries; null for keys without anything left to store. Computed once for a finished transaction. */
  #entries(): ReadonlyMap<ObjectKey, Entry | null> {
    this.#computed ??= entriesOf(this.#slots, this.snapshot, this.#version + 1);
    return this.#computed;
  }

  // ---- Undoing

  /** Runs `work` and undoes all its changes. */
  *attempt<R>(work: Parts<R>): Parts<R> {
    this.work += this.#slots.size * WORK.read;
    const slots = new Map([...this.#slots].map(([key, slot]) => [key, { ...slot }]));
    const restorePending = this.#pending.save();
    const restoreMembership = this.#membership.save();
    const { revision, nowMs } = this;
    const grownObjects = this.#grownObjects;
    const restoreSizes = this.#size.save();
    const logLength = this.#log.length;
    const position = this.random.position;
    try {
      return yield* work;
    } finally {
      this.#slots = slots;
      this.#computed = null;
      restorePending();
      restoreMembership();
      this.derived.clear();
      this.#queue = null;
      this.#log.length = logLength;
      this.revision = revision;
      this.nowMs = nowMs;
      this.random.position = position;
      this.#grownObjects = grownObjects;
      restoreSizes();
    }
  }

  /** The key's slot for a change: its row will be written. */
  #slot(key: ObjectKey): Slot {
    this.#size.touch(key);
    this.#computed = null;
    let slot = this.#slots.get(key);
    if (!slot) {
      const entry = this.snapshot.entry(key);
      slot = {
        object: undefined,
        uid: entry?.uid ?? "",
        revision: entry?.revision ?? 0,
        body: null,
        due: entry?.due ?? null,
        privateStates: entry?.privateStates ?? null,
        fromSnapshot: true,
      };
      this.#slots.set(key, slot);
    }
    return slot;
  }
}
