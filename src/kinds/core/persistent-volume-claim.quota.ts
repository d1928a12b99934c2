/**
 * Quota usage of PersistentVolumeClaims: number and size, in total and by storage class.
 *
 * Kubernetes: pkg/quota/v1/evaluator/core/persistent_volume_claims.go
 */
import { compareQuantities } from "../../lib/quantity.ts";
import type { PersistentVolumeClaim } from "../../schema/index.ts";
import type { QuotaRules } from "../kind.ts";

const MEASURED = ["persistentvolumeclaims", "requests.storage"];
const OF_CLASS = ".storageclass.storage.k8s.io/";

export const claimQuota: QuotaRules<PersistentVolumeClaim> = {
  measures: (resource) =>
    resource === "count/persistentvolumeclaims" ||
    MEASURED.some((name) => resource === name || resource.endsWith(OF_CLASS + name)),

  usage(claim) {
    const size = chargedSize(claim);
    const total = { persistentvolumeclaims: "1", ...(size !== undefined && { "requests.storage": size }) };
    const className = claim.spec.storageClassName;
    const ofClass = Object.entries(className ? total : {}).map(([name, amount]) => [
      className + OF_CLASS + name,
      amount,
    ]);
    return { "count/persistentvolumeclaims": "1", ...total, ...Object.fromEntries(ofClass) };
  },

  updates: [""],
};

/** The requested size, or the granted size if that is larger. */
function chargedSize({ spec, status }: PersistentVolumeClaim): string | undefined {
  const asked = spec.resources?.requests?.["storage"];
  const granted = status?.allocatedResources?.["storage"];
  return asked !== undefined && granted !== undefined && compareQuantities(granted, asked) > 0 ? granted : asked;
}
