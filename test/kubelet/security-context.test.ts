/** Effects of a security context that a container sees: groups, capabilities, and rights that follow from them. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { runtimeClassKind } from "../../src/kinds/node/runtime-class.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import type { Container, PodSpec } from "../../src/schema/index.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

const MINUTE = 60_000;

/** The output of a script in a pod that is not started again. */
function printed(script: string, container: Partial<Container>, spec: Partial<PodSpec> = {}): string {
  const command = ["sh", "-c", script];
  const pod = podWith("p", { image: "busybox", command, ...container }, { restartPolicy: "Never", ...spec });
  const cluster = clusterWith({}, pod);
  cluster.advance(MINUTE);
  const target = { pod: cluster.get(podKind, "p")!, container: "c" };
  return cluster.write((tx) => containerAccess.readLog(tx, target, { previous: false, timestamps: false })).text;
}

const CAPABILITIES = "grep -E '^(Cap(Prm|Eff|Bnd)|NoNewPrivs|Seccomp):' /proc/self/status";

describe("the groups of a process", () => {
  it("are in the order of their numbers", () => {
    const securityContext = { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000] };
    expect(printed("id", {}, { securityContext })).toBe("uid=1000 gid=3000 groups=2000,3000,4000\n");
    expect(printed("id", { image: "debian:13" }, { securityContext })).toBe(
      "uid=1000 gid=3000 groups=3000,2000,4000\n",
    );
  });

  it("are those of the image's account", () => {
    expect(printed("id", {})).toBe("uid=0(root) gid=0(root) groups=0(root),10(wheel)\n");
    expect(printed("id", { image: "alpine:3.22" })).toBe(
      "uid=0(root) gid=0(root) groups=0(root),1(bin),2(daemon),3(sys),4(adm),6(disk),10(wheel),11(floppy),20(dialout)," +
        "26(tape),27(video)\n",
    );
    expect(printed("id", {}, { securityContext: { supplementalGroupsPolicy: "Strict" } })).toBe(
      "uid=0(root) gid=0(root) groups=0(root)\n",
    );
  });
});

