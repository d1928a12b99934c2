/** Vault: it begins sealed, and commands in its pod initialize and open it. Its storage outlives the server. */
import { expect, it } from "vitest";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { clusterWith, podWith } from "../../kubelet/clusters.ts";
import { logOfContainer } from "../../kubelet/files-of-pods.ts";
import { clusterWithVault, printed, TUTORIAL } from "./vault-cluster.ts";

const SERVER = "vault server -config=/tmp/c.hcl > /tmp/log &\nsleep 2\n";
const CONFIG = `cat > /tmp/c.hcl <<'END'
listener "tcp" {
  tls_disable = 1
  address = "[::]:8200"
}
storage "file" {
  path = "/vault/data"
}
END
`;

function run(script: string): string {
  const env = [{ name: "VAULT_ADDR", value: "http://127.0.0.1:8200" }];
  const command = ["sh", "-c", CONFIG + SERVER + script];
  const pod = podWith("p", { image: "hashicorp/vault:1.21.1", command, env }, { restartPolicy: "Never" });
  const cluster = clusterWith({ latency: "instant" }, pod);
  cluster.advance(120_000);
  expect(cluster.get(podKind, "p")?.status.phase).toBe("Succeeded");
  return logOfContainer(cluster);
}

it("is sealed at first, and its status ends with 2", () => {
  const log = run('vault status; echo "status $?"; wget -qO- http://127.0.0.1:8200/v1/sys/health; true');
  expect(log).toContain("Seal Type          shamir\nInitialized        false\nSealed             true\n");
  expect(log).toContain("Unseal Progress    0/0\nUnseal Nonce       n/a\n");
  expect(log).toContain("status 2\n");
  expect(log).toContain("501 Not Implemented");
});

it("is opened by as many different keys as it needs", () => {
  const log = run(
    `vault operator init > /tmp/keys; grep -c 'Unseal Key' /tmp/keys
    key() { sed -n "s/Unseal Key $1: //p" /tmp/keys; }
    for i in 1 1 2; do vault operator unseal "$(key $i)" | grep Progress; done
    vault operator unseal wrong; echo "wrong $?"
    vault operator unseal "$(key 5)" | grep -E 'Sealed|Cluster ID'
    vault status > /dev/null; echo "status $?"
    vault operator init; echo "again $?"`,
  );
  expect(log).toMatch(/^5\n(.*1\/3\n){2}.*2\/3\n/);
  expect(log).toContain("wrong 2\n");
  expect(log).toMatch(/Sealed +false\nCluster ID +[0-9a-f-]{36}\nstatus 0\n/);
  expect(log).toContain("Code: 400. Errors:\n\n* Vault is already initialized\nagain 2\n");
});

it("keeps secrets for the root token, and is sealed again after a restart", () => {
  const log = run(
    `vault operator init -key-shares=1 -key-threshold=1 -format=json > /tmp/keys
    key=$(sed -n '/unseal_keys_b64/{n;s/[^"]*"\\([^"]*\\)".*/\\1/p}' /tmp/keys)
    vault operator unseal $key > /dev/null
    vault secrets enable -path=internal kv-v2; echo "without $?"
    vault login $(sed -n 's/.*root_token": "\\(.*\\)".*/\\1/p' /tmp/keys) | grep Success
    vault secrets enable -path=internal kv-v2
    vault kv put internal/db user=anna password=s3 | tail -1
    kill %1; wait %1
    vault server -config=/tmp/c.hcl > /tmp/log &
    sleep 2; vault kv get internal/db; echo "sealed $?"
    vault operator unseal $key > /dev/null; vault kv get -field=password internal/db; echo; vault kv get internal/db`,
  );
  expect(log).toContain("* permission denied\nwithout 2\n");
  expect(log).toContain("Success! Enabled the kv-v2 secrets engine at: internal/\nversion            1\n");
  expect(log).toContain("* Vault is sealed\nsealed 2\ns3\n");
  expect(log).toContain("====== Data ======\nKey         Value\n---         -----\npassword    s3\nuser        anna\n");
});

it("accepts the tokens of ServiceAccounts that its roles name, with the rights of their policies", () => {
  const cluster = clusterWithVault(TUTORIAL);
  expect(logOfContainer(cluster, "vault")).toBe(
    "Success! Enabled the kv-v2 secrets engine at: internal/\n" +
      "Success! Enabled kubernetes auth method at: kubernetes/\n" +
      "Success! Data written to: auth/kubernetes/config\n" +
      "Success! Uploaded policy: internal-app\n" +
      "Success! Data written to: auth/kubernetes/role/internal-app\n",
  );
  const login =
    "vault write -field=token auth/kubernetes/login role=internal-app " +
    "jwt=@/var/run/secrets/kubernetes.io/serviceaccount/token";
  const read = "vault kv get -field=username internal/database/config; echo";
  const refused = "vault kv put internal/database/config a=b";
  const log = printed(
    cluster,
    "internal-app",
    `export VAULT_TOKEN=$(${login}); ${read}; ${refused}; vault token lookup`,
  );
  expect(log).toMatch(/^db-readonly-username\n/);
  expect(log).toContain("Code: 403. Errors:\n\n* 1 error occurred:\n\t* permission denied\n");
  expect(log).toMatch(/display_name +kubernetes-default-internal-app\n/);
  expect(log).toMatch(/policies +\["default" "internal-app"\]\n/);
  expect(log).toMatch(/ttl +86\d{3}\n/);
  expect(printed(cluster, "other", login)).toContain("Code: 403. Errors:\n\n* service account name not authorized\n");
});

it("has users with passwords, and secrets without versions", () => {
  const log = run(
    `kill %1; wait %1; vault server -dev -dev-root-token-id=root > /tmp/log &
    sleep 2; vault login root > /dev/null
    vault secrets enable -version=1 -path=old kv; vault kv put old/a x=1; vault kv get old/a
    vault kv put secret/a x=1 > /dev/null; vault kv patch secret/a y=2 | tail -1; vault kv list secret
    vault kv get -format=json secret/a | grep '"y"'
    printf 'path "old/*" { capabilities = ["read"] }\npath "old/secret" { capabilities = ["deny"] }' > /tmp/p
    vault policy write readers /tmp/p; vault policy list; vault auth enable userpass
    vault write auth/userpass/users/anna password=pw policies=readers
    vault login -method=userpass username=anna password=no; echo "wrong $?"
    vault login -method=userpass username=anna password=pw | grep token_policies
    vault read -field=x old/a; echo; vault read old/secret; echo "denied $?"; vault auth list; echo "list $?"`,
  );
  expect(log).toContain("Success! Data written to: old/a\n== Data ==\nKey    Value\n---    -----\nx      1\n");
  expect(log).toContain('version            2\nKeys\n----\na\n      "y": "2"\n');
  expect(log).toContain("Success! Uploaded policy: readers\ndefault\nreaders\nroot\n");
  expect(log).toContain("* invalid username or password\nwrong 2\n");
  expect(log).toMatch(/token_policies +\["default" "readers"\]\n1\n/);
  expect(log).toContain("denied 2\n");
  expect(log).toContain("list 2\n");
});
