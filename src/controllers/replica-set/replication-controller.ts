/**
 * Keeps the pods of ReplicationControllers alive; see replicas.ts.
 * Kubernetes: pkg/controller/replication/replication_controller.go
 */
import { podKind } from "../../kinds/core/pod.ts";
import { replicationControllerKind } from "../../kinds/core/replication-controller.ts";
import { matchesMap } from "../../lib/selectors.ts";
import type { ReplicationController } from "../../schema/index.ts";
import { isPodActive } from "../lib/pods.ts";
import { defineReplicaController } from "./replicas.ts";

const matches = (owner: ReplicationController, labels: Record<string, string> | undefined) =>
  matchesMap(owner.spec.selector ?? {}, labels);

export const replicationManager = defineReplicaController<ReplicationController>({
  kind: replicationControllerKind,
  component: "replication-controller",
  countsTerminating: false,
  matches,
  related: (tx, owner) =>
    tx.list(podKind, owner.metadata.namespace).filter((pod) => isPodActive(pod) && matches(owner, pod.metadata.labels)),
});
