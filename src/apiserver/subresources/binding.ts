/**
 * POST to a pod's binding, as schedulers send it.
 *
 * Kubernetes: pkg/registry/core/pod/storage/storage.go.
 */
import { conflict, notFound } from "../../cluster/refusals.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { type KindDefinition, objectKey } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import { cloneJson } from "../../lib/json.ts";
import { formatTime } from "../../lib/time.ts";
import type { Binding, Pod, PodCondition } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { decodeBody } from "../body.ts";
import type { VerbContext } from "../context.ts";
import { writeOptions } from "../options.ts";
import type { ApiOutcome } from "../request.ts";
import { valueOutcome } from "../respond.ts";
import type { Status } from "../status.ts";
import { placeInNamespace } from "../verbs/create.ts";

const EXPECTED = { group: "", version: "v1", kind: "Binding", schema: "io.k8s.api.core.v1.Binding" };

export function bind(context: VerbContext): ApiOutcome {
  const { tx, info, request, user, warn } = context;
  const { fieldValidation, manager, dryRun } = writeOptions(request, "CreateOptions");
  const binding = decodeBody(request, EXPECTED, { fieldValidation, warn }) as KubernetesObject & Binding;
  placeInNamespace(context, binding);
  const status = bindPod({ tx, user, warn, manager, dryRun }, info, binding);
  return valueOutcome({ ...context.representation, form: "object" }, 201, status);
}

/** Assigns a pod to the binding's node. Throws NotFound, Conflict. */
export function bindPod(
  context: Pick<VerbContext, "tx" | "user" | "warn"> & { manager: string; dryRun: boolean },
  { namespace, name }: { namespace: string; name: string },
  binding: KubernetesObject & Binding,
): Status {
  const { tx, user, warn, manager, dryRun } = context;
  const kind = podKind as unknown as KindDefinition;
  const nodeName = (binding.target as Partial<Binding["target"]> | undefined)?.name;
  if (!nodeName) throw new ApiError("BadRequest", "target.name: Required value");
  const pod = tx.getByKey(objectKey(kind, namespace, name)) as (KubernetesObject & Pod) | undefined;
  if (!pod) throw notFound(kind, name);
  refuseUnbindable(name, pod);

  const next = cloneJson(pod);
  next.spec = { ...next.spec!, nodeName };
  next.metadata.annotations = { ...next.metadata.annotations, ...binding.metadata.annotations };
  next.status = { ...next.status, conditions: withScheduled(next.status?.conditions ?? [], tx.nowMs) };
  const replace = () => tx.replaceObject(kind, next, { user, warn, manager, dryRun, subresource: "binding" });
  if (dryRun) {
    tx.attempt(replace);
  } else {
    replace();
    tx.flush();
  }
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
}

function refuseUnbindable(name: string, pod: KubernetesObject & Pod): void {
  const refuse = (why: string) => conflict({ group: "", plural: "pods/binding" }, name, why);
  if (pod.metadata.deletionTimestamp) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec?.nodeName) {
    throw refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  }
  if (pod.spec?.schedulingGates?.length) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);
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
