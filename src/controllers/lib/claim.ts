/**
 * Adoption and release: which objects belong to a controller by its selector and by owner references.
 * Kubernetes: pkg/controller/controller_ref_manager.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import type { KindDefinition } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { KubernetesObject, ObjectMeta } from "../../schema/index.ts";
import { controllerOf } from "../controller.ts";
import { controllerReference } from "./pods.ts";

export interface ClaimOptions<T extends KubernetesObject> {
  /** The kind of the owner. */
  ownerKind: KindDefinition<never>;
  owner: KubernetesObject;
  /** The kind of the candidates. */
  kind: KindDefinition<T>;
  candidates: readonly T[];
  matches(candidate: T): boolean;
  /** Added to adopted objects, removed from released ones. */
  finalizer?: string;
}

/**
 * The candidates that belong to the owner. Matching orphans are adopted, owned ones that no longer match are released.
 */
export function claim<T extends KubernetesObject>(tx: Transaction, options: ClaimOptions<T>): T[] {
  const claimed: T[] = [];
  for (const candidate of options.candidates) {
    const mine = claimOne(tx, options, candidate);
    if (mine) claimed.push(mine);
  }
  return claimed;
}

function claimOne<T extends KubernetesObject>(tx: Transaction, options: ClaimOptions<T>, candidate: T): T | undefined {
  const { owner, kind, ownerKind, finalizer } = options;
  const reference = controllerOf(candidate);
  if (reference && reference.uid !== owner.metadata.uid) return undefined;
  const matches = options.matches(candidate);
  if (reference && matches) return candidate;

  const isOwnerTerminating = owner.metadata.deletionTimestamp !== undefined;
  if (isOwnerTerminating || (reference === undefined && !matches)) return undefined;
  if (reference === undefined && candidate.metadata.deletionTimestamp !== undefined) return undefined;
  try {
    const changed = tx.update(kind, candidate, (draft: T) => {
      const others = (draft.metadata.ownerReferences ?? []).filter((other) => other.uid !== owner.metadata.uid);
      if (reference === undefined) others.push(controllerReference(ownerKind, owner));
      if (others.length > 0) draft.metadata.ownerReferences = others;
      else delete draft.metadata.ownerReferences;
      if (finalizer !== undefined) setFinalizer(draft.metadata, finalizer, { isPresent: reference === undefined });
    });
    return reference === undefined ? changed : undefined;
  } catch (error) {
    if (error instanceof ApiError && error.reason === "NotFound") return undefined;
    throw error;
  }
}

function setFinalizer(metadata: ObjectMeta, finalizer: string, { isPresent }: { isPresent: boolean }): void {
  const others = (metadata.finalizers ?? []).filter((other) => other !== finalizer);
  const finalizers = isPresent ? [...others, finalizer] : others;
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
}
