/**
 * Defaults of ReplicationControllers.
 *
 * Kubernetes: pkg/apis/core/v1/defaults.go (SetDefaults_ReplicationController)
 */
import type { ReplicationController } from "../../schema/index.ts";
import { setDefault } from "../set-default.ts";
import { defaultPodTemplate } from "./pod-spec/pod-spec.defaults.ts";

/** Labels and selector default to the template's labels. */
export function defaultReplicationController(controller: ReplicationController): void {
  if (!controller.spec) controller.spec = {};
  const { spec, metadata } = controller;
  setDefault(spec, "replicas", 1);
  defaultPodTemplate(spec);
  const labels = spec.template?.metadata.labels;
  if (!labels) return;
  if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
  if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
}
