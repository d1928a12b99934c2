/**
 * The kind `CSIDriver`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/storage/csidriver/strategy.go
 */
import type { CSIDriver } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateCSIDriver, validateCSIDriverUpdate } from "./csi-driver.validation.ts";

const column = columnsFor<CSIDriver>("storage.k8s.io/csidrivers");

export const csiDriverKind: KindDefinition<CSIDriver> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIDriver",
  plural: "csidrivers",
  singular: "csidriver",
  namespaced: false,
  schema: "io.k8s.api.storage.v1.CSIDriver",
  verbs: EVERY_VERB,
  storageVersionHash: "hL6j/rwBV5w=",
  requiresResourceVersion: true,
  strategy: {
    default: ({ spec }) => {
      setDefault(spec, "attachRequired", true);
      setDefault(spec, "podInfoOnMount", false);
      if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ["Persistent"];
      setDefault(spec, "storageCapacity", false);
      setDefault(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
      setDefault(spec, "requiresRepublish", false);
      setDefault(spec, "seLinuxMount", false);
    },
    validate: validateCSIDriver,
    validateUpdate: inTurn(validateCSIDriverUpdate, specOf(validateCSIDriver)),
  },
  columns: [
    nameColumn,
    column("AttachRequired", ({ spec }) => spec.attachRequired ?? true, { type: "boolean" }),
    column("PodInfoOnMount", ({ spec }) => spec.podInfoOnMount ?? false, { type: "boolean" }),
    column("StorageCapacity", ({ spec }) => spec.storageCapacity ?? false, { type: "boolean" }),
    column(
      "TokenRequests",
      ({ spec }) => (spec.tokenRequests ?? []).map(({ audience }) => audience).join(",") || "<unset>",
    ),
    column("RequiresRepublish", ({ spec }) => spec.requiresRepublish ?? false, { type: "boolean" }),
    column("Modes", ({ spec }) => (spec.volumeLifecycleModes ?? []).join(",") || "<none>"),
    ageColumn,
  ],
};
