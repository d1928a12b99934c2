/**
 * Lets a pod without tolerations for unready and unreachable nodes stay on such a node for five minutes.
 *
 * Kubernetes: plugin/pkg/admission/defaulttolerationseconds/admission.go.
 */
import type { Pod, Toleration } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { type AdmissionPlugin, isWriteTo } from "./context.ts";

const DEFAULT_SECONDS = 300;
const TAINTS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

export const defaultTolerationSeconds: AdmissionPlugin = {
  name: "DefaultTolerationSeconds",

  admit(context) {
    if (context.operation === "DELETE" || !isWriteTo(context, "", "pods")) return;
    const { spec } = context.object as KubernetesObject & Pod;
    if (!spec) return;
    for (const key of TAINTS) {
      if (spec.tolerations?.some((toleration) => tolerates(toleration, key))) continue;
      spec.tolerations = [
        ...(spec.tolerations ?? []),
        { key, operator: "Exists", effect: "NoExecute", tolerationSeconds: DEFAULT_SECONDS },
      ];
    }
  },
};

function tolerates(toleration: Toleration, key: string): boolean {
  const keyMatches = !toleration.key || toleration.key === key;
  const effectMatches = !toleration.effect || toleration.effect === "NoExecute";
  return keyMatches && effectMatches;
}
