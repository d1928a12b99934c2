/**
 * Validation of a pod's specification, in Pods and in templates, in Kubernetes' order of causes.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidatePodSpec)
 */
import { MAX_INT32 } from "../../../lib/integers.ts";
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  isIpAddress,
  qualifiedNameProblems,
  underscoreSubdomainProblems,
} from "../../../lib/names.ts";
import type { PodSpec } from "../../../schema/index.ts";
import type { FieldError } from "../../kind.ts";
import {
  duplicate,
  forbidden,
  invalid,
  invalidFor,
  notSupported,
  required,
  tooLong,
} from "../../validation/field-errors.ts";
import { validateLabels } from "../../validation/labels.ts";
import { validateIpAddress } from "../../validation/ports.ts";
import { validateResources } from "../../validation/resources.ts";
import {
  type ContainerContext,
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
} from "./containers.validation.ts";
import { validateFileVolumes } from "./environment.validation.ts";
import { validatePodResources } from "./pod-resources.validation.ts";
import { validatePodClaims } from "./resource-claims.validation.ts";
import { validateAffinity, validateTolerations, validateTopologySpread } from "./scheduling.validation.ts";
import { validatePodSecurityContext } from "./security-context.validation.ts";
import { validateVolumes } from "./volumes.validation.ts";

const RESTART_POLICIES = ["Always", "OnFailure", "Never"];
const DNS_POLICIES = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;
const MAX_HOSTNAME = 64;

export interface PodSpecOptions {
  path: string;
  /** False for templates, whose pods get further defaults. */
  isPod: boolean;
}

export function validatePodSpec(spec: PodSpec, { path, isPod }: PodSpecOptions): FieldError[] {
  const { volumes, errors: volumeErrors } = validateVolumes(spec.volumes ?? [], `${path}.volumes`);
  const context: ContainerContext = {
    volumes,
    graceSeconds: spec.terminationGracePeriodSeconds,
    restartPolicy: spec.restartPolicy ?? "",
    claims: (spec.resourceClaims ?? []).map(({ name }) => name).filter(Boolean),
  };
  const errors = [
    ...volumeErrors,
    ...validatePodClaims(spec.resourceClaims ?? [], `${path}.resourceClaims`),
    ...validateContainers(spec.containers ?? [], context, `${path}.containers`),
    ...validateInitContainers(spec.initContainers ?? [], spec.containers ?? [], context, `${path}.initContainers`),
    ...validateEphemeralContainers(spec, context, `${path}.ephemeralContainers`),
    ...validateHostPorts(spec, { path, isPod }),
  ];
  errors.push(...validatePodResources(spec, `${path}.resources`));
  errors.push(...validateChoice(`${path}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES));
  errors.push(...validateChoice(`${path}.dnsPolicy`, spec.dnsPolicy, DNS_POLICIES));
  errors.push(...validateLabels(spec.nodeSelector, `${path}.nodeSelector`));
  if (spec.securityContext)
    errors.push(...validatePodSecurityContext(spec.securityContext, spec, `${path}.securityContext`));
  if (spec.affinity) errors.push(...validateAffinity(spec.affinity, `${path}.affinity`));
  errors.push(...validateDnsConfig(spec, `${path}.dnsConfig`));
  errors.push(...validateGates(spec, path));
  errors.push(...validateTopologySpread(spec.topologySpreadConstraints ?? [], `${path}.topologySpreadConstraints`));
  errors.push(...validateNames(spec, path));
  errors.push(...validateTolerations(spec.tolerations ?? [], `${path}.tolerations`));
  errors.push(...validateHostAliases(spec, `${path}.hostAliases`));
  errors.push(...validatePriority(spec, path));
  if (spec.overhead) errors.push(...validateResources({ limits: spec.overhead }, `${path}.overhead`));
  return [...errors, ...validateOs(spec, path), ...validateFileVolumes(spec, path)];
}

function validateChoice(field: string, value: string | undefined, choices: readonly string[]): FieldError[] {
  if (!value) return [required(field)];
  return choices.includes(value) ? [] : [notSupported(field, value, choices)];
}

/** On the host network, `hostPort` must equal `containerPort`. */
function validateHostPorts(spec: PodSpec, { path, isPod }: PodSpecOptions): FieldError[] {
  if (!spec.hostNetwork) return [];
  const errors: FieldError[] = [];
  for (const [c, container] of (spec.containers ?? []).entries()) {
    for (const [p, { hostPort = 0, containerPort }] of (container.ports ?? []).entries()) {
      if ((isPod || hostPort !== 0) && hostPort !== containerPort) {
        const field = `${path}.containers[${c}].ports[${p}].hostPort`;
        errors.push(invalid(field, hostPort, "must match `containerPort` when `hostNetwork` is true"));
      }
    }
  }
  return errors;
}

function validateDnsConfig({ dnsPolicy, dnsConfig }: PodSpec, path: string): FieldError[] {
  if (dnsPolicy === "None" && !dnsConfig) {
    return [required(path, "must provide `dnsConfig` when `dnsPolicy` is None")];
  }
  if (!dnsConfig) return [];
  const { nameservers = [], searches = [], options = [] } = dnsConfig;
  if (dnsPolicy === "None" && nameservers.length === 0) {
    return [required(`${path}.nameservers`, "must provide at least one DNS nameserver when `dnsPolicy` is None")];
  }
  const errors: FieldError[] = [];
  if (nameservers.length > MAX_NAMESERVERS) {
    errors.push(invalid(`${path}.nameservers`, nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`));
  }
  for (const [i, address] of nameservers.entries()) {
    if (!isIpAddress(address)) errors.push(...validateIpAddress(`${path}.nameservers[${i}]`, address));
  }
  if (searches.length > MAX_SEARCHES) {
    errors.push(invalid(`${path}.searches`, searches, `must not have more than ${MAX_SEARCHES} search paths`));
  }
  if (searches.join(" ").length > MAX_SEARCH_CHARACTERS) {
    const most = `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`;
    errors.push(invalid(`${path}.searches`, searches, most));
  }
  for (const [i, search] of searches.entries()) {
    // A single dot is the root domain.
    if (search === ".") continue;
    const name = search.replace(/\.$/, "");
    errors.push(...invalidFor(`${path}.searches[${i}]`, name, underscoreSubdomainProblems(name)));
  }
  for (const [i, option] of options.entries()) {
    if (!option.name) errors.push(required(`${path}.options[${i}]`, "must not be empty"));
  }
  return errors;
}

