/**
 * The kind `HorizontalPodAutoscaler`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go
 */
import type { HorizontalPodAutoscaler } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { defaultAutoscaler } from "./horizontal-pod-autoscaler.defaults.ts";
import { targetsOf } from "./horizontal-pod-autoscaler.printing.ts";
import { validateAutoscaler, validateAutoscalerStatus } from "./horizontal-pod-autoscaler.validation.ts";

const column = columnsFor<HorizontalPodAutoscaler>("autoscaling/horizontalpodautoscalers");

export const horizontalPodAutoscalerKind: KindDefinition<HorizontalPodAutoscaler> = {
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  singular: "horizontalpodautoscaler",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  schema: "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler",
  verbs: EVERY_VERB,
  storageVersionHash: "qwQve8ut294=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  strategy: {
    default: defaultAutoscaler,
    prepareForCreate: (autoscaler) => resetStatus(autoscaler, { desiredReplicas: 0, currentMetrics: null }),
    prepareForUpdate: keepStatus,
    validate: validateAutoscaler,
    validateUpdate: inTurn<HorizontalPodAutoscaler>(validateObjectMetaUpdate, specOf(validateAutoscaler)),
    validateStatusUpdate: validateAutoscalerStatus,
  },
  columns: [
    nameColumn,
    column("Reference", ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`),
    column("Targets", targetsOf),
    column("MinPods", ({ spec }) => `${spec.minReplicas ?? "<unset>"}`),
    column("MaxPods", ({ spec }) => spec.maxReplicas),
    column("Replicas", ({ status }) => status.currentReplicas ?? 0),
    ageColumn,
  ],
};
