/** Addresses of a pod as its containers see them. Kubernetes: pkg/kubelet/kubelet_pods.go (`podFieldSelectorRuntimeValue`) */
import type { PodContext } from "./context.ts";

/** The address of the pod's own network, or the node's with `hostNetwork`. Empty before the pod has a sandbox. */
export function podAddresses({ pod, node, state }: Pick<PodContext, "pod" | "node" | "state">): string[] {
  const address = pod.spec.hostNetwork
    ? node.status.addresses?.find(({ type }) => type === "InternalIP")?.address
    : state.podIp;
  return address === undefined ? [] : [address];
}
