/**
 * A whole cluster in memory without storage or HTTP: the fresh cluster's base, real admission, and the controllers that
 * a story needs. The story advances the time.
 */
import { buildBase } from "../../src/cluster/base/index.ts";
import type { ClusterTransaction } from "../../src/cluster/cluster-transaction.ts";
import type { ProvidedImages } from "../../src/cluster/own-images.ts";
import type { Difference, LoadedRow } from "../../src/cluster/rows.ts";
import type { ClusterSettings } from "../../src/cluster/settings.ts";
import { Snapshot } from "../../src/cluster/snapshot.ts";
import type { DeleteOptions, Transaction } from "../../src/cluster/transaction.ts";
import { ControllerManager, type StepLimits } from "../../src/control-plane/controller-manager.ts";
import { beginFault, endFault } from "../../src/control-plane/faults.ts";
import { writePolicy } from "../../src/control-plane/policy.ts";
import type { Controller } from "../../src/controllers/controller.ts";
import { eventKind } from "../../src/kinds/core/event.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { type KindDefinition, objectKey } from "../../src/kinds/kind.ts";
import { ApiError } from "../../src/lib/api-error.ts";
import { runToEnd } from "../../src/lib/work.ts";
import type { Event, KubernetesObject } from "../../src/schema/index.ts";
import { installAllSoftware } from "./software.ts";

export const START_MS = Date.parse("2026-01-01T00:00:00Z");

export interface TestClusterOptions {
  controllers: readonly Controller[];
  seed?: string;
  settings?: Partial<ClusterSettings>;
  /** Reconciles in one commit, if fewer than in production. */
  maxSteps?: number;
  /** Units of work in one commit, if fewer than in production. */
  maxWork?: number;
  /** Called with each commit, and with the size that the transaction counted for it (octets as sent). */
  onCommit?: (difference: Difference, countedBytes: number) => void;
}

export class TestCluster {
  readonly #engine: ControllerManager;
  readonly snapshot: Snapshot;
  /** Every commit's log, in order. */
  readonly log: Difference["log"] = [];
  /** The written data of each commit. */
  readonly commitSizes: { changes: number; bytes: number }[] = [];
  /** Revisions without a change: each advance of the time takes one. */
  readonly jumps = new Set<number>();
  /** Objects (uid) that users force-deleted. */
  readonly forced = new Set<string>();
  readonly #faults = new Map<string, string>();
  readonly #limits: StepLimits;
  readonly #onCommit: TestClusterOptions["onCommit"];
  #nowMs = START_MS;

  readonly #options: TestClusterOptions;
  /** The rows of a store. */
  readonly #rows: Map<string, LoadedRow>;

  constructor(options: TestClusterOptions, stored?: { of: TestCluster; rows: Map<string, LoadedRow> }) {
    const { controllers, seed = "seed", settings = {}, maxSteps, maxWork, onCommit } = options;
    installAllSoftware();
    this.#options = options;
    this.#rows = stored?.rows ?? new Map();
    this.#limits = { ...(maxSteps !== undefined && { maxSteps }), ...(maxWork !== undefined && { maxWork }) };
    this.#onCommit = onCommit;
    const all: ClusterSettings = {
      nodes: [],
      latency: "realistic",
      unknownImages: "run",
      caCertificate: "-----BEGIN CERTIFICATE-----\nca\n-----END CERTIFICATE-----\n",
      ...settings,
    };
    const base = buildBase(all);
    this.#engine = new ControllerManager(controllers, writePolicy);
    if (stored) this.#nowMs = stored.of.nowMs;
    const meta = stored?.of.snapshot.meta ?? {
      id: "test",
      version: 1,
      revision: base.objects.length,
      compactedRevision: 0,
      timeMs: START_MS,
      offsetMs: 0,
      nextDueAtMs: null,
      baseId: base.id,
      seed,
      createdAtMs: START_MS,
      counters: '{"random":0}',
      settings: JSON.stringify(all),
    };
    this.snapshot = Snapshot.load(meta, base, this.#rows.values());
  }

  /** Images of the cluster's organization, by repository. */
  images: ProvidedImages = new Map();

  #begin(): ClusterTransaction {
    const tx = this.#engine.begin(this.snapshot);
    tx.writeSet.images.provided = this.images;
    return tx;
  }

