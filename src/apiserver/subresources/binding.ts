/** POST to a pod's binding: what a scheduler writes. */
import { conflict, notFound } from "../../cluster/refusals.ts";
import { cloneJson } from "../../lib/json.ts";
import { formatTime } from "../../lib/time.ts";
import type { Binding, Pod, PodCondition } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { decodeBody } from "../body.ts";
import { type VerbContext, write, writeOptionsOf } from "../context.ts";
import { writeOptions } from "../options.ts";
import type { ApiOutcome } from "../request.ts";
import { valueOutcome } from "../respond.ts";
import { keyOf } from "../verbs/get.ts";

const EXPECTED = { group: "", version: "v1", kind: "Binding", schema: "io.k8s.api.core.v1.Binding" };

export function bind(context: VerbContext): ApiOutcome {
  const { tx, kind, info, request } = context;
  const options = writeOptions(request, "CreateOptions");
  const decoding = { fieldValidation: options.fieldValidation, warn: context.warn };
  const binding = decodeBody(request, EXPECTED, decoding) as KubernetesObject & Binding;
  const pod = tx.getByKey(keyOf(context)) as (KubernetesObject & Pod) | undefined;
  if (!pod) throw notFound(kind, info.name);
  refuseUnbindable(context, pod);

  const next = cloneJson(pod);
  next.spec = { ...next.spec!, nodeName: binding.target.name };
  next.metadata.annotations = { ...next.metadata.annotations, ...binding.metadata.annotations };
  next.status = { ...next.status, conditions: withScheduled(next.status?.conditions ?? [], tx.nowMs) };
  const shared = { ...writeOptionsOf(context, options), subresource: "binding" };
  write(context, options, () => tx.replaceObject(kind, next, shared));
  if (!options.dryRun) tx.flush();
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
  return valueOutcome({ ...context.representation, form: "object" }, 201, status);
}

function refuseUnbindable({ info }: VerbContext, pod: KubernetesObject & Pod): void {
  const refuse = (why: string) => conflict({ group: "", plural: "pods/binding" }, info.name, why);
  if (pod.metadata.deletionTimestamp) throw refuse(`pod ${info.name} is being deleted, cannot be assigned to a host`);
  if (pod.spec?.nodeName) {
    throw refuse(`pod ${info.name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  }
  if (pod.spec?.schedulingGates?.length) {
    throw refuse(`pod ${info.name} has non-empty .spec.schedulingGates`);
  }
}

function withScheduled(conditions: readonly PodCondition[], nowMs: number): PodCondition[] {
  const scheduled: PodCondition = {
    type: "PodScheduled",
    status: "True",
    lastProbeTime: undefined,
    lastTransitionTime: formatTime(nowMs),
  };
  return [...conditions.filter(({ type }) => type !== "PodScheduled"), scheduled];
}
