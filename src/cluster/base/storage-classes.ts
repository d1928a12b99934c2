/**
 * The StorageClasses of a fresh cluster: a default class, a fast one with node-local disks, and a cheap one that
 * retains its volumes. Annotations state their prices and abilities. The names of the last two carry a prefix, because
 * tutorials create classes called `fast` or `archive` themselves.
 */
import { IS_DEFAULT_CLASS, SANDBAR_PROVISIONER } from "../../kinds/storage/volume-names.ts";
import { type BaseObject, metadata } from "./objects.ts";

interface ClassOptions {
  /** The medium of the class's volumes. */
  tier: string;
  annotations: Record<string, string>;
  reclaimPolicy: "Delete" | "Retain";
  allowVolumeExpansion: boolean;
  volumeBindingMode: "Immediate" | "WaitForFirstConsumer";
}

export const storageClasses: readonly BaseObject[] = [
  storageClass("standard", {
    tier: "standard",
    annotations: {
      [IS_DEFAULT_CLASS]: "true",
      ...told("Network storage for everyday use; every node reaches it.", "3000", "0.10"),
    },
    reclaimPolicy: "Delete",
    allowVolumeExpansion: true,
    volumeBindingMode: "Immediate",
  }),
  storageClass("sandbar-fast", {
    tier: "fast",
    annotations: told("A disk inside the node that the pod runs on; no other node reaches it.", "100000", "0.40"),
    reclaimPolicy: "Delete",
    allowVolumeExpansion: true,
    volumeBindingMode: "WaitForFirstConsumer",
  }),
  storageClass("sandbar-archive", {
    tier: "archive",
    annotations: told("Slow and cheap; volumes stay when their claims are deleted, and never grow.", "100", "0.01"),
    reclaimPolicy: "Retain",
    allowVolumeExpansion: false,
    volumeBindingMode: "Immediate",
  }),
];

function told(description: string, operationsPerSecond: string, monthlyPricePerGib: string): Record<string, string> {
  return {
    "kubernetes.io/description": description,
    "sandbar.dev/iops": operationsPerSecond,
    "sandbar.dev/monthly-price-per-gib": monthlyPricePerGib,
  };
}

function storageClass(name: string, { tier, annotations, ...rest }: ClassOptions): BaseObject {
  return {
    kind: "StorageClass",
    apiVersion: "storage.k8s.io/v1",
    metadata: metadata(name, undefined, { annotations }),
    provisioner: SANDBAR_PROVISIONER,
    parameters: { tier },
    reclaimPolicy: rest.reclaimPolicy,
    ...(rest.allowVolumeExpansion && { allowVolumeExpansion: true }),
    volumeBindingMode: rest.volumeBindingMode,
  };
}
