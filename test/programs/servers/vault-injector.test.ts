/** Vault's injector: its webhook adds agents to pods, and they write secrets into files of the pod. */
import { beforeEach, expect, it } from "vitest";
import { mutatingWebhookConfigurationKind } from "../../../src/kinds/admissionregistration/mutating-webhook-configuration.ts";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { serviceKind } from "../../../src/kinds/core/service.ts";
import { serviceAccountKind } from "../../../src/kinds/core/service-account.ts";
import { clusterRoleBindingKind } from "../../../src/kinds/rbac/cluster-role-binding.ts";
import { podWith } from "../../kubelet/clusters.ts";
import { logOfContainer } from "../../kubelet/files-of-pods.ts";
import type { TestCluster } from "../../support/cluster.ts";
import { clusterWithVault, TUTORIAL } from "./vault-cluster.ts";

let cluster: TestCluster;

/** The objects of the chart. */
beforeEach(() => {
  cluster = clusterWithVault(TUTORIAL);
  const account = "vault-agent-injector";
  cluster.create(serviceAccountKind, { metadata: { name: account, namespace: "default" } } as never);
  const subjects = [{ kind: "ServiceAccount", name: account, namespace: "default" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  cluster.create(clusterRoleBindingKind, { metadata: { name: account }, subjects, roleRef } as never);
  const service = { selector: { app: account }, ports: [{ port: 443, targetPort: 8080 }] };
  cluster.create(serviceKind, {
    ...{ metadata: { name: "vault-agent-injector-svc", namespace: "default" }, spec: service },
  } as never);
  cluster.create(mutatingWebhookConfigurationKind, {
    metadata: { name: "vault-agent-injector-cfg" },
    webhooks: [
      {
        ...{
          name: "vault.hashicorp.com",
          failurePolicy: "Ignore",
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
        },
        clientConfig: { service: { namespace: "default", name: "vault-agent-injector-svc", path: "/mutate" } },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        objectSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: [account] }] },
      },
    ],
  } as never);
  const env = Object.entries({
    AGENT_INJECT_LISTEN: ":8080",
    AGENT_INJECT_VAULT_ADDR: "http://vault.default.svc:8200",
    AGENT_INJECT_VAULT_AUTH_PATH: "auth/kubernetes",
    AGENT_INJECT_VAULT_IMAGE: "hashicorp/vault:1.21.1",
    AGENT_INJECT_TLS_AUTO: "vault-agent-injector-cfg",
    AGENT_INJECT_TLS_AUTO_HOSTS: "vault-agent-injector-svc,vault-agent-injector-svc.default.svc",
  }).map(([name, value]) => ({ name, value }));
  const container = { image: "hashicorp/vault-k8s:1.7.0", args: ["agent-inject"], env };
  const injector = podWith("injector", container, { serviceAccountName: account });
  injector.metadata.labels = { app: account };
  cluster.create(podKind, injector);
  cluster.advance(20_000);
});

const SHOW = "cd /vault/secrets && head -n 100 *; echo; sleep 65; head -n 100 *; echo; sleep 1000000";

/** Makes a pod whose container prints the files of its secrets, at once and later. Returns the pod after its start. */
function start(annotations: Record<string, string>, account = "internal-app") {
  const command = ["sh", "-c", SHOW];
  const pod = podWith("orgchart", { image: "busybox", command }, { serviceAccountName: account });
  const named = Object.entries(annotations).map(([name, value]) => [`vault.hashicorp.com/${name}`, value]);
  pod.metadata.annotations = Object.fromEntries(named);
  cluster.create(podKind, pod);
  cluster.advance(20_000);
  return cluster.get(podKind, "orgchart")!;
}

const PATH = "internal/data/database/config";

