/** Clusters with a Vault server for tests. */
import { installSigningKey } from "../../../src/cluster/issuer/issuer.ts";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { serviceKind } from "../../../src/kinds/core/service.ts";
import { serviceAccountKind } from "../../../src/kinds/core/service-account.ts";
import { clusterRoleBindingKind } from "../../../src/kinds/rbac/cluster-role-binding.ts";
import { clusterWith, podWith } from "../../kubelet/clusters.ts";
import { logOfContainer } from "../../kubelet/files-of-pods.ts";

/** A cluster in which a dev server runs as pod `vault` and may review tokens. */
export function clusterWithVault(script: string) {
  const cluster = clusterWith({ latency: "instant" });
  cluster.write((tx) => installSigningKey(tx, { keyId: "test-key", privateKey: "1".padStart(64, "0") }));
  for (const name of ["vault", "internal-app", "other"])
    cluster.create(serviceAccountKind, { metadata: { name, namespace: "default" } } as never);
  const subjects = [{ kind: "ServiceAccount", name: "vault", namespace: "default" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:auth-delegator" };
  cluster.create(clusterRoleBindingKind, { metadata: { name: "vault" }, subjects, roleRef } as never);
  const env = [
    { name: "VAULT_ADDR", value: "http://127.0.0.1:8200" },
    { name: "VAULT_DEV_ROOT_TOKEN_ID", value: "root" },
  ];
  const start =
    "vault server -dev -dev-listen-address=0.0.0.0:8200 > /tmp/log &\nsleep 2\nvault login root > /dev/null\n";
  const server = podWith("vault", { image: "hashicorp/vault", env }, { serviceAccountName: "vault" });
  server.metadata.labels = { app: "vault" };
  server.spec.containers[0]!.command = ["sh", "-c", `${start}${script}\nwait`];
  cluster.create(podKind, server);
  const spec = { selector: { app: "vault" }, ports: [{ port: 8200 }] };
  cluster.create(serviceKind, { metadata: { name: "vault", namespace: "default" }, spec } as never);
  cluster.advance(30_000);
  return cluster;
}

/** The output of a script in a pod of an account. */
export function printed(cluster: ReturnType<typeof clusterWith>, account: string, script: string): string {
  const env = [{ name: "VAULT_ADDR", value: "http://vault:8200" }];
  const container = { image: "hashicorp/vault", env, command: ["sh", "-c", script] };
  cluster.create(podKind, podWith(account, container, { serviceAccountName: account, restartPolicy: "Never" }));
  cluster.advance(30_000);
  return logOfContainer(cluster, account);
}

/** The server's part of the course: a secret, and a role that may read it. */
export const TUTORIAL = `vault secrets enable -path=internal kv-v2
vault kv put internal/database/config username=db-readonly-username password=db-secret-password > /dev/null
vault auth enable kubernetes
vault write auth/kubernetes/config kubernetes_host="https://$KUBERNETES_PORT_443_TCP_ADDR:443"
vault policy write internal-app - <<EOF
path "internal/data/database/config" {
   capabilities = ["read"]
}
EOF
vault write auth/kubernetes/role/internal-app bound_service_account_names=internal-app \\
  bound_service_account_namespaces=default policies=internal-app ttl=24h
`;
