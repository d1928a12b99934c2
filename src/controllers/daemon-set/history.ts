/**
 * The history of a DaemonSet: one ControllerRevision for each template.
 * Kubernetes: pkg/controller/daemon/update.go (constructHistory)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { controllerRevisionKind } from "../../kinds/apps/controller-revision.ts";
import { daemonSetKind } from "../../kinds/apps/daemon-set.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { ApiError } from "../../lib/api-error.ts";
import { toBigInt } from "../../lib/integers.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import type { ControllerRevision, DaemonSet, Pod } from "../../schema/index.ts";
import { claim } from "../lib/claim.ts";
import type { Claiming } from "../lib/claim-watch.ts";
import { podTemplateHash } from "../lib/pod-template-hash.ts";
import { controllerReference } from "../lib/pods.ts";
import { holds, nextRevision, patchOf, sortRevisions, type TemplatePatch } from "../lib/revisions.ts";
import { hashOf, REVISION_LABEL } from "./context.ts";

export const claimingRevisions: Claiming<DaemonSet, ControllerRevision> = {
  owner: daemonSetKind,
  claimed: controllerRevisionKind,
  matches: (set, revision) => matchesLabelSelector(set.spec.selector, revision.metadata.labels),
};

/** The set's own revisions, oldest first. Matching orphans are adopted, revisions that no longer match are released. */
export function claimRevisions(tx: Transaction, set: DaemonSet): ControllerRevision[] {
  const revisions = claim(tx, {
    owner: set,
    ownerKind: daemonSetKind,
    kind: controllerRevisionKind,
    candidates: tx.list(controllerRevisionKind, set.metadata.namespace),
    matches: (revision) => claimingRevisions.matches(set, revision),
  });
  return sortRevisions(revisions);
}

/**
 * The revision of the current template. An older revision with this template becomes the newest; else one is created.
 */
export function syncRevision(tx: Transaction, set: DaemonSet, pods: readonly Pod[]): ControllerRevision {
  const patch = patchOf(set.spec.template);
  const revisions = claimRevisions(tx, set).map((revision) => withHash(tx, revision));
  const current = revisions.filter((revision) => holds(revision, patch));
  const old = revisions.filter((revision) => !current.includes(revision));
  const next = nextRevision(old);
  const kept = current.at(-1);
  if (!kept) return createRevision(tx, set, patch, next);
  removeDoubles(tx, { kept, current, pods });
  if (toBigInt(kept.revision) >= toBigInt(next)) return kept;
  return tx.update(controllerRevisionKind, kept, (draft) => {
    draft.revision = next;
  });
}

/** A revision that a client created has no hash label: its name is used instead. */
function withHash(tx: Transaction, revision: ControllerRevision): ControllerRevision {
  if (revision.metadata.labels?.[REVISION_LABEL] !== undefined) return revision;
  return tx.update(controllerRevisionKind, revision, (draft) => {
    draft.metadata.labels = { ...draft.metadata.labels, [REVISION_LABEL]: draft.metadata.name ?? "" };
  });
}

/** Keeps only the newest of several revisions of one template. Pods of the others get its hash (dedupCurHistories). */
function removeDoubles(
  tx: Transaction,
  { kept, current, pods }: { kept: ControllerRevision; current: readonly ControllerRevision[]; pods: readonly Pod[] },
): void {
  const doubles = current.filter((revision) => revision !== kept);
  if (doubles.length === 0) return;
  for (const pod of pods) {
    if (pod.metadata.labels?.[REVISION_LABEL] === hashOf(kept)) continue;
    tx.update(podKind, pod, (draft) => {
      draft.metadata.labels = { ...draft.metadata.labels, [REVISION_LABEL]: hashOf(kept) };
    });
  }
  for (const revision of doubles) tx.delete(controllerRevisionKind, revision);
}

/**
 * Throws AlreadyExists if another template has the name. The collision is counted, so the next run has another name.
 */
function createRevision(tx: Transaction, set: DaemonSet, patch: TemplatePatch, revision: number): ControllerRevision {
  const hash = podTemplateHash(set.spec.template, set.status.collisionCount);
  const wanted = newRevision(set, patch, { hash, revision });
  try {
    return tx.create(controllerRevisionKind, wanted);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
    const present = tx.get(controllerRevisionKind, set.metadata.namespace ?? "", wanted.metadata.name ?? "");
    if (present && holds(present, patch)) return present;
    tx.updateStatus(daemonSetKind, set, (draft) => {
      draft.status.collisionCount = (draft.status.collisionCount ?? 0) + 1;
    });
    throw error;
  }
}

function newRevision(
  set: DaemonSet,
  patch: TemplatePatch,
  { hash, revision }: { hash: string; revision: number },
): ControllerRevision {
  const { annotations } = set.metadata;
  return {
    kind: "ControllerRevision",
    apiVersion: "apps/v1",
    metadata: {
      name: `${set.metadata.name}-${hash}`,
      namespace: set.metadata.namespace ?? "",
      labels: { ...set.spec.template.metadata.labels, [REVISION_LABEL]: hash },
      ...(annotations && { annotations: { ...annotations } }),
      ownerReferences: [controllerReference(daemonSetKind, set)],
    },
    data: patch as unknown as NonNullable<ControllerRevision["data"]>,
    revision,
  };
}
