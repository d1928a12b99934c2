/** A claim that names no class gets the cluster's default one. */
import { storageClassKind } from "../../kinds/storage/storage-class.ts";
import { defaultStorageClass } from "../../kinds/storage/volume-names.ts";
import type { PersistentVolumeClaim } from "../../schema/index.ts";
import { type AdmissionPlugin, isWriteTo } from "./context.ts";

/** Where a claim's class stood before it was a field. */
const OLD_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

export const defaultStorageClassPlugin: AdmissionPlugin = {
  name: "DefaultStorageClass",

  admit(context) {
    if (context.operation !== "CREATE" || !isWriteTo(context, "", "persistentvolumeclaims")) return;
    const { spec, metadata } = context.object as PersistentVolumeClaim;
    if (!spec || spec.storageClassName !== undefined || metadata.annotations?.[OLD_ANNOTATION] !== undefined) return;
    const name = defaultStorageClass(context.tx.list(storageClassKind))?.metadata.name;
    if (name !== undefined) spec.storageClassName = name;
  },
};
