/** The scale of a workload: how many replicas are wanted and how many there are, whatever the kind. */
import { notFound } from "../../cluster/refusals.ts";
import type { KindDefinition, ScaleDefinition } from "../../kinds/kind.ts";
import { assert } from "../../lib/assert.ts";
import { cloneJson } from "../../lib/json.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { decodeBody } from "../body.ts";
import { type VerbContext, write, writeOptionsOf } from "../context.ts";
import { type WriteRequestOptions, writeOptions } from "../options.ts";
import { patched, patchTypeOf } from "../patching.ts";
import type { ApiOutcome } from "../request.ts";
import { objectOutcome } from "../respond.ts";
import { apply } from "../verbs/apply.ts";
import { keyOf } from "../verbs/get.ts";
import { refuseOddVersion, refuseOtherName } from "../verbs/update.ts";

interface Scale extends KubernetesObject {
  spec?: { replicas?: number };
}

/** Enough of a kind for decoding and printing; Scales are computed, never stored. */
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
  const current = tx.getByKey(keyOf(context));
  if (!current) throw notFound(kind, info.name);
  const shown = { ...context, kind: scaleKind };
  if (verb === "get") return objectOutcome(shown, 200, scaleOf(definition, current));

  if (verb === "patch" && patchTypeOf(request) === "apply") return apply(context, "scale");
  const options = writeOptions(request, verb === "patch" ? "PatchOptions" : "UpdateOptions");
  const wanted = wantedScale(context, options, verb, scaleOf(definition, current));
  const next = cloneJson(current);
  definition.setSpecReplicas(next, wanted.spec?.replicas ?? 0);
  // The version and uid that the client names are checked; none means whatever is there.
  if (wanted.metadata.resourceVersion) next.metadata.resourceVersion = wanted.metadata.resourceVersion;
  else delete next.metadata.resourceVersion;
  if (wanted.metadata.uid) next.metadata.uid = wanted.metadata.uid;
  // Kubernetes does not record who scaled: appliers of replicas meet no conflict.
  const { managedFields = [] } = current.metadata;
  const shared = { ...writeOptionsOf(context, options), subresource: "scale", managedFields };
  const written = write(context, options, () => tx.replaceObject(kind, next, shared));
  if (!options.dryRun) tx.flush();
  return objectOutcome(shown, 200, scaleOf(definition, options.dryRun ? written : tx.getByKey(keyOf(context))!));
}

function wantedScale(context: VerbContext, options: WriteRequestOptions, verb: string, current: Scale): Scale {
  const { request } = context;
  const decoding = { fieldValidation: options.fieldValidation, warn: context.warn };
  let wanted: Scale;
  if (verb === "patch") {
    const type = patchTypeOf(request);
    wanted = patched(request, type === "apply" ? "merge" : type, current, scaleKind, decoding);
  } else {
    wanted = decodeBody(request, scaleKind, decoding);
  }
  refuseOtherName(context, wanted);
  refuseOddVersion(wanted);
  return wanted;
}

function scaleOf(definition: ScaleDefinition, object: KubernetesObject): Scale {
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
