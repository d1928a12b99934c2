/**
 * Keeps the pods of ReplicaSets alive; see replicas.ts.
 * Kubernetes: pkg/controller/replicaset/replica_set.go
 */
import { replicaSetKind } from "../../kinds/apps/replica-set.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import type { ReplicaSet } from "../../schema/index.ts";
import { controllerOf } from "../controller.ts";
import { isPodActive } from "../lib/pods.ts";
import { defineReplicaController } from "./replicas.ts";

export const replicaSetController = defineReplicaController<ReplicaSet>({
  kind: replicaSetKind,
  component: "replicaset-controller",
  countsTerminating: true,
  matches: (replicaSet, labels) => matchesLabelSelector(replicaSet.spec.selector, labels),
  /** The pods of all ReplicaSets of the same Deployment count: a scale-down keeps them spread over the nodes. */
  related(tx, replicaSet) {
    const namespace = replicaSet.metadata.namespace ?? "";
    const owner = controllerOf(replicaSet)?.uid;
    const family =
      owner === undefined
        ? [replicaSet]
        : tx.list(replicaSetKind, namespace).filter((other) => controllerOf(other)?.uid === owner);
    return tx
      .list(podKind, namespace)
      .filter(
        (pod) =>
          isPodActive(pod) && family.some((other) => matchesLabelSelector(other.spec.selector, pod.metadata.labels)),
      );
  },
});