describe("the capabilities of a process", () => {
  it("are shown as by Linux", () => {
    expect(printed(CAPABILITIES, {})).toBe(
      "CapPrm:\t00000000a80425fb\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nNoNewPrivs:\t0\nSeccomp:\t0\n",
    );
    const added = printed(CAPABILITIES, { securityContext: { capabilities: { add: ["NET_ADMIN", "SYS_TIME"] } } });
    expect(added).toContain("CapEff:\t00000000aa0435fb\n");
    const user = printed(CAPABILITIES, {
      securityContext: { runAsUser: 1000, allowPrivilegeEscalation: false, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(user).toBe(
      "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t00000000a80425fb\nNoNewPrivs:\t1\nSeccomp:\t2\n",
    );
    expect(printed(CAPABILITIES, { securityContext: { privileged: true } })).toContain("CapEff:\t000001ffffffffff\n");
  });

  it("decide whether the clock may be set", () => {
    const script = "date -s '2020-01-01 10:00:00'; echo $?";
    expect(printed(script, {})).toBe(
      "date: can't set date: Operation not permitted\nWed Jan  1 10:00:00 UTC 2020\n1\n",
    );
    const allowed = printed(script, { securityContext: { capabilities: { add: ["SYS_TIME"] } } });
    expect(allowed).toBe("Wed Jan  1 10:00:00 UTC 2020\n0\n");
  });

  it("decide whether nginx can give its folders away", () => {
    const securityContext = { capabilities: { drop: ["ALL"] } };
    const cluster = clusterWith({}, podWith("p", { image: "nginx:1.29", securityContext }));
    cluster.advance(MINUTE);
    expect(containerOf(cluster).lastState?.terminated).toMatchObject({ exitCode: 1, reason: "Error" });
    const target = { pod: cluster.get(podKind, "p")!, container: "c" };
    const log = cluster.write((tx) => containerAccess.readLog(tx, target, { previous: false, timestamps: false }));
    expect(log.text).toContain(
      'nginx: [emerg] chown("/var/cache/nginx/client_temp", 101) failed (1: Operation not permitted)\n',
    );
  });
});

describe("a profile that the node does not have", () => {
  const problems = {
    seccomp: {
      securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "profiles/audit.json" } },
      message:
        'failed to create containerd container: cannot load seccomp profile "/var/lib/kubelet/seccomp/profiles/audit.json": ' +
        "open /var/lib/kubelet/seccomp/profiles/audit.json: no such file or directory",
    },
    AppArmor: {
      securityContext: { appArmorProfile: { type: "Localhost", localhostProfile: "deny-write" } },
      message:
        "failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found deny-write",
    },
  };
  for (const [name, { securityContext, message }] of Object.entries(problems))
    it(`stops the creation: ${name}`, () => {
      const cluster = clusterWith({}, podWith("p", { image: "nginx" }, { securityContext }));
      cluster.advance(MINUTE);
      expect(containerOf(cluster).state.waiting).toEqual({ reason: "CreateContainerError", message });
      expect(cluster.events().join("\n")).toContain(`Error: ${message}`);
    });

  it("of AppArmor may be named by the old annotation", () => {
    const pod = podWith("p", { image: "nginx" });
    pod.metadata.annotations = { "container.apparmor.security.beta.kubernetes.io/c": "localhost/deny-write" };
    const cluster = clusterWith({}, pod);
    cluster.advance(MINUTE);
    expect(containerOf(cluster).state.waiting).toEqual({
      reason: "CreateContainerError",
      message: problems.AppArmor.message,
    });
  });

  it("of seccomp is found once a pod has written it to the node", () => {
    const write = "mkdir -p /host/seccomp/profiles; echo {} > /host/seccomp/profiles/audit.json";
    const volumes = [{ name: "v", hostPath: { path: "/var/lib/kubelet" } }];
    const mount = { volumeMounts: [{ name: "v", mountPath: "/host" }] };
    const writer = podWith("w", { image: "busybox", command: ["sh", "-c", write], ...mount }, { volumes });
    writer.spec.nodeName = "node-1";
    const reader = podWith("p", { image: "nginx" }, { securityContext: problems.seccomp.securityContext });
    reader.spec.nodeName = "node-1";
    const cluster = clusterWith({}, writer, reader);
    cluster.advance(MINUTE);
    expect(containerOf(cluster).state.running).toBeDefined();
  });
});

describe("a pod in its node's network", () => {
  it("has the node's address", () => {
    const env = [{ name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }];
    const [, own, shown] = printed(
      "hostname; echo $POD_IP; ip a show eth0 | grep -c $POD_IP/",
      { env },
      { hostNetwork: true },
    )
      .trim()
      .split("\n");
    expect(own).toMatch(/^192\.168\.0\.\d+$/);
    expect(shown).toBe("1");
  });
});

describe("settings of the kernel", () => {
  const script =
    "sysctl -w vm.max_map_count=262144; echo $?; echo 512 > /proc/sys/net/core/somaxconn; sysctl vm net.core";
  const vm = (count: number) => `vm.max_map_count = ${count}\nvm.overcommit_memory = 1\nvm.swappiness = 60\n`;

  it("are read-only for a container without privileges", () => {
    expect(printed(script, {})).toBe(
      "sysctl: error setting key 'vm.max_map_count': Read-only file system\n1\n" +
        "sh: can't create /proc/sys/net/core/somaxconn: Read-only file system\n" +
        `${vm(1048576)}net.core.somaxconn = 4096\n`,
    );
  });

  it("are changed by a privileged container", () => {
    const securityContext = { privileged: true };
    expect(printed(script, { securityContext })).toBe(
      `vm.max_map_count = 262144\n0\n${vm(262144)}net.core.somaxconn = 512\n`,
    );
    expect(printed("sysctl -w vm.swappiness=much", { securityContext })).toBe(
      "sysctl: error setting key 'vm.swappiness': Invalid argument\n",
    );
  });

  it("of the node are seen by its other pods, those of a namespace are not", () => {
    const command = (text: string) => ["sh", "-c", text];
    const never = { restartPolicy: "Never" } as const;
    const cluster = clusterWith(
      {},
      podWith("a", { image: "busybox", command: command(script), securityContext: { privileged: true } }, never),
      podWith(
        "b",
        { image: "busybox", command: command("sleep 20; sysctl vm.max_map_count net.core.somaxconn") },
        never,
      ),
    );
    cluster.advance(MINUTE);
    const target = { pod: cluster.get(podKind, "b")!, container: "c" };
    const log = cluster.write((tx) => containerAccess.readLog(tx, target, { previous: false, timestamps: false }));
    expect(log.text).toBe("vm.max_map_count = 262144\nnet.core.somaxconn = 4096\n");
  });
});

describe("test images of Kubernetes", () => {
  it("run as the user of their image", () => {
    expect(printed("id -u", { image: "registry.k8s.io/e2e-test-images/nonroot:1.4" })).toBe("1234\n");
  });

  it.each([
    [undefined, 0],
    [true, 0],
    [false, 1000],
  ])("raise their rights, allowPrivilegeEscalation %s", (allowPrivilegeEscalation, uid) => {
    const securityContext = {
      runAsUser: 1000,
      ...(allowPrivilegeEscalation !== undefined && { allowPrivilegeEscalation }),
    };
    const image = "registry.k8s.io/e2e-test-images/nonewprivs:1.3";
    expect(printed("/usr/local/bin/nnp", { image, securityContext })).toBe(`Effective uid: ${uid}\n`);
  });
});

describe("a pod whose RuntimeClass names gVisor's runtime", () => {
  const show = (runtimeClassName: string | undefined) => {
    const command = ["sh", "-c", "dmesg; uname -r; cat /proc/version; sleep 1000"];
    const cluster = clusterWith({});
    cluster.create(runtimeClassKind, {
      apiVersion: "node.k8s.io/v1",
      kind: "RuntimeClass",
      metadata: { name: "gvisor" },
      handler: "runsc",
    });
    cluster.create(podKind, podWith("p", { image: "busybox", command }, runtimeClassName ? { runtimeClassName } : {}));
    cluster.advance(MINUTE);
    const target = { pod: cluster.get(podKind, "p")!, container: "c" };
    return cluster.write((tx) => containerAccess.readLog(tx, target, { previous: false, timestamps: false })).text;
  };

  it("sees the sandbox's kernel and its log", () => {
    const lines = show("gvisor").split("\n");
    expect(lines[0]).toBe("[    0.000000] Starting gVisor...");
    expect(lines.slice(13)).toEqual([
      expect.stringMatching(/^\[ {4}\d\.\d{6}\] Ready!$/),
      "4.19.0-gvisor",
      expect.stringMatching(/^Linux version 4\.19\.0-gvisor /),
      "",
    ]);
    expect(lines).toEqual(show("gvisor").split("\n"));
  });

  it("is one of the few that may read the kernel's log", () => {
    expect(show(undefined)).toMatch(/^dmesg: klogctl: Operation not permitted\n6\./);
  });
});

describe("the user namespace of a pod", () => {
  it("is that of the node, or a range of its own", () => {
    const script = "cat /proc/self/uid_map /proc/1/gid_map";
    expect(printed(script, {})).toBe("         0          0 4294967295\n".repeat(2));
    const own = printed(script, {}, { hostUsers: false }).split("\n");
    expect(own[0]).toMatch(/^ {9}0 +[1-9]\d+ +65536$/);
    expect(own[1]).toBe(own[0]);
  });
});
