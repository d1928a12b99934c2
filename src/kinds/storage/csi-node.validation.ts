/**
 * Validation of CSINodes.
 *
 * Kubernetes: pkg/apis/storage/validation/validation.go (ValidateCSINode, ValidateCSINodeUpdate)
 */
import { equalJson } from "../../lib/json.ts";
import { qualifiedNameProblems } from "../../lib/names.ts";
import type { CSINode, CSINodeDriver } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { validateDriverName } from "../validation/device-names.ts";
import { duplicate, IMMUTABLE, invalid, invalidFor, negativeProblem, required } from "../validation/field-errors.ts";
import { nodeDriverForm } from "../validation/internal-form.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";

const MAX_NODE_ID = 256;

export function validateCSINode(node: CSINode): FieldError[] {
  const errors = validateObjectMeta(node, { namespaced: false });
  const names = new Set<string>();
  for (const [i, driver] of (node.spec.drivers ?? []).entries()) {
    const path = `spec.drivers[${i}]`;
    errors.push(...validateNodeDriver(driver, path));
    if (names.has(driver.name)) errors.push(duplicate(`${path}.name`, driver.name));
    names.add(driver.name);
  }
  return errors;
}

/** A driver of a node is immutable, except for its volume limit. */
export function validateCSINodeUpdate(node: CSINode, old: CSINode): FieldError[] {
  const errors: FieldError[] = [];
  const present = new Map((node.spec.drivers ?? []).map((driver) => [driver.name, driver]));
  for (const { allocatable: _before, ...before } of old.spec.drivers ?? []) {
    const driver = present.get(before.name);
    if (!driver) continue;
    const { allocatable: _after, ...after } = driver;
    if (!equalJson(after, before)) errors.push(invalid("spec.drivers", nodeDriverForm(driver), IMMUTABLE));
  }
  return errors;
}

function validateNodeDriver({ name, nodeID, allocatable, topologyKeys }: CSINodeDriver, path: string): FieldError[] {
  const errors = validateDriverName(name, `${path}.name`);
  if (!nodeID) errors.push(required(`${path}.nodeID`));
  else if (nodeID.length > MAX_NODE_ID) {
    errors.push(invalid(`${path}.nodeID`, nodeID, `must be ${MAX_NODE_ID} characters or less`));
  }
  errors.push(...negativeProblem(`${path}.allocatable.count`, allocatable?.count));
  const keys = new Set<string>();
  for (const key of topologyKeys ?? []) {
    if (key === "") errors.push(required(path));
    if (keys.has(key)) errors.push(duplicate(path, key));
    keys.add(key);
    errors.push(...invalidFor(path, key, qualifiedNameProblems(key)));
  }
  return errors;
}
