/** Controllers at the edge call the API server: they need a token, and rights, which their charts give them. */
import { installSigningKey } from "../../../src/cluster/issuer/issuer.ts";
import { clusterRoleBindingKind } from "../../../src/kinds/rbac/cluster-role-binding.ts";
import { roleKind } from "../../../src/kinds/rbac/role.ts";
import { roleBindingKind } from "../../../src/kinds/rbac/role-binding.ts";
import type { TestCluster } from "../../support/cluster.ts";

/** The cluster can sign tokens. */
export function issueTokens(cluster: TestCluster): void {
  cluster.write((tx) => {
    installSigningKey(tx, { keyId: "test.key", privateKey: "1".repeat(64) });
  });
}

/** Gives all ServiceAccounts all rights. */
export function grantAll(cluster: TestCluster): void {
  const apiGroup = "rbac.authorization.k8s.io";
  cluster.create(clusterRoleBindingKind, {
    metadata: { name: "edge-controllers" },
    roleRef: { apiGroup, kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ apiGroup, kind: "Group", name: "system:serviceaccounts" }],
  } as never);
}

/** Gives the ServiceAccount `default` all rights on one resource of its namespace. */
export function allow(cluster: TestCluster, group: string, resource: string): void {
  const metadata = { name: resource, namespace: "default" };
  cluster.create(roleKind, { metadata, rules: [{ apiGroups: [group], resources: [resource], verbs: ["*"] }] } as never);
  const subjects = [{ kind: "ServiceAccount", name: "default", namespace: "default" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: resource };
  cluster.create(roleBindingKind, { metadata, roleRef, subjects } as never);
}
