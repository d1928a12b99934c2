/** `kubectl exec` and `attach` in a container: sessions whose client is a process of another pod. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import type { Container } from "../../src/schema/index.ts";
import { podWith } from "../kubelet/clusters.ts";
import { allow, asAdministrator, type Cluster, logOf, newCluster, run, start } from "./kubectl-pods.ts";

function withServer(cluster: Cluster): Cluster {
  start(cluster, "web", { image: "busybox", command: ["sh", "-c", "sleep 100000"] });
  return cluster;
}

describe("kubectl exec in a pod", () => {
  it("shows the output and the exit code of a command in another pod", () => {
    const script = "kubectl exec web -- sh -c 'hostname; echo err >&2; exit 3'; echo $?";
    expect(run(withServer(asAdministrator(newCluster())), script)).toBe(
      "web\nerr\ncommand terminated with exit code 3\n3\n",
    );
  });

  it("passes its input on, and changes files of the other container", () => {
    const script = "echo hello | kubectl exec -i web -- tee /tmp/note; kubectl exec web -- cat /tmp/note";
    expect(run(withServer(asAdministrator(newCluster())), script)).toBe("hello\nhello\n");
  });

  it("waits for a command that takes time", () => {
    const script = "kubectl exec web -- sh -c 'echo begin; sleep 20; echo end'; echo done";
    const cluster = withServer(asAdministrator(newCluster()));
    expect(run(cluster, script, 10_000)).toBe("begin\n");
    cluster.advance(20_000);
    expect(logOf(cluster)).toBe("begin\nend\ndone\n");
  });

  it("wakes when something else lets the command go on", () => {
    const cluster = withServer(asAdministrator(newCluster()));
    const script = "kubectl exec web -- sh -c 'mkfifo /tmp/p; cat /tmp/p'; echo done";
    expect(run(cluster, script, 10_000)).toBe("");
    const target = () => ({ pod: cluster.get(podKind, "web")!, container: "c" });
    const options = {
      command: ["sh", "-c", "echo news > /tmp/p"],
      stdin: false,
      stdout: true,
      stderr: true,
      tty: false,
    };
    cluster.write((tx) => containerAccess.exec(tx, target(), options));
    cluster.advance(1_000);
    expect(logOf(cluster)).toBe("news\ndone\n");
  });

  it("needs the verbs get of pods and create of pods/exec", () => {
    const rules = [{ resources: ["pods"], verbs: ["get"] }];
    const text = (verb: string) =>
      `Error from server (Forbidden): pods "web" is forbidden: User "system:serviceaccount:default:default" cannot ${verb} resource "pods/exec" in API group "" in the namespace "default"\n`;
    expect(run(withServer(allow(newCluster(), rules)), "kubectl exec web -- date")).toBe(text("create"));
    const reads = [{ resources: ["pods", "pods/exec"], verbs: ["get"] }];
    expect(run(withServer(allow(newCluster(), reads)), "kubectl exec web -- date")).toBe(text("create"));
  });

  it("runs a command in its own container, and in another one of its pod", () => {
    const cluster = asAdministrator(newCluster());
    const side: Container = { name: "side", image: "busybox", command: ["sleep", "100000"], resources: {} };
    const script =
      "sleep 1; kubectl exec client -c c -- sh -c 'echo own'; kubectl exec client -c side -- sh -c 'echo other; sleep 2; exit 4'; echo $?";
    const spec = podWith("client", { image: "bitnami/kubectl", command: ["sh", "-c", `exec 2>&1; ${script}`] });
    spec.spec.containers.push(side);
    cluster.create(podKind, spec);
    cluster.advance(30_000);
    expect(logOf(cluster)).toBe("own\nother\ncommand terminated with exit code 4\n4\n");
  });

  it("names a program that the image lacks", () => {
    expect(run(withServer(asAdministrator(newCluster())), "kubectl exec web -- bash; echo $?")).toMatch(
      /^error: Internal error occurred: .*executable file not found in \$PATH.*\n1\n$/,
    );
  });
});

describe("kubectl attach in a pod", () => {
  it("shows the output of process 1 from now on, until it ends", () => {
    const cluster = asAdministrator(newCluster());
    start(cluster, "count", {
      image: "busybox",
      command: ["sh", "-c", "i=0; while [ $i -lt 8 ]; do i=$((i+1)); echo $i; sleep 2; done"],
    });
    const log = run(cluster, "kubectl attach count -q; echo $?");
    expect(log).toMatch(/^(\d\n)+0\n$/);
    expect(log).toContain("7\n8\n0\n");
    expect(log).not.toContain("1\n2\n");
  });
});

describe("kubectl cp in a pod", () => {
  it("copies files and folders in both directions", () => {
    const script = `mkdir -p /tmp/d/e; echo one > /tmp/d/one; echo two > /tmp/d/e/two
      kubectl cp /tmp/d web:/tmp/d; kubectl exec web -- cat /tmp/d/one /tmp/d/e/two
      kubectl exec web -- sh -c 'echo back > /tmp/d/back'; kubectl cp web:/tmp/d /tmp/copy >/dev/null
      cat /tmp/copy/back /tmp/copy/e/two`;
    expect(run(withServer(asAdministrator(newCluster())), script)).toBe("one\ntwo\nback\ntwo\n");
  });
});

describe("kubectl logs -f in a pod", () => {
  it("prints lines as they come, ends with the container, and leaves an idle cluster without due work", () => {
    const cluster = asAdministrator(newCluster());
    start(cluster, "web", { image: "busybox", command: ["sh", "-c", "echo ready; mkfifo /p; cat /p; exit 0"] });
    expect(run(cluster, "kubectl logs -f web; echo $?")).toBe("ready\n");
    expect(cluster.nextDueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(cluster.nowMs + 5_000);
    const target = () => ({ pod: cluster.get(podKind, "web")!, container: "c" });
    const streams = { stdin: false, stdout: true, stderr: true, tty: false };
    const command = ["sh", "-c", "(echo one; sleep 20; echo two) > /p"];
    cluster.write((tx) => containerAccess.exec(tx, target(), { ...streams, command }));
    cluster.advance(5_000);
    expect(logOf(cluster)).toBe("ready\none\n");
    cluster.advance(30_000);
    expect(logOf(cluster)).toBe("ready\none\ntwo\n0\n");
  });

  it("reads only what is new, from several containers", () => {
    const cluster = asAdministrator(newCluster());
    const script = (word: string) => ["sh", "-c", `for i in 1 2 3; do echo ${word} $i; sleep 7; done`];
    const labels = { app: "shop" };
    for (const name of ["a", "b"]) {
      const pod = podWith(name, { image: "busybox", command: script(name) }, { restartPolicy: "Never" });
      cluster.create(podKind, { ...pod, metadata: { ...pod.metadata, labels } });
    }
    cluster.advance(2_000);
    const lines = run(cluster, "kubectl logs -f -l app=shop --prefix; echo $?").trimEnd().split("\n");
    expect(lines.slice(0, -1).sort()).toEqual(
      ["a", "b"].flatMap((name) => [1, 2, 3].map((i) => `[pod/${name}/c] ${name} ${i}`)),
    );
    expect(lines.at(-1)).toBe("0");
  });

  it("ends when the pod is deleted", () => {
    const cluster = asAdministrator(newCluster());
    start(cluster, "web", { image: "busybox", command: ["sleep", "100000"] });
    expect(run(cluster, "kubectl logs -f web; echo $?")).toBe("");
    cluster.write((tx) => tx.delete(podKind, cluster.get(podKind, "web")!));
    cluster.advance(60_000);
    expect(logOf(cluster)).toBe("0\n");
  });
});

describe("kubectl events -w in a pod", () => {
  it("prints events as they come, and leaves an idle cluster without due work", () => {
    const cluster = asAdministrator(newCluster());
    const begun = run(cluster, "kubectl events -w --for pod/late --no-headers");
    expect(begun).toBe("");
    expect(cluster.nextDueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(cluster.nowMs + 5_000);
    start(cluster, "late", { image: "busybox", command: ["sleep", "100000"] });
    expect(logOf(cluster)).toMatch(/Normal +Scheduled +Pod\/late /);
    expect(logOf(cluster)).toMatch(/Normal +Started +Pod\/late /);
  });
});

describe("kubectl run in a pod", () => {
  it("shows the output of the new pod, takes its exit code and removes it", () => {
    const script =
      "kubectl run t --image=busybox --rm -i -q --restart=Never -- sh -c 'sleep 2; echo late; exit 3'; echo $?";
    const cluster = asAdministrator(newCluster());
    expect(run(cluster, script)).toBe("late\npod default/t terminated (Error)\n3\n");
    expect(cluster.get(podKind, "t")).toBeUndefined();
  });
});

describe("a terminal", () => {
  it("is handed through: a shell in a shell of another pod", () => {
    const cluster = withServer(asAdministrator(newCluster()));
    start(cluster, "client", { image: "bitnami/kubectl", command: ["sleep", "100000"] });
    const target = () => ({ pod: cluster.get(podKind, "client")!, container: "c" });
    const streams = { stdin: true, stdout: true, stderr: false, tty: true, terminal: { columns: 100, rows: 30 } };
    const command = ["kubectl", "exec", "-it", "web", "--", "sh"];
    const session = cluster.write((tx) => containerAccess.exec(tx, target(), { ...streams, command }));
    let shown = "";
    const type = (stdin: string) => {
      const output = cluster.write((tx) => containerAccess.exchange(tx, target(), session, { stdin }));
      cluster.advance(1_000);
      const later = cluster.write((tx) => containerAccess.exchange(tx, target(), session, {}));
      shown += output.stdout + later.stdout;
      return later.exitCode;
    };
    type("");
    type("stty size; hostname\r");
    expect(shown).toContain("30 100");
    expect(shown.split("hostname").length).toBe(2);
    expect(shown).toMatch(/\bweb\b/);
    expect(type("exit 5\r")).toBe(5);
  });
});
