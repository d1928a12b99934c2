/**
 * Validation of CSIDrivers.
 *
 * Kubernetes: pkg/apis/storage/validation/validation.go (ValidateCSIDriver, ValidateCSIDriverUpdate)
 */
import type { CSIDriver } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, invalid, notSupported } from "../validation/field-errors.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";

const GROUP_POLICIES = ["File", "None", "ReadWriteOnceWithFSType"];
const LIFECYCLE_MODES = ["Persistent", "Ephemeral"];
const SHORTEST_TOKEN_SECONDS = 600;
const LONGEST_TOKEN_SECONDS = 2 ** 32;
const SHORTEST_UPDATE_PERIOD_SECONDS = 10;

export function validateCSIDriver(driver: CSIDriver): FieldError[] {
  const { fsGroupPolicy, tokenRequests = [], volumeLifecycleModes = [] } = driver.spec;
  const errors = validateObjectMeta(driver, { namespaced: false });
  if (fsGroupPolicy !== undefined && !GROUP_POLICIES.includes(fsGroupPolicy)) {
    errors.push(notSupported("spec.fsGroupPolicy", fsGroupPolicy, GROUP_POLICIES));
  }
  errors.push(...validateTokenRequests(tokenRequests, "spec.tokenRequests"));
  for (const mode of volumeLifecycleModes) {
    if (!LIFECYCLE_MODES.includes(mode)) errors.push(notSupported("spec.volumeLifecycleModes", mode, LIFECYCLE_MODES));
  }
  const period = driver.spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < SHORTEST_UPDATE_PERIOD_SECONDS) {
    const why = `must be greater than or equal to ${SHORTEST_UPDATE_PERIOD_SECONDS} seconds`;
    errors.push(invalid("spec.nodeAllocatableUpdatePeriodSeconds", period, why));
  }
  return errors;
}

export function validateCSIDriverUpdate(driver: CSIDriver, old: CSIDriver): FieldError[] {
  return [
    ...validateObjectMetaUpdate(driver, old),
    // The misspelt field name is Kubernetes' own.
    ...immutable("spec.attachedRequired", driver.spec.attachRequired, old.spec.attachRequired),
    ...immutable("spec.volumeLifecycleModes", driver.spec.volumeLifecycleModes, old.spec.volumeLifecycleModes),
  ];
}

function validateTokenRequests(
  requests: readonly { audience: string; expirationSeconds?: number }[],
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const audiences = new Set<string>();
  for (const [i, { audience, expirationSeconds }] of requests.entries()) {
    if (audiences.has(audience)) {
      errors.push(duplicate(`${path}[${i}].audience`, audience));
      continue;
    }
    audiences.add(audience);
    const at = `${path}[${i}].expirationSeconds`;
    if (expirationSeconds === undefined) continue;
    if (expirationSeconds < SHORTEST_TOKEN_SECONDS) {
      errors.push(invalid(at, expirationSeconds, "may not specify a duration less than 10 minutes"));
    }
    if (expirationSeconds > LONGEST_TOKEN_SECONDS) {
      errors.push(invalid(at, expirationSeconds, "may not specify a duration larger than 2^32 seconds"));
    }
  }
  return errors;
}
