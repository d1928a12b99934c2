/** Types and helpers of Pod Security checks: https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
import type { Container, EphemeralContainer, PodSpec } from "../../../schema/index.ts";

/** A pod, or the template that pods are made from. */
export interface PodToCheck {
  annotations: Readonly<Record<string, string>>;
  spec: PodSpec;
}

/** A reason why a pod is not allowed. */
export interface Violation {
  /** The text that all violations of the check share: `privileged`. Lists of pods show it alone. */
  reason: string;
  /** The parts of the pod at fault, and the value that they must have. */
  detail: string;
}

/** One version of a check. */
export interface CheckVersion {
  /** The first minor version of Kubernetes 1 whose policy has this version of the check. */
  since: number;
  test(pod: PodToCheck): Violation | null;
  /** Checks of the baseline that this one contains. */
  replaces?: readonly string[];
}

/** One rule of the standards, in all its versions. */
export interface Check {
  id: string;
  level: "baseline" | "restricted";
  /** In ascending order of `since`. */
  versions: readonly CheckVersion[];
}

export type AnyContainer = Container | EphemeralContainer;

/** All containers in the order in which Kubernetes visits them: init containers first, ephemeral ones last. */
export function allContainers({ initContainers, containers, ephemeralContainers }: PodSpec): readonly AnyContainer[] {
  return [...(initContainers ?? []), ...(containers ?? []), ...(ephemeralContainers ?? [])];
}

/** Names of the containers that violate a check. */
export function namesWhere(spec: PodSpec, isBad: (container: AnyContainer) => boolean): string[] {
  return allContainers(spec)
    .filter(isBad)
    .map(({ name }) => name);
}

/** `"a", "b"`. */
export function quoted(items: readonly string[]): string {
  return items.map((item) => `"${item}"`).join(", ");
}

/** The distinct values, sorted like the lists of Go's string sets. */
export function distinct(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}

/** The word, with an `s` unless the count is one. */
export function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}

/** `container "a"`, `containers "a", "b"`. */
export function containersNamed(names: readonly string[]): string {
  return `${plural("container", names.length)} ${quoted(names)}`;
}

/** `pod and containers "a", "b"`: the parts that set a forbidden value. */
export function setters(byPod: boolean, names: readonly string[]): string[] {
  return [...(byPod ? ["pod"] : []), ...(names.length > 0 ? [containersNamed(names)] : [])];
}

/** Root in a user namespace has no rights outside of it, so some checks do not apply. */
export function hasUserNamespace({ hostUsers }: PodSpec): boolean {
  return hostUsers === false;
}

/** Some Linux checks skip Windows pods: validation refuses the checked fields in them. */
export function isWindows({ os }: PodSpec): boolean {
  return os?.name === "windows";
}
