/** POST to a collection. */
import { objectKey } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { Parts } from "../../lib/work.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { decodeInParts } from "../body.ts";
import { type VerbContext, writeInParts, writeOptionsOf } from "../context.ts";
import { type WriteRequestOptions, writeOptions } from "../options.ts";
import type { ApiOutcome } from "../request.ts";
import { objectOutcome, storedOutcome } from "../respond.ts";
import { shiftTimes } from "../time-edge.ts";

export function* create(context: VerbContext): Parts<ApiOutcome> {
  const { tx, kind, request } = context;
  refuseWhileTerminating(context);
  const options = writeOptions(request, "CreateOptions");
  const decoded = yield* decodeBodyOf(context, options);
  const object = shiftTimes(kind.schema, decoded, request.offsetMs);
  placeInNamespace(context, object);
  if (object.metadata.resourceVersion) {
    throw new ApiError("Unknown", "resourceVersion should not be set on objects to be created");
  }
  const work = tx.createInParts(kind, object, writeOptionsOf(context, options));
  const created = yield* writeInParts(context, options, work);
  return yield* writtenOutcome(context, 201, created, options);
}

/** The object in the request's body. */
export function decodeBodyOf(
  { tx, request, kind, warn }: VerbContext,
  { fieldValidation }: WriteRequestOptions,
): Parts<KubernetesObject> {
  return decodeInParts(request, kind, { fieldValidation, warn, spend: (work) => tx.spend(work) });
}

/** A terminating CustomResourceDefinition deletes its objects, so no new ones are created. */
function refuseWhileTerminating({ kind: { custom, group, plural } }: VerbContext): void {
  if (!custom?.isTerminating) return;
  const message = "create not allowed while custom resource definition is terminating";
  throw new ApiError("MethodNotAllowed", message, { group, kind: plural });
}

/**
 * Sets the namespace of the path. Another namespace in the object is refused. Throws BadRequest.
 *
 * Kubernetes: k8s.io/apiserver/pkg/registry/rest/meta.go, for everything that is sent, requests to subresources and reviews too.
 */
export function placeInNamespace(
  { kind, info }: { kind: { namespaced: boolean }; info: { namespace: string } },
  object: KubernetesObject,
): void {
  if (!kind.namespaced) {
    delete object.metadata.namespace;
    return;
  }
  if (object.metadata.namespace && object.metadata.namespace !== info.namespace) {
    throw new ApiError(
      "BadRequest",
      "the namespace of the provided object does not match the namespace sent on the request",
    );
  }
  object.metadata.namespace = info.namespace;
}

/** A write's answer: the stored object, or for a dry run the object that would be stored. */
export function* writtenOutcome(
  context: VerbContext,
  status: number,
  written: KubernetesObject,
  options: { dryRun: boolean },
): Parts<ApiOutcome> {
  if (options.dryRun) return objectOutcome(context, status, written);
  yield* context.tx.flushInParts();
  const { namespace = "", name = "" } = written.metadata;
  // An update that removed the last finalizer of a terminating object leaves no stored object.
  return (
    storedOutcome(context, status, objectKey(context.kind, namespace, name)) ?? objectOutcome(context, status, written)
  );
}
