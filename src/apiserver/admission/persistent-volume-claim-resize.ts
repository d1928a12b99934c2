/**
 * Refuses to enlarge a claim unless its class allows expansion.
 *
 * Kubernetes: plugin/pkg/admission/storage/persistentvolume/resize/admission.go.
 */
import { storageClassKind } from "../../kinds/storage/storage-class.ts";
import { compareQuantities } from "../../lib/quantity.ts";
import type { PersistentVolumeClaim } from "../../schema/index.ts";
import { type AdmissionPlugin, forbidden, isWriteTo } from "./context.ts";

export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: "PersistentVolumeClaimResize",

  validate(context) {
    if (context.operation !== "UPDATE" || !isWriteTo(context, "", "persistentvolumeclaims")) return;
    const claim = context.object as PersistentVolumeClaim;
    const old = context.old as PersistentVolumeClaim;
    if (compareQuantities(sizeOf(claim), sizeOf(old)) <= 0) return;
    if (old.status.phase !== "Bound") throw forbidden(context, "Only bound persistent volume claims can be expanded");
    const storageClass = context.tx.get(storageClassKind, "", old.spec.storageClassName ?? "");
    if (storageClass?.allowVolumeExpansion) return;
    const why =
      "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize";
    throw forbidden(context, why);
  },
};

function sizeOf({ spec }: PersistentVolumeClaim): string {
  return spec.resources?.requests?.["storage"] ?? "0";
}
