/** The Scale of a workload of any kind: the desired and the current number of replicas. */
import { conflict, notFound } from "../../cluster/refusals.ts";
import { refuseInvalid } from "../../cluster/writer.ts";
import { apiVersion, type FieldError, type KindDefinition, type ScaleDefinition } from "../../kinds/kind.ts";
import { inFormOf } from "../../kinds/view.ts";
import { assert } from "../../lib/assert.ts";
import { cloneJson } from "../../lib/json.ts";
import { formatTime } from "../../lib/time.ts";
import { runToEnd } from "../../lib/work.ts";
import { trackUpdate } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { decodeBody } from "../body.ts";
import { type VerbContext, write, writeOptionsOf } from "../context.ts";
import { type WriteRequestOptions, writeOptions } from "../options.ts";
import { patched, patchTypeOf } from "../patching.ts";
import type { ApiOutcome } from "../request.ts";
import { objectOutcome } from "../respond.ts";
import { mergeConfiguration } from "../verbs/apply.ts";
import { requestedKey } from "../verbs/get.ts";
import { refuseOddVersion, refuseOtherName } from "../verbs/update.ts";
import { managersAfterScale, managersOfScale, SCALE_VERSION, type ScaledField } from "./scale-managers.ts";

interface Scale extends KubernetesObject {
  spec?: { replicas?: number };
}

/** The path of most workloads' number of replicas in managedFields. */
const REPLICAS = ["f:spec", "f:replicas"];

/** A kind for decoding and printing only: Scales are computed and never stored. */
const scaleKind: KindDefinition = {
  group: "autoscaling",
  version: "v1",
  kind: "Scale",
  plural: "scales",
  singular: "scale",
  namespaced: true,
  schema: "io.k8s.api.autoscaling.v1.Scale",
  verbs: [],
};

export function scale(context: VerbContext, verb: string): ApiOutcome {
  const { tx, kind, info, request } = context;
  const definition = kind.scale;
  assert(definition !== undefined, "a kind with a scale subresource says where its numbers are");
  const stored = tx.getByKey(requestedKey(context));
  const written = definition.namesSubresource ? { ...kind, plural: `${kind.plural}/scale` } : kind;
  if (!stored) throw notFound(verb === "get" ? kind : written, info.name);
  const current = inFormOf(kind, stored);
  const shown = { ...context, kind: scaleKind };
  if (verb === "get") return objectOutcome(shown, 200, scaleOf(definition, current));

  const isApply = verb === "patch" && patchTypeOf(request, kind) === "apply";
  const options = writeOptions(request, verb === "patch" ? "PatchOptions" : "UpdateOptions", isApply);
  const field: ScaledField = { apiVersion: apiVersion(kind), path: definition.replicasPath ?? REPLICAS };
  const live = scaleOf(definition, current);
  const managedFields = managersOfScale(current.metadata, field);
  if (managedFields.length > 0) live.metadata.managedFields = managedFields;
  const wanted: Scale = isApply
    ? runToEnd(mergeConfiguration(shown, options, { live, subresource: "scale" }))
    : given(shown, options, verb, live);
  refuseOtherName(context, wanted);
  refuseOddVersion(wanted);
  refuseInvalid(scaleKind, info.name, validateScale(wanted));

  const next = cloneJson(current);
  definition.setSpecReplicas(next, wanted.spec?.replicas ?? 0);
  // The client's resourceVersion and uid are checked; without them, the write is unconditional.
  if (wanted.metadata.resourceVersion) next.metadata.resourceVersion = wanted.metadata.resourceVersion;
  if (wanted.metadata.uid && wanted.metadata.uid !== current.metadata.uid) {
    const uids = `UID in precondition: ${wanted.metadata.uid}, UID in object meta: ${current.metadata.uid}`;
    throw conflict(written, info.name, `Precondition failed: ${uids}`);
  }
  const shared = {
    ...writeOptionsOf(context, options),
    subresource: "scale",
    managedFields: managersAfterScale(current.metadata, wanted.metadata.managedFields ?? [], field),
  };
  const replaced = write(context, options, () => tx.replaceObject(kind, next, shared));
  if (!options.dryRun) tx.flush();
  return objectOutcome(
    shown,
    200,
    scaleOf(definition, inFormOf(kind, options.dryRun ? replaced : tx.getByKey(requestedKey(context))!)),
  );
}

/** The Scale that a PUT or a client-side patch asks for, with its managedFields. */
function given(context: VerbContext, options: WriteRequestOptions, verb: string, live: Scale): Scale {
  const { request, tx } = context;
  const decoding = { fieldValidation: options.fieldValidation, warn: context.warn };
  const type = verb === "patch" ? patchTypeOf(request) : "apply";
  const wanted: Scale =
    type === "apply" ? decodeBody(request, scaleKind, decoding) : patched(request, type, live, scaleKind, decoding);
  wanted.metadata.managedFields = trackUpdate(scaleKind.schema, {
    before: live,
    after: wanted,
    manager: options.manager,
    operation: "Update",
    subresource: "scale",
    apiVersion: SCALE_VERSION,
    time: formatTime(tx.nowMs),
  });
  return wanted;
}

function validateScale({ spec }: Scale): FieldError[] {
  const replicas = spec?.replicas ?? 0;
  if (replicas >= 0) return [];
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  return [{ type: "FieldValueInvalid", field: "spec.replicas", message }];
}

/** The Scale that shows an object of the kind. */
export function scaleOf(definition: ScaleDefinition, object: KubernetesObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = definition.specReplicas(object);
  const selector = definition.selector(object);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas ? { replicas } : {},
    status: { replicas: definition.statusReplicas(object), ...(selector && { selector }) },
  };
}
