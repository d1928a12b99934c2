/**
 * The Ingress controllers that are installed in a cluster: pods with the image of a known one.
 * Kubernetes: https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { flagsOf } from "../../edge/installed.ts";
import { mayList, RIGHTS } from "../../edge/permissions.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { ingressKind } from "../../kinds/networking/ingress.ts";
import { ingressControllerOf } from "../../lib/edge/controllers/registry.ts";
import type { IngressController, ProcessFlags } from "../../lib/edge/ingress-controller.ts";
import type { IngressScope } from "../../lib/edge/ingress-rules.ts";
import type { Container, Pod } from "../../schema/index.ts";

export interface InstalledController {
  controller: IngressController;
  flags: ProcessFlags;
  scope: IngressScope;
  /** Pods that have not ended, in the order of their keys. */
  pods: readonly Pod[];
}

/** Pods with equal flags in one namespace are replicas of one controller. Pods that may not read Ingresses do nothing. */
export function installedControllers(tx: Transaction): readonly InstalledController[] {
  return tx.derived("edge/ingress-controllers", [podKind, ...RIGHTS], () => {
    const found = new Map<string, InstalledController & { pods: Pod[] }>();
    for (const pod of tx.list(podKind)) {
      const { phase } = pod.status;
      if (phase === "Succeeded" || phase === "Failed") continue;
      for (const container of pod.spec.containers) {
        const installed = installedIn(pod, container);
        if (!installed || !mayList(tx, pod, ingressKind.group, ingressKind.plural, installed.scope.namespace)) continue;
        const key = JSON.stringify([installed.controller.name, installed.flags]);
        const known = found.get(key);
        if (known) known.pods.push(pod);
        else found.set(key, { ...installed, pods: [pod] });
      }
    }
    return [...found.values()];
  });
}

/** Whether the pod contains an Ingress controller. */
export function isIngressController({ spec }: Pod): boolean {
  return spec.containers.some(({ image = "" }) => ingressControllerOf(image) !== undefined);
}

function installedIn(pod: Pod, container: Container): Omit<InstalledController, "pods"> | undefined {
  const controller = ingressControllerOf(container.image ?? "");
  if (!controller) return undefined;
  const flags = flagsOf(pod, container);
  const scope = controller.scope(flags);
  return scope && { controller, flags, scope };
}
