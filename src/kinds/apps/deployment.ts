/**
 * The kind `Deployment`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/apps/deployment/strategy.go
 */
import { equalJson } from "../../lib/json.ts";
import { formatRequirements, requirementsOf } from "../../lib/selectors.ts";
import type { Deployment } from "../../schema/index.ts";
import { templateWarnings } from "../core/pod-spec/pod-template.warnings.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, containerColumns, nameColumn } from "../printing/columns.ts";
import { replicaScale } from "../scale.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB, SCALE_SUBRESOURCE, STATUS_SUBRESOURCE } from "../verbs.ts";
import { defaultDeployment } from "./deployment.defaults.ts";
import { validateDeployment, validateDeploymentStatus, validateDeploymentUpdate } from "./deployment.validation.ts";

const column = columnsFor<Deployment>("apps/deployments");

export const deploymentKind: KindDefinition<Deployment> = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  singular: "deployment",
  shortNames: ["deploy"],
  categories: ["all"],
  namespaced: true,
  schema: "io.k8s.api.apps.v1.Deployment",
  verbs: EVERY_VERB,
  storageVersionHash: "8aSe+NMegvE=",
  subresources: {
    scale: SCALE_SUBRESOURCE,
    status: STATUS_SUBRESOURCE,
  },
  hasGeneration: true,
  scale: replicaScale,
  strategy: {
    default: defaultDeployment,
    prepareForCreate: (deployment) => resetStatus(deployment, {}),
    prepareForUpdate: (deployment, old) => {
      keepStatus(deployment, old);
      // The controller copies annotations to ReplicaSets, so a changed annotation raises the generation.
      if (!equalJson(deployment.metadata.annotations ?? {}, old.metadata.annotations ?? {})) {
        deployment.metadata.generation = (old.metadata.generation ?? 0) + 1;
      }
    },
    validate: validateDeployment,
    validateUpdate: inTurn<Deployment>(validateObjectMetaUpdate, specOf(validateDeployment), validateDeploymentUpdate),
    warnings: templateWarnings,
    validateStatusUpdate: validateDeploymentStatus,
  },
  columns: [
    nameColumn,
    column("Ready", ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    column("Up-to-date", ({ status }) => status.updatedReplicas ?? 0),
    column("Available", ({ status }) => status.availableReplicas ?? 0),
    ageColumn,
    ...containerColumns<Deployment>("apps/deployments", ({ spec }) => spec.template.spec.containers),
    column("Selector", ({ spec }) => formatRequirements(requirementsOf(spec.selector) ?? []), { wide: true }),
  ],
};
