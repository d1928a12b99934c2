/**
 * Defaults of containers, probes and hooks, the same in Pods and in templates.
 *
 * Kubernetes: pkg/apis/core/v1/defaults.go (SetDefaults_Container, SetDefaults_Probe)
 */
import { imageTag } from "../../../lib/image-name.ts";
import type { Container, EnvVar, EphemeralContainer, HTTPGetAction, Lifecycle, Probe } from "../../../schema/index.ts";
import { setDefault, setDefaultForZero } from "../../set-default.ts";
import { defaultAmounts } from "./resources.defaults.ts";

export function defaultContainer(container: Container | EphemeralContainer): void {
  for (const port of container.ports ?? []) setDefault(port, "protocol", "TCP");
  for (const variable of container.env ?? []) defaultEnvironmentVariable(variable);
  if (container.resources === undefined || container.resources === null) container.resources = {};
  defaultAmounts(container.resources.limits, container.resources.requests);
  if (container.livenessProbe) defaultProbe(container.livenessProbe);
  if (container.readinessProbe) defaultProbe(container.readinessProbe);
  if (container.startupProbe) defaultProbe(container.startupProbe);
  if (container.lifecycle) defaultLifecycle(container.lifecycle);
  setDefault(container, "terminationMessagePath", "/dev/termination-log");
  setDefault(container, "terminationMessagePolicy", "File");
  if (!container.imagePullPolicy) container.imagePullPolicy = defaultPullPolicy(container.image);
}

/** The tag `latest` is always pulled. */
export function defaultPullPolicy(image: string | undefined): "Always" | "IfNotPresent" {
  return imageTag(image ?? "") === "latest" ? "Always" : "IfNotPresent";
}

function defaultEnvironmentVariable(variable: EnvVar): void {
  const source = variable.valueFrom;
  if (!source) return;
  if (source.fieldRef) setDefault(source.fieldRef, "apiVersion", "v1");
  if (source.resourceFieldRef) setDefault(source.resourceFieldRef, "divisor", "0");
  if (source.fileKeyRef) setDefault(source.fileKeyRef, "optional", false);
}

function defaultProbe(probe: Probe): void {
  setDefaultForZero(probe, "timeoutSeconds", 1);
  setDefaultForZero(probe, "periodSeconds", 10);
  setDefaultForZero(probe, "successThreshold", 1);
  setDefaultForZero(probe, "failureThreshold", 3);
  if (probe.httpGet) defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= "";
}

function defaultLifecycle(lifecycle: Lifecycle): void {
  if (lifecycle.postStart?.httpGet) defaultHttpGet(lifecycle.postStart.httpGet);
  if (lifecycle.preStop?.httpGet) defaultHttpGet(lifecycle.preStop.httpGet);
}

function defaultHttpGet(action: HTTPGetAction): void {
  setDefault(action, "path", "/");
  setDefault(action, "scheme", "HTTP");
}
