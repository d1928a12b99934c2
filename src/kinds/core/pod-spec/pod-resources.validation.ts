/**
 * Validation of resources that a pod has as a whole, and of changing resources in place.
 * Kubernetes: pkg/apis/core/validation/validation.go, validatePodResources and ValidatePodResize.
 */

import { equalJson } from "../../../lib/json.ts";
import { canonicalQuantity, compareQuantities } from "../../../lib/quantity.ts";
import type { Container, Pod, PodSpec, ResourceRequirements } from "../../../schema/index.ts";
import type { FieldError } from "../../kind.ts";
import { forbidden, invalid, notSupported } from "../../validation/field-errors.ts";
import { validateQuantity, validateResourceLimits, validateResourceName } from "../../validation/resources.ts";
import { qosClassOf } from "../pod-qos.ts";
import { containerTotal } from "../pod-resources.ts";

const OF_PODS = ["cpu", "hugepages-", "memory"];
const IN_PLACE = ["cpu", "memory"];

export function validatePodResources(spec: PodSpec, path: string): FieldError[] {
  const { resources } = spec;
  if (!resources) return [];
  if (resources.claims) {
    const detail = "claims may not be set for Resources at pod-level";
    return resources.claims.map((_, i) => forbidden(`${path}.claims[${i}]`, detail));
  }
  return [...validateResourceLimits(resources, path, validatePodResource), ...validateConsistency(spec, path)];
}

function validatePodResource(resource: string, quantity: string, field: string): FieldError[] {
  const errors = validateResourceName(resource, field);
  if (errors.length > 0) return errors;
  const isKnown = IN_PLACE.includes(resource) || resource.startsWith("hugepages-");
  return [...(isKnown ? [] : [notSupported(field, resource, OF_PODS)]), ...validateQuantity(quantity, field)];
}

/** The pod's requests must cover the requests of its containers, and no container's limit may exceed the pod's. */
function validateConsistency(spec: PodSpec, path: string): FieldError[] {
  const { requests = {}, limits = {} } = spec.resources ?? {};
  const errors: FieldError[] = [];
  for (const [resource, sum] of Object.entries(containerTotal(spec, "requests"))) {
    const requested = requests[resource];
    if (requested === undefined || compareQuantities(sum, requested) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${canonicalQuantity(sum)}`;
    errors.push(invalid(`${path}.requests[${resource}]`, canonicalQuantity(requested), detail));
  }
  for (const [i, container] of (spec.containers ?? []).entries()) {
    for (const [resource, limit] of Object.entries(container.resources?.limits ?? {})) {
      const ofPod = limits[resource];
      if (ofPod === undefined || compareQuantities(limit, ofPod) <= 0) continue;
      const detail = `must be less than or equal to pod limits of ${canonicalQuantity(ofPod)}`;
      errors.push(invalid(`${path}.containers[${i}][${resource}].limits`, canonicalQuantity(limit), detail));
    }
  }
  return errors;
}

/** A resize must name all containers, each at its place. */
export function validateContainerOrder(spec: PodSpec, old: PodSpec): FieldError[] {
  return (["containers", "initContainers"] as const).flatMap((field) => {
    const [after, before] = [spec[field] ?? [], old[field] ?? []];
    if (after.length !== before.length) {
      return [forbidden(`spec.${field}`, `${field} may not be added or removed on resize`)];
    }
    const detail = `${field} may not be renamed or reordered on resize`;
    return before.flatMap(({ name }, i) =>
      after[i]?.name === name ? [] : [forbidden(`spec.${field}[${i}].name`, detail)],
    );
  });
}

/** Checks an in-place resize: CPU and memory may change, but not the pod's QoS class. */
export function validatePodResize(pod: Pod, old: Pod): FieldError[] {
  if (old.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) {
    return [forbidden("spec", "static pods cannot be resized")];
  }
  const errors: FieldError[] = [];
  const { qosClass } = old.status;
  if (qosClass && qosClassOf(pod.spec) !== qosClass) {
    errors.push(invalid("spec", qosClass, "Pod QOS Class may not change as a result of resizing"));
  }
  errors.push(...validatePodLevel(pod.spec.resources, old.spec.resources));
  for (const field of ["initContainers", "containers"] as const) {
    for (const [i, container] of (old.spec[field] ?? []).entries()) {
      const after = pod.spec[field]?.[i];
      if (after) errors.push(...validateContainer(after, container, { field, place: `spec.${field}[${i}]` }));
    }
  }
  return errors;
}

function validatePodLevel(
  after: ResourceRequirements | undefined,
  before: ResourceRequirements | undefined,
): FieldError[] {
  if (before && !after) return [forbidden("spec.resources", "pod-level resources cannot be removed")];
  const errors = removals(after, before, { place: "spec.resources", what: "pod-level resource" });
  if (!sameBeyond(after, before)) {
    errors.push(forbidden("spec", "only cpu and memory resources are mutable at pod-level"));
  }
  return errors;
}

function validateContainer(
  after: Container,
  before: Container,
  { field, place }: { field: "containers" | "initContainers"; place: string },
): FieldError[] {
  const errors = removals(after.resources, before.resources, { place: `${place}.resources`, what: "resource" });
  if (sameBeyond(after.resources, before.resources)) return errors;
  const problem =
    field === "containers"
      ? forbidden("spec", "only cpu and memory resources are mutable")
      : forbidden(place, "only cpu and memory resources for init or sidecar containers are mutable");
  return [...errors, problem];
}

function removals(
  after: ResourceRequirements | undefined,
  before: ResourceRequirements | undefined,
  { place, what }: { place: string; what: string },
): FieldError[] {
  return (["requests", "limits"] as const)
    .filter((list) => Object.keys(before?.[list] ?? {}).some((name) => after?.[list]?.[name] === undefined))
    .map((list) => forbidden(`${place}.${list}`, `${what} ${list} cannot be removed`));
}

/** True if only CPU and memory differ. */
function sameBeyond(after: ResourceRequirements | undefined, before: ResourceRequirements | undefined): boolean {
  const others = (list: Record<string, string> | undefined) =>
    Object.fromEntries(Object.entries(list ?? {}).filter(([name]) => !IN_PLACE.includes(name)));
  return (["requests", "limits"] as const).every((list) => equalJson(others(after?.[list]), others(before?.[list])));
}
