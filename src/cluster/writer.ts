/**
 * The write path of API requests and controllers: strategy, admission, validation, managedFields, storage.
 *
 * Kubernetes: the order of steps is that of staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go
 * (Create, Update), registry/rest/create.go (BeforeCreate) and registry/rest/update.go (BeforeUpdate).
 */

import { codecOf } from "../kinds/codec.ts";
import { FOREIGN_STATUS, type ForeignStatus } from "../kinds/foreign-status.ts";
import {
  apiVersion,
  type FieldError,
  type KindDefinition,
  type ObjectKey,
  objectKey,
  type StrategyContext,
} from "../kinds/kind.ts";
import { validateCommonMeta, validateCommonUpdate } from "../kinds/validation/object-meta.ts";
import { inFormOf } from "../kinds/view.ts";
import { ApiError } from "../lib/api-error.ts";
import { MAX_GENERATED_NAME_TRIES, MAX_NAME_LENGTH, MAX_OBJECT_BYTES } from "../lib/limits.ts";
import { jsonSize } from "../lib/text-size.ts";
import { formatTime } from "../lib/time.ts";
import { type Parts, workOfPass } from "../lib/work.ts";
import { trackUpdate } from "../schema/index.ts";
import type { KubernetesObject } from "../schema/types.ts";
import { desiredStateChanged, keepSystemFields, sameState, stampNew } from "./object-meta.ts";
import {
  alreadyExists,
  conflict,
  invalid,
  modified,
  notFound,
  refuseBeyondLimits,
  refuseFullCommit,
  refuseGrowthBeyondLimits,
} from "./refusals.ts";
import { admissionContextOf, strategyContextOf, type Write } from "./write.ts";
import type { WriteSet } from "./write-set.ts";

const GENERATED_SUFFIX_LENGTH = 5;

/** Creates the object, which may have a generateName. Throws ApiError. The resourceVersion is set when the instant ends. */
export function* createObject(write: Write, input: KubernetesObject): Parts<KubernetesObject> {
  const { writeSet, policy, kind } = write;
  refuseFullCommit(writeSet);
  refuseBeyondLimits(writeSet, kind, write);
  const characters = write.bodyCharacters ?? 0;
  const object = asDecoded(write, input);
  yield* afterPass(writeSet, characters);
  object.kind = kind.kind;
  object.apiVersion = apiVersion(kind);
  const { metadata } = object;
  if (!kind.namespaced) delete metadata.namespace;
  const context = admissionContextOf(write, object, { operation: "CREATE" });

  kind.strategy?.default?.(object);
  // Recorded before admission: fields that admission and the strategy set have no manager.
  recordManager(write, object, undefined);
  yield* afterPass(writeSet, characters);
  policy.admit(context);
  // Admission does not know generated names yet.
  if (!metadata.name && metadata.generateName) metadata.name = generateName(writeSet, kind, metadata);
  stampNew(kind, metadata, { uid: writeSet.random.uid(), time: formatTime(writeSet.nowMs) });
  const strategyContext = strategyContextOf(write);
  kind.strategy?.prepareForCreate?.(object, strategyContext);
  refuseInvalid(kind, metadata.name ?? "", kind.strategy?.validate?.(object, strategyContext) ?? []);
  refuseInvalid(kind, metadata.name ?? "", validateCommonMeta(object, { namespaced: kind.namespaced }));
  policy.validateAdmission(context);
  kind.strategy?.canonicalize?.(object);
  emitWarnings(write, object, undefined);
  yield* afterPass(writeSet, characters);

  const key = objectKey(kind, metadata.namespace ?? "", metadata.name ?? "");
  if (writeSet.exists(key)) throw alreadyExists(kind, metadata.name ?? "");
  const ordered = inGoForm(kind, object);
  yield* afterPass(writeSet, characters);
  const stored = store(writeSet, key, ordered);
  yield* afterPass(writeSet, characters);
  if (kind.takesStatusOnCreation) noteStatusWriter(write, key, undefined);
  return stored;
}

