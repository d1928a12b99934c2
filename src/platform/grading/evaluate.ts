/** Checks of one cluster at one instant: a pure function of the cluster's state. */

import { kindsOf } from "../../kinds/cluster-kinds.ts";
import { parseKey } from "../../kinds/kind.ts";
import { assert } from "../../lib/assert.ts";
import { MAX_CHECK_NAME_LENGTH, MAX_CHECK_TEXT_LENGTH, MAX_CHECKS_COST } from "../../lib/limits.ts";
import { shorten } from "../../lib/text.ts";
import type { ClusterState } from "../../runtime/engine.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { type CheckBudget, CheckError, type CheckRequest, type CheckResult, type GradedCluster } from "./check.ts";
import { checkKinds } from "./checks/registry.ts";
import { HIDDEN } from "./show.ts";
import { statusWriterOf } from "./status-writer.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Never throws: a failure of one check is the `error` of its result. */
/** Never throws: a failure of one check is the `error` of its result. */
export type PreparedChecks = (cluster: GradedCluster) => EvaluatedCheck[];

/** A result, and the exception behind it where the check met a bug of Sandbar. */
export interface EvaluatedCheck {
  result: CheckResult;
  bug?: unknown;
}

/** Parses the checks. A mistake in one is reported in its result. */
export function prepareChecks(requests: readonly CheckRequest[]): PreparedChecks {
  const prepared = requests.map(prepareOne);
  return (cluster) => {
    const budget: CheckBudget = { costLeft: MAX_CHECKS_COST };
    return prepared.map((check) => bounded(check(cluster, budget)));
  };
}

/** Bounds names and sentences, which may repeat long texts of authors and students. */
function bounded({ result, ...rest }: EvaluatedCheck): EvaluatedCheck {
  const name = shorten(result.name, MAX_CHECK_NAME_LENGTH);
  const message = shorten(result.message, MAX_CHECK_TEXT_LENGTH);
  const error = result.error === undefined ? {} : { error: shorten(result.error, MAX_CHECK_TEXT_LENGTH) };
  return { ...rest, result: { ...result, name, message, ...error } };
}

/** The cluster as checks read it: objects as its API shows them. */
export function gradedCluster(state: ClusterState): GradedCluster {
  const { nowMs, revision } = state;
  const kinds = kindsOf(state);
  return {
    nowMs,
    revision,
    kinds,
    keys(resource, namespace) {
      const keys = state.keys(resource, namespace);
      const isExpired = kinds.byResource(resource)?.isExpired;
      return isExpired ? keys.filter((key) => !isExpired(state.getByKey(key)!, nowMs)) : keys;
    },
    object(key) {
      const object = state.getByKey(key);
      assert(object, "what is listed is there");
      const kind = kinds.byResource(parseKey(key).resource);
      const present = kind?.presentAtRead?.(object, nowMs, state) ?? object;
      return kind?.confidential ? withoutLastApplied(present) : present;
    },
    statusWriter: (key) => statusWriterOf(state, key, state.getByKey(key)!),
  };
}

/** `kubectl apply` keeps the whole object in an annotation, confidential fields too. */
function withoutLastApplied(object: KubernetesObject): KubernetesObject {
  const { annotations } = object.metadata;
  if (annotations?.[LAST_APPLIED] === undefined) return object;
  const shown = { ...annotations, [LAST_APPLIED]: HIDDEN };
  return { ...object, metadata: { ...object.metadata, annotations: shown } };
}

function prepareOne(request: CheckRequest): (cluster: GradedCluster, budget: CheckBudget) => EvaluatedCheck {
  const kind = checkKinds.find(({ field }) => request[field] !== undefined);
  assert(kind, "a check asks for something");
  const name = request.name ?? kind.describe(request[kind.field]);
  try {
    const check = kind.prepare(request[kind.field]);
    return (cluster, budget) => {
      try {
        return { result: { name, ...check(cluster, budget) } };
      } catch (error) {
        return failed(name, error);
      }
    };
  } catch (error) {
    const result = failed(name, error);
    return () => result;
  }
}

function failed(name: string, error: unknown): EvaluatedCheck {
  const result = { name, passed: false, evidence: [] };
  if (error instanceof CheckError) {
    const message = "This check could not be evaluated; its author has to mend it.";
    return { result: { ...result, message, error: error.message } };
  }
  return { result: { ...result, message: "This check could not be evaluated.", error: "" }, bug: error };
}
