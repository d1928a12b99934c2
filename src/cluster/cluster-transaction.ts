/** The transaction that controllers and verbs are given: an overlay, the write path, and a name to write under. */
import { customResourceDefinitionKind } from "../kinds/apiextensions/custom-resource-definition.ts";
import { kindsOf } from "../kinds/cluster-kinds.ts";
import {
  type KindDefinition,
  type Kinds,
  type ObjectKey,
  objectKey,
  parseKey,
  type ResourceId,
  resourceId,
  type Stored,
} from "../kinds/kind.ts";
import { kindByApiVersion, kindByResource } from "../kinds/registry.ts";
import { inFormOf } from "../kinds/view.ts";
import { ApiError } from "../lib/api-error.ts";
import { cloneJson } from "../lib/json.ts";
import { MAX_COMMIT_BYTES } from "../lib/limits.ts";
import type { Random } from "../lib/prng.ts";
import type { KubernetesObject } from "../schema/types.ts";
import { type DeletionResult, deleteObject } from "./deletion.ts";
import type { Follow } from "./derived.ts";
import type { Overlay } from "./overlay.ts";
import { notFound } from "./refusals.ts";
import type { RequestTransaction, WriteOptions } from "./request-transaction.ts";
import type { ClusterSettings } from "./settings.ts";
import type { DeleteOptions, Named, Transaction } from "./transaction.ts";
import { createObject, replaceObject, type WritePolicy } from "./writer.ts";

const DEFINITIONS = [customResourceDefinitionKind];

export class ClusterTransaction implements RequestTransaction {
  readonly overlay: Overlay;
  readonly manager: string;
  readonly #policy: WritePolicy;

  constructor(overlay: Overlay, policy: WritePolicy, manager: string) {
    this.overlay = overlay;
    this.#policy = policy;
    this.manager = manager;
  }

