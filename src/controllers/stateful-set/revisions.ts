/** Which revision a StatefulSet rolls out and which it comes from. */
import type { Transaction } from "../../cluster/transaction.ts";
import { controllerRevisionKind } from "../../kinds/apps/controller-revision.ts";
import { statefulSetKind } from "../../kinds/apps/stateful-set.ts";
import { ApiError } from "../../lib/api-error.ts";
import { cloneJson } from "../../lib/json.ts";
import type { ControllerRevision, StatefulSet } from "../../schema/index.ts";
import { controllerReference } from "../lib/pods.ts";
import { holds, patchOf, revisionHash, revisionsOf } from "../lib/revisions.ts";

const HASH_LABEL = "controller.kubernetes.io/hash";
const MAX_COLLISIONS = 20;

export interface SetRevisions {
  all: ControllerRevision[];
  current: ControllerRevision;
  update: ControllerRevision;
  collisionCount: number;
}

/** Finds the revision of the present template or makes it; an older one that returns becomes the newest. */
export function syncRevisions(tx: Transaction, set: StatefulSet): SetRevisions {
  const before = revisionsOf(tx, set);
  const { update, collisionCount } = updateRevisionOf(tx, set, before);
  const all = revisionsOf(tx, set);
  const current = all.find(({ metadata }) => metadata.name === set.status.currentRevision) ?? update;
  return { all, current, update, collisionCount };
}

function updateRevisionOf(tx: Transaction, set: StatefulSet, revisions: readonly ControllerRevision[]) {
  let collisionCount = set.status.collisionCount ?? 0;
  const newest = revisions.at(-1);
  const next = (newest?.revision ?? 0) + 1;
  const known = revisions.filter((revision) => holds(revision, set.spec.template)).at(-1);
  if (known && known === newest) return { update: known, collisionCount };
  if (known) {
    const update = tx.update(controllerRevisionKind, known, (draft) => {
      draft.revision = next;
    });
    return { update, collisionCount };
  }
  for (;;) {
    try {
      return { update: tx.create(controllerRevisionKind, newRevision(set, next, collisionCount)), collisionCount };
    } catch (error) {
      const isTaken = error instanceof ApiError && error.reason === "AlreadyExists";
      if (!isTaken || collisionCount >= MAX_COLLISIONS) throw error;
      collisionCount++;
    }
  }
}

function newRevision(set: StatefulSet, revision: number, collisionCount: number): ControllerRevision {
  const patch = patchOf(cloneJson(set.spec.template));
  const hash = revisionHash(patch, collisionCount);
  const { annotations } = set.metadata;
  return {
    kind: "ControllerRevision",
    apiVersion: "apps/v1",
    metadata: {
      name: `${(set.metadata.name ?? "").slice(0, 223)}-${hash}`,
      namespace: set.metadata.namespace ?? "",
      labels: { ...set.spec.template.metadata.labels, [HASH_LABEL]: hash },
      ...(annotations && { annotations: { ...annotations } }),
      ownerReferences: [controllerReference(statefulSetKind, set)],
    },
    data: patch as unknown as NonNullable<ControllerRevision["data"]>,
    revision,
  };
}
