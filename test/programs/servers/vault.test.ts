/** Vault: it begins sealed, and commands in its pod initialize and open it. Its storage outlives the server. */
import { expect, it } from "vitest";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { clusterWith, podWith } from "../../kubelet/clusters.ts";
import { logOfContainer } from "../../kubelet/files-of-pods.ts";

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
    vault operator unseal $key > /dev/null; vault kv get -field=password internal/db; vault kv get internal/db`,
  );
  expect(log).toContain("* permission denied\nwithout 2\n");
  expect(log).toContain("Success! Enabled the kv-v2 secrets engine at: internal/\nversion            1\n");
  expect(log).toContain("* Vault is sealed\nsealed 2\ns3\n");
  expect(log).toContain("====== Data ======\nKey         Value\n---         -----\npassword    s3\nuser        anna\n");
});