function validateGates(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { conditionType }] of (spec.readinessGates ?? []).entries()) {
    const field = `${path}.readinessGates[${i}].conditionType`;
    errors.push(...invalidFor(field, conditionType, qualifiedNameProblems(conditionType)));
  }
  const seen = new Set<string>();
  for (const [i, { name }] of (spec.schedulingGates ?? []).entries()) {
    const field = `${path}.schedulingGates[${i}]`;
    errors.push(...invalidFor(field, name, qualifiedNameProblems(name)));
    if (seen.has(name)) errors.push(duplicate(field, name));
    seen.add(name);
  }
  return errors;
}

function validateNames(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { serviceAccountName, nodeName, activeDeadlineSeconds, hostname, subdomain } = spec;
  errors.push(...validateHostUsers(spec, path), ...validateHostnameOverride(spec, path));
  if (serviceAccountName) {
    errors.push(
      ...invalidFor(`${path}.serviceAccountName`, serviceAccountName, dnsSubdomainProblems(serviceAccountName)),
    );
  }
  if (nodeName) errors.push(...invalidFor(`${path}.nodeName`, nodeName, dnsSubdomainProblems(nodeName)));
  if (activeDeadlineSeconds !== undefined && (activeDeadlineSeconds < 1 || activeDeadlineSeconds > MAX_INT32)) {
    const range = `must be between 1 and ${MAX_INT32}, inclusive`;
    errors.push(invalid(`${path}.activeDeadlineSeconds`, activeDeadlineSeconds, range));
  }
  if (hostname) errors.push(...invalidFor(`${path}.hostname`, hostname, dnsLabelProblems(hostname)));
  if (subdomain) errors.push(...invalidFor(`${path}.subdomain`, subdomain, dnsLabelProblems(subdomain)));
  return errors;
}

function validateHostUsers(spec: PodSpec, path: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const never = "when `hostUsers` is false";
  return [
    ...(spec.hostNetwork ? [forbidden(`${path}.hostNetwork`, never)] : []),
    ...(spec.hostPID ? [forbidden(`${path}.HostPID`, never)] : []),
    ...(spec.hostIPC ? [forbidden(`${path}.HostIPC`, never)] : []),
  ];
}

function validateHostnameOverride(spec: PodSpec, path: string): FieldError[] {
  const name = spec.hostnameOverride;
  if (name === undefined) return [];
  const field = `${path}.hostnameOverride`;
  const errors: FieldError[] = [];
  if (spec.setHostnameAsFQDN) errors.push(forbidden(field, "may not be specified when setHostnameAsFQDN is true"));
  if (spec.hostNetwork) errors.push(forbidden(field, "may not be specified when hostNetwork is true"));
  if (name.length > MAX_HOSTNAME) errors.push(tooLong(field, MAX_HOSTNAME));
  return [...errors, ...invalidFor(field, name, dnsSubdomainProblems(name))];
}

/** Validates the operating system, and refuses fields of the other one. */
function validateOs(spec: PodSpec, path: string): FieldError[] {
  if (!spec.os) return [];
  const { name } = spec.os;
  if (!name) return [required(`${path}.os.name`)];
  if (name !== "linux" && name !== "windows") return [notSupported(`${path}.os`, name, ["linux", "windows"])];
  if (name === "windows") return [];
  const wrong = "windows options cannot be set for a linux pod";
  const lists = ["initContainers", "containers", "ephemeralContainers"] as const;
  return [
    ...(spec.securityContext?.windowsOptions ? [forbidden(`${path}.securityContext.windowsOptions`, wrong)] : []),
    ...lists.flatMap((list) =>
      (spec[list] ?? []).flatMap(({ securityContext }, i) =>
        securityContext?.windowsOptions
          ? [forbidden(`${path}.${list}[${i}].securityContext.windowsOptions`, wrong)]
          : [],
      ),
    ),
  ];
}

function validateHostAliases(spec: PodSpec, path: string): FieldError[] {
  return (spec.hostAliases ?? []).flatMap(({ ip, hostnames = [] }, i) => [
    ...validateIpAddress(`${path}[${i}].ip`, ip),
    ...hostnames.flatMap((name, h) => invalidFor(`${path}[${i}].hostnames[${h}]`, name, dnsSubdomainProblems(name))),
  ]);
}

function validatePriority(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { priorityClassName, runtimeClassName, preemptionPolicy } = spec;
  if (priorityClassName) {
    errors.push(...invalidFor(`${path}.priorityClassName`, priorityClassName, dnsSubdomainProblems(priorityClassName)));
  }
  if (runtimeClassName) {
    errors.push(...invalidFor(`${path}.runtimeClassName`, runtimeClassName, dnsSubdomainProblems(runtimeClassName)));
  }
  if (preemptionPolicy !== undefined) {
    errors.push(...validateChoice(`${path}.preemptionPolicy`, preemptionPolicy, ["PreemptLowerPriority", "Never"]));
  }
  return errors;
}
