/**
 * The kind `ResourceQuota`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/resourcequota/strategy.go
 */
import type { ResourceQuota } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { defaultAmounts } from "./pod-spec/resources.defaults.ts";
import { quotaCell } from "./resource-quota.printing.ts";
import {
  validateResourceQuota,
  validateResourceQuotaStatus,
  validateResourceQuotaUpdate,
} from "./resource-quota.validation.ts";

const column = columnsFor<ResourceQuota>("core/resourcequotas");

export const resourceQuotaKind: KindDefinition<ResourceQuota> = {
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  singular: "resourcequota",
  shortNames: ["quota"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.ResourceQuota",
  verbs: EVERY_VERB,
  storageVersionHash: "8uhSgffRX6w=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  strategy: {
    default: (quota) => {
      if (!quota.spec) quota.spec = {};
      defaultAmounts(quota.spec.hard, quota.status?.hard, quota.status?.used);
    },
    prepareForCreate: (quota) => resetStatus(quota, {}),
    prepareForUpdate: keepStatus,
    validate: validateResourceQuota,
    validateUpdate: inTurn<ResourceQuota>(
      validateObjectMetaUpdate,
      specOf(validateResourceQuota),
      validateResourceQuotaUpdate,
    ),
    validateStatusUpdate: validateResourceQuotaStatus,
  },
  columns: [
    nameColumn,
    column("Request", (quota) => quotaCell(quota, { limits: false })),
    column("Limit", (quota) => quotaCell(quota, { limits: true })),
    ageColumn,
  ],
};
