/** The pod in a written object: the pod itself, or a workload's pod template. */
import type { Container, EphemeralContainer, Pod, PodTemplateSpec } from "../../../schema/index.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import type { PodToCheck } from "./check.ts";

type TemplateOf = (object: KubernetesObject) => PodTemplateSpec | undefined;

/** Reads the template at a path. */
const at =
  (...fields: string[]): TemplateOf =>
  (object) =>
    fields.reduce<unknown>((value, field) => (value as Record<string, unknown> | undefined)?.[field], object) as
      | PodTemplateSpec
      | undefined;

/** Pod templates by `<group>/<plural>`. Kubernetes does not check templates in custom resources either. */
const templates: Readonly<Record<string, TemplateOf>> = {
  "/podtemplates": at("template"),
  "/replicationcontrollers": at("spec", "template"),
  "apps/daemonsets": at("spec", "template"),
  "apps/deployments": at("spec", "template"),
  "apps/replicasets": at("spec", "template"),
  "apps/statefulsets": at("spec", "template"),
  "batch/cronjobs": at("spec", "jobTemplate", "spec", "template"),
  "batch/jobs": at("spec", "template"),
};

/** Does the kind make pods from a template? */
export function hasTemplate(kind: { group: string; plural: string }): boolean {
  return templates[`${kind.group}/${kind.plural}`] !== undefined;
}

/** The pod of the kind's template; undefined without a template. */
export function templatePod(kind: { group: string; plural: string }, object: KubernetesObject): PodToCheck | undefined {
  const template = templates[`${kind.group}/${kind.plural}`]?.(object);
  if (!template?.spec) return undefined;
  return { annotations: template.metadata?.annotations ?? {}, spec: template.spec };
}

export function podToCheck({ metadata, spec }: Pod): PodToCheck {
  return { annotations: metadata.annotations ?? {}, spec };
}

/** True when a pod's update changes something that the checks read: an image or the number of containers. */
export function isSignificantUpdate({ spec }: Pod, { spec: old }: Pod): boolean {
  return (
    changesImages(spec.containers, old.containers) ||
    changesImages(spec.initContainers ?? [], old.initContainers ?? []) ||
    (spec.ephemeralContainers ?? []).some(
      ({ name, image }) => byName(old.ephemeralContainers ?? [], name)?.image !== image,
    )
  );
}

function changesImages(containers: readonly Container[], old: readonly Container[]): boolean {
  return containers.length !== old.length || containers.some(({ image }, i) => image !== old[i]?.image);
}

function byName(containers: readonly EphemeralContainer[], name: string): EphemeralContainer | undefined {
  return containers.find((container) => container.name === name);
}
