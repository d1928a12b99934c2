/**
 * Validation of Nodes.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateNode, ValidateNodeUpdate)
 */
import { equalJson } from "../../lib/json.ts";
import { labelValueProblems, qualifiedNameProblems } from "../../lib/names.ts";
import type { Node, Taint } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, forbidden, invalid, invalidFor, notSupported, required } from "../validation/field-errors.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { validateCidr } from "../validation/ports.ts";

export const TAINT_EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export function validateNode(node: Node): FieldError[] {
  const errors = validateObjectMeta(node, { namespaced: false });
  errors.push(...validateTaints(node.spec.taints ?? []));
  for (const [i, cidr] of (node.spec.podCIDRs ?? []).entries()) {
    errors.push(...validateCidr(`spec.podCIDRs[${i}]`, cidr));
  }
  return errors;
}

export function validateNodeUpdate(node: Node, old: Node): FieldError[] {
  const errors = validateObjectMetaUpdate(node, old);
  const before = old.spec.podCIDRs ?? [];
  if (before.length > 0 && !equalJson(node.spec.podCIDRs ?? [], before)) {
    errors.push(forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid'));
  }
  if (old.spec.providerID && node.spec.providerID !== old.spec.providerID) {
    errors.push(forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid'));
  }
  return [...errors, ...validateTaints(node.spec.taints ?? [])];
}

function validateTaints(taints: readonly Taint[]): FieldError[] {
  // The fields are in `spec`, but Kubernetes' messages name `metadata`.
  const path = "metadata.taints";
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { key, value = "", effect, timeAdded }] of taints.entries()) {
    const at = `${path}[${i}]`;
    errors.push(...invalidFor(`${at}.key`, key, qualifiedNameProblems(key)));
    const problems = labelValueProblems(value);
    if (problems.length > 0) errors.push(invalid(`${at}.value`, value, problems.join(";")));
    if (!effect) errors.push(required(`${at}.effect`));
    else if (!TAINT_EFFECTS.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, TAINT_EFFECTS));
    if (seen.has(`${key}/${effect}`)) {
      const taint = { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded ?? null };
      errors.push(duplicate(at, taint, "taints must be unique by key and effect pair"));
    }
    seen.add(`${key}/${effect}`);
  }
  return errors;
}
