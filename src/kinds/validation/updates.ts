/**
 * Composes the validation of updates.
 *
 * Kubernetes: pkg/registry/<group>/<kind>/strategy.go (ValidateUpdate). Many strategies run a check more than once, and
 * each run repeats its causes in the Status. The order and the repetitions here are Kubernetes'.
 */
import type { KubernetesObject } from "../../schema/index.ts";
import type { FieldError, StrategyContext } from "../kind.ts";

export type UpdateCheck<T extends KubernetesObject> = (object: T, old: T, context: StrategyContext) => FieldError[];
type Validate<T extends KubernetesObject> = (object: T, context: StrategyContext) => FieldError[];

/** Runs the checks one after the other. */
export function inTurn<T extends KubernetesObject>(...checks: readonly UpdateCheck<T>[]): UpdateCheck<T> {
  return (object, old, context) => checks.flatMap((check) => check(object, old, context));
}

/** The validation of a new object, run on an update. */
export function asNew<T extends KubernetesObject>(validate: Validate<T>): UpdateCheck<T> {
  return (object, _old, context) => validate(object, context);
}

/** The validation of a new object without that of its metadata, run on an update. */
export function specOf<T extends KubernetesObject>(validate: Validate<T>): UpdateCheck<T> {
  return (object, _old, context) => validate(object, context).filter(({ field }) => !field.startsWith("metadata"));
}
