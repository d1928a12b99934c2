/**
 * The target of an autoscaler: any object with a scale subresource.
 * Kubernetes: pkg/controller/podautoscaler/horizontal.go (scaleForResourceMappings)
 */
import { qualifiedResource } from "../../cluster/refusals.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { type KindDefinition, objectKey, type ScaleDefinition } from "../../kinds/kind.ts";
import type { HorizontalPodAutoscaler } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";

/** The scaled object, and how to read and write its replicas. */
export interface Target {
  kind: KindDefinition;
  object: KubernetesObject;
  scale: ScaleDefinition;
}

/** The target, or the API server's message if it cannot be read. */
export function targetOf(tx: Transaction, { metadata, spec }: HorizontalPodAutoscaler): Target | string {
  const { apiVersion = "", kind: kindName, name } = spec.scaleTargetRef;
  const kind = tx.kindOf({ apiVersion, kind: kindName, metadata: {} });
  if (!kind) {
    const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
    return `no matches for kind ${JSON.stringify(kindName)} in group ${JSON.stringify(group)}`;
  }
  if (!kind.scale) return "the server could not find the requested resource";
  const object = tx.getByKey(objectKey(kind, kind.namespaced ? (metadata.namespace ?? "") : "", name));
  if (object) return { kind, object, scale: kind.scale };
  return `${qualifiedResource(kind)} ${JSON.stringify(name)} not found`;
}

/** True if both scale the same object. */
export function sharesTarget(a: HorizontalPodAutoscaler, b: HorizontalPodAutoscaler): boolean {
  const [x, y] = [a.spec.scaleTargetRef, b.spec.scaleTargetRef];
  const groupOf = ({ apiVersion = "" }: typeof x) => apiVersion.split("/").slice(0, -1).join();
  return x.kind === y.kind && x.name === y.name && groupOf(x) === groupOf(y);
}
