/**
 * Validation of a pod's containers, init containers and ephemeral containers.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (validate*Containers)
 */
import { dnsLabelProblems, portNameProblems, portNumberProblems } from "../../../lib/names.ts";
import type {
  Container,
  ContainerPort,
  ContainerResizePolicy,
  EphemeralContainer,
  PodSpec,
} from "../../../schema/index.ts";
import type { FieldError } from "../../kind.ts";
import {
  duplicate,
  forbidden,
  invalid,
  invalidFor,
  notFoundValue,
  notSupported,
  required,
  tooLong,
} from "../../validation/field-errors.ts";
import { PROTOCOLS } from "../../validation/ports.ts";
import { validateResources } from "../../validation/resources.ts";
import { validateEnvironment, validateEnvironmentSources } from "./environment.validation.ts";
import { validateLifecycle, validateProbes } from "./probes.validation.ts";
import { validateUsedClaims } from "./resource-claims.validation.ts";
import { validateSecurityContext } from "./security-context.validation.ts";
import { type PodVolumes, validateMounts } from "./volume-mounts.validation.ts";

const PULL_POLICIES = ["Always", "IfNotPresent", "Never"];
const CONTAINER_RESTART_POLICIES = ["Always", "Never", "OnFailure"];
const RESTART_ACTIONS = ["Restart", "RestartAllContainers"];
const MAX_RESTART_RULES = 20;
const MAX_EXIT_CODES = 255;
const MESSAGE_POLICIES = ["File", "FallbackToLogsOnError"];
/** Fields that an ephemeral container must not set, because it only serves debugging. */
const NOT_FOR_EPHEMERAL = [
  "ports",
  "resizePolicy",
  "restartPolicy",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
] as const;

/** Parts of the pod that containers refer to. */
export interface ContainerContext {
  volumes: PodVolumes;
  graceSeconds: number | undefined;
  restartPolicy: string;
  /** Names of the pod's claims for devices. */
  claims: readonly string[];
}

export function validateContainers(
  containers: readonly Container[],
  context: ContainerContext,
  path: string,
): FieldError[] {
  if (containers.length === 0) return [required(path)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, container] of containers.entries()) {
    const at = `${path}[${i}]`;
    errors.push(...validateCommon(container, context, at));
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name));
    names.add(container.name);
    if (container.lifecycle)
      errors.push(...validateLifecycle(container.lifecycle, context.graceSeconds, `${at}.lifecycle`));
    errors.push(...validateProbes(container, context.graceSeconds, at));
  }
  return [...errors, ...validateHostPortConflicts(containers, path)];
}

export function validateInitContainers(
  containers: readonly Container[],
  regular: readonly Container[],
  context: ContainerContext,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set(regular.map(({ name }) => name));
  for (const [i, container] of containers.entries()) {
    const at = `${path}[${i}]`;
    errors.push(...validateCommon(container, context, at));
    const isSidecar = container.restartPolicy === "Always";
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name));
    else if (container.name) names.add(container.name);
    errors.push(...validateHostPortConflicts([container], path));
    if (isSidecar) {
      if (container.lifecycle)
        errors.push(...validateLifecycle(container.lifecycle, context.graceSeconds, `${at}.lifecycle`));
      errors.push(...validateProbes(container, context.graceSeconds, at));
      continue;
    }
    for (const field of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const) {
      if (!container[field]) continue;
      errors.push(forbidden(`${at}.${field}`, "may not be set for init containers without restartPolicy=Always"));
    }
  }
  return errors;
}

export function validateEphemeralContainers(spec: PodSpec, context: ContainerContext, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name));
  const names = new Set(others);
  for (const [i, container] of (spec.ephemeralContainers ?? []).entries()) {
    const at = `${path}[${i}]`;
    errors.push(...validateCommon(container, context, at));
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name));
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) errors.push(notFoundValue(`${at}.targetContainerName`, target));
    for (const field of NOT_FOR_EPHEMERAL) {
      if (container[field] !== undefined)
        errors.push(forbidden(`${at}.${field}`, "cannot be set for an Ephemeral Container"));
    }
  }
  return errors;
}

