/**
 * The kind `APIService`: names, verbs, strategy and columns.
 *
 * Kubernetes: staging/src/k8s.io/kube-aggregator/pkg/registry/apiservice/strategy.go
 */
import { formatTime } from "../../lib/time.ts";
import type { APIService, APIServiceCondition } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { validateApiService } from "./api-service.validation.ts";

const column = columnsFor<APIService>("apiregistration.k8s.io/apiservices");

/** APIServices without a service are served locally and are always available. */
function localAvailable(nowMs: number): APIServiceCondition {
  const message = "Local APIServices are always available";
  return { type: "Available", status: "True", lastTransitionTime: formatTime(nowMs), reason: "Local", message };
}

export const apiServiceKind: KindDefinition<APIService> = {
  group: "apiregistration.k8s.io",
  version: "v1",
  kind: "APIService",
  plural: "apiservices",
  singular: "apiservice",
  categories: ["api-extensions"],
  namespaced: false,
  schema: "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService",
  verbs: EVERY_VERB,
  storageVersionHash: "InPBPD7+PqM=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  requiresResourceVersion: true,
  strategy: {
    default: ({ spec }) => {
      if (spec?.service) setDefault(spec.service, "port", 443);
    },
    prepareForCreate: (service, { nowMs }) => {
      resetStatus(service, service.spec?.service ? {} : { conditions: [localAvailable(nowMs)] });
    },
    prepareForUpdate: keepStatus,
    validate: validateApiService,
    validateUpdate: inTurn<APIService>(validateObjectMetaUpdate, asNew(validateApiService)),
  },
  columns: [
    nameColumn,
    column("Service", ({ spec }) => (spec.service ? `${spec.service.namespace}/${spec.service.name}` : "Local")),
    column("Available", ({ status }) => {
      const available = status?.conditions?.find(({ type }) => type === "Available");
      if (!available) return "Unknown";
      return available.status === "True" ? "True" : `${available.status} (${available.reason})`;
    }),
    ageColumn,
  ],
};
