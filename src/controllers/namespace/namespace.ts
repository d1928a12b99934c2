/**
 * Empties namespaces that are being deleted: first the pods, then all other objects. At last it removes the namespace's
 * finalizer, which removes the namespace. Conditions report the remaining objects.
 * Kubernetes: pkg/controller/namespace/namespace_controller.go,
 * pkg/controller/namespace/deletion/namespaced_resources_deleter.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { apiServiceKind } from "../../kinds/apiregistration/api-service.ts";
import { namespaceKind } from "../../kinds/core/namespace.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { equalJson } from "../../lib/json.ts";
import { formatTime } from "../../lib/time.ts";
import type { Parts } from "../../lib/work.ts";
import type { Namespace, NamespaceCondition } from "../../schema/index.ts";
import type { Controller, Requeue } from "../controller.ts";
import { deleteAggregated, staleGroupVersions } from "./aggregated.ts";
import { deleteOthers, deletePods, type Remaining } from "./contents.ts";

const FINALIZER = "kubernetes";
/**
 * Kubernetes waits until all API servers have seen the deletion and refuse new objects (namespaceDeletionGracePeriod).
 */
const QUIET_PERIOD_MS = 5000;
/** Pause before contents that could not be deleted are deleted again. */
const RETRY_MS = 30_000;

export const namespaceController: Controller = {
  name: "namespace-controller",
  manager: "kube-controller-manager",
  watches: [
    {
      resource: resourceId(namespaceKind),
      map: ({ key, after }) => (after?.metadata.deletionTimestamp ? [key] : []),
    },
    { resource: resourceId(apiServiceKind), map: (_change, tx) => namespacesInDeletion(tx) },
  ],
  latencyMs: QUIET_PERIOD_MS,

  *reconcile(tx, key): Parts<Requeue> {
    const namespace = tx.get(namespaceKind, "", parseKey(key).name);
    if (!namespace?.metadata.deletionTimestamp || !namespace.spec.finalizers?.includes(FINALIZER)) return undefined;

    const name = namespace.metadata.name ?? "";
    const pods = yield* deletePods(tx, name);
    if (pods.estimateSeconds > 0) return again(tx, namespace, undefined, pods.estimateSeconds);
    const others = yield* deleteOthers(tx, name);
    if (others.estimateSeconds > 0) return again(tx, namespace, others, others.estimateSeconds);
    const failures = deleteAggregated(tx, name);
    writeConditions(tx, namespace, { failures });
    // A namespace whose contents are not known is kept. A change of the APIServices wakes it.
    if (staleGroupVersions(tx).length > 0) return undefined;
    if (failures.length > 0) return tx.nowMs + RETRY_MS;
    release(tx, namespace);
    return undefined;
  },
};

function namespacesInDeletion(tx: Transaction): ObjectKey[] {
  return tx
    .list(namespaceKind)
    .filter(({ metadata }) => metadata.deletionTimestamp)
    .map(({ metadata }) => objectKey(namespaceKind, "", metadata.name ?? ""));
}

/** Runs again after half of the estimate. A status write wakes the namespace earlier, after the quiet period. */
function again(
  tx: Transaction,
  namespace: Namespace,
  remaining: Remaining | undefined,
  estimateSeconds: number,
): number {
  writeConditions(tx, namespace, { remaining });
  return tx.nowMs + (Math.floor(estimateSeconds / 2) + 1) * 1000;
}

function release(tx: Transaction, namespace: Namespace): void {
  tx.updateSubresource(namespaceKind, "finalize", namespace, (draft) => {
    const others = (draft.spec.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    if (others.length > 0) draft.spec.finalizers = others;
    else delete draft.spec.finalizers;
  });
}

interface Outcome {
  remaining?: Remaining | undefined;
  /** Collections of aggregated servers that could not be deleted, and why. */
  failures?: readonly string[];
}

function writeConditions(tx: Transaction, namespace: Namespace, outcome: Outcome): void {
  const present = namespace.status.conditions ?? [];
  const wanted = conditionsOf(outcome, staleGroupVersions(tx)).map((condition) => {
    const before = present.find(({ type }) => type === condition.type);
    const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : formatTime(tx.nowMs);
    const { type, status, reason, message } = condition;
    return { type, status, lastTransitionTime, reason, message };
  });
  if (equalJson(wanted, present)) return;
  tx.updateStatus(namespaceKind, namespace, (draft) => {
    draft.status.conditions = wanted;
  });
}

function conditionsOf({ remaining, failures = [] }: Outcome, stale: readonly string[]): NamespaceCondition[] {
  const resources = [...(remaining?.resources ?? [])].map(([name, count]) => `${name} has ${count} resource instances`);
  const finalizers = [...(remaining?.finalizers ?? [])].map(
    ([name, count]) => `${name} in ${count} resource instances`,
  );
  return [
    discoveryCondition(stale),
    success("GroupVersionParsingFailure", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
    failures.length === 0
      ? success("ContentFailure", "ContentDeleted", "All content successfully deleted, may be waiting on finalization")
      : failure("ContentFailure", "ContentDeletionFailed", failedText(failures)),
    resources.length === 0
      ? {
          type: "NamespaceContentRemaining",
          status: "False",
          reason: "ContentRemoved",
          message: "All content successfully removed",
        }
      : {
          type: "NamespaceContentRemaining",
          status: "True",
          reason: "SomeResourcesRemain",
          message: `Some resources are remaining: ${resources.sort().join(", ")}`,
        },
    finalizers.length === 0
      ? {
          type: "NamespaceFinalizersRemaining",
          status: "False",
          reason: "ContentHasNoFinalizers",
          message: "All content-preserving finalizers finished",
        }
      : {
          type: "NamespaceFinalizersRemaining",
          status: "True",
          reason: "SomeFinalizersRemain",
          message: `Some content in the namespace has finalizers remaining: ${finalizers.sort().join(", ")}`,
        },
  ];
}

/** Kubernetes: staging/src/k8s.io/client-go/discovery/discovery_client.go (`ErrGroupDiscoveryFailed`) */
function discoveryCondition(stale: readonly string[]): NamespaceCondition {
  if (stale.length === 0) {
    return success("DiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered");
  }
  const groups = stale.map((name) => `${name}: stale GroupVersion discovery: ${name}`).sort();
  const why = `unable to retrieve the complete list of server APIs: ${groups.join(", ")}`;
  const message = `Discovery failed for some groups, ${stale.length} failing: ${why}`;
  return failure("DiscoveryFailure", "DiscoveryFailed", message);
}

function failedText(failures: readonly string[]): string {
  return `Failed to delete all resource types, ${failures.length} remaining: ${failures.join(", ")}`;
}

function success(what: string, reason: string, message: string): NamespaceCondition {
  return { type: `NamespaceDeletion${what}`, status: "False", reason, message };
}

function failure(what: string, reason: string, message: string): NamespaceCondition {
  return { type: `NamespaceDeletion${what}`, status: "True", reason, message };
}