  as(manager: string): ClusterTransaction {
    return manager === this.manager ? this : new ClusterTransaction(this.overlay, this.#policy, manager);
  }

  get nowMs(): number {
    return this.overlay.nowMs;
  }

  get random(): Random {
    return this.overlay.random;
  }

  get settings(): ClusterSettings {
    return this.overlay.world.settings;
  }

  get revision(): number {
    return this.overlay.revision;
  }

  get nextDueAtMs(): number | null {
    return this.overlay.nextDue()?.atMs ?? null;
  }

  get isLarge(): boolean {
    return this.overlay.written.bytes >= MAX_COMMIT_BYTES;
  }

  get compactedRevision(): number {
    return this.overlay.compactedRevision;
  }

  get kinds(): Kinds {
    return this.derived("kinds", DEFINITIONS, () => kindsOf(this));
  }

  // ---- Reading

  get<T extends KubernetesObject>(kind: KindDefinition<T>, namespace: string, name: string): T | undefined {
    const stored = this.overlay.object(objectKey(kind, namespace, name));
    return (stored && inFormOf(kind as unknown as KindDefinition, stored)) as T | undefined;
  }

  getByKey(key: ObjectKey): KubernetesObject | undefined {
    return this.overlay.object(key);
  }

  list<T extends KubernetesObject>(kind: KindDefinition<T>, namespace?: string): readonly T[] {
    const definition = kind as unknown as KindDefinition;
    return this.keys(resourceId(kind), namespace).map((key) => inFormOf(definition, this.overlay.object(key)!) as T);
  }

  derived<V>(name: string, kinds: readonly Stored[], compute: () => V, follow?: Follow<V>): V {
    return this.overlay.derived.get(name, kinds.map(resourceId), compute, follow);
  }

  ownedBy(uid: string): readonly KubernetesObject[] {
    return this.overlay.ownedKeys(uid).map((key) => this.overlay.object(key)!);
  }

  kindOf(keyOrObject: ObjectKey | KubernetesObject): KindDefinition | undefined {
    if (typeof keyOrObject === "string") {
      const { resource } = parseKey(keyOrObject);
      return kindByResource(resource) ?? this.kinds.byResource(resource);
    }
    const { apiVersion, kind } = keyOrObject;
    return kindByApiVersion(apiVersion, kind) ?? this.kinds.byApiVersion(apiVersion, kind);
  }

  keys(resource: ResourceId, namespace?: string): readonly ObjectKey[] {
    return this.overlay.keys(resource, namespace);
  }

  bodyOf(key: ObjectKey): string | undefined {
    return this.overlay.body(key);
  }

  // ---- Writing as a controller

  create<T extends KubernetesObject>(kind: KindDefinition<T>, object: T): T {
    return this.createObject(kind as unknown as KindDefinition, object, { manager: this.manager }) as T;
  }

  update<T extends KubernetesObject>(kind: KindDefinition<T>, object: Named, change: (draft: T) => void): T {
    return this.#change(kind, object, change, { manager: this.manager });
  }

  updateStatus<T extends KubernetesObject>(kind: KindDefinition<T>, object: Named, change: (draft: T) => void): T {
    return this.updateSubresource(kind, "status", object, change);
  }

  updateSubresource<T extends KubernetesObject>(
    kind: KindDefinition<T>,
    subresource: string,
    object: Named,
    change: (draft: T) => void,
  ): T {
    return this.#change(kind, object, change, { manager: this.manager, subresource });
  }

  delete(kind: KindDefinition<never>, object: Named, options: DeleteOptions = {}): void {
    const key = objectKey(kind, object.metadata.namespace ?? "", object.metadata.name ?? "");
    if (!this.overlay.exists(key)) return;
    this.deleteObject(kind as unknown as KindDefinition, key, options);
  }

  #change<T extends KubernetesObject>(
    kind: KindDefinition<T>,
    { metadata }: Named,
    change: (draft: T) => void,
    options: WriteOptions,
  ): T {
    const current = this.get(kind, metadata.namespace ?? "", metadata.name ?? "");
    if (!current) throw notFound(kind, metadata.name ?? "");
    const draft = cloneJson(current);
    change(draft);
    return this.replaceObject(kind as unknown as KindDefinition, draft, options) as T;
  }

  // ---- Writing as a client

  createObject(kind: KindDefinition, object: KubernetesObject, options: WriteOptions): KubernetesObject {
    const { view } = kind;
    return view
      ? createObject(this.overlay, this, this.#policy, view.of, view.toStored(object), { ...options, through: kind })
      : createObject(this.overlay, this, this.#policy, kind, object, options);
  }

  replaceObject(kind: KindDefinition, next: KubernetesObject, options: WriteOptions): KubernetesObject {
    const { view } = kind;
    return view
      ? replaceObject(this.overlay, this, this.#policy, view.of, view.toStored(next), { ...options, through: kind })
      : replaceObject(this.overlay, this, this.#policy, kind, next, options);
  }

  deleteObject(
    kind: KindDefinition,
    key: ObjectKey,
    options: DeleteOptions & Pick<WriteOptions, "user" | "dryRun" | "warn">,
  ): DeletionResult {
    return deleteObject(this.overlay, this, this.#policy, kind.view?.of ?? kind, key, options);
  }

  attempt<R>(work: () => R): R {
    return this.overlay.attempt(work);
  }

  flush(): void {
    this.overlay.flush();
  }

  // ---- Private state and due work

  privateState<S>(key: ObjectKey, owner: string): S | undefined {
    return this.overlay.privateState(key, owner) as S | undefined;
  }

  setPrivateState(key: ObjectKey, owner: string, state: unknown): void {
    this.overlay.setPrivateState(key, owner, state);
  }

  requeue(controller: string, key: ObjectKey, atMs: number): void {
    this.overlay.requeue(controller, key, atMs);
  }
}

/** True for refusals that a controller may meet in normal operation and retry. */
export function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError;
}

export type { Transaction };
