/** Keeps DaemonSets: a pod on every node that fits, renewed node by node. */
import type { Transaction } from "../../cluster/transaction.ts";
import { controllerRevisionKind } from "../../kinds/apps/controller-revision.ts";
import { daemonSetKind } from "../../kinds/apps/daemon-set.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { cloneJson, equalJson } from "../../lib/json.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import type { ControllerRevision, DaemonSet, DaemonSetStatus, Node, Pod } from "../../schema/index.ts";
import { type Controller, controllerOf, ownedBy, self, type Watch } from "../controller.ts";
import { claim } from "../lib/claim.ts";
import { podTemplateHash } from "../lib/pod-template-hash.ts";
import { controllerReference, isPodReady, nextAvailabilityMs } from "../lib/pods.ts";
import { holds, patchOf, revisionsOf, truncateHistory } from "../lib/revisions.ts";
import { COMPONENT, groupByNode, isAvailable, isUpdated, REVISION_LABEL, type Run } from "./context.ts";
import { apply, currentPods, placePods, renewPods } from "./manage.ts";
import { placement } from "./pods.ts";

const DEFAULT_HISTORY_LIMIT = 10;

export const daemonSetController: Controller = {
  name: COMPONENT,
  manager: "kube-controller-manager",
  component: COMPONENT,
  watches: [self(daemonSetKind), ownedBy(podKind, daemonSetKind), orphans(), nodesChanged()],

  reconcile(tx, key, nowMs) {
    const { namespace, name } = parseKey(key);
    const set = tx.get(daemonSetKind, namespace, name);
    if (!set) return undefined;
    const pods = claimPods(tx, set);
    const isGoing = set.metadata.deletionTimestamp !== undefined;
    const revision = isGoing ? revisionsOf(tx, set).at(-1) : syncRevision(tx, set);
    if (!revision) return undefined;
    let run: Run = { tx, nowMs, set, revision, nodes: tx.list(nodeKind), podsByNode: groupByNode(pods) };
    if (!isGoing) {
      apply(run, placePods(run));
      if (set.spec.updateStrategy.type === "RollingUpdate") {
        run = { ...run, podsByNode: groupByNode(currentPods(run)) };
        apply(run, renewPods(run));
      }
      cleanUpHistory(run);
    }
    writeStatus({ ...run, podsByNode: groupByNode(currentPods(run)) });
    return nextAvailabilityMs(pods, set.spec.minReadySeconds ?? 0, nowMs);
  },
};

function claimPods(tx: Transaction, set: DaemonSet): Pod[] {
  return claim(tx, {
    owner: set,
    ownerKind: daemonSetKind,
    kind: podKind,
    candidates: tx.list(podKind, set.metadata.namespace),
    matches: (pod) => matchesLabelSelector(set.spec.selector, pod.metadata.labels),
  });
}

/** The revision of the present template: the known one, made the newest if it returns, or a new one. */
function syncRevision(tx: Transaction, set: DaemonSet): ControllerRevision {
  const revisions = revisionsOf(tx, set);
  const newest = revisions.at(-1);
  const next = (newest?.revision ?? 0) + 1;
  const known = revisions.filter((revision) => holds(revision, set.spec.template)).at(-1);
  if (known === undefined) return tx.create(controllerRevisionKind, newRevision(set, next));
  if (known === newest) return known;
  return tx.update(controllerRevisionKind, known, (draft) => {
    draft.revision = next;
  });
}

function newRevision(set: DaemonSet, revision: number): ControllerRevision {
  const hash = podTemplateHash(set.spec.template, set.status.collisionCount);
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
    data: patchOf(cloneJson(set.spec.template)) as unknown as NonNullable<ControllerRevision["data"]>,
    revision,
  };
}

function cleanUpHistory({ tx, set, revision, podsByNode }: Run): void {
  const revisions = revisionsOf(tx, set);
  const hashes = new Set([...podsByNode.values()].flat().map(({ metadata }) => metadata.labels?.[REVISION_LABEL]));
  const used = revisions.filter(({ metadata }) => hashes.has(metadata.labels?.[REVISION_LABEL]));
  truncateHistory(tx, revisions, {
    limit: set.spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT,
    inUse: new Set([revision, ...used].map(({ metadata }) => metadata.name ?? "")),
  });
}

function writeStatus(run: Run): void {
  const { tx, set } = run;
  const status = statusOf(run);
  if (equalJson(status, set.status)) return;
  tx.updateStatus(daemonSetKind, set, (draft) => {
    draft.status = status;
  });
}

/** On each node the oldest pod speaks for the node. */
function statusOf(run: Run): DaemonSetStatus {
  const { set, nodes, podsByNode } = run;
  const podOn = ({ metadata }: Node) => podsByNode.get(metadata.name ?? "")?.[0];
  const wanted = nodes.filter((node) => placement(set, node).starts);
  const pods = wanted.map(podOn).filter((pod) => pod !== undefined);
  const misplaced = nodes.filter((node) => !wanted.includes(node) && podOn(node)).length;
  const updated = pods.filter((pod) => isUpdated(run, pod)).length;
  const available = pods.filter((pod) => isAvailable(run, pod)).length;
  const { collisionCount, conditions } = set.status;
  return {
    currentNumberScheduled: pods.length,
    numberMisscheduled: misplaced,
    desiredNumberScheduled: wanted.length,
    numberReady: pods.filter(isPodReady).length,
    observedGeneration: set.metadata.generation ?? 0,
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(available > 0 && { numberAvailable: available }),
    ...(wanted.length > available && { numberUnavailable: wanted.length - available }),
    ...(collisionCount !== undefined && { collisionCount }),
    ...(conditions && { conditions }),
  };
}

/** A pod without a controller concerns every DaemonSet whose selector it fulfils. */
function orphans(): Watch {
  return {
    resource: resourceId(podKind),
    *map({ key, after }, tx) {
      if (!after || controllerOf(after)) return;
      const { namespace } = parseKey(key);
      for (const set of tx.list(daemonSetKind, namespace)) {
        if (!matchesLabelSelector(set.spec.selector, after.metadata.labels)) continue;
        yield objectKey(daemonSetKind, namespace, set.metadata.name ?? "");
      }
    },
  };
}

/** Nodes that come, go, or change what decides about pods on them. */
function nodesChanged(): Watch {
  const facets = (node: Node | undefined) => node && [node.metadata.labels ?? {}, node.spec.taints ?? []];
  return {
    resource: resourceId(nodeKind),
    *map({ before, after }, tx) {
      if (equalJson(facets(before as Node | undefined), facets(after as Node | undefined))) return;
      for (const { metadata } of tx.list(daemonSetKind)) {
        yield objectKey(daemonSetKind, metadata.namespace ?? "", metadata.name ?? "");
      }
    },
  };
}
