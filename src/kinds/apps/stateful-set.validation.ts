/**
 * Validation of StatefulSets.
 *
 * Kubernetes: pkg/apis/apps/validation/validation.go (ValidateStatefulSet, ValidateStatefulSetUpdate)
 */
import { equalJson } from "../../lib/json.ts";
import type { StatefulSet, StatefulSetSpec } from "../../schema/index.ts";
import { validateSelectorAndTemplate } from "../core/pod-spec/pod-template.validation.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalid, negativeProblem, required } from "../validation/field-errors.ts";
import { rollingStatefulSetForm } from "../validation/internal-form.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";

const CHANGEABLE = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
] as const satisfies readonly (keyof StatefulSetSpec)[];

export function validateStatefulSet(statefulSet: StatefulSet): FieldError[] {
  const { spec } = statefulSet;
  return [
    ...validateObjectMeta(statefulSet, { namespaced: true }),
    ...validatePolicies(spec),
    ...negativeProblem("spec.replicas", spec.replicas),
    ...negativeProblem("spec.minReadySeconds", spec.minReadySeconds),
    ...negativeProblem("spec.ordinals.start", spec.ordinals?.start),
    ...negativeProblem("spec.revisionHistoryLimit", spec.revisionHistoryLimit),
    // Containers mount claims that only the pods will have, so Kubernetes validates the pods' specs instead.
    ...validateSelectorAndTemplate(spec, { path: "spec", kind: "StatefulSet", checksPodSpec: false }),
  ];
}

export function validateStatefulSetUpdate(statefulSet: StatefulSet, old: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  if (!equalJson(withoutChangeable(statefulSet.spec), withoutChangeable(old.spec))) {
    const names = CHANGEABLE.map((field) => `'${field}'`);
    const list = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
    errors.push(forbidden("spec", `updates to statefulset spec for fields other than ${list} are forbidden`));
  }
  return errors;
}

function withoutChangeable(spec: StatefulSetSpec): StatefulSetSpec {
  const rest = { ...spec };
  for (const field of CHANGEABLE) delete rest[field];
  return rest;
}

function validatePolicies({ podManagementPolicy, updateStrategy }: StatefulSetSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (!podManagementPolicy) errors.push(required("spec.podManagementPolicy"));
  else if (podManagementPolicy !== "OrderedReady" && podManagementPolicy !== "Parallel") {
    errors.push(invalid("spec.podManagementPolicy", podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"));
  }
  const { type, rollingUpdate } = updateStrategy;
  if (!type) errors.push(required("spec.updateStrategy"));
  else if (type === "OnDelete" && rollingUpdate) {
    errors.push(
      invalid(
        "spec.updateStrategy.rollingUpdate",
        rollingStatefulSetForm(rollingUpdate),
        "only allowed for updateStrategy 'RollingUpdate'",
      ),
    );
  } else if (type !== "OnDelete" && type !== "RollingUpdate") {
    errors.push(
      invalid("spec.updateStrategy", { Type: type, RollingUpdate: null }, "must be 'RollingUpdate' or 'OnDelete'"),
    );
  }
  return [...errors, ...negativeProblem("spec.updateStrategy.rollingUpdate.partition", rollingUpdate?.partition)];
}
