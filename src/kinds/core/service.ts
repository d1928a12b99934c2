/**
 * The kind `Service`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/service/strategy.go
 */
import { formatLabels } from "../../lib/selectors.ts";
import type { Service } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { allocate, allocationProblems, allocationsOf } from "./service.allocation.ts";
import { defaultService, dropFieldsOfOldType, keepAllocated, normalizeClusterIPs } from "./service.defaults.ts";
import { defaultIpFamilies, validateFamilies } from "./service.families.ts";
import { externalAddress, formatPorts } from "./service.printing.ts";
import { serviceQuota } from "./service.quota.ts";

const column = columnsFor<Service>("core/services");

import { validateService, validateServiceStatus, validateServiceUpdate } from "./service.validation.ts";
import { serviceWarnings } from "./service.warnings.ts";

export const serviceKind: KindDefinition<Service> = {
  group: "",
  version: "v1",
  kind: "Service",
  plural: "services",
  singular: "service",
  shortNames: ["svc"],
  categories: ["all"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.Service",
  quota: serviceQuota,
  verbs: EVERY_VERB,
  returnDeletedObject: true,
  allowCreateOnUpdate: true,
  storageVersionHash: "0/CO1lhkEBI=",
  subresources: {
    proxy: {
      verbs: ["create", "delete", "get", "patch", "update"],
      kind: "ServiceProxyOptions",
      isStream: true,
      acceptsOptions: true,
    },
    status: STATUS_SUBRESOURCE,
  },
  selectableFields: {
    "spec.clusterIP": ({ spec }) => spec.clusterIP ?? "",
    "spec.type": ({ spec }) => spec.type ?? "",
  },
  strategy: {
    warnings: serviceWarnings,
    default: defaultService,
    prepareForCreate: (service, context) => {
      resetStatus(service, { loadBalancer: {} });
      normalizeClusterIPs(service.spec, undefined);
      defaultIpFamilies(service.spec);
      if (validateFamilies(service.spec).length > 0 || validateService(service).length > 0) return;
      allocate(service.spec, allocationsOf(context.reader, context.reader.list(serviceKind), service), context);
    },
    prepareForUpdate: (service, old, context) => {
      keepStatus(service, old);
      normalizeClusterIPs(service.spec, old.spec);
      keepAllocated(service.spec, old.spec);
      dropFieldsOfOldType(service.spec, old.spec);
      defaultIpFamilies(service.spec);
      if (validateFamilies(service.spec).length > 0 || validateService(service).length > 0) return;
      allocate(service.spec, allocationsOf(context.reader, context.reader.list(serviceKind), service), context);
    },
    // Addresses and ports are allocated before the rest is validated.
    validate: (service, { reader, dryRun }) => {
      const early = validateFamilies(service.spec);
      if (early.length > 0) return early;
      const errors = validateService(service);
      const taken = allocationsOf(reader, reader.list(serviceKind), service);
      const unavailable = allocationProblems(service.spec, taken, { dryRun, isAllocated: errors.length === 0 });
      return unavailable.length > 0 ? unavailable : errors;
    },
    validateUpdate: (service, old, { reader, dryRun }) => {
      const early = validateFamilies(service.spec);
      if (early.length > 0) return early;
      const errors = [...validateServiceUpdate(service, old), ...validateService(service)];
      if (errors.length > 0) return errors;
      const taken = allocationsOf(reader, reader.list(serviceKind), service);
      return allocationProblems(service.spec, taken, { dryRun, isAllocated: true });
    },
    validateStatusUpdate: validateServiceStatus,
  },
  columns: [
    nameColumn,
    column("Type", ({ spec }) => spec.type ?? ""),
    column("Cluster-IP", ({ spec }) => spec.clusterIP || "<none>"),
    column("External-IP", externalAddress),
    column("Port(s)", ({ spec }) => formatPorts(spec.ports)),
    ageColumn,
    column("Selector", ({ spec }) => formatLabels(spec.selector), { wide: true }),
  ],
};
