/**
 * The refusals that the write path and the verbs share.
 *
 * Kubernetes: staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go. The limits on clusters are Sandbar's own.
 */
import type { FieldError, KindDefinition } from "../kinds/kind.ts";
import { ApiError, type StatusDetails } from "../lib/api-error.ts";
import {
  MAX_CLUSTER_BYTES,
  MAX_CLUSTER_OBJECTS,
  MAX_CONTROLLERS_SHARE,
  MAX_EVENTS_SHARE,
  MAX_GROWTH_BYTES_WHEN_FULL,
  MAX_NAMED_PROBLEMS,
  MAX_OVERFLOW_BYTES,
  MAX_SMALL_GROWTH_BYTES,
} from "../lib/limits.ts";
import { jsonSize, type TextSize } from "../lib/text-size.ts";
import type { KubernetesObject } from "../schema/types.ts";

type Resource = Pick<KindDefinition, "group" | "plural">;

/** The name of a resource in messages: `pods`, `deployments.apps`. */
export function qualifiedResource(kind: Resource): string {
  return kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** The details of a Status about the requested object. The name may be empty. */
export function resourceDetails(kind: Resource, name: string): StatusDetails {
  return { ...(name && { name }), ...(kind.group && { group: kind.group }), kind: kind.plural };
}

export function notFound(kind: Resource, name: string): ApiError {
  return new ApiError("NotFound", `${qualifiedResource(kind)} "${name}" not found`, resourceDetails(kind, name));
}

export function alreadyExists(kind: Resource, name: string): ApiError {
  return new ApiError(
    "AlreadyExists",
    `${qualifiedResource(kind)} "${name}" already exists`,
    resourceDetails(kind, name),
  );
}

export function conflict(kind: Resource, name: string, why: string): ApiError {
  return new ApiError(
    "Conflict",
    `Operation cannot be fulfilled on ${qualifiedResource(kind)} "${name}": ${why}`,
    resourceDetails(kind, name),
  );
}

/** Optimistic concurrency: the client's copy is old. */
export function modified(kind: Resource, name: string): ApiError {
  return conflict(
    kind,
    name,
    "the object has been modified; please apply your changes to the latest version and try again",
  );
}

/** Names the first `MAX_NAMED_PROBLEMS` problems. */
export function invalid(kind: Pick<KindDefinition, "group" | "kind">, name: string, problems: FieldError[]): ApiError {
  const errors = problems.slice(0, MAX_NAMED_PROBLEMS);
  const lines = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  const what = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
  const message = `${what} "${name}" is invalid: ${lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`}`;
  return new ApiError("Invalid", message, {
    ...(name && { name }),
    ...(kind.group && { group: kind.group }),
    kind: kind.kind,
    causes: errors.map((error) => ({ reason: error.type, message: error.message, field: error.field })),
  });
}

/**
 * Throws when a full cluster would get another object. Present objects may still be changed and deleted. The limit for
 * controllers is lower, so that users can correct their objects and read in Events why controllers create no more.
 */
export function refuseBeyondLimits(
  { stored }: { stored: { bytes: number; objects: number } },
  { usesReservedShare }: Pick<KindDefinition, "usesReservedShare">,
  { user }: { user?: unknown },
): void {
  const share = user ? 1 : usesReservedShare ? MAX_EVENTS_SHARE : MAX_CONTROLLERS_SHARE;
  if (stored.objects >= MAX_CLUSTER_OBJECTS * share) {
    const what = user ? `${stored.objects} objects` : `so many objects that controllers may make no more`;
    throw new ApiError("InsufficientStorage", `the cluster holds ${what}; its limit is ${MAX_CLUSTER_OBJECTS}`);
  }
  if (stored.bytes < MAX_CLUSTER_BYTES * share) return;
  throw user ? full(stored.bytes) : fullForControllers();
}

/**
 * Throws when an update would make a cluster larger than its limit. In a full cluster each object may still grow a
 * little. Otherwise users could not scale down: even a changed number grows an object, because managedFields record the
 * change. Controllers may fill the same share with updates as with Events. Deletions may always be completed.
 */
export function refuseGrowthBeyondLimits(
  { stored }: { stored: { bytes: number } },
  { stored: old, next, size }: { stored: KubernetesObject; next: KubernetesObject; size: TextSize },
  { user }: { user?: unknown },
): void {
  if (stored.bytes < MAX_CLUSTER_BYTES * (user ? 1 : MAX_EVENTS_SHARE)) return;
  const growth = size.octets - jsonSize(old).octets;
  if (growth <= 0) return;
  if (stored.bytes < MAX_CLUSTER_BYTES && growth <= MAX_SMALL_GROWTH_BYTES) return;
  if (next.metadata.deletionTimestamp && growth <= MAX_SMALL_GROWTH_BYTES) return;
  const overflow = user ? MAX_OVERFLOW_BYTES : 0.75 * MAX_OVERFLOW_BYTES;
  if (growth <= MAX_GROWTH_BYTES_WHEN_FULL && stored.bytes < MAX_CLUSTER_BYTES + overflow) return;
  throw user ? full(stored.bytes) : fullForControllers();
}

/** The commit is full: the reconcile stops here and runs again in the next commit. */
export class CommitFull extends Error {
  override name = "CommitFull";
}

/** Throws `CommitFull` before a controller's write when the commit is full. */
export function refuseFullCommit(writeSet: { limitBytes: number; written: { bytes: number } }): void {
  if (writeSet.limitBytes !== Number.POSITIVE_INFINITY && writeSet.written.bytes >= writeSet.limitBytes) {
    throw new CommitFull("the commit is full");
  }
}

function full(bytes: number): ApiError {
  return new ApiError(
    "InsufficientStorage",
    `the cluster's objects have ${bytes} bytes; its limit is ${MAX_CLUSTER_BYTES}`,
  );
}

/** The message is constant, so that its Events are counted as one. */
function fullForControllers(): ApiError {
  const message = `the cluster's objects have so many bytes that controllers may make no more; its limit is ${MAX_CLUSTER_BYTES}`;
  return new ApiError("InsufficientStorage", message);
}
