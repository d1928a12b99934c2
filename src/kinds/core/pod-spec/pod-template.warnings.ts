/**
 * Warnings of pod specifications, in Pods and in the templates of workloads.
 *
 * Kubernetes: pkg/api/pod/warnings.go (GetWarningsForPodTemplate, warningsForPodSpecAndMeta)
 */
import { dnsLabelProblems } from "../../../lib/names.ts";
import type { KubernetesObject, ObjectMeta, PodSpec, PodTemplateSpec } from "../../../schema/index.ts";
import { deprecatedLabel, termWarnings } from "../../validation/label-warnings.ts";
import { containerWarnings, fractionWarnings, portWarnings } from "./containers.warnings.ts";
import { volumeWarnings } from "./volumes.warnings.ts";

const DEPRECATED_ANNOTATIONS: readonly (readonly [string, string])[] = [
  ["scheduler.alpha.kubernetes.io/critical-pod", 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ["security.alpha.kubernetes.io/sysctls", 'non-functional in v1.11+; use the "sysctls" field instead'],
  ["security.alpha.kubernetes.io/unsafe-sysctls", 'non-functional in v1.11+; use the "sysctls" field instead'],
];

const SECCOMP_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod";

/** For workloads: on creation, and when an update changed the spec. */
export function templateWarnings(
  object: KubernetesObject & { spec: { template?: PodTemplateSpec } },
  old: KubernetesObject | undefined,
): string[] {
  const { template } = object.spec;
  if (!template || keepsGeneration(object, old)) return [];
  const name = old ? [] : nameWarning(object, "Pod names and hostnames");
  return [...name, ...warningsOfTemplate(template, "spec.template.")];
}

/** True if an update left the spec unchanged; warnings are not repeated then. */
export function keepsGeneration(object: KubernetesObject, old: KubernetesObject | undefined): boolean {
  return old !== undefined && old.metadata.generation === object.metadata.generation;
}

/** `path` ends in a dot. */
export function warningsOfTemplate({ metadata = {}, spec }: PodTemplateSpec, path: string): string[] {
  return spec ? specWarnings(spec, metadata, path) : [];
}

/** Warns of a name that makes an invalid host name. `use` completes the message. */
export function nameWarning({ metadata }: KubernetesObject, use: string): string[] {
  const problems = dnsLabelProblems(metadata.name ?? "");
  if (problems.length === 0) return [];
  const surprise = "which can result in surprising behavior; a DNS label is recommended";
  return [`metadata.name: this is used in ${use}, ${surprise}: [${problems.join(" ")}]`];
}

export function specWarnings(spec: PodSpec, metadata: ObjectMeta, path: string): string[] {
  const specPath = `${path}spec`;
  return [
    ...selectorWarnings(spec, specPath),
    ...annotationWarnings(metadata, path),
    ...volumeWarnings(spec.volumes ?? [], `${specPath}.volumes`),
    ...repeatedWarnings(spec, specPath),
    ...fractionWarnings(spec.overhead, `${specPath}.overhead`),
    ...seccompWarnings(spec, metadata, path),
    ...containerWarnings(spec, metadata, path),
    ...portWarnings(spec, specPath),
    ...graceWarnings(spec, specPath),
    ...affinityWarnings(spec, specPath),
  ];
}

function selectorWarnings({ nodeSelector = {}, affinity, topologySpreadConstraints = [] }: PodSpec, path: string) {
  const warnings = Object.keys(nodeSelector)
    .sort()
    .flatMap((key) => deprecatedLabel(key, (why) => `${path}.nodeSelector[${key}]: ${why}`));
  const during = "DuringSchedulingIgnoredDuringExecution";
  const nodes = affinity?.nodeAffinity;
  for (const [i, term] of (nodes?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []).entries()) {
    warnings.push(...termWarnings(term, `${path}.affinity.nodeAffinity.required${during}.nodeSelectorTerms[${i}]`));
  }
  for (const [i, { preference }] of (nodes?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    warnings.push(...termWarnings(preference, `${path}.affinity.nodeAffinity.preferred${during}[${i}].preference`));
  }
  for (const [i, { topologyKey, labelSelector }] of topologySpreadConstraints.entries()) {
    const constraint = `${path}.topologySpreadConstraints[${i}]`;
    warnings.push(...deprecatedLabel(topologyKey, (why) => `${constraint}.topologyKey: ${topologyKey} is ${why}`));
    if (!labelSelector) warnings.push(matchesNothing(constraint));
  }
  return warnings;
}

function matchesNothing(path: string): string {
  return `${path}.labelSelector: a null labelSelector results in matching no pod`;
}

function annotationWarnings({ annotations = {} }: ObjectMeta, path: string): string[] {
  return DEPRECATED_ANNOTATIONS.filter(([key]) => Object.hasOwn(annotations, key)).map(
    ([key, why]) => `${path}metadata.annotations[${key}]: ${why}`,
  );
}

function seccompWarnings({ securityContext }: PodSpec, { annotations = {} }: ObjectMeta, path: string): string[] {
  if (securityContext?.seccompProfile || !Object.hasOwn(annotations, SECCOMP_ANNOTATION)) return [];
  const why = 'non-functional in v1.27+; use the "seccompProfile" field instead';
  return [`${path}metadata.annotations[${SECCOMP_ANNOTATION}]: ${why}`];
}

function repeatedWarnings({ hostAliases = [], imagePullSecrets = [] }: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  const addresses = new Set<string>();
  for (const [i, { ip }] of hostAliases.entries()) {
    if (addresses.has(ip)) warnings.push(`${path}.hostAliases[${i}].ip: duplicate ip ${JSON.stringify(ip)}`);
    addresses.add(ip);
  }
  const names = new Set<string>();
  for (const [i, { name = "" }] of imagePullSecrets.entries()) {
    if (names.has(name)) warnings.push(`${path}.imagePullSecrets[${i}].name: duplicate name ${JSON.stringify(name)}`);
    names.add(name);
  }
  for (const [i, { name = "" }] of imagePullSecrets.entries()) {
    if (name === "") warnings.push(`${path}.imagePullSecrets[${i}].name: invalid empty name ""`);
  }
  return warnings;
}

function graceWarnings({ terminationGracePeriodSeconds: grace = 0 }: PodSpec, path: string): string[] {
  if (grace >= 0) return [];
  const why = "must be >= 0; negative values are invalid and will be treated as 1";
  return [`${path}.terminationGracePeriodSeconds: ${why}`];
}

function affinityWarnings({ affinity }: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  for (const kind of ["podAffinity", "podAntiAffinity"] as const) {
    const terms = affinity?.[kind];
    const at = `${path}.affinity.${kind}`;
    for (const [i, term] of (terms?.requiredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
      if (!term.labelSelector)
        warnings.push(matchesNothing(`${at}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`));
    }
    for (const [i, { podAffinityTerm }] of (terms?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
      const place = `${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm`;
      if (!podAffinityTerm?.labelSelector) warnings.push(matchesNothing(place));
    }
  }
  return warnings;
}
