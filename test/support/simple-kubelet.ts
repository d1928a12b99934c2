/** A simple scheduler and kubelet for stories about controllers: pods get ready soon, one after the other. */
import type { Controller } from "../../src/controllers/controller.ts";
import { self } from "../../src/controllers/controller.ts";
import { namespaceKind } from "../../src/kinds/core/namespace.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { objectKey, parseKey } from "../../src/kinds/kind.ts";
import { formatTime } from "../../src/lib/time.ts";
import type { Pod, PodCondition } from "../../src/schema/index.ts";

export interface SimpleKubeletOptions {
  /** The minimum time from creation to readiness, ms. */
  readyAfterMs?: number;
  /** The time between two pods of a namespace that get ready, ms. */
  apartMs?: number;
  /** The time from the deletion request to the end, ms. */
  stopAfterMs?: number;
  /** Pods with this image never get ready. */
  broken?: (image: string) => boolean;
}

/** Places pods on random nodes, and pods of DaemonSets on their nodes. */
export function simpleKubelet(options: SimpleKubeletOptions = {}): Controller {
  const {
    readyAfterMs = 300,
    apartMs = 100,
    stopAfterMs = 300,
    broken = (image: string) => image.includes("broken"),
  } = options;
  return {
    name: "simple-kubelet",
    manager: "kubelet",
    watches: [self(podKind)],
    latencyMs: 5,
    reconcile(tx, key, nowMs) {
      const { namespace, name } = parseKey(key);
      const pod = tx.get(podKind, namespace, name);
      if (!pod) return;
      if (!pod.spec.nodeName) {
        const pinned = pinnedNodes(pod);
        const nodes = tx.list(nodeKind).filter(({ metadata }) => !pinned || pinned.includes(metadata.name ?? ""));
        const node = nodes[tx.random.below(nodes.length)];
        if (!node) return;
        tx.updateSubresource(podKind, "binding", pod, (draft) => {
          draft.spec.nodeName = node.metadata.name;
        });
        return;
      }
      const state = tx.privateState<{ seenMs: number; stopMs?: number }>(key, "simple-kubelet") ?? { seenMs: nowMs };
      if (pod.metadata.deletionTimestamp) {
        const stopMs = state.stopMs ?? nowMs + stopAfterMs;
        tx.setPrivateState(key, "simple-kubelet", { ...state, stopMs });
        if (nowMs < stopMs) return stopMs;
        tx.delete(podKind, pod, { gracePeriodSeconds: 0 });
        return;
      }
      tx.setPrivateState(key, "simple-kubelet", state);
      if (pod.status.phase === "Running" || broken(pod.spec.containers[0]?.image ?? "")) return;
      const namespaceKey = objectKey(namespaceKind, "", namespace);
      const lastMs = tx.privateState<number>(namespaceKey, "simple-kubelet") ?? 0;
      const readyAtMs = Math.max(state.seenMs + readyAfterMs, lastMs + apartMs);
      if (nowMs < readyAtMs) return readyAtMs;
      tx.setPrivateState(namespaceKey, "simple-kubelet", nowMs);
      tx.updateStatus(podKind, pod, (draft) => run(draft, `10.244.0.${tx.random.below(250) + 1}`, nowMs));
    },
  };
}

/** The nodes of a DaemonSet pod's node affinity. */
function pinnedNodes({ spec }: Pod): string[] | undefined {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required?.nodeSelectorTerms[0]?.matchFields?.[0]?.values;
}

function run(pod: Pod, ip: string, nowMs: number): void {
  const ready: PodCondition = { type: "Ready", status: "True", lastTransitionTime: formatTime(nowMs) };
  pod.status = { ...pod.status, phase: "Running", podIP: ip, podIPs: [{ ip }], conditions: [ready] };
}