  /** A copy of what is stored, read as another isolate would read it. Both clusters then go on by themselves. */
  fork(): TestCluster {
    const rows = JSON.parse(JSON.stringify([...this.#rows])) as [string, LoadedRow][];
    return new TestCluster(this.#options, { of: this, rows: new Map(rows) });
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get commits(): number {
    return this.commitSizes.length;
  }

  get nextDueAtMs(): number | null {
    return this.snapshot.meta.nextDueAtMs;
  }

  // ---- User operations

  create<T extends KubernetesObject>(kind: KindDefinition<T>, object: T): T {
    return this.write((tx) => tx.create(kind, object));
  }

  update<T extends KubernetesObject>(kind: KindDefinition<T>, object: T, change: (draft: T) => void): T {
    return this.write((tx) => tx.update(kind, object, change));
  }

  updateStatus<T extends KubernetesObject>(kind: KindDefinition<T>, object: T, change: (draft: T) => void): T {
    return this.write((tx) => tx.updateStatus(kind, object, change));
  }

  delete(kind: KindDefinition<never>, object: KubernetesObject, options?: DeleteOptions): void {
    if (options?.gracePeriodSeconds === 0) this.forced.add(object.metadata.uid ?? "");
    this.write((tx) => tx.delete(kind, object, options));
  }

  // ---- Node failures

  beginFault(node: string): void {
    const begun = this.write((tx) => beginFault(tx, { kind: "node-down", node }));
    if (begun) this.#faults.set(node, begun.fault.name);
  }

  endFault(node: string): void {
    const name = this.#faults.get(node);
    this.#faults.delete(node);
    if (name !== undefined) this.write((tx) => endFault(tx, name));
  }

  /** Nodes that are down. */
  get down(): string[] {
    return [...this.#faults.keys()].filter((node) => this.get(nodeKind, node));
  }

  // ---- Time

  /** Advances the time; all due work happens at its own instant. */
  advance(ms: number): void {
    const targetMs = this.nowMs + ms;
    for (;;) {
      const tx = this.#begin();
      const { complete } = runToEnd(this.#engine.advanceInParts(tx, targetMs, this.#limits));
      this.#commit(tx);
      if (!complete) continue;
      this.#nowMs = targetMs;
      return;
    }
  }

  /** Moves the cluster's time ahead of real time, as a grader does. */
  jump(ms: number): void {
    for (let leftMs = ms; leftMs > 0; ) {
      const tx = this.#begin();
      leftMs -= runToEnd(this.#engine.advanceTimeInParts(tx, leftMs, this.#limits)).advancedMs;
      this.#commit(tx);
      this.jumps.add(this.snapshot.meta.revision);
    }
    this.#nowMs += ms;
  }

  /** Advances until nothing is due within the hour, at most `limitMs`. */
  settle(limitMs = 120_000): void {
    const endMs = this.nowMs + limitMs;
    while (this.nextDueAtMs !== null && this.nextDueAtMs <= endMs) this.advance(this.nextDueAtMs - this.nowMs);
  }

  // ---- Observations

  get<T extends KubernetesObject>(kind: KindDefinition<T>, name: string, namespace = "default"): T | undefined {
    const key = objectKey(kind, kind.namespaced ? namespace : "", name);
    return this.snapshot.entry(key)?.object as T | undefined;
  }

  list<T extends KubernetesObject>(kind: KindDefinition<T>, namespace?: string): T[] {
    return [...this.#begin().list(kind, namespace)];
  }

  /** `<type> <reason> <kind>/<name> x<count>: <message>`, in the order in which they were first written. */
  events(namespace = "default"): string[] {
    return this.list(eventKind, namespace)
      .sort((a, b) => firstWrite(a) - firstWrite(b) || (suffix(a) < suffix(b) ? -1 : 1))
      .map(({ type, reason, involvedObject: { kind, name }, count, message }) => {
        return `${type} ${reason} ${kind}/${name} x${count ?? 1}: ${message}`;
      });
  }

  /**
   * Two writers begin at one version, the second one at a later time. The first one commits, and the second one repeats
   * its work on the new state.
   */
  race<R>(first: (tx: Transaction) => unknown, second: (tx: Transaction) => R): R {
    const lost = this.#begin();
    this.#engine.advance(lost, this.#nowMs + 50);
    try {
      second(lost.as("kubectl"));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
    lost.flush();
    try {
      this.write(first);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
    return this.write(second);
  }

  /** Runs one transaction at the present instant and commits it. */
  write<R>(work: (tx: Transaction) => R): R {
    const tx = this.#begin();
    this.#engine.advance(tx, this.#nowMs);
    const result = work(tx.as("kubectl"));
    tx.flush();
    this.#commit(tx);
    return result;
  }

  #commit(tx: ClusterTransaction): void {
    const difference = tx.writeSet.difference();
    if (!difference) return;
    this.#onCommit?.(difference, tx.writeSet.written.bytes);
    for (const change of difference.log) this.log.push(change);
    this.commitSizes.push({
      changes: difference.log.length,
      bytes: difference.log.reduce((sum, { body }) => sum + body.length, 0),
    });
    const committed = tx.writeSet.committed();
    for (const row of difference.rows) {
      const body = committed.entries.get(row.key)?.body ?? null;
      this.#rows.set(row.key, { ...row, changedVersion: committed.meta.version, body });
    }
    for (const key of difference.removedKeys) this.#rows.delete(key);
    this.snapshot.adopt(committed);
  }
}

function firstWrite(event: Event): number {
  return Date.parse(event.metadata.creationTimestamp ?? "");
}

/** The hexadecimal instant at the end of an Event's name. */
function suffix(event: Event): string {
  return event.metadata.name?.split(".").at(-1) ?? "";
}
