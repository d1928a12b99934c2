/**
 * Validation of Deployments.
 *
 * Kubernetes: pkg/apis/apps/validation/validation.go (ValidateDeployment*)
 */
import { percentProblems } from "../../lib/names.ts";
import type { Deployment, DeploymentSpec, IntOrString } from "../../schema/index.ts";
import { validateSelectorAndTemplate } from "../core/pod-spec/pod-template.validation.ts";
import type { FieldError } from "../kind.ts";
import {
  forbidden,
  invalid,
  invalidFor,
  NOT_NEGATIVE,
  negativeProblem,
  notSupported,
} from "../validation/field-errors.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";

export function validateDeployment(deployment: Deployment): FieldError[] {
  const { spec } = deployment;
  return [
    ...validateObjectMeta(deployment, { namespaced: true }),
    ...negativeProblem("spec.replicas", spec.replicas),
    ...validateSelectorAndTemplate(spec, { path: "spec" }),
    ...validateStrategy(spec),
    ...negativeProblem("spec.minReadySeconds", spec.minReadySeconds),
    ...negativeProblem("spec.revisionHistoryLimit", spec.revisionHistoryLimit),
    ...validateProgressDeadline(spec),
  ];
}

export function validateDeploymentUpdate(deployment: Deployment, old: Deployment): FieldError[] {
  return immutable("spec.selector", deployment.spec.selector, old.spec.selector);
}

export function validateDeploymentStatus(deployment: Deployment, old: Deployment): FieldError[] {
  const errors = validateObjectMetaUpdate(deployment, old);
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = deployment.status;
  for (const field of [
    "replicas",
    "updatedReplicas",
    "readyReplicas",
    "availableReplicas",
    "unavailableReplicas",
  ] as const) {
    errors.push(...negativeProblem(`status.${field}`, deployment.status[field]));
  }
  const excess = "cannot be greater than status.replicas";
  if (updatedReplicas > replicas) errors.push(invalid("status.updatedReplicas", updatedReplicas, excess));
  if (readyReplicas > replicas) errors.push(invalid("status.readyReplicas", readyReplicas, excess));
  if (availableReplicas > replicas) errors.push(invalid("status.availableReplicas", availableReplicas, excess));
  if (availableReplicas > readyReplicas) {
    errors.push(invalid("status.availableReplicas", availableReplicas, "cannot be greater than readyReplicas"));
  }
  return errors;
}

function validateStrategy({ strategy }: DeploymentSpec): FieldError[] {
  const path = "spec.strategy";
  switch (strategy.type) {
    case "Recreate":
      return strategy.rollingUpdate
        ? [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")]
        : [];
    case "RollingUpdate": {
      const { maxUnavailable, maxSurge } = strategy.rollingUpdate ?? {};
      const errors = [
        ...validatePositiveNumberOrPercent(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable),
        ...validatePositiveNumberOrPercent(`${path}.rollingUpdate.maxSurge`, maxSurge),
      ];
      if (isZero(maxUnavailable) && isZero(maxSurge)) {
        errors.push(
          invalid(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable, "may not be 0 when `maxSurge` is 0"),
        );
      }
      if (typeof maxUnavailable === "string" && Number(maxUnavailable.replace("%", "")) > 100) {
        errors.push(invalid(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable, "must not be greater than 100%"));
      }
      return errors;
    }
    default:
      // Kubernetes prints the whole value, in the form of its internal type.
      return [notSupported(path, { Type: strategy.type, RollingUpdate: null }, ["Recreate", "RollingUpdate"])];
  }
}

export function validatePositiveNumberOrPercent(field: string, value: IntOrString | undefined): FieldError[] {
  if (typeof value === "number") return value < 0 ? [invalid(field, value, NOT_NEGATIVE)] : [];
  return value === undefined ? [] : invalidFor(field, value, percentProblems(value));
}

function validateProgressDeadline({ progressDeadlineSeconds, minReadySeconds = 0 }: DeploymentSpec): FieldError[] {
  if (progressDeadlineSeconds === undefined) return [];
  const field = "spec.progressDeadlineSeconds";
  const errors = negativeProblem(field, progressDeadlineSeconds);
  if (progressDeadlineSeconds <= minReadySeconds) {
    errors.push(invalid(field, progressDeadlineSeconds, "must be greater than minReadySeconds"));
  }
  return errors;
}

function isZero(value: IntOrString | undefined): boolean {
  return value === 0 || value === "0%";
}