/** Replaces the object, or the part of it that belongs to the write's subresource. Throws ApiError. */
export function* replaceObject(write: Write, input: KubernetesObject): Parts<KubernetesObject> {
  const { writeSet, policy, kind, subresource } = write;
  const name = input.metadata.name ?? "";
  const key = objectKey(kind, input.metadata.namespace ?? "", name);
  const stored = writeSet.object(key);
  if (!stored) throw notFound(kind, name);
  refuseFullCommit(writeSet);
  refuseStale(write, input, stored);
  const old = inFormOf(kind, stored);

  const characters = Math.max(write.bodyCharacters ?? 0, writeSet.textLength(key));
  const object = asDecoded(write, input);
  yield* afterPass(writeSet, characters);
  object.kind = kind.kind;
  object.apiVersion = apiVersion(kind);
  keepSystemFields(object.metadata, old.metadata);
  const context = admissionContextOf(write, object, { operation: "UPDATE", old });
  kind.strategy?.default?.(object);
  recordManager(write, object, old);
  yield* afterPass(writeSet, characters);
  policy.admit(context);
  const strategyContext = strategyContextOf(write);
  const special = kind.strategy?.subresources?.[subresource ?? ""];
  let errors: FieldError[];
  if (special) {
    special.prepare(object, old, strategyContext);
    errors = special.validate?.(object, old, strategyContext) ?? [];
  } else {
    const prepare = subresource === "status" ? prepareStatus : prepareMain;
    errors = prepare(kind, object, old, strategyContext);
  }
  refuseInvalid(kind, name, [...validateCommonUpdate(kind, object, old), ...errors]);
  policy.validateAdmission(context);
  kind.strategy?.canonicalize?.(object);
  emitWarnings(write, object, old);
  yield* afterPass(writeSet, characters);

  const ordered = inGoForm(kind, object);
  if (isReleased(kind, ordered)) {
    // Watchers see the object as terminating before they see its removal, also within one instant.
    if (writeSet.isChangedNow(key)) writeSet.flush();
    writeSet.remove(key, ordered);
    return ordered;
  }
  if (sameState(ordered, stored)) return stored;
  yield* afterPass(writeSet, characters);
  const size = jsonSize(ordered);
  refuseGrowthBeyondLimits(writeSet, { stored, next: ordered, size }, write);
  if (subresource === "status") noteStatusWriter(write, key, old);
  return store(writeSet, key, ordered, size);
}

/** Counts a pass over a large object. The next pass over it may wait for a turn of other requests. */
function* afterPass(writeSet: WriteSet, characters: number): Parts<void> {
  writeSet.work += workOfPass(characters);
  yield;
}

/** Records that a client wrote a status, until the status's own manager writes it again. */
function noteStatusWriter(
  { writeSet, kind, user, manager }: Write,
  key: ObjectKey,
  old: KubernetesObject | undefined,
): void {
  const { statusManager } = kind;
  if (user) {
    const known = writeSet.privateState(key, FOREIGN_STATUS) as ForeignStatus | undefined;
    const kept = known ? known.kept : (old?.["status"] ?? null);
    const foreign: ForeignStatus = { by: user.name, atMs: writeSet.nowMs, ...(statusManager && { kept }) };
    writeSet.setPrivateState(key, FOREIGN_STATUS, foreign);
  } else if (statusManager === undefined || statusManager === manager) {
    writeSet.setPrivateState(key, FOREIGN_STATUS, undefined);
  }
}

/** Clients may send empty lists in JSON. They are values of their own until storage drops them. */
function asDecoded({ kind, user }: Write, input: KubernetesObject): KubernetesObject {
  return codecOf(kind).normalize(kind.schema, input, { keepsEmptyLists: user !== undefined });
}

/** The object as Go writes it: fields in order, non-pointer structs present, empty lists and times null or absent. */
function inGoForm(kind: KindDefinition, object: KubernetesObject): KubernetesObject {
  return codecOf(kind).toStored(kind.schema, object);
}

/** True for a terminating object without finalizers, grace or another hold: it is then removed. */
function isReleased(kind: KindDefinition, object: KubernetesObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (!deletionTimestamp || (finalizers?.length ?? 0) > 0) return false;
  if (kind.strategy?.holdsDeletion?.(object)) return false;
  return (deletionGracePeriodSeconds ?? 0) === 0;
}

