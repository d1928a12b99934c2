/**
 * Warnings of RuntimeClasses.
 *
 * Kubernetes: pkg/api/node/util.go (GetWarningsForRuntimeClass)
 */
import type { RuntimeClass } from "../../schema/index.ts";
import { deprecatedLabel } from "../validation/label-warnings.ts";

export function runtimeClassWarnings({ scheduling }: RuntimeClass): string[] {
  const labels = Object.keys(scheduling?.nodeSelector ?? {}).sort();
  return labels.flatMap((key) => deprecatedLabel(key, (why) => `scheduling.nodeSelector: ${why}`));
}
