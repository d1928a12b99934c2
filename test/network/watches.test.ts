/** Watches of programs in pods: kubectl, curl. They wait for changes, and an idle cluster has no due work. */
import { describe, expect, it } from "vitest";
import { installSigningKey } from "../../src/cluster/issuer/issuer.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { clusterRoleBindingKind } from "../../src/kinds/rbac/cluster-role-binding.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";

type Cluster = ReturnType<typeof clusterWith>;

function clusterOf(script: string, image = "bitnami/kubectl"): Cluster {
  const cluster = clusterWith({ latency: "instant" });
  cluster.advance(1_000);
  cluster.write((tx) => {
    installSigningKey(tx, { keyId: "test.key", privateKey: "1".repeat(64) });
  });
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  const subjects = [{ kind: "ServiceAccount", name: "default", namespace: "default" }];
  cluster.create(clusterRoleBindingKind, { metadata: { name: "programs" }, subjects, roleRef } as never);
  cluster.create(podKind, podWith("p", { image, command: ["sh", "-c", script] }, { restartPolicy: "Never" }));
  cluster.advance(10_000);
  return cluster;
}

function put(cluster: Cluster, name: string, data: Record<string, string>, labels = {}): void {
  const known = cluster.get(configMapKind, name);
  if (known) cluster.update(configMapKind, known, (draft) => Object.assign(draft, { data }));
  else cluster.create(configMapKind, { metadata: { name, namespace: "default", labels }, data } as never);
  cluster.advance(1_000);
}

function logOf(cluster: Cluster): string {
  const pod = cluster.get(podKind, "p")!;
  return cluster.write(
    (tx) => containerAccess.readLog(tx, { pod, container: "c" }, { previous: false, timestamps: false }).text,
  );
}

/** The due instants of the next day, after what is under way has ended. */
function dueWithinADay(cluster: Cluster): number {
  cluster.advance(600_000);
  const before = cluster.commits;
  cluster.advance(86_400_000);
  return cluster.commits - before;
}

describe("kubectl get --watch", () => {
  it("prints each change once, also those of one second", () => {
    const cluster = clusterOf("kubectl get configmaps -l app=shop -w --output-watch-events");
    for (const step of ["1", "2"]) put(cluster, "a", { step }, { app: "shop" });
    put(cluster, "other", {});
    cluster.write((tx) => tx.create(configMapKind, configMap("b")));
    cluster.write((tx) => tx.delete(configMapKind, cluster.get(configMapKind, "b")!));
    cluster.advance(1_000);
    expect(
      logOf(cluster)
        .split("\n")
        .map((line) => line.split(/ +/).slice(0, 3).join(" ")),
    ).toEqual(["EVENT NAME DATA", "ADDED a 1", "MODIFIED a 1", "ADDED b 1", "DELETED b 1", ""]);
  });

  it("feeds a loop of a shell, which keeps no idle cluster busy", () => {
    const cluster = clusterOf("kubectl get cm -w --no-headers -o name | while read -r name; do echo saw $name; done");
    put(cluster, "a", {});
    expect(logOf(cluster)).toContain("saw configmap/a\n");
    expect(dueWithinADay(cluster)).toBe(0);
    put(cluster, "b", {});
    expect(logOf(cluster)).toMatch(/saw configmap\/b\n$/);
  });
});

const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount";
const CURL = `curl -sN --cacert ${TOKEN}/ca.crt -H "Authorization: Bearer $(cat ${TOKEN}/token)"`;
const MAPS = "https://kubernetes.default.svc/api/v1/namespaces/default/configmaps";

describe("curl with ?watch=true", () => {
  it("prints each event as it comes, and is not due in between", () => {
    const query = "watch=true&labelSelector=app%3Dshop";
    const read = `| while read -r event; do echo "$event" | grep -o '"type":"[A-Z]*"'; done`;
    const cluster = clusterOf(`${CURL} "${MAPS}?${query}" ${read}`, "curlimages/curl");
    put(cluster, "a", { step: "1" }, { app: "shop" });
    expect(dueWithinADay(cluster)).toBe(0);
    put(cluster, "a", { step: "2" });
    put(cluster, "other", {});
    cluster.write((tx) => tx.delete(configMapKind, cluster.get(configMapKind, "a")!));
    cluster.advance(1_000);
    expect(logOf(cluster)).toBe('"type":"ADDED"\n"type":"MODIFIED"\n"type":"DELETED"\n');
  });

  it("ends by the time-out of the watch, and by that of curl", () => {
    const script = `${CURL} "${MAPS}?watch=true&timeoutSeconds=2&labelSelector=none" -w '%{exitcode} ' -o /dev/null; echo $?
      ${CURL} --max-time 3 "${MAPS}?watch=true&labelSelector=none"; echo $?`;
    const cluster = clusterOf(script, "curlimages/curl");
    cluster.advance(10_000);
    expect(logOf(cluster)).toMatch(/0\n28\n$/);
  });

  it("shows the newest state of objects that changed after an older version", () => {
    const script = `version=$(${CURL} ${MAPS} | sed -n 's/.*"resourceVersion": *"\\([0-9]*\\)".*/\\1/p' | head -1)
      sleep 30; ${CURL} "${MAPS}?watch=true&timeoutSeconds=1&resourceVersion=$version" | grep -o '"name":"[ab]"'`;
    const cluster = clusterOf(script, "curlimages/curl");
    for (const name of ["a", "b"]) put(cluster, name, {});
    cluster.advance(60_000);
    expect(logOf(cluster)).toBe('"name":"a"\n"name":"b"\n');
  });
});

describe("the log of watched changes", () => {
  it("is kept only while a program watches, and is bounded", () => {
    const cluster = clusterOf(`timeout 60 kubectl get cm -w > /dev/null; echo done`);
    const log = () => cluster.write((tx) => tx.privateState<{ changes: unknown[] }>(LOG_KEY, "watch-log"));
    for (let i = 0; i < 150; i++) cluster.write((tx) => tx.create(configMapKind, configMap(`m${i}`)));
    expect(log()?.changes).toHaveLength(100);
    cluster.advance(120_000);
    expect(logOf(cluster)).toContain("done\n");
    expect(log()).toBeUndefined();
  });
});

const LOG_KEY = "sandbar/watch-logs//core.configmaps";

function configMap(name: string) {
  return { metadata: { name, namespace: "default", labels: { app: "shop" } }, data: { of: name } } as never;
}

describe("kubectl wait", () => {
  it("waits for a value without being due, and ends when it comes", () => {
    const script = `kubectl create cm goal --from-literal=state=open
      kubectl wait cm/goal --for=jsonpath='{.data.state}'=done --timeout=48h; date +%T; kubectl delete cm goal &
      kubectl wait cm/goal --for=delete --timeout=60s; echo $?`;
    const cluster = clusterOf(script);
    expect(dueWithinADay(cluster)).toBe(0);
    put(cluster, "goal", { state: "done" });
    cluster.advance(5_000);
    expect(logOf(cluster)).toMatch(/^configmap\/goal created\nconfigmap\/goal condition met\n00:10:1\d\n/);
    expect(logOf(cluster)).toMatch(/\n0\n$/);
  });

  it("ends at its time-out", () => {
    const cluster = clusterOf("kubectl create cm goal; kubectl wait cm/goal --for=delete --timeout=3s; echo $?");
    cluster.advance(10_000);
    expect(logOf(cluster)).toContain("error: timed out waiting for the condition on configmaps/goal\n1\n");
  });
});
