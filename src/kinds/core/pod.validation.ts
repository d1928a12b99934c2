/**
 * Validation of Pods: requirements of a new pod, and the few fields that may change later.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidatePodCreate, ValidatePodUpdate, ValidatePodStatusUpdate)
 */

import { MAX_INT32 } from "../../lib/integers.ts";
import { cloneJson, equalJson } from "../../lib/json.ts";
import { dnsSubdomainProblems } from "../../lib/names.ts";
import { unifiedDiff } from "../../lib/unified-diff.ts";
import type { Container, ContainerStatus, Pod, PodSpec, Toleration } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalid, invalidFor } from "../validation/field-errors.ts";
import { internalPodSpec, printedForm } from "../validation/internal-form.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { validatePodSpec } from "./pod-spec/pod-spec.validation.ts";
import { mayRunAgain } from "./pod-spec/restart-rules.ts";

const CHANGEABLE = [
  "`spec.containers[*].image`",
  "`spec.initContainers[*].image`",
  "`spec.activeDeadlineSeconds`",
  "`spec.tolerations` (only additions to existing tolerations)",
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
].join(",");

export function validatePod(pod: Pod): FieldError[] {
  const errors = [
    ...validateObjectMeta(pod, { namespaced: true }),
    ...validatePodSpec(pod.spec, { path: "spec", isPod: true }),
  ];
  for (const field of ["containers", "initContainers"] as const) {
    for (const [i, { image = "" }] of (pod.spec[field] ?? []).entries()) {
      if (image !== image.trim()) {
        errors.push(invalid(`spec.${field}[${i}].image`, image, "must not have leading or trailing whitespace"));
      }
    }
  }
  if (pod.spec.nodeName && (pod.spec.schedulingGates?.length ?? 0) > 0) {
    errors.push(forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"));
  }
  return errors;
}

export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ["containers", "initContainers"] as const) {
    const [after, before] = [pod.spec[field] ?? [], old.spec[field] ?? []];
    if (after.length !== before.length) {
      return [...errors, forbidden(`spec.${field}`, "pod updates may not add or remove containers")];
    }
  }
  errors.push(...validateDeadlineUpdate(pod.spec, old.spec));
  errors.push(...validateTolerationsUpdate(pod.spec.tolerations ?? [], old.spec.tolerations ?? []));
  errors.push(...validateGatesUpdate(pod.spec, old.spec));
  if (equalJson(pod.spec, old.spec)) return errors;
  const { spec, errors: gatedErrors } = withoutAllowedChanges(pod.spec, old.spec);
  errors.push(...gatedErrors);
  if (!equalJson(spec, old.spec)) {
    const difference = unifiedDiff(printedForm(internalPodSpec(old.spec)), printedForm(internalPodSpec(spec)));
    errors.push(forbidden("spec", `pod updates may not change fields other than ${CHANGEABLE}\n${difference}`));
  }
  return errors;
}

export function validatePodStatus(pod: Pod, old: Pod): FieldError[] {
  const errors = validateObjectMetaUpdate(pod, old);
  const nominated = pod.status.nominatedNodeName;
  if (nominated && nominated !== old.status.nominatedNodeName) {
    errors.push(...invalidFor("status.nominatedNodeName", nominated, dnsSubdomainProblems(nominated)));
  }
  errors.push(...immutable("status.qosClass", pod.status.qosClass, old.status.qosClass));
  return [...errors, ...validateTransitions(pod.status.containerStatuses, old)];
}

/** A terminated container must stay terminated, unless its restart policy allows a restart. */
function validateTransitions(after: readonly ContainerStatus[] | undefined, { spec, status }: Pod): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { name, state }] of (status.containerStatuses ?? []).entries()) {
    if (!state?.terminated || mayRunAgain(spec, name, state.terminated.exitCode)) continue;
    const now = after?.find((each) => each.name === name);
    if (now && !now.state?.terminated) {
      const text = "may not be transitioned to non-terminated state";
      errors.push(forbidden(`status.containerStatuses[${i}].state`, text));
    }
  }
  return errors;
}

/** A deadline may be set or shortened. */
function validateDeadlineUpdate(spec: PodSpec, old: PodSpec): FieldError[] {
  const field = "spec.activeDeadlineSeconds";
  const [after, before] = [spec.activeDeadlineSeconds, old.activeDeadlineSeconds];
  if (after === undefined) {
    return before === undefined ? [] : [invalid(field, null, "must not update from a positive integer to nil value")];
  }
  if (after < 0 || after > MAX_INT32) {
    return [invalid(field, after, `must be between 0 and ${MAX_INT32}, inclusive`)];
  }
  return before !== undefined && before < after
    ? [invalid(field, after, "must be less than or equal to previous value")]
    : [];
}

function validateTolerationsUpdate(after: readonly Toleration[], before: readonly Toleration[]): FieldError[] {
  const isKept = (old: Toleration) =>
    after.some((toleration) => equalJson({ ...old, tolerationSeconds: toleration.tolerationSeconds }, toleration));
  if (before.every(isKept)) return [];
  return [forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")];
}

function validateGatesUpdate(spec: PodSpec, old: PodSpec): FieldError[] {
  const before = new Set((old.schedulingGates ?? []).map(({ name }) => name));
  return (spec.schedulingGates ?? []).flatMap(({ name }, i) =>
    before.has(name)
      ? []
      : [
          forbidden(
            `spec.schedulingGates[${i}].name`,
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  );
}

/** The new specification with the old values of its mutable fields. */
function withoutAllowedChanges(spec: PodSpec, old: PodSpec): { spec: PodSpec; errors: FieldError[] } {
  const munged = cloneJson(spec);
  const errors: FieldError[] = [];
  restoreImages(munged.containers, old.containers);
  restoreImages(munged.initContainers ?? [], old.initContainers ?? []);
  munged.activeDeadlineSeconds = old.activeDeadlineSeconds;
  munged.schedulingGates = old.schedulingGates;
  munged.tolerations = old.tolerations;
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && munged.terminationGracePeriodSeconds === 1) {
    munged.terminationGracePeriodSeconds = old.terminationGracePeriodSeconds;
  }
  if ((old.schedulingGates?.length ?? 0) > 0) {
    // The node selection of a gated pod may be narrowed, never widened.
    for (const [key, value] of Object.entries(old.nodeSelector ?? {})) {
      if (munged.nodeSelector?.[key] !== value) {
        errors.push(
          invalid(
            "spec.nodeSelector",
            munged.nodeSelector ?? null,
            "only additions are allowed (no mutations or deletions)",
          ),
        );
      }
    }
    munged.nodeSelector = old.nodeSelector;
    if (munged.affinity?.nodeAffinity || old.affinity?.nodeAffinity) {
      munged.affinity = { ...munged.affinity, nodeAffinity: old.affinity?.nodeAffinity };
      if (Object.values(munged.affinity).every((part) => part === undefined)) delete munged.affinity;
    }
  }
  return { spec: munged, errors };
}

function restoreImages(containers: readonly Container[], old: readonly Container[]): void {
  for (const [i, container] of containers.entries()) container.image = old[i]?.image;
}
