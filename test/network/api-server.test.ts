import { describe, expect, it } from "vitest";
import { installSigningKey } from "../../src/cluster/issuer/issuer.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { clusterRoleKind } from "../../src/kinds/rbac/cluster-role.ts";
import { clusterRoleBindingKind } from "../../src/kinds/rbac/cluster-role-binding.ts";
import { roleKind } from "../../src/kinds/rbac/role.ts";
import { roleBindingKind } from "../../src/kinds/rbac/role-binding.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";

const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount";
const CURL = `curl -s --cacert ${TOKEN}/ca.crt -H "Authorization: Bearer $(cat ${TOKEN}/token)"`;
const API = "https://kubernetes.default.svc/api/v1/namespaces/default";

function logAfter(
  script: string,
  prepare: (cluster: ReturnType<typeof clusterWith>) => void = () => {},
  image = "curlimages/curl",
): string {
  const cluster = clusterWith({ latency: "instant" });
  cluster.advance(1_000);
  cluster.write((tx) => {
    installSigningKey(tx, { keyId: "test.key", privateKey: "1".repeat(64) });
  });
  prepare(cluster);
  cluster.create(podKind, podWith("p", { image, command: ["sh", "-c", script] }, { restartPolicy: "Never" }));
  cluster.advance(30_000);
  const pod = cluster.get(podKind, "p")!;
  return cluster.write(
    (tx) => containerAccess.readLog(tx, { pod, container: "c" }, { previous: false, timestamps: false }).text,
  );
}

function allow(cluster: ReturnType<typeof clusterWith>, resources: string[], verbs: string[]): void {
  const metadata = { name: "programs", namespace: "default" };
  cluster.create(roleKind, { metadata, rules: [{ apiGroups: [""], resources, verbs }] } as never);
  const subjects = [{ kind: "ServiceAccount", name: "default", namespace: "default" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "programs" };
  cluster.create(roleBindingKind, { metadata, subjects, roleRef } as never);
}

describe("kubectl in a pod", () => {
  it("uses the pod's ServiceAccount and namespace", () => {
    const cluster: { at?: ReturnType<typeof clusterWith> } = {};
    const script = `kubectl get configmap settings -o 'jsonpath={.data.mode}{"\\n"}'
      kubectl label configmap settings seen=yes
      kubectl get secrets; echo $?`;
    const log = logAfter(
      script,
      (made) => {
        cluster.at = made;
        const metadata = { name: "settings", namespace: "default" };
        made.create(configMapKind, { metadata, data: { mode: "fast" } } as never);
        allow(made, ["configmaps"], ["get", "patch"]);
      },
      "bitnami/kubectl",
    );
    expect(log).toBe(
      'fast\nconfigmap/settings labeled\nError from server (Forbidden): secrets is forbidden: User "system:serviceaccount:default:default" cannot list resource "secrets" in API group "" in the namespace "default"\n1\n',
    );
    expect(cluster.at!.get(configMapKind, "settings")?.metadata.labels).toEqual({ seen: "yes" });
  });
});

describe("a program that talks to the API server", () => {
  it("is its ServiceAccount, which may do what its roles say", () => {
    const log = logAfter(
      `${CURL} ${API}/configmaps -o /dev/null -w '%{http_code}\\n'; ${CURL} ${API}/secrets -w '%{http_code}\\n'`,
      (cluster) => allow(cluster, ["configmaps"], ["get", "list"]),
    );
    expect(log).toMatch(/^200\n/);
    expect(log).toContain(
      '"message": "secrets is forbidden: User \\"system:serviceaccount:default:default\\" cannot list resource',
    );
    expect(log).toMatch(/403\n$/);
  });

  it("changes the cluster within the same step", () => {
    const body = JSON.stringify({ metadata: { name: "made" }, data: { by: "a program" } });
    const cluster: { at?: ReturnType<typeof clusterWith> } = {};
    const log = logAfter(
      `${CURL} -X POST -H 'Content-Type: application/json' -d '${body}' ${API}/configmaps -w '%{http_code}' -o /dev/null
       ${CURL} ${API}/configmaps/made | grep -c 'a program'`,
      (made) => {
        cluster.at = made;
        allow(made, ["configmaps"], ["get", "create"]);
      },
    );
    expect(log).toBe("2011\n");
    expect(cluster.at!.get(configMapKind, "made")?.data).toEqual({ by: "a program" });
  });

  it("is anonymous without a token, and does not trust the certificate without the authority", () => {
    expect(logAfter(`curl -sk https://kubernetes.default.svc/version | grep gitVersion`)).toContain("v1.36");
    expect(logAfter(`curl -s https://kubernetes.default.svc/version; echo $?`)).toBe("60\n");
    expect(logAfter(`curl -sk ${API}/pods -o /dev/null -w '%{http_code}'`)).toBe("403");
  });

  it("reads the metrics of the API server if a role names the path", () => {
    const script = `${CURL} https://kubernetes.default.svc/metrics -w '\\n%{http_code}\\n' | grep -E '^[0-9]|configmaps"'`;
    expect(logAfter(script)).toBe("403\n");
    const log = logAfter(script, (cluster) => {
      const metadata = { name: "metrics" };
      cluster.create(clusterRoleKind, {
        metadata,
        rules: [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }],
      } as never);
      const subjects = [{ kind: "ServiceAccount", name: "default", namespace: "default" }];
      const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "metrics" };
      cluster.create(clusterRoleBindingKind, { metadata, subjects, roleRef } as never);
    });
    expect(log).toMatch(/^apiserver_resource_objects\{group="",resource="configmaps"\} \d+$/m);
    expect(log).toMatch(/200\n$/);
  });

  it("gets an answer where only the runtime has the data, and the cluster goes on", () => {
    const review = JSON.stringify({ spec: { token: "of-a-user" } });
    const script = `${CURL} -X POST -H 'Content-Type: application/json' -d '${review}' -o /dev/null -w '%{http_code}\\n' \
        https://kubernetes.default.svc/apis/authentication.k8s.io/v1/tokenreviews`;
    const log = logAfter(script, (cluster) => {
      const metadata = { name: "programs" };
      const subjects = [{ kind: "ServiceAccount", name: "default", namespace: "default" }];
      const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
      cluster.create(clusterRoleBindingKind, { metadata, subjects, roleRef } as never);
    });
    expect(log).toBe("503\n");
  });
});
