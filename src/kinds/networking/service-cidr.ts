/**
 * The kind `ServiceCIDR`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/networking/servicecidr/strategy.go
 */
import type { ServiceCIDR } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { validateServiceCIDR, validateServiceCIDRUpdate } from "./service-cidr.validation.ts";

const column = columnsFor<ServiceCIDR>("networking.k8s.io/servicecidrs");

export const serviceCIDRKind: KindDefinition<ServiceCIDR> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "ServiceCIDR",
  plural: "servicecidrs",
  singular: "servicecidr",
  namespaced: false,
  schema: "io.k8s.api.networking.v1.ServiceCIDR",
  verbs: EVERY_VERB,
  storageVersionHash: "gNLvruQhW2g=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  strategy: {
    prepareForCreate: (cidr) => resetStatus(cidr, {}),
    prepareForUpdate: keepStatus,
    validate: validateServiceCIDR,
    validateUpdate: inTurn(asNew(validateServiceCIDR), validateServiceCIDRUpdate),
  },
  columns: [nameColumn, column("CIDRs", ({ spec }) => (spec?.cidrs ?? []).join(",")), ageColumn],
};
