/**
 * Defaults of Deployments.
 *
 * Kubernetes: pkg/apis/apps/v1/defaults.go (SetDefaults_Deployment)
 */
import type { Deployment, DeploymentSpec } from "../../schema/index.ts";
import { defaultPodTemplate } from "../core/pod-spec/pod-spec.defaults.ts";
import { setDefault } from "../set-default.ts";

export const DEFAULT_HISTORY = 10;
const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;

export function defaultDeployment(deployment: Deployment): void {
  if (!deployment.spec) deployment.spec = {} as DeploymentSpec;
  const { spec } = deployment;
  setDefault(spec, "replicas", 1);
  defaultPodTemplate(spec);
  if (!spec.strategy) spec.strategy = {};
  setDefault(spec.strategy, "type", "RollingUpdate");
  if (spec.strategy.type === "RollingUpdate") {
    spec.strategy.rollingUpdate ??= {};
    setDefault(spec.strategy.rollingUpdate, "maxUnavailable", "25%");
    setDefault(spec.strategy.rollingUpdate, "maxSurge", "25%");
  }
  setDefault(spec, "revisionHistoryLimit", DEFAULT_HISTORY);
  setDefault(spec, "progressDeadlineSeconds", DEFAULT_PROGRESS_DEADLINE_SECONDS);
}
