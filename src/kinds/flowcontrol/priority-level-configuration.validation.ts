/**
 * Validation of PriorityLevelConfigurations.
 *
 * Kubernetes: pkg/apis/flowcontrol/validation/validation.go (ValidatePriorityLevelConfiguration)
 */
import type { LimitResponse, PriorityLevelConfiguration, QueuingConfiguration } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalid, notSupported, required } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { EXEMPT } from "./flow-schema.validation.ts";

const MAX_QUEUES = 10_000_000;

export function validatePriorityLevel(level: PriorityLevelConfiguration): FieldError[] {
  const errors = validateObjectMeta(level, { namespaced: false });
  const { type, limited, exempt } = level.spec;
  if ((level.metadata.name === EXEMPT) !== (type === "Exempt")) {
    errors.push(invalid("spec.type", type, "type must be 'Exempt' if and only if name is 'exempt'"));
  }
  if (type === "Exempt") {
    if (limited) errors.push(forbidden("spec.limited", "must be nil if the type is not Limited"));
  } else if (type === "Limited") {
    if (exempt) errors.push(forbidden("spec.exempt", "must be nil if the type is Limited"));
    if (!limited) return [...errors, required("spec.limited", "must not be empty when type is Limited")];
    const shares = limited.nominalConcurrencyShares ?? 0;
    if (shares < 0) {
      errors.push(invalid("spec.limited.nominalConcurrencyShares", shares, "must be a non-negative integer"));
    }
    errors.push(...validateLimitResponse(limited.limitResponse, "spec.limited.limitResponse"));
    const lendable = limited.lendablePercent ?? 0;
    if (lendable < 0 || lendable > 100) {
      errors.push(invalid("spec.limited.lendablePercent", lendable, "must be between 0 and 100, inclusive"));
    }
    const borrowing = limited.borrowingLimitPercent ?? 0;
    if (borrowing < 0) {
      const why = "if specified, must be a non-negative integer";
      errors.push(invalid("spec.limited.borrowingLimitPercent", borrowing, why));
    }
  } else {
    errors.push(notSupported("spec.type", type, ["Exempt", "Limited"]));
  }
  return errors;
}

function validateLimitResponse({ type, queuing }: LimitResponse, path: string): FieldError[] {
  const at = `${path}.queuing`;
  if (type === "Reject") {
    return queuing ? [forbidden(at, "must be nil if limited.limitResponse.type is not Limited")] : [];
  }
  if (type !== "Queue") return [notSupported(`${path}.type`, type, ["Queue", "Reject"])];
  if (!queuing) return [required(at, "must not be empty if limited.limitResponse.type is Limited")];
  return validateQueuing(queuing, at);
}

function validateQueuing({ queues = 0, handSize = 0, queueLengthLimit = 0 }: QueuingConfiguration, path: string) {
  const errors: FieldError[] = [];
  if (queueLengthLimit <= 0) errors.push(invalid(`${path}.queueLengthLimit`, queueLengthLimit, "must be positive"));
  if (queues <= 0) errors.push(invalid(`${path}.queues`, queues, "must be positive"));
  else if (queues > MAX_QUEUES) {
    errors.push(invalid(`${path}.queues`, queues, `must not be greater than ${MAX_QUEUES}`));
  }
  if (handSize <= 0) errors.push(invalid(`${path}.handSize`, handSize, "must be positive"));
  else if (handSize > queues) {
    errors.push(invalid(`${path}.handSize`, handSize, `should not be greater than queues (${queues})`));
  }
  return errors;
}
