/**
 * Keeps DaemonSets: one pod on every eligible node, updated node by node.
 * Kubernetes: pkg/controller/daemon/daemon_controller.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { daemonSetKind } from "../../kinds/apps/daemon-set.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { equalJson } from "../../lib/json.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import type { Parts } from "../../lib/work.ts";
import type { DaemonSet, DaemonSetStatus, Node, Pod } from "../../schema/index.ts";
import { type Controller, controllerOf, type Requeue, self, type Watch } from "../controller.ts";
import { claim } from "../lib/claim.ts";
import { type Claiming, claimedBy } from "../lib/claim-watch.ts";
import { isPodReady, nextAvailabilityMs } from "../lib/pods.ts";
import { truncateHistory } from "../lib/revisions.ts";
import { COMPONENT, type DaemonSetRun, groupByNode, isAvailable, isUpdated, REVISION_LABEL } from "./context.ts";
import { claimingRevisions, claimRevisions, syncRevision } from "./history.ts";
import { apply, currentPods, placePods, renewPods } from "./manage.ts";
import { placement } from "./pods.ts";

const DEFAULT_HISTORY_LIMIT = 10;

const claimingPods: Claiming<DaemonSet, Pod> = {
  owner: daemonSetKind,
  claimed: podKind,
  matches: (set, pod) => matchesLabelSelector(set.spec.selector, pod.metadata.labels),
};

export const daemonSetController: Controller = {
  name: COMPONENT,
  manager: "kube-controller-manager",
  component: COMPONENT,
  watches: [self(daemonSetKind), claimedBy(claimingPods), revisionsChanged(), nodesChanged()],

  *reconcile(tx, key, nowMs): Parts<Requeue> {
    const { namespace, name } = parseKey(key);
    const set = tx.get(daemonSetKind, namespace, name);
    if (!set) return undefined;
    const pods = claimPods(tx, set);
    const isGoing = set.metadata.deletionTimestamp !== undefined;
    const revision = isGoing ? claimRevisions(tx, set).at(-1) : syncRevision(tx, set, pods);
    if (!revision) return undefined;
    let run: DaemonSetRun = { tx, nowMs, set, revision, nodes: tx.list(nodeKind), podsByNode: groupByNode(pods) };
    if (!isGoing) {
      yield* apply(run, placePods(run));
      if (set.spec.updateStrategy.type === "RollingUpdate") {
        run = { ...run, podsByNode: groupByNode(currentPods(run)) };
        yield* apply(run, renewPods(run));
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
    matches: (pod) => claimingPods.matches(set, pod),
  });
}

function cleanUpHistory({ tx, set, revision, podsByNode }: DaemonSetRun): void {
  const revisions = claimRevisions(tx, set);
  const hashes = new Set([...podsByNode.values()].flat().map(({ metadata }) => metadata.labels?.[REVISION_LABEL]));
  const used = revisions.filter(({ metadata }) => hashes.has(metadata.labels?.[REVISION_LABEL]));
  truncateHistory(tx, revisions, {
    limit: set.spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT,
    inUse: new Set([revision, ...used].map(({ metadata }) => metadata.name ?? "")),
  });
}

function writeStatus(run: DaemonSetRun): void {
  const { tx, set } = run;
  const status = daemonSetStatus(run);
  if (equalJson(status, set.status)) return;
  tx.updateStatus(daemonSetKind, set, (draft) => {
    draft.status = status;
  });
}

/** The counts use the oldest pod of each node. */
function daemonSetStatus(run: DaemonSetRun): DaemonSetStatus {
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

/** As in Kubernetes, a new revision of the set wakes nothing, since the controller has just created it. */
function revisionsChanged(): Watch {
  const watch = claimedBy(claimingRevisions);
  return {
    resource: watch.resource,
    *map(change, tx) {
      if (change.before || !change.after || !controllerOf(change.after)) yield* watch.map(change, tx);
    },
  };
}

/** Wakes all DaemonSets when a node is added or removed, or when its labels or taints change. */
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
