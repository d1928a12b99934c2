/**
 * Defaults of DaemonSets.
 *
 * Kubernetes: pkg/apis/apps/v1/defaults.go (SetDefaults_DaemonSet)
 */
import type { DaemonSet, DaemonSetSpec } from "../../schema/index.ts";
import { defaultPodTemplate } from "../core/pod-spec/pod-spec.defaults.ts";
import { setDefault } from "../set-default.ts";
import { DEFAULT_HISTORY } from "./deployment.defaults.ts";

export function defaultDaemonSet(daemonSet: DaemonSet): void {
  if (!daemonSet.spec) daemonSet.spec = {} as DaemonSetSpec;
  const { spec } = daemonSet;
  defaultPodTemplate(spec);
  if (!spec.updateStrategy) spec.updateStrategy = {};
  setDefault(spec.updateStrategy, "type", "RollingUpdate");
  if (spec.updateStrategy.type === "RollingUpdate") {
    spec.updateStrategy.rollingUpdate ??= {};
    setDefault(spec.updateStrategy.rollingUpdate, "maxUnavailable", 1);
    setDefault(spec.updateStrategy.rollingUpdate, "maxSurge", 0);
  }
  setDefault(spec, "revisionHistoryLimit", DEFAULT_HISTORY);
}
