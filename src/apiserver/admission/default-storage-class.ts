/**
 * Gives a claim without a class the default class of the cluster.
 *
 * Kubernetes: plugin/pkg/admission/storage/storageclass/setdefault/admission.go.
 */
import { storageClassKind } from "../../kinds/storage/storage-class.ts";
import { defaultStorageClass } from "../../kinds/storage/volume-names.ts";
import type { PersistentVolumeClaim } from "../../schema/index.ts";
import { type AdmissionPlugin, isWriteTo } from "./context.ts";

/** The annotation that held a claim's class before the field existed. */
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
