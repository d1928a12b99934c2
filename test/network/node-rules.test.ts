/** The packet filter of nodes, as iptables shows it there. */
import { beforeAll, describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";
import type { TestCluster } from "../support/cluster.ts";

const NETSHOOT = "nicolaka/netshoot:v0.14";

let cluster: TestCluster;
let runs = 0;

/** The output of a script in a container with these rights. */
function run(script: string, rights: object = { privileged: true }, hostNetwork = true): string {
  const name = `p-${++runs}`;
  const container = { image: NETSHOOT, command: ["sh", "-c", script], securityContext: rights };
  cluster.create(
    podKind,
    podWith(name, container as never, { restartPolicy: "Never", hostNetwork, nodeName: "node-1" }),
  );
  cluster.advance(20_000);
  const pod = cluster.get(podKind, name)!;
  return cluster.write(
    (tx) => containerAccess.readLog(tx, { pod, container: "c" }, { previous: false, timestamps: false }).text,
  );
}

function service(name: string, spec: object): void {
  cluster.create(serviceKind, { metadata: { name, namespace: "default" }, spec } as never);
}

beforeAll(() => {
  const pods = [1, 2].map((number) => {
    const pod = podWith(`web-${number}`, { image: "nginx:1.27" });
    pod.metadata.labels = { app: "web" };
    return pod;
  });
  cluster = clusterWith({ latency: "instant" }, ...pods);
  const ports = [{ port: 80, targetPort: 80, nodePort: 30_080 }];
  service("web", { type: "NodePort", selector: { app: "web" }, ports, sessionAffinity: "None" });
  service("empty", { selector: { app: "none" }, ports: [{ port: 80 }] });
  cluster.advance(20_000);
});

describe("iptables on a node", () => {
  it("names the chains as kube-proxy does", () => {
    const rules = run("iptables -t nat -S KUBE-SERVICES");
    expect(rules).toContain("-N KUBE-SERVICES\n");
    expect(rules).toContain(
      '-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" ' +
        "-m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y\n",
    );
  });

  it("leads a Service to its endpoints, each with its part", () => {
    const ip = cluster.get(serviceKind, "web")?.spec.clusterIP;
    const all = run("iptables-save -t nat");
    const [, id = ""] = new RegExp(`-d ${ip}/32 .* -j KUBE-SVC-(\\w{16})\\n`).exec(all) ?? [];
    expect(all).toContain(
      `-A KUBE-SVC-${id} ! -s 10.244.0.0/16 -d ${ip}/32 -p tcp -m comment --comment "default/web cluster IP" ` +
        "-m tcp --dport 80 -j KUBE-MARK-MASQ\n",
    );
    const parts = all.split("\n").filter((line) => line.startsWith(`-A KUBE-SVC-${id} -m comment`));
    expect(parts).toHaveLength(2);
    expect(parts[0]).toContain("-m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-");
    const endpoint = cluster.get(podKind, "web-1")?.status.podIP;
    expect(all).toContain(`-m comment --comment default/web -m tcp -j DNAT --to-destination ${endpoint}:80\n`);
    expect(all).toContain(
      `-A KUBE-NODEPORTS -p tcp -m comment --comment default/web -m tcp --dport 30080 -j KUBE-EXT-${id}\n`,
    );
    expect(all).toMatch(new RegExp(`^-A KUBE-EXT-${id} -j KUBE-SVC-${id}$`, "m"));
  });

  it("lists them as courses show them", () => {
    const ip = cluster.get(serviceKind, "web")?.spec.clusterIP ?? "";
    const lines = run("iptables -L -t nat | grep default/web").split("\n");
    expect(lines).toContainEqual(
      expect.stringMatching(
        new RegExp(`^KUBE-SVC-\\w{16}  tcp  --  anywhere +${ip} +/\\* default/web cluster IP \\*/ tcp dpt:http$`),
      ),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^DNAT {7}tcp {2}-- {2}anywhere .* tcp to:10\.244\.\d+\.\d+:80$/),
    );
    expect(run("iptables -n -L KUBE-SERVICES")).toMatch(
      /^Chain KUBE-SERVICES \(2 references\)\n.*\nREJECT +6 .*\/\* default\/empty has no endpoints \*\/ tcp dpt:80 reject-with/,
    );
    expect(run("iptables -t nat -L NOPE 2>&1; echo $?")).toBe("iptables: No chain/target/match by that name.\n1\n");
  });

  it("needs rights, and shows nothing in the network of a pod", () => {
    expect(run("iptables -L 2>&1; echo $?", {})).toMatch(/Permission denied \(you must be root\)\n4\n$/);
    const own = run("iptables -t nat -S", { capabilities: { add: ["NET_ADMIN"] } }, false);
    expect(own).toBe("-P PREROUTING ACCEPT\n-P INPUT ACCEPT\n-P OUTPUT ACCEPT\n-P POSTROUTING ACCEPT\n");
    expect(run("iptables -A INPUT -j DROP 2>&1; echo $?")).toMatch(
      /changes of the packet filter cannot run in it\n69\n$/,
    );
  });

  it("follows Services", () => {
    service("late", { selector: { app: "web" }, ports: [{ name: "http", port: 8080, targetPort: 80 }] });
    cluster.advance(5_000);
    expect(run("iptables -t nat -L KUBE-SERVICES -n | grep -c default/late:http")).toBe("1\n");
    cluster.delete(serviceKind, cluster.get(serviceKind, "late")!);
    cluster.advance(5_000);
    expect(run("iptables-save | grep -c default/late")).toBe("0\n");
  });
});
