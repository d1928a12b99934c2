/** The transaction of controllers and verbs: a write set, the write path, and a field manager. */
import { customResourceDefinitionKind } from "../kinds/apiextensions/custom-resource-definition.ts";
import { builtInKinds, hasConversions, kindsOf, withConversions } from "../kinds/cluster-kinds.ts";
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
import { inOnePart, type Parts, runToEnd } from "../lib/work.ts";
import type { KubernetesObject } from "../schema/types.ts";
import { type ControlPlaneCalls, NO_CALLS } from "./calls.ts";
import { type DeletionResult, deleteObject } from "./deletion.ts";
import type { Follow } from "./derived.ts";
import type { OwnImages } from "./own-images.ts";
import { notFound } from "./refusals.ts";
import type { ClusterSettings } from "./settings.ts";
import type { DeleteOptions, Named, RequestDeleteOptions, RequestTransaction, WriteOptions } from "./transaction.ts";
import type { Write, WritePolicy } from "./write.ts";
import type { WriteSet } from "./write-set.ts";
import { createObject, replaceObject } from "./writer.ts";

const DEFINITIONS = [customResourceDefinitionKind];

export class ClusterTransaction implements RequestTransaction {
  readonly writeSet: WriteSet;
  readonly manager: string;
  readonly #policy: WritePolicy;

  constructor(writeSet: WriteSet, policy: WritePolicy, manager: string) {
    this.writeSet = writeSet;
    this.#policy = policy;
    this.manager = manager;
  }

  as(manager: string): ClusterTransaction {
    return manager === this.manager ? this : new ClusterTransaction(this.writeSet, this.#policy, manager);
  }

  get nowMs(): number {
    return this.writeSet.nowMs;
  }

  get identity(): object {
    return this.writeSet;
  }

  get calls(): ControlPlaneCalls {
    return this.#policy.callsOf?.(this) ?? NO_CALLS;
  }

  get random(): Random {
    return this.writeSet.random;
  }

  get settings(): ClusterSettings {
    return this.writeSet.snapshot.settings;
  }

  get images(): OwnImages {
    return this.writeSet.images;
  }

  get storedBytes(): number {
    return this.writeSet.stored.bytes;
  }

  get revision(): number {
    return this.writeSet.revision;
  }

  get nextDueAtMs(): number | null {
    return this.writeSet.nextDue()?.atMs ?? null;
  }

  get isLarge(): boolean {
    return this.writeSet.written.bytes >= MAX_COMMIT_BYTES;
  }

  get compactedRevision(): number {
    return this.writeSet.compactedRevision;
  }

  get kinds(): Kinds {
    const kinds = this.derived("kinds", DEFINITIONS, () => kindsOf(this));
    const { convertIn } = this.#policy;
    if (!convertIn || kinds === builtInKinds || !hasConversions(kinds)) return kinds;
    const known = this.writeSet.boundKinds;
    if (known?.unbound === kinds) return known;
    const bound = withConversions(kinds, convertIn(this));
    this.writeSet.boundKinds = bound;
    return bound;
  }

  // ---- Reading

  get<T extends KubernetesObject>(kind: KindDefinition<T>, namespace: string, name: string): T | undefined {
    const stored = this.writeSet.object(objectKey(kind, namespace, name));
    return (stored && inFormOf(kind as unknown as KindDefinition, stored)) as T | undefined;
  }

  getByKey(key: ObjectKey): KubernetesObject | undefined {
    return this.writeSet.object(key);
  }

  list<T extends KubernetesObject>(kind: KindDefinition<T>, namespace?: string): readonly T[] {
    const definition = kind as unknown as KindDefinition;
    return this.keys(resourceId(kind), namespace).map((key) => inFormOf(definition, this.writeSet.object(key)!) as T);
  }

  derived<V>(name: string, kinds: readonly Stored[], compute: () => V, follow?: Follow<V>): V {
    return this.writeSet.derived.get(name, kinds.map(resourceId), compute, follow);
  }

  ownedBy(uid: string): readonly KubernetesObject[] {
    return this.writeSet.ownedKeys(uid).map((key) => this.writeSet.object(key)!);
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
    return this.writeSet.keys(resource, namespace);
  }

  bodyOf(key: ObjectKey): string | undefined {
    return this.writeSet.body(key);
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
    if (!this.writeSet.exists(key)) return;
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
    return runToEnd(this.createInParts(kind, object, options));
  }

  createInParts(kind: KindDefinition, object: KubernetesObject, options: WriteOptions): Parts<KubernetesObject> {
    return createObject(this.#write(kind, options), kind.view?.toStored(object) ?? object);
  }

  replaceObject(kind: KindDefinition, next: KubernetesObject, options: WriteOptions): KubernetesObject {
    return runToEnd(this.replaceInParts(kind, next, options));
  }

  replaceInParts(kind: KindDefinition, next: KubernetesObject, options: WriteOptions): Parts<KubernetesObject> {
    return replaceObject(this.#write(kind, options), kind.view?.toStored(next) ?? next);
  }

  deleteObject(kind: KindDefinition, key: ObjectKey, options: RequestDeleteOptions): DeletionResult {
    const { user, dryRun, warn } = options;
    const stored = kind.view?.of ?? kind;
    return deleteObject(this.#write(stored, { manager: this.manager, user, dryRun, warn }), key, options);
  }

  #write(kind: KindDefinition, options: WriteOptions): Write {
    const target = kind.view ? { kind: kind.view.of, through: kind } : { kind };
    return { ...options, ...target, writeSet: this.writeSet, tx: this, policy: this.#policy };
  }

  attempt<R>(work: () => R): R {
    return runToEnd(this.attemptInParts(inOnePart(work)));
  }

  attemptInParts<R>(work: Parts<R>): Parts<R> {
    return this.writeSet.attempt(work);
  }

  spend(work: number): void {
    this.writeSet.work += work;
  }

  flush(): void {
    this.writeSet.flush();
  }

  flushInParts(): Parts<void> {
    return this.writeSet.flushInParts();
  }

  // ---- Private state and due work

  privateState<S>(key: ObjectKey, owner: string): S | undefined {
    return this.writeSet.privateState(key, owner) as S | undefined;
  }

  setPrivateState(key: ObjectKey, owner: string, state: unknown): void {
    this.writeSet.setPrivateState(key, owner, state);
  }

  requeue(controller: string, key: ObjectKey, atMs: number): void {
    this.writeSet.requeue(controller, key, atMs);
  }
}

/** True for refusals that controllers retry; any other exception is a bug. */
export function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError;
}
