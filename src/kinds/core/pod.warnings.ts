/**
 * Warnings of Pods.
 *
 * Kubernetes: pkg/api/pod/warnings.go (GetWarningsForPod)
 */
import type { Pod } from "../../schema/index.ts";
import { nameWarning, specWarnings } from "./pod-spec/pod-template.warnings.ts";

/** Only on creation: later changes are made by controllers. */
export function podWarnings(pod: Pod, old: Pod | undefined): string[] {
  if (old) return [];
  return [...nameWarning(pod, "the Pod's hostname"), ...specWarnings(pod.spec, pod.metadata, "")];
}