/** Checks that all sorts of container share. */
function validateCommon(
  container: Container | EphemeralContainer,
  context: ContainerContext,
  path: string,
): FieldError[] {
  const { name, image, terminationMessagePolicy, imagePullPolicy } = container;
  const errors: FieldError[] = name
    ? invalidFor(`${path}.name`, name, dnsLabelProblems(name))
    : [required(`${path}.name`)];
  if (!image) errors.push(required(`${path}.image`));
  errors.push(...validateChoice(`${path}.terminationMessagePolicy`, terminationMessagePolicy, MESSAGE_POLICIES));
  errors.push(...validatePorts(container.ports ?? [], `${path}.ports`));
  errors.push(...validateEnvironment(container.env ?? [], `${path}.env`));
  errors.push(...validateEnvironmentSources(container.envFrom ?? [], `${path}.envFrom`));
  errors.push(...validateMounts(container, context.volumes, path));
  errors.push(...validateChoice(`${path}.imagePullPolicy`, imagePullPolicy, PULL_POLICIES));
  errors.push(...validateResources(container.resources ?? {}, `${path}.resources`));
  errors.push(...validateUsedClaims(container.resources?.claims ?? [], context.claims, `${path}.resources.claims`));
  errors.push(...validateResizePolicy(container.resizePolicy ?? [], context, `${path}.resizePolicy`));
  if (container.securityContext) {
    errors.push(...validateSecurityContext(container.securityContext, `${path}.securityContext`));
  }
  return [...errors, ...validateRestarts(container, path)];
}

/** Kubernetes' path names the list without an index. */
function validateResizePolicy(
  policies: readonly ContainerResizePolicy[],
  { restartPolicy: ofPod }: ContainerContext,
  path: string,
): FieldError[] {
  const seen = new Set<string>();
  return policies.flatMap(({ resourceName, restartPolicy }, i) => {
    const errors: FieldError[] = seen.has(resourceName) ? [duplicate(`${path}[${i}]`, resourceName)] : [];
    seen.add(resourceName);
    errors.push(...validateChoice(path, resourceName, ["cpu", "memory"]));
    errors.push(...validateChoice(path, restartPolicy, ["NotRequired", "RestartContainer"]));
    if (ofPod === "Never" && restartPolicy !== "NotRequired") {
      errors.push(invalid(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
    return errors;
  });
}

/** Validates the restart policy of a container, and its rules for exit codes. */
function validateRestarts({ restartPolicy, restartPolicyRules = [] }: Container, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (restartPolicy !== undefined) {
    if (!CONTAINER_RESTART_POLICIES.includes(restartPolicy)) {
      errors.push(notSupported(`${path}.restartPolicy`, restartPolicy, CONTAINER_RESTART_POLICIES));
    }
  } else if (restartPolicyRules.length > 0) {
    const needed = "must specify restartPolicy when restart rules are used";
    errors.push(required(`${path}.restartPolicy`, needed));
  }
  const rules = `${path}.restartPolicyRules`;
  if (restartPolicyRules.length > MAX_RESTART_RULES) errors.push(tooLong(rules, MAX_RESTART_RULES));
  for (const [i, { action, exitCodes }] of restartPolicyRules.entries()) {
    if (!RESTART_ACTIONS.includes(action)) errors.push(notSupported(`${rules}[${i}].action`, action, RESTART_ACTIONS));
    const at = `${rules}[${i}].exitCodes`;
    if (!exitCodes) {
      errors.push(required(at, "must be specified"));
      continue;
    }
    if (!["In", "NotIn"].includes(exitCodes.operator)) {
      errors.push(notSupported(`${at}.operator`, exitCodes.operator, ["In", "NotIn"]));
    }
    if ((exitCodes.values?.length ?? 0) > MAX_EXIT_CODES) errors.push(tooLong(`${at}.values`, MAX_EXIT_CODES));
  }
  return errors;
}

function validatePorts(ports: readonly ContainerPort[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, { name, containerPort, hostPort, protocol }] of ports.entries()) {
    const at = `${path}[${i}]`;
    if (name) {
      const problems = portNameProblems(name);
      errors.push(...invalidFor(`${at}.name`, name, problems));
      if (problems.length === 0 && names.has(name)) errors.push(duplicate(`${at}.name`, name));
      if (problems.length === 0) names.add(name);
    }
    if (!containerPort) errors.push(required(`${at}.containerPort`));
    else errors.push(...invalidFor(`${at}.containerPort`, containerPort, portNumberProblems(containerPort)));
    if (hostPort) errors.push(...invalidFor(`${at}.hostPort`, hostPort, portNumberProblems(hostPort)));
    errors.push(...validateChoice(`${at}.protocol`, protocol, PROTOCOLS));
  }
  return errors;
}

/** Reports host ports that two containers share. */
function validateHostPortConflicts(containers: readonly Container[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [c, container] of containers.entries()) {
    for (const [p, { hostPort, hostIP = "", protocol }] of (container.ports ?? []).entries()) {
      if (!hostPort) continue;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (seen.has(key)) errors.push(duplicate(`${path}[${c}].ports[${p}].hostPort`, key));
      seen.add(key);
    }
  }
  return errors;
}

function validateChoice(field: string, value: string | undefined, choices: readonly string[]): FieldError[] {
  if (!value) return [required(field)];
  return choices.includes(value) ? [] : [notSupported(field, value, choices)];
}
