/**
 * Warnings of Pods.
 *
 * Kubernetes: pkg/api/pod/warnings.go (GetWarningsForPod)
 */
import type { Pod } from "../../schema/index.ts";
import { nameWarning, specWarnings } from "./pod-spec/pod-template.warnings.ts";

/** Only when a pod is made: afterwards it is not people who change it. */
export function podWarnings(pod: Pod, old: Pod | undefined): string[] {
  if (old) return [];
  return [...nameWarning(pod, "the Pod's hostname"), ...specWarnings(pod.spec, pod.metadata, "")];
}
