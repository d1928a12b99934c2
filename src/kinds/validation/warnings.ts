/** What Kubernetes accepts with a warning: pods and templates that will surprise, names that make odd host names. */
import { dnsLabelProblems } from "../../lib/names.ts";
import type { Container, KubernetesObject, Pod, PodSpec, PodTemplateSpec } from "../../schema/index.ts";

const DEPRECATED_LABELS: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

/** Only when a pod is made: afterwards it is not people who change it. */
export function podWarnings(pod: Pod, old: Pod | undefined): string[] {
  if (old) return [];
  const name = nameWarning(pod, "the Pod's hostname");
  return [...specWarnings(pod.spec, "spec"), ...name];
}

/** For workloads: on creation, and when an update changed what is wanted. */
export function templateWarnings(
  object: KubernetesObject & { spec: { template?: PodTemplateSpec } },
  old: KubernetesObject | undefined,
): string[] {
  const { template } = object.spec;
  if (!template || (old && old.metadata.generation === object.metadata.generation)) return [];
  const name = old ? [] : nameWarning(object, "Pod names and hostnames");
  return [...name, ...specWarnings(template.spec, "spec.template.spec")];
}

function nameWarning({ metadata }: KubernetesObject, use: string): string[] {
  const problems = dnsLabelProblems(metadata.name ?? "");
  if (problems.length === 0) return [];
  const surprise = "which can result in surprising behavior; a DNS label is recommended";
  return [`metadata.name: this is used in ${use}, ${surprise}: [${problems.join(" ")}]`];
}

function specWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  for (const key of Object.keys(spec.nodeSelector ?? {}).sort()) {
    const why = DEPRECATED_LABELS[key];
    if (why) warnings.push(`${path}.nodeSelector[${key}]: ${why}`);
  }
  const secrets = new Set<string>();
  for (const [i, { name = "" }] of (spec.imagePullSecrets ?? []).entries()) {
    if (name === "") warnings.push(`${path}.imagePullSecrets[${i}].name: invalid empty name ""`);
    if (secrets.has(name)) warnings.push(`${path}.imagePullSecrets[${i}].name: duplicate name ${JSON.stringify(name)}`);
    secrets.add(name);
  }
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    warnings.push(
      `${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
    );
  }
  for (const field of ["initContainers", "containers"] as const) {
    for (const [i, container] of (spec[field] ?? []).entries()) {
      warnings.push(...containerWarnings(container, `${path}.${field}[${i}]`));
    }
  }
  return warnings;
}

function containerWarnings({ env, ports }: Container, path: string): string[] {
  const warnings: string[] = [];
  const names = new Set<string>();
  for (const [i, { name, value }] of (env ?? []).entries()) {
    // A later definition may well build on the earlier one.
    if (names.has(name) && !value?.includes(`$(${name})`)) {
      const what = `hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`;
      warnings.push(`${path}.env[${i}]: ${what}`);
    }
    names.add(name);
  }
  const seen = new Map<string, string>();
  for (const [i, { containerPort, protocol, hostPort = 0, hostIP = "" }] of (ports ?? []).entries()) {
    const key = `${containerPort}/${protocol}/${hostPort}/${hostIP}`;
    const first = seen.get(key);
    if (first) warnings.push(`${path}.ports[${i}]: duplicate port definition with ${first}`);
    else seen.set(key, `${path}.ports[${i}]`);
  }
  return warnings;
}
