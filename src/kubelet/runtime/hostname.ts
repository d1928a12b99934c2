/**
 * The hostname of a pod.
 * Kubernetes: pkg/kubelet/kubelet_pods.go (`GeneratePodHostNameAndDomain`)
 */
import type { Node, Pod } from "../../schema/index.ts";

const MAX_HOSTNAME_LENGTH = 63;

export function hostnameOf({ spec, metadata }: Pod, node: Node): string {
  if (spec.hostNetwork) return node.metadata.name ?? "";
  if (spec.hostnameOverride) return spec.hostnameOverride;
  const name = spec.hostname || (metadata.name ?? "");
  return name.slice(0, MAX_HOSTNAME_LENGTH).replace(/[-.]+$/, "");
}
