/**
 * Defaults of a pod's specification, in Pods and in the templates of workloads.
 *
 * Kubernetes: pkg/apis/core/v1/defaults.go (SetDefaults_PodSpec, SetDefaults_Pod)
 */
import type { PodSpec, PodTemplateSpec } from "../../../schema/index.ts";
import { setDefault } from "../../set-default.ts";
import { defaultContainer } from "./containers.defaults.ts";
import { defaultAmounts, defaultPodResources } from "./resources.defaults.ts";
import { defaultVolume } from "./volumes.defaults.ts";

const DEFAULT_GRACE_SECONDS = 30;

export function defaultPodSpec(spec: PodSpec): void {
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const container of spec.initContainers ?? []) defaultContainer(container);
  for (const container of spec.containers ?? []) defaultContainer(container);
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container);
  setDefault(spec, "restartPolicy", "Always");
  setDefault(spec, "terminationGracePeriodSeconds", DEFAULT_GRACE_SECONDS);
  setDefault(spec, "dnsPolicy", "ClusterFirst");
  // `serviceAccount` is the deprecated name of `serviceAccountName`.
  if (!spec.serviceAccountName && spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount;
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName;
  else delete spec.serviceAccount;
  if (spec.securityContext === undefined || spec.securityContext === null) spec.securityContext = {};
  setDefault(spec, "schedulerName", "default-scheduler");
  defaultAmounts(spec.overhead, spec.resources?.limits, spec.resources?.requests);
}

/** Adds empty metadata and an empty specification to a template that lacks them. */
export function defaultPodTemplate(holder: { template?: PodTemplateSpec }): void {
  if (!holder.template) holder.template = { metadata: {}, spec: {} as PodSpec };
  const { template } = holder;
  if (!template.metadata) template.metadata = {};
  if (!template.spec) template.spec = {} as PodSpec;
  defaultPodSpec(template.spec);
}

/** Defaults of Pods but not of templates: requests from limits, host ports on the host network, service links. */
export function defaultPodOnly(spec: PodSpec): void {
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    const { limits, requests } = container.resources;
    if (limits) {
      for (const [resource, limit] of Object.entries(limits)) {
        if (requests?.[resource] !== undefined) continue;
        container.resources.requests ??= {};
        container.resources.requests[resource] = limit;
      }
    }
    if (spec.hostNetwork) for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
  }
  defaultPodResources(spec);
  setDefault(spec, "enableServiceLinks", true);
}
