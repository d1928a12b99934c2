/**
 * Server-side apply: merges a manager's configuration into an object, removes dropped fields, and records the owners of
 * fields.
 * Kubernetes: structured-merge-diff merge/update.go,
 * staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/fieldmanager.go
 */
import { equalJson, isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { MAX_NAMED_PROBLEMS } from "../../lib/limits.ts";
import { compareFields } from "../compare-fields.ts";
import { difference, EMPTY_SET, type FieldSet, intersection, isEmptySet, union } from "../field-set.ts";
import { fieldSetOf } from "../field-set-of.ts";
import { withWrite } from "../managed-fields.ts";
import {
  filterComparison,
  isEntryOf,
  type ManagerEntry,
  type ManagerIdentity,
  newEntry,
  readManagers,
  withoutFields,
  withoutIgnoredFields,
  withoutServerFields,
  writeManagers,
} from "../managers.ts";
import type { PatchError } from "../patch-error.ts";
import { resolveStruct } from "../table.ts";
import type { KubernetesObject, ManagedFieldsEntry, StructType, TypeReference } from "../types.ts";
import { type ApplyConflict, type ConflictReport, conflictsOf, isAllowed, reportConflicts } from "./conflicts.ts";
import { fieldsLastApplied, withLastApplied } from "./last-applied.ts";
import { mergeConfiguration } from "./merge.ts";
import { removeFields, withNamedFields } from "./remove.ts";
import { validateConfiguration } from "./validate.ts";

export interface ApplyRequest {
  /** Undefined: the object does not exist yet. */
  live: KubernetesObject | undefined;
  /** The configuration as sent, not decoded: it owns exactly the fields that it names. */
  applied: JsonValue;
  manager: string;
  /** The endpoint's version. */
  apiVersion: string;
  kind: string;
  subresource?: string;
  /** Takes fields from other managers instead of failing. */
  force: boolean;
  /** metav1.Time of the request. */
  time: string;
}

export interface Applied {
  /** The merged object without managedFields, still to be decoded, defaulted and admitted. */
  object: JsonObject;
  managedFields: ManagedFieldsEntry[];
}

/** A 409. */
export interface ApplyConflicts {
  conflicts: ConflictReport;
}

export function applyPatch(type: TypeReference, request: ApplyRequest): Applied | ApplyConflicts | PatchError {
  const struct = resolveStruct(type);
  const { applied } = request;
  const refusal = refuse(struct, request);
  if (refusal || !isJsonObject(applied)) return refusal ?? { error: "invalid object type: /, Kind=", code: 400 };
  const application = new Application(struct, request, applied);
  const result = application.run(request.force);
  if (!("conflicts" in result)) return result;
  // On its first server-side apply, kubectl may take over the fields of its last client-side apply.
  const allowed =
    request.manager === "kubectl" ? fieldsLastApplied(struct, application.live, request.apiVersion) : EMPTY_SET;
  const remaining = isEmptySet(allowed)
    ? result.conflicts
    : result.conflicts.filter((found) => !isAllowed(found, allowed));
  return remaining.length > 0 ? { conflicts: reportConflicts(remaining) } : (application.run(true) as Applied);
}

/** The error in a configuration that is independent of the live object. */
function refuse(type: StructType, { applied, apiVersion, kind }: ApplyRequest): PatchError | undefined {
  const object = isJsonObject(applied) ? applied : {};
  if (object["apiVersion"] !== apiVersion || object["kind"] !== kind) {
    return { error: `invalid object type: ${showKind(object)}`, code: 400 };
  }
  const metadata = isJsonObject(object["metadata"]) ? object["metadata"] : {};
  if (metadata["managedFields"]) return { error: "metadata.managedFields must be nil", code: 400 };
  const problems = validateConfiguration(type, object).slice(0, MAX_NAMED_PROBLEMS);
  if (problems.length === 0) return undefined;
  const text =
    problems.length === 1 ? problems[0] : ["errors:", ...problems.map((problem) => `  ${problem}`)].join("\n");
  const name = `${metadata["namespace"] ?? ""}/${metadata["name"] ?? ""}; ${showKind(object)}`;
  return { error: `failed to create typed patch object (${name}): ${text}`, code: 500 };
}

function showKind(object: JsonObject): string {
  const apiVersion = String(object["apiVersion"] ?? "");
  const groupVersion = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
  return `${groupVersion}, Kind=${String(object["kind"] ?? "")}`;
}

class Application {
  readonly live: JsonObject;
  readonly #type: StructType;
  readonly #request: ApplyRequest;
  readonly #applied: JsonObject;
  readonly #identity: ManagerIdentity;
  readonly #managers: ManagerEntry[];

  constructor(type: StructType, request: ApplyRequest, applied: JsonObject) {
    const { manager, apiVersion, subresource } = request;
    this.#type = type;
    this.#request = request;
    this.#applied = applied;
    this.#identity = { manager, operation: "Apply", apiVersion, subresource };
    this.live = withoutManagers(request.live as JsonObject | undefined);
    this.#managers = this.#managersBefore();
  }

  /** Managers of an untracked object: its present fields belong to `before-first-apply`. */
  #managersBefore(): ManagerEntry[] {
    const managers = readManagers(this.#request.live?.metadata);
    if (managers.length > 0 || !this.#request.live) return managers;
    const { apiVersion, subresource, time } = this.#request;
    const identity: ManagerIdentity = { manager: "before-first-apply", operation: "Update", apiVersion, subresource };
    const comparison = filterComparison(compareFields(this.#type, undefined, this.live), subresource);
    return withWrite([], identity, comparison, time);
  }

  run(force: boolean): Applied | { conflicts: ApplyConflict[] } {
    const owned = withoutIgnoredFields(fieldSetOf(this.#type, this.#applied), this.#request.subresource);
    const own = this.#managers.find((entry) => isEntryOf(entry, this.#identity));
    const others = this.#managers.filter((entry) => entry !== own);
    const merged = mergeConfiguration(this.#type, this.live, this.#applied);
    const object = this.#withoutDropped(merged, own?.fieldsV1, [...others.map((entry) => entry.fieldsV1), owned]);
    const comparison = filterComparison(
      compareFields(this.#type, this.live, object, { asWritten: true }),
      this.#request.subresource,
    );
    const conflicts = others.flatMap((entry) => conflictsOf(entry, intersection(entry.fieldsV1, comparison.changed)));
    if (conflicts.length > 0 && !force) return { conflicts };

    const entries = withoutFields(others, comparison);
    const set = withoutServerFields(owned);
    const isUnchanged = equalJson(object, this.live);
    const time = isUnchanged ? own?.time : this.#request.time;
    if (!isEmptySet(set)) entries.push(newEntry(this.#identity, set, time));
    const isKubectl = this.#request.manager === "kubectl";
    return {
      object: isKubectl ? withLastApplied(object, this.#applied) : object,
      managedFields: writeManagers(entries),
    };
  }

  /**
   * Removes the fields of the manager's last configuration that are absent from this one and owned by no other manager.
   */
  #withoutDropped(merged: JsonObject, lastSet: FieldSet | undefined, claims: FieldSet[]): JsonObject {
    if (lastSet === undefined || isEmptySet(lastSet)) return merged;
    const type = this.#type;
    const named = (set: FieldSet) => withNamedFields(type, set);
    const last = named(lastSet);
    const mergedSet = named(fieldSetOf(type, merged));
    const removed = named(fieldSetOf(type, removeFields(type, merged, last)));
    const claimed = named(claims.reduce(union, EMPTY_SET));
    // Fields that other managers or the new configuration own are restored …
    const pruned = removeFields(type, merged, difference(mergedSet, union(removed, claimed)));
    // … and so are fields that the manager did not own.
    const prunedSet = named(fieldSetOf(type, pruned));
    return removeFields(type, merged, intersection(difference(mergedSet, prunedSet), last));
  }
}

function withoutManagers(object: JsonObject | undefined): JsonObject {
  if (!object || !isJsonObject(object["metadata"])) return object ?? {};
  const { managedFields: _, ...metadata } = object["metadata"];
  return { ...object, metadata };
}
