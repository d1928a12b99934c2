/**
 * The kind `DaemonSet`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/apps/daemonset/strategy.go
 */
import { parseInt64 } from "../../lib/integers.ts";
import { equalJson } from "../../lib/json.ts";
import { formatLabelSelector, formatLabels } from "../../lib/selectors.ts";
import type { DaemonSet } from "../../schema/index.ts";
import { templateWarnings } from "../core/pod-spec/pod-template.warnings.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, containerColumns, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { defaultDaemonSet } from "./daemon-set.defaults.ts";
import { validateDaemonSet, validateDaemonSetUpdate } from "./daemon-set.validation.ts";

const column = columnsFor<DaemonSet>("apps/daemonsets");

/** Counts changes of the template. The field serves clients of the first API versions. */
const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

export const daemonSetKind: KindDefinition<DaemonSet> = {
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  plural: "daemonsets",
  singular: "daemonset",
  shortNames: ["ds"],
  categories: ["all"],
  namespaced: true,
  schema: "io.k8s.api.apps.v1.DaemonSet",
  verbs: EVERY_VERB,
  storageVersionHash: "dd7pWHUlMKQ=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  hasGeneration: true,
  strategy: {
    default: (daemonSet) => {
      defaultDaemonSet(daemonSet);
      // Kubernetes' internal type has a field for it. All API versions show it as an annotation, so writers own it.
      daemonSet.metadata.annotations = { [TEMPLATE_GENERATION]: "0", ...daemonSet.metadata.annotations };
    },
    prepareForCreate: (daemonSet) => {
      resetStatus(daemonSet, {
        currentNumberScheduled: 0,
        numberMisscheduled: 0,
        desiredNumberScheduled: 0,
        numberReady: 0,
      });
      daemonSet.metadata.annotations = { ...daemonSet.metadata.annotations, [TEMPLATE_GENERATION]: "1" };
    },
    prepareForUpdate: (daemonSet, old) => {
      keepStatus(daemonSet, old);
      const generation = parseInt64(old.metadata.annotations?.[TEMPLATE_GENERATION]) ?? 0n;
      const changed = !equalJson(daemonSet.spec.template, old.spec.template);
      daemonSet.metadata.annotations = {
        ...daemonSet.metadata.annotations,
        [TEMPLATE_GENERATION]: String(changed ? BigInt.asIntN(64, generation + 1n) : generation),
      };
    },
    validate: validateDaemonSet,
    validateUpdate: inTurn<DaemonSet>(
      asNew(validateDaemonSet),
      validateObjectMetaUpdate,
      specOf(validateDaemonSet),
      validateDaemonSetUpdate,
    ),
    warnings: templateWarnings,
  },
  columns: [
    nameColumn,
    column("Desired", ({ status }) => status.desiredNumberScheduled ?? 0, { type: "integer" }),
    column("Current", ({ status }) => status.currentNumberScheduled ?? 0, { type: "integer" }),
    column("Ready", ({ status }) => status.numberReady ?? 0, { type: "integer" }),
    column("Up-to-date", ({ status }) => status.updatedNumberScheduled ?? 0, { type: "integer" }),
    column("Available", ({ status }) => status.numberAvailable ?? 0, { type: "integer" }),
    column("Node Selector", ({ spec }) => formatLabels(spec.template.spec.nodeSelector)),
    ageColumn,
    ...containerColumns<DaemonSet>("apps/daemonsets", ({ spec }) => spec.template.spec.containers),
    column("Selector", ({ spec }) => formatLabelSelector(spec.selector), { wide: true }),
  ],
};
