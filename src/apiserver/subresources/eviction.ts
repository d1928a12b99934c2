/**
 * POST to a pod's eviction: a deletion that respects disruption budgets, as `kubectl drain` sends it.
 *
 * Kubernetes: pkg/registry/core/pod/storage/eviction.go.
 */
import { notFound } from "../../cluster/refusals.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { ApiError } from "../../lib/api-error.ts";
import { formatTime } from "../../lib/time.ts";
import type { Pod, PodCondition } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { decodeBody } from "../body.ts";
import type { VerbContext } from "../context.ts";
import { type DeleteOptionsBody, deleteOptions, writeOptions } from "../options.ts";
import type { ApiOutcome } from "../request.ts";
import { valueOutcome } from "../respond.ts";
import { placeInNamespace } from "../verbs/create.ts";
import { requestedKey } from "../verbs/get.ts";
import { spendBudget } from "./eviction-budget.ts";

const EXPECTED = { group: "policy", version: "v1", kind: "Eviction", schema: "io.k8s.api.policy.v1.Eviction" };

/** Checks the pod's disruption budget, sets the condition DisruptionTarget and deletes the pod. */
export function evict(context: VerbContext): ApiOutcome {
  const { tx, kind, info, request, user } = context;
  const { fieldValidation, dryRun } = writeOptions(request, "CreateOptions");
  const eviction = decodeBody(request, EXPECTED, { fieldValidation, warn: context.warn }) as KubernetesObject & {
    deleteOptions?: DeleteOptionsBody;
  };
  placeInNamespace(context, eviction);
  const { name } = eviction.metadata;
  if (name && name !== info.name)
    throw new ApiError("BadRequest", "name in URL does not match name in Eviction object");
  const options = deleteOptions(eviction.deleteOptions ?? {}, request.query);
  const key = requestedKey(context);
  const pod = tx.getByKey(key) as Pod | undefined;
  if (!pod) throw notFound(kind, info.name);

  const work = () => {
    spendBudget(tx, pod);
    tellPod(tx, pod);
    return tx.deleteObject(kind, key, { ...options, user });
  };
  // A trial run first: a refused deletion must leave neither a spent budget nor the condition.
  tx.attempt(work);
  if (!dryRun && !options.dryRun) {
    work();
    tx.flush();
  }
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
  return valueOutcome({ ...context.representation, form: "object" }, 201, status);
}

function tellPod(tx: Transaction, pod: Pod): void {
  const condition: PodCondition = {
    type: "DisruptionTarget",
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: formatTime(tx.nowMs),
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
  };
  tx.updateStatus(podKind, pod, ({ status }) => {
    status.conditions = [...(status.conditions ?? []).filter(({ type }) => type !== condition.type), condition];
  });
}
