/**
 * The kind `DeviceClass`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/resource/deviceclass/strategy.go
 */
import type { DeviceClass } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, nameColumn } from "../printing/columns.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateDeviceClass } from "./device-class.validation.ts";

export const deviceClassKind: KindDefinition<DeviceClass> = {
  group: "resource.k8s.io",
  version: "v1",
  kind: "DeviceClass",
  plural: "deviceclasses",
  singular: "deviceclass",
  namespaced: false,
  schema: "io.k8s.api.resource.v1.DeviceClass",
  verbs: EVERY_VERB,
  storageVersionHash: "Yk2PTc1Ybxk=",
  hasGeneration: true,
  strategy: {
    validate: validateDeviceClass,
    validateUpdate: inTurn<DeviceClass>(
      asNew(validateDeviceClass),
      validateObjectMetaUpdate,
      specOf(validateDeviceClass),
    ),
  },
  columns: [nameColumn, ageColumn],
};
