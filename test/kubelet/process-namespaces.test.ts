/** Process namespaces that containers share: a pod's, an ephemeral container's with its target, and the node's. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import type { Container, PodSpec } from "../../src/schema/index.ts";
import { clusterWith, podWith } from "./clusters.ts";

type Cluster = ReturnType<typeof clusterWith>;

const SLEEP = ["sleep", "3600"];

/** A pod with the containers `c` and `d`. */
function podOfTwo(spec: Partial<PodSpec>, second: Partial<Container> = {}, first: Partial<Container> = {}): Cluster {
  const built = podWith("p", { image: "busybox", command: SLEEP, ...first }, spec);
  built.spec.containers.push({ ...built.spec.containers[0]!, command: SLEEP, name: "d", ...second });
  const cluster = clusterWith({}, built);
  cluster.advance(10_000);
  return cluster;
}

/** The output and the exit code of a shell's commands in a container. */
function sh(cluster: Cluster, container: string, script: string): { text: string; exitCode: number | undefined } {
  const target = () => ({ pod: cluster.get(podKind, "p")!, container });
  const options = { command: ["sh", "-c", script], stdin: false, stdout: true, stderr: true, tty: false };
  const id = cluster.write((tx) => containerAccess.exec(tx, target(), options));
  const { stdout, stderr, exitCode } = cluster.write((tx) => containerAccess.exchange(tx, target(), id, {}));
  return { text: stdout + stderr, exitCode };
}

function statusOf(cluster: Cluster, name: string) {
  const { containerStatuses = [], ephemeralContainerStatuses = [] } = cluster.get(podKind, "p")!.status;
  return [...containerStatuses, ...ephemeralContainerStatuses].find((status) => status.name === name)!;
}

function pidOf(cluster: Cluster, container: string, command: string): string {
  const [line = ""] = sh(cluster, container, `ps -o pid,args | grep '[${command[0]}]${command.slice(1)}'`).text.split(
    "\n",
  );
  return line.trim().split(" ")[0]!;
}

describe("containers with namespaces of their own", () => {
  it("see and signal only their own processes", () => {
    const cluster = podOfTwo({}, { command: ["sleep", "7777"] });
    expect(sh(cluster, "c", "ps -o args").text).not.toContain("7777");
    expect(sh(cluster, "c", "cat /proc/1/cmdline").text).toBe("sleep\x003600\0");
  });
});

