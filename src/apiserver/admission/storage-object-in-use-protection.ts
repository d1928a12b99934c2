/**
 * Gives new claims and volumes the finalizer that protects them while they are in use.
 *
 * Kubernetes: plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go.
 */
import { CLAIM_PROTECTION, VOLUME_PROTECTION } from "../../kinds/storage/volume-names.ts";
import { type AdmissionPlugin, isWriteTo } from "./context.ts";

export const storageObjectInUseProtection: AdmissionPlugin = {
  name: "StorageObjectInUseProtection",

  admit(context) {
    if (context.operation !== "CREATE") return;
    const isClaim = isWriteTo(context, "", "persistentvolumeclaims");
    if (!isClaim && !isWriteTo(context, "", "persistentvolumes")) return;
    const { metadata } = context.object;
    const finalizer = isClaim ? CLAIM_PROTECTION : VOLUME_PROTECTION;
    if (metadata.finalizers?.includes(finalizer)) return;
    metadata.finalizers = [...(metadata.finalizers ?? []), finalizer];
  },
};
