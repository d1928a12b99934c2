/**
 * The deprecated annotations of AppArmor: a new pod's annotation sets the field of its container.
 * Kubernetes: pkg/registry/core/pod/strategy.go (applyAppArmorVersionSkew), pkg/api/v1/pod/util.go
 */
import { equalJson } from "../../../lib/json.ts";
import type { AppArmorProfile, Pod } from "../../../schema/index.ts";

const LOCALHOST_PREFIX = "localhost/";

/** The annotation of a container. */
export function appArmorAnnotation(container: string): string {
  return `container.apparmor.security.beta.kubernetes.io/${container}`;
}

/** The profile that the annotation names; undefined if there is no annotation or its value is not valid. */
export function profileOfAnnotation(
  annotations: Readonly<Record<string, string>>,
  container: string,
): AppArmorProfile | undefined {
  const key = appArmorAnnotation(container);
  const value = Object.hasOwn(annotations, key) ? annotations[key]! : "";
  if (value === "unconfined") return { type: "Unconfined" };
  if (value === "runtime/default") return { type: "RuntimeDefault" };
  const localhostProfile = value.startsWith(LOCALHOST_PREFIX) ? value.slice(LOCALHOST_PREFIX.length).trim() : "";
  return localhostProfile === "" ? undefined : { type: "Localhost", localhostProfile };
}

/** Copies the annotations of a new pod to the containers that name no profile. Called before the pod is validated. */
export function copyAppArmorAnnotations({ metadata, spec }: Pod): void {
  if (spec.os?.name === "windows") return;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    if (container.securityContext?.appArmorProfile) continue;
    const profile = profileOfAnnotation(metadata.annotations ?? {}, container.name);
    if (!profile || equalJson(profile, spec.securityContext?.appArmorProfile)) continue;
    container.securityContext = { ...container.securityContext, appArmorProfile: profile };
  }
}
