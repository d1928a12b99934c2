/**
 * The order of a build's objects: what others need comes first.
 * Source: sigs.k8s.io/kustomize kyaml/resid/gvk.go
 */
import { objectIn } from "../core/parts.ts";
import { type BuiltResource, builtName, kindOf } from "./resource.ts";

const FIRST =
  "Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount PodSecurityPolicy Role ClusterRole RoleBinding ClusterRoleBinding ConfigMap Secret Endpoints Service LimitRange PriorityClass PersistentVolume PersistentVolumeClaim Deployment StatefulSet CronJob PodDisruptionBudget".split(
    " ",
  );
const LAST = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

export function inOrder(resources: readonly BuiltResource[]): BuiltResource[] {
  return [...resources].sort(
    (a, b) => placeOf(a) - placeOf(b) || compare(typeOf(a), typeOf(b)) || compare(idOf(a), idOf(b)),
  );
}

function placeOf(resource: BuiltResource): number {
  const kind = kindOf(resource);
  const first = FIRST.indexOf(kind);
  return first >= 0 ? first - FIRST.length : LAST.indexOf(kind) + 1;
}

function typeOf({ object }: BuiltResource): string {
  const [version = "", group = ""] = String(object["apiVersion"]).split("/").reverse();
  return `${group}_${version}_${String(object["kind"])}`;
}

function idOf(resource: BuiltResource): string {
  return `${String(objectIn(resource.object["metadata"])["namespace"] ?? "")}|${builtName(resource)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
