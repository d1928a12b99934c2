/** What a check of the Pod Security Standards is: https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
import type { Container, EphemeralContainer, PodSpec } from "../../../schema/index.ts";

/** A pod, or the template that pods are made from. */
export interface PodToCheck {
  annotations: Readonly<Record<string, string>>;
  spec: PodSpec;
}

/** Why a pod is not allowed. */
export interface Violation {
  /** What all violations of the check share: `privileged`. Named alone where many pods are listed. */
  reason: string;
  /** Which parts of the pod, and what they must do instead. */
  detail: string;
}

/** One form of a check. */
export interface CheckVersion {
  /** The minor version of Kubernetes 1 since whose policy the check has this form. */
  since: number;
  test(pod: PodToCheck): Violation | null;
  /** Checks of the baseline that this one contains. */
  replaces?: readonly string[];
}

/** One rule of the standards, in all its forms. */
export interface Check {
  id: string;
  level: "baseline" | "restricted";
  /** In ascending order of `since`. */
  versions: readonly CheckVersion[];
}

export type AnyContainer = Container | EphemeralContainer;

/** Init containers first, ephemeral ones last, as Kubernetes visits them. */
export function allContainers({ initContainers, containers, ephemeralContainers }: PodSpec): readonly AnyContainer[] {
  return [...(initContainers ?? []), ...(containers ?? []), ...(ephemeralContainers ?? [])];
}

/** Names of the containers that do what they must not. */
export function namesWhere(spec: PodSpec, isBad: (container: AnyContainer) => boolean): string[] {
  return allContainers(spec)
    .filter(isBad)
    .map(({ name }) => name);
}

/** `"a", "b"`. */
export function quoted(items: readonly string[]): string {
  return items.map((item) => `"${item}"`).join(", ");
}

/** Each value once, sorted, as Go's string sets list them. */
export function distinct(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}

/** The word with an `s` unless there is one. */
export function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}

/** `container "a"`, `containers "a", "b"`. */
export function containersNamed(names: readonly string[]): string {
  return `${plural("container", names.length)} ${quoted(names)}`;
}

/** `pod and containers "a", "b"`: who has set what is forbidden. */
export function setters(byPod: boolean, names: readonly string[]): string[] {
  return [...(byPod ? ["pod"] : []), ...(names.length > 0 ? [containersNamed(names)] : [])];
}

/** Root within a user namespace is nobody outside of it. */
export function hasUserNamespace({ hostUsers }: PodSpec): boolean {
  return hostUsers === false;
}

/** Validation keeps Windows pods from setting what the checks for Linux ask about. */
export function isWindows({ os }: PodSpec): boolean {
  return os?.name === "windows";
}
