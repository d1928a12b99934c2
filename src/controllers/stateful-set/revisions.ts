/**
 * The current and the update revision of a StatefulSet.
 * Kubernetes: pkg/controller/statefulset/stateful_set_control.go (getStatefulSetRevisions)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { controllerRevisionKind } from "../../kinds/apps/controller-revision.ts";
import { statefulSetKind } from "../../kinds/apps/stateful-set.ts";
import { ApiError } from "../../lib/api-error.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import type { ControllerRevision, StatefulSet } from "../../schema/index.ts";
import { controllerOf } from "../controller.ts";
import { claim } from "../lib/claim.ts";
import { controllerReference } from "../lib/pods.ts";
import { holds, nextRevision, patchOf, revisionHash, sortRevisions, type TemplatePatch } from "../lib/revisions.ts";

const HASH_LABEL = "controller.kubernetes.io/hash";
const MAX_COLLISIONS = 20;

export interface SetRevisions {
  all: ControllerRevision[];
  current: ControllerRevision;
  update: ControllerRevision;
  collisionCount: number;
}

/** Finds or creates the revision of the current template. An older revision with this template becomes the newest. */
export function syncRevisions(tx: Transaction, set: StatefulSet): SetRevisions {
  const before = adoptRevisions(tx, set);
  const { update, collisionCount } = updateRevisionOf(tx, set, before);
  const all = revisionsOf(tx, set);
  const current = all.find(({ metadata }) => metadata.name === set.status.currentRevision) ?? update;
  return { all, current, update, collisionCount };
}

/** The revisions that match the selector and have no other controller, oldest first (ListControllerRevisions). */
function revisionsOf(tx: Transaction, set: StatefulSet): ControllerRevision[] {
  const { namespace, uid } = set.metadata;
  const revisions = tx
    .list(controllerRevisionKind, namespace)
    .filter(
      (revision) =>
        matchesLabelSelector(set.spec.selector, revision.metadata.labels) &&
        (controllerOf(revision)?.uid ?? uid) === uid,
    );
  return sortRevisions(revisions);
}

/** Unlike pods, revisions that no longer match are not released. */
function adoptRevisions(tx: Transaction, set: StatefulSet): ControllerRevision[] {
  const revisions = revisionsOf(tx, set);
  if (revisions.every(controllerOf)) return revisions;
  const [owner, ownerKind, kind] = [set, statefulSetKind, controllerRevisionKind];
  claim(tx, { owner, ownerKind, kind, candidates: revisions, matches: () => true });
  return revisionsOf(tx, set);
}

function updateRevisionOf(tx: Transaction, set: StatefulSet, revisions: readonly ControllerRevision[]) {
  const collisionCount = set.status.collisionCount ?? 0;
  const patch = patchOf(set.spec.template);
  const newest = revisions.at(-1);
  const next = nextRevision(revisions);
  const known = revisions.filter((revision) => holds(revision, patch)).at(-1);
  if (known && known === newest) return { update: known, collisionCount };
  if (known) {
    const update = tx.update(controllerRevisionKind, known, (draft) => {
      draft.revision = next;
    });
    return { update, collisionCount };
  }
  return createRevision(tx, set, { patch, revision: next, collisionCount });
}

/** The name contains the hash of the patch. If another revision has the name, the hash counts one more collision. */
function createRevision(
  tx: Transaction,
  set: StatefulSet,
  { patch, revision, collisionCount }: { patch: TemplatePatch; revision: number; collisionCount: number },
): { update: ControllerRevision; collisionCount: number } {
  const wanted = newRevision(set, patch, { revision, collisionCount });
  for (let count = collisionCount; ; count++) {
    const name = revisionName(set, revisionHash(patch, count));
    try {
      const named = { ...wanted, metadata: { ...wanted.metadata, name } };
      return { update: tx.create(controllerRevisionKind, named), collisionCount: count };
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
      const present = tx.get(controllerRevisionKind, set.metadata.namespace ?? "", name);
      if (present && holds(present, patch)) return { update: present, collisionCount: count };
      if (count >= collisionCount + MAX_COLLISIONS) throw error;
    }
  }
}

function newRevision(
  set: StatefulSet,
  patch: TemplatePatch,
  { revision, collisionCount }: { revision: number; collisionCount: number },
): ControllerRevision {
  const hash = revisionHash(patch, collisionCount);
  const { annotations } = set.metadata;
  return {
    kind: "ControllerRevision",
    apiVersion: "apps/v1",
    metadata: {
      name: revisionName(set, hash),
      namespace: set.metadata.namespace ?? "",
      labels: { ...set.spec.template.metadata.labels, [HASH_LABEL]: hash },
      ...(annotations && { annotations: { ...annotations } }),
      ownerReferences: [controllerReference(statefulSetKind, set)],
    },
    data: patch as unknown as NonNullable<ControllerRevision["data"]>,
    revision,
  };
}

function revisionName({ metadata }: StatefulSet, hash: string): string {
  return `${(metadata.name ?? "").slice(0, 223)}-${hash}`;
}
