/**
 * Warnings of containers: hidden variables, duplicate ports, fractions of bytes, annotations that became fields.
 *
 * Kubernetes: pkg/api/pod/warnings.go (warningsForPodSpecAndMeta)
 */
import { equalJson } from "../../../lib/json.ts";
import { parseQuantity } from "../../../lib/quantity.ts";
import type { Container, ContainerPort, ObjectMeta, PodSpec } from "../../../schema/index.ts";
import { appArmorAnnotation, profileOfAnnotation } from "./app-armor.ts";

const SECCOMP_PREFIX = "container.seccomp.security.alpha.kubernetes.io/";
const NANOS_PER_BYTE = 1_000_000_000n;

/** `path` is that of the pod or its template and ends in a dot, unless it is empty. */
export function containerWarnings(spec: PodSpec, { annotations = {} }: ObjectMeta, path: string): string[] {
  return containersOf(spec, `${path}spec`).flatMap(([container, place]) => {
    const { name, securityContext, resources } = container;
    const warnings: string[] = [];
    const annotation = (key: string, why: string) => {
      if (Object.hasOwn(annotations, key)) warnings.push(`${path}metadata.annotations[${key}]: ${why}`);
    };
    if (!securityContext?.seccompProfile) {
      annotation(SECCOMP_PREFIX + name, 'non-functional in v1.27+; use the "seccompProfile" field instead');
    }
    const profile = securityContext?.appArmorProfile;
    // The profile of a pod may be a copy of its annotation.
    const isOldForm =
      path === ""
        ? equalJson(profile, profileOfAnnotation(annotations, name))
        : !profile && !spec.securityContext?.appArmorProfile;
    if (isOldForm)
      annotation(appArmorAnnotation(name), 'deprecated since v1.30; use the "appArmorProfile" field instead');
    for (const resource of ["memory", "ephemeral-storage"]) {
      for (const field of ["limits", "requests"] as const) {
        warnings.push(...fractionWarning(resources?.[field], resource, `${place}.resources.${field}`));
      }
    }
    return [...warnings, ...variableWarnings(container, place)];
  });
}

type ResourceList = Readonly<Record<string, string>> | undefined;

/** Warns of fractions of a byte. */
export function fractionWarnings(resources: ResourceList, path: string): string[] {
  return ["memory", "ephemeral-storage"].flatMap((resource) => fractionWarning(resources, resource, path));
}

export function fractionWarning(resources: ResourceList, resource: string, path: string): string[] {
  const value = resources?.[resource];
  if (value === undefined || parseQuantity(value).nanos % NANOS_PER_BYTE === 0n) return [];
  return [`${path}[${resource}]: fractional byte value ${JSON.stringify(value)} is invalid, must be an integer`];
}

function variableWarnings({ env = [] }: Container, path: string): string[] {
  const warnings: string[] = [];
  const names = new Set<string>();
  for (const [i, { name, value = "", valueFrom }] of env.entries()) {
    const reference = `$(${name})`;
    // A later definition may refer to an earlier one.
    const buildsOnIt = !valueFrom && value !== reference && value.includes(reference);
    if (names.has(name) && !buildsOnIt) {
      const what = `hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`;
      warnings.push(`${path}.env[${i}]: ${what}`);
    }
    names.add(name);
  }
  return warnings;
}

interface SeenPort {
  port: ContainerPort;
  place: string;
}

/** Compares the ports of all containers, since they share the pod's network. */
export function portWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  const seen = new Map<string, SeenPort[]>();
  for (const [container, containerPath] of containersOf(spec, path)) {
    for (const [i, port] of (container.ports ?? []).entries()) {
      const place = `${containerPath}.ports[${i}]`;
      if (port.hostIP && !port.hostPort) warnings.push(`${place}: hostIP set without hostPort: ${goPort(port)}`);
      const key = `${port.containerPort}/${port.protocol}`;
      const others = seen.get(key) ?? [];
      for (const other of others) warnings.push(...overlap(port, place, other));
      seen.set(key, [...others, { port, place }]);
    }
  }
  return warnings;
}

function overlap(port: ContainerPort, place: string, other: SeenPort): string[] {
  const [hostPort, otherHostPort] = [port.hostPort ?? 0, other.port.hostPort ?? 0];
  const [hostIP, otherHostIP] = [port.hostIP ?? "", other.port.hostIP ?? ""];
  if (hostPort === otherHostPort && hostIP === otherHostIP) {
    return [`${place}: duplicate port definition with ${other.place}`];
  }
  if (hostPort === 0 || otherHostPort === 0) return [`${place}: overlapping port definition with ${other.place}`];
  const isAmbiguous = hostPort === otherHostPort && (hostIP === "") !== (otherHostIP === "");
  return isAmbiguous ? [`${place}: dangerously ambiguous port definition with ${other.place}`] : [];
}

/** As Go prints the struct. */
function goPort({ name = "", hostPort = 0, containerPort, protocol = "", hostIP = "" }: ContainerPort): string {
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
}

function containersOf(spec: PodSpec, path: string): [Container, string][] {
  return (["initContainers", "containers"] as const).flatMap((field) =>
    (spec[field] ?? []).map((container, i): [Container, string] => [container, `${path}.${field}[${i}]`]),
  );
}
