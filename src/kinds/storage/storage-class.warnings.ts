/**
 * Warnings of StorageClasses: deprecated topology labels.
 *
 * Kubernetes: pkg/api/storage/util.go (GetWarningsForStorageClass)
 */
import type { StorageClass } from "../../schema/index.ts";
import { deprecatedLabel } from "../validation/label-warnings.ts";

export function storageClassWarnings({ allowedTopologies = [] }: StorageClass): string[] {
  return allowedTopologies.flatMap(({ matchLabelExpressions = [] }, i) =>
    matchLabelExpressions.flatMap(({ key }, j) => {
      const place = `allowedTopologies[${i}].matchLabelExpressions[${j}].key`;
      return deprecatedLabel(key, (why) => `${place}: ${key} is ${why}`);
    }),
  );
}