describe("a pod that shares its process namespace", () => {
  it("has pause as process 1, and each container sees the processes of all", () => {
    const cluster = podOfTwo({ shareProcessNamespace: true }, { command: ["sleep", "7777"] });
    const seen = sh(cluster, "c", "ps -o pid,args").text;
    expect(seen).toMatch(/^ *1 +\/pause$/m);
    expect(seen).toContain("sleep 3600");
    expect(seen).toContain("sleep 7777");
    expect(new Set(seen.match(/^ *\d+/gm)).size).toBe(seen.trim().split("\n").length - 1);
    expect(sh(cluster, "c", "cat /sys/fs/cgroup/cgroup.procs | wc -l").text.trim()).toBe("4");
  });

  it("ends a container by the default action of a signal, because it is not process 1, and gives out new pids", () => {
    const cluster = podOfTwo({ shareProcessNamespace: true }, { command: ["sleep", "7777"] });
    const pid = pidOf(cluster, "c", "sleep 7777");
    expect(sh(cluster, "c", `kill ${pid}`)).toEqual({ text: "", exitCode: 0 });
    cluster.advance(30_000);
    expect(statusOf(cluster, "d")).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 143 } } });
    expect(statusOf(cluster, "c").restartCount).toBe(0);
    expect(Number(pidOf(cluster, "c", "sleep 7777"))).toBeGreaterThan(Number(pid));
    expect(sh(cluster, "c", `kill -0 ${pid}`).exitCode).toBe(1);
  });

  it("lets a container read another one's files with the right to trace it, and only then", () => {
    const user = { securityContext: { runAsUser: 1000 } };
    const cluster = podOfTwo({ shareProcessNamespace: true }, { ...user, command: ["sleep", "7777"] });
    const root = pidOf(cluster, "c", "sleep 3600");
    sh(cluster, "c", "echo secret > /tmp/x");
    expect(sh(cluster, "d", `cat /proc/${root}/root/tmp/x`)).toEqual({
      ...{ text: `cat: can't open '/proc/${root}/root/tmp/x': Permission denied\n`, exitCode: 1 },
    });
    const other = pidOf(cluster, "c", "sleep 7777");
    expect(sh(cluster, "c", `ls /proc/${other}/root/tmp`).text).toContain("Permission denied");
    expect(sh(cluster, "d", `kill ${root}`).text).toContain("ermi");
    expect(statusOf(cluster, "c").restartCount).toBe(0);
  });

  it("lets SYS_PTRACE read and write below /proc/<pid>/root, mounts included", () => {
    const cluster = podOfTwo(
      { shareProcessNamespace: true, volumes: [{ name: "v", emptyDir: {} }] },
      { securityContext: { capabilities: { add: ["SYS_PTRACE"] } }, volumeMounts: [] },
      {
        command: ["sleep", "7777"],
        securityContext: { runAsUser: 1000 },
        volumeMounts: [{ name: "v", mountPath: "/v" }],
      },
    );
    const pid = pidOf(cluster, "d", "sleep 7777");
    sh(cluster, "d", `echo one > /proc/${pid}/root/v/f; ln -s /etc/hostname /proc/${pid}/root/tmp/l`);
    expect(sh(cluster, "c", "cat /v/f; readlink /tmp/l").text).toBe("one\n/etc/hostname\n");
    expect(sh(cluster, "d", `cd /proc/${pid}/root/v && cat f && ls -d /v`).text).toBe(
      "one\nls: /v: No such file or directory\n",
    );
    expect(
      sh(cluster, "d", `readlink /proc/${pid}/root; tr '\\0' '\\n' < /proc/self/environ | grep ^HOSTNAME`).text,
    ).toBe("/\nHOSTNAME=p\n");
  });

  it("cannot be ended by killing pause", () => {
    const cluster = podOfTwo({ shareProcessNamespace: true });
    sh(cluster, "c", "kill -9 1");
    cluster.advance(10_000);
    expect(statusOf(cluster, "c").restartCount + statusOf(cluster, "d").restartCount).toBe(0);
  });
});

describe("an ephemeral container with a target", () => {
  function debugged(command: string[]): Cluster {
    const cluster = podOfTwo({}, {}, { image: "nginx", command: undefined as never });
    const ephemeral = { name: "look", image: "busybox", command, resources: {}, targetContainerName: "c" };
    cluster.write((tx) =>
      tx.updateSubresource(podKind, "ephemeralcontainers", cluster.get(podKind, "p")!, (pod) => {
        pod.spec.ephemeralContainers = [ephemeral];
      }),
    );
    cluster.advance(10_000);
    return cluster;
  }

  it("sees the target's processes, and process 1 is protected", () => {
    const cluster = debugged(SLEEP);
    expect(sh(cluster, "look", "ps -o pid,args").text).toMatch(/^ +1 nginx: master process/m);
    expect(sh(cluster, "look", "ps -o pid,args").text).not.toContain("/pause");
    expect(sh(cluster, "look", "head -1 /proc/1/root/etc/hostname").text).toBe("p\n");
    sh(cluster, "look", "kill -9 1");
    expect(statusOf(cluster, "c").restartCount).toBe(0);
    expect(sh(cluster, "d", "ps -o args").text).not.toContain("nginx");
  });

  it("ends with its target", () => {
    const cluster = debugged(SLEEP);
    sh(cluster, "look", "kill -QUIT 1");
    cluster.advance(30_000);
    expect(statusOf(cluster, "c").restartCount).toBe(1);
    expect(statusOf(cluster, "look").state.terminated).toMatchObject({ exitCode: 137 });
  });
});

describe("a pod with hostPID", () => {
  it("sees the node's processes and enters its root with SYS_PTRACE", () => {
    const cluster = podOfTwo({ hostPID: true }, { securityContext: { privileged: true } });
    const seen = sh(cluster, "c", "ps -o pid,args").text;
    expect(seen).toMatch(/^ +1 \/sbin\/init$/m);
    expect(seen).toContain("/usr/bin/kubelet");
    expect(sh(cluster, "c", "ls /proc/1/root/").text).toContain("Permission denied");
    expect(sh(cluster, "d", "ls -d /proc/1/root/etc/kubernetes").text).toBe("/proc/1/root/etc/kubernetes\n");
  });
});