function prepareMain(
  kind: KindDefinition,
  object: KubernetesObject,
  old: KubernetesObject,
  context: StrategyContext,
): FieldError[] {
  if (kind.strategy?.prepareForUpdate) kind.strategy.prepareForUpdate(object, old, context);
  else if (kind.subresources?.["status"] && old["status"] !== undefined) object["status"] = old["status"];
  if (kind.hasGeneration && desiredStateChanged(object, old)) {
    object.metadata.generation = (old.metadata.generation ?? 0) + 1;
  }
  const { strategy = {} } = kind;
  return (
    (strategy.validateUpdate ? strategy.validateUpdate(object, old, context) : strategy.validate?.(object, context)) ??
    []
  );
}

/** By default a status write changes the status, annotations and finalizers; labels and the desired state stay. */
function prepareStatus(
  kind: KindDefinition,
  object: KubernetesObject,
  old: KubernetesObject,
  context: StrategyContext,
): FieldError[] {
  if (kind.strategy?.prepareForStatusUpdate) {
    kind.strategy.prepareForStatusUpdate(object, old, context);
  } else {
    for (const field of new Set([...Object.keys(object), ...Object.keys(old)])) {
      if (field !== "status" && field !== "metadata") object[field] = old[field];
      if (object[field] === undefined) delete object[field];
    }
    if (old.metadata.labels) object.metadata.labels = old.metadata.labels;
    else delete object.metadata.labels;
  }
  return kind.strategy?.validateStatusUpdate?.(object, old, context) ?? [];
}

function refuseStale({ kind, user }: Write, next: KubernetesObject, old: KubernetesObject): void {
  const { uid, resourceVersion } = next.metadata;
  const name = old.metadata.name ?? "";
  if (uid && uid !== old.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
    throw conflict(kind, name, why);
  }
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw modified(kind, name);
  if (!resourceVersion && kind.requiresResourceVersion && user) {
    const message = "Invalid value: 0: must be specified for an update";
    // In this message alone, Kubernetes names the resource and not the kind.
    const named = { group: kind.group, kind: kind.plural };
    throw invalid(named, name, [{ type: "FieldValueInvalid", field: "metadata.resourceVersion", message }]);
  }
}

export function refuseInvalid(kind: KindDefinition, name: string, errors: FieldError[]): void {
  if (errors.length > 0) throw invalid(kind, name, errors);
}

/** Warnings are about the desired state, so writes of subresources give none. */
function emitWarnings(
  { kind, warn, subresource }: Write,
  object: KubernetesObject,
  old: KubernetesObject | undefined,
): void {
  if (!warn || subresource !== undefined) return;
  for (const warning of kind.strategy?.warnings?.(object, old) ?? []) warn(warning);
}

function recordManager(write: Write, object: KubernetesObject, old: KubernetesObject | undefined): void {
  const { writeSet, kind, manager, operation = "Update", subresource } = write;
  const seen = write.through ?? kind;
  const managedFields =
    write.managedFields ??
    trackUpdate(seen.schema, {
      before: old && inFormOf(seen, old),
      after: inFormOf(seen, object),
      manager,
      operation,
      subresource,
      apiVersion: apiVersion(seen),
      time: formatTime(writeSet.nowMs),
    });
  if (managedFields.length > 0) object.metadata.managedFields = managedFields;
  else delete object.metadata.managedFields;
}

function store(
  writeSet: WriteSet,
  key: ObjectKey,
  object: KubernetesObject,
  size = jsonSize(object),
): KubernetesObject {
  if (size.octets > MAX_OBJECT_BYTES) {
    // Clients know etcd's message. The code is that of a refusal, because a retry does not help.
    throw new ApiError("RequestEntityTooLarge", "etcdserver: request is too large");
  }
  writeSet.put(key, object, size);
  return object;
}

function generateName(writeSet: WriteSet, kind: KindDefinition, metadata: KubernetesObject["metadata"]): string {
  const base = (metadata.generateName ?? "").slice(0, MAX_NAME_LENGTH - GENERATED_SUFFIX_LENGTH);
  for (let tries = 0; tries < MAX_GENERATED_NAME_TRIES; tries++) {
    const name = base + writeSet.random.nameSuffix(GENERATED_SUFFIX_LENGTH);
    if (!writeSet.exists(objectKey(kind, metadata.namespace ?? "", name))) return name;
  }
  const error = alreadyExists(kind, metadata.generateName ?? "");
  throw new ApiError(
    "AlreadyExists",
    `${error.message}, the server was not able to generate a unique name for the object`,
    error.details,
  );
}
