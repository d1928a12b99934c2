/**
 * The rights that a controller at the edge needs: without them its caches never fill, so it acts as if it were not there.
 * Kubernetes: staging/src/k8s.io/client-go/tools/cache/reflector.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import { clusterRoleKind } from "../kinds/rbac/cluster-role.ts";
import { clusterRoleBindingKind } from "../kinds/rbac/cluster-role-binding.ts";
import { roleKind } from "../kinds/rbac/role.ts";
import { roleBindingKind } from "../kinds/rbac/role-binding.ts";
import type { Pod } from "../schema/index.ts";

/** The kinds on which rights depend. */
export const RIGHTS = [clusterRoleKind, clusterRoleBindingKind, roleKind, roleBindingKind] as const;

/** Whether the pod's ServiceAccount may list a resource. Without a namespace: in all of them. */
export function mayList(tx: Transaction, pod: Pod, group: string, resource: string, namespace = ""): boolean {
  const { serviceAccountName: name = "default" } = pod.spec;
  const account = { namespace: pod.metadata.namespace ?? "", name };
  return tx.calls.allows(account, { verb: "list", group, resource, namespace });
}
