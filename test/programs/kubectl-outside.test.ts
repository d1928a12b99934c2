/** kubectl runs without a container: its files, its terminal and the API server are what a host gives it. */
import { describe, expect, it } from "vitest";
import { installSigningKey } from "../../src/cluster/issuer/issuer.ts";
import { issueToken } from "../../src/cluster/issuer/service-account-tokens.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceAccountKind } from "../../src/kinds/core/service-account.ts";
import { clusterRoleBindingKind } from "../../src/kinds/rbac/cluster-role-binding.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { kubectl } from "../../src/programs/kubectl/index.ts";
import type { Answer, Question } from "../../src/shell/question.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";
import { FakeFiles } from "../support/fake-files.ts";
import { FakeProcess } from "../support/fake-process.ts";

type Cluster = ReturnType<typeof clusterWith>;

const MAX_STEPS = 200;

function newCluster(): Cluster {
  const cluster = clusterWith({ latency: "instant" });
  cluster.advance(1_000);
  cluster.write((tx) => {
    installSigningKey(tx, { keyId: "test.key", privateKey: "1".repeat(64) });
  });
  const subjects = [{ kind: "ServiceAccount", name: "default", namespace: "default" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  cluster.create(clusterRoleBindingKind, { metadata: { name: "admin" }, subjects, roleRef } as never);
  return cluster;
}

function kubeconfig(cluster: Cluster): string {
  const account = cluster.get(serviceAccountKind, "default")!;
  const audiences = ["https://kubernetes.default.svc.cluster.local"];
  const token = cluster.write((tx) => issueToken(tx, { id: "1", account, audiences, lifetimeSeconds: 3600 }));
  return JSON.stringify({
    clusters: [{ name: "c", cluster: { server: "https://cluster" } }],
    users: [{ name: "u", user: { token } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
}

/** A host whose questions the API server of the cluster answers at once. */
class Host extends FakeProcess {
  readonly #cluster: Cluster;
  #asked: string | undefined;
  #answer: Answer | undefined;

  constructor(cluster: Cluster, words: string, files: FakeFiles, stdin: string) {
    const env = { KUBECONFIG: "/work/config", HOME: "/work", PATH: "/bin" };
    super({ argv: ["kubectl", ...words.split(" ")], env, cwd: "/work", files, stdin, nowMs: cluster.nowMs });
    this.#cluster = cluster;
  }

  override ask(question: Question): Answer | undefined {
    if (question.type !== "http") return { type: "failed", why: "refused", afterMs: 0 };
    const asked = JSON.stringify(question);
    if (asked === this.#asked) {
      const answer = this.#answer;
      this.#asked = this.#answer = undefined;
      return answer;
    }
    this.#asked = asked;
    const reply = this.#cluster.write((tx) => tx.calls.apiServer(question));
    this.#answer = { type: "http", address: "", afterMs: 0, ...reply };
    return undefined;
  }
}

function run(cluster: Cluster, words: string, { files = new FakeFiles(cluster.nowMs), stdin = "" } = {}) {
  if (!files.find("/work")) files.makeDirectory("/work");
  files.write("/work/config", kubeconfig(cluster));
  const host = new Host(cluster, words, files, stdin);
  for (let i = 0; i < MAX_STEPS; i++) {
    host.state = JSON.parse(JSON.stringify(host.state)) as JsonObject;
    host.nowMs = cluster.nowMs;
    const step = kubectl.run(host);
    if (step.type === "exit") return { stdout: host.stdout, stderr: host.stderr, status: step.status };
    const waits = step.type === "wait" ? step.for : [];
    if (!waits.some(({ type }) => type === "answer")) cluster.advance(1_000);
  }
  throw new Error(`kubectl ${words} does not end`);
}

describe("kubectl outside of a container", () => {
  it("reads and writes objects of the cluster that its configuration names", () => {
    const cluster = newCluster();
    const files = new FakeFiles(cluster.nowMs);
    files.makeDirectory("/work");
    files.write("/work/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made}\ndata: {a: b}\n");
    expect(run(cluster, "apply -f cm.yaml", { files })).toEqual({
      stdout: "configmap/made created\n",
      stderr: "",
      status: 0,
    });
    expect(cluster.get(configMapKind, "made")?.data).toEqual({ a: "b" });
    expect(run(cluster, "get cm made -o jsonpath={.data.a}").stdout).toBe("b");
  });

  it("opens sessions in containers, with its own input and exit code", () => {
    const cluster = newCluster();
    cluster.create(podKind, podWith("web", { image: "busybox", command: ["sleep", "100000"] }));
    cluster.advance(5_000);
    expect(run(cluster, "exec -i web -- cat", { stdin: "hello\n" })).toEqual({
      stdout: "hello\n",
      stderr: "",
      status: 0,
    });
    expect(run(cluster, "exec web -- false")).toMatchObject({ status: 1 });
  });

  it("waits for changes without a clock of its own", () => {
    const cluster = newCluster();
    const made = run(cluster, "run t --image=busybox --rm --attach -q --restart=Never -- false");
    expect(made).toMatchObject({ status: 1, stdout: "" });
    expect(cluster.get(podKind, "t")).toBeUndefined();
  });
});