it("adds agents that write a secret in the default format", () => {
  const pod = start({
    ...{ "agent-inject": "true", role: "internal-app", "agent-inject-secret-database-config.txt": PATH },
  });
  expect(pod.spec.initContainers?.map(({ name }) => name)).toEqual(["vault-agent-init"]);
  expect(pod.spec.containers.map(({ name }) => name)).toEqual(["c", "vault-agent"]);
  expect(pod.spec.containers[1]?.resources).toEqual({
    ...{ limits: { cpu: "500m", memory: "128Mi" }, requests: { cpu: "250m", memory: "64Mi" } },
  });
  expect(pod.metadata.annotations?.["vault.hashicorp.com/agent-inject-status"]).toBe("injected");
  expect(pod.status.containerStatuses?.map(({ ready }) => ready)).toEqual([true, true]);
  expect(logOfContainer(cluster, "orgchart")).toMatch(
    new RegExp(
      "^data: map\\[password:db-secret-password username:db-readonly-username\\]\\n" +
        "metadata: map\\[created_time:\\S+ custom_metadata:<nil> deletion_time: destroyed:false version:1\\]\\n\\n$",
    ),
  );
  const log = logOfContainer(cluster, "orgchart", "vault-agent");
  expect(log).toContain("agent.auth.handler: authentication successful, sending token to sinks\n");
  expect(log).toContain("agent.sink.file: token written: path=/home/vault/.vault-token\n");
});

it("renders templates, and writes the changed secret later", () => {
  const template = `{{- with secret "${PATH}" -}}
postgresql://{{ .Data.data.username }}:{{ .Data.data.password | toUpper }}@postgres:5432/wizard
{{- end -}}`;
  start({
    ...{ "agent-inject": "true", role: "internal-app", "agent-inject-secret-db": PATH },
    ...{ "agent-inject-template-db": template, "template-static-secret-render-interval": "30s" },
  });
  const first = "postgresql://db-readonly-username:DB-SECRET-PASSWORD@postgres:5432/wizard\n";
  expect(logOfContainer(cluster, "orgchart")).toBe(first);
  const write = "export VAULT_TOKEN=root; vault kv put internal/database/config username=u password=p";
  const env = [{ name: "VAULT_ADDR", value: "http://vault:8200" }];
  const writer = { image: "hashicorp/vault", env, command: ["sh", "-c", write] };
  cluster.create(podKind, podWith("writer", writer, { restartPolicy: "Never" }));
  cluster.advance(60_000);
  expect(logOfContainer(cluster, "orgchart")).toBe(`${first}postgresql://u:P@postgres:5432/wizard\n`);
  const renderings = logOfContainer(cluster, "orgchart", "vault-agent").match(/rendered .*/g);
  expect(renderings).toEqual(['rendered "(dynamic)" => "/vault/secrets/db"']);
});

it("waits in front of the pod's containers until the login succeeds", () => {
  const pod = start({ "agent-inject": "true", role: "internal-app", "agent-inject-secret-a": PATH }, "other");
  expect(pod.status.containerStatuses?.[0]?.state.waiting?.reason).toBe("PodInitializing");
  const log = logOfContainer(cluster, "orgchart", "vault-agent-init");
  expect(log).toContain("* service account name not authorized");
  expect(log).toMatch(/backoff=1s\n[\s\S]*backoff=2s\n[\s\S]*backoff=4s\n/);
});

it("logs in anew when its token comes to its end", () => {
  const role = "vault write auth/kubernetes/role/internal-app token_ttl=30s";
  const env = [
    { name: "VAULT_ADDR", value: "http://vault:8200" },
    { name: "VAULT_TOKEN", value: "root" },
  ];
  const writer = { image: "hashicorp/vault", env, command: ["sh", "-c", role] };
  cluster.create(podKind, podWith("writer", writer, { restartPolicy: "Never" }));
  cluster.advance(10_000);
  start({
    ...{ "agent-inject": "true", role: "internal-app", "agent-inject-secret-db": PATH },
    "template-static-secret-render-interval": "1m",
  });
  cluster.advance(120_000);
  const log = logOfContainer(cluster, "orgchart", "vault-agent");
  expect(log.match(/authentication successful/g)).toHaveLength(3);
  expect(log).not.toContain("WARN");
});

it("refuses pods without a role, and leaves pods without the annotation alone", () => {
  expect(() => start({ "agent-inject": "true", "agent-inject-secret-a": PATH })).toThrow(
    'admission webhook "vault.hashicorp.com" denied the request: error validating agent configuration: no Vault role found',
  );
  expect(() => start({ "agent-inject": "true", role: "internal-app", "agent-configmap": "agent" })).toThrow(
    "annotation vault.hashicorp.com/agent-configmap is not simulated",
  );
  const pod = start({ role: "internal-app", "agent-inject-secret-a": PATH });
  expect(pod.spec.containers.map(({ name }) => name)).toEqual(["c"]);
});
