/** The objects that parameterize a policy for a binding. */

import { objectKey } from "../../../kinds/kind.ts";
import { inFormOf } from "../../../kinds/view.ts";
import { assert } from "../../../lib/assert.ts";
import { matchesLabelSelector } from "../../../lib/selectors.ts";
import type { ParamKind, ParamRef } from "../../../schema/index.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import type { WriteAttributes } from "./attributes.ts";

/** Null stands for a policy without parameters. `error` has Kubernetes' words. */
export type Params = { objects: readonly (KubernetesObject | null)[] } | { error: string };

/** The reason why a policy cannot be evaluated at all; undefined if it can. */
export function configurationProblem(kind: ParamKind | undefined, { context }: WriteAttributes): string | undefined {
  if (!kind || context.tx.kinds.byApiVersion(kind.apiVersion ?? "", kind.kind ?? "")) return undefined;
  const version = kind.apiVersion?.includes("/") ? kind.apiVersion : `/${kind.apiVersion}`;
  const what = `failed to find resource referenced by paramKind: '${version}, Kind=${kind.kind}'`;
  return `failed to configure policy: ${what}`;
}

/** The parameters; the policy is evaluated once for each of them. */
export function paramsOf(kind: ParamKind | undefined, reference: ParamRef | undefined, write: WriteAttributes): Params {
  if (!kind || !reference) return { objects: [null] };
  const { tx } = write.context;
  const definition = tx.kinds.byApiVersion(kind.apiVersion ?? "", kind.kind ?? "");
  assert(definition !== undefined, "policies whose parameters have no kind are left out before");
  const { name, namespace: named, selector, parameterNotFoundAction } = reference;
  const namespace = definition.namespaced ? named || write.namespace : "";
  if (definition.namespaced && namespace === "") {
    return { error: "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources" };
  }
  if (!definition.namespaced && named) {
    return { error: "paramRef.namespace must not be provided for a cluster-scoped `paramKind`" };
  }
  const found = name
    ? [tx.getByKey(objectKey(definition, namespace, name))]
    : tx
        .list(definition, namespace || undefined)
        .filter(({ metadata }) => matchesLabelSelector(selector, metadata.labels));
  const objects = found.flatMap((object) => (object ? [inFormOf(definition, object)] : []));
  if (objects.length === 0 && parameterNotFoundAction === "Deny") {
    return { error: "no params found for policy binding with `Deny` parameterNotFoundAction" };
  }
  return { objects };
}
