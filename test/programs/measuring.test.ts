/** Programs that measure or watch the network: iperf3 between pods, mtr, tcpdump. */
import { beforeAll, describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";
import type { TestCluster } from "../support/cluster.ts";

const NETSHOOT = "nicolaka/netshoot:v0.14";

let cluster: TestCluster;
let runs = 0;

function logOf(name: string): string {
  const pod = cluster.get(podKind, name)!;
  return cluster.write(
    (tx) => containerAccess.readLog(tx, { pod, container: "c" }, { previous: false, timestamps: false }).text,
  );
}

/** The output of a script in a pod with network tools. */
function run(script: string, securityContext: object = {}): string {
  const name = `client-${++runs}`;
  const container = { image: NETSHOOT, command: ["sh", "-c", script], securityContext };
  cluster.create(podKind, podWith(name, container as never, { restartPolicy: "Never" }));
  cluster.advance(150_000);
  return logOf(name);
}

beforeAll(() => {
  const server = podWith("server", { image: "networkstatic/iperf3", args: ["-s"] });
  server.metadata.labels = { app: "iperf3-server" };
  cluster = clusterWith({ latency: "instant" }, server);
  const spec = { selector: { app: "iperf3-server" }, ports: [{ port: 5201 }] };
  cluster.create(serviceKind, { metadata: { name: "iperf3-server", namespace: "default" }, spec } as never);
  cluster.advance(20_000);
});

describe("iperf3", () => {
  it("measures the way to a server, which tells its clients", () => {
    const report = run("iperf3 -c iperf3-server -t 3");
    expect(report).toMatch(
      /^Connecting to host iperf3-server, port 5201\n\[ {2}5\] local 10\.244\.[\d.]+ port \d+ connected to /,
    );
    expect(
      report.match(/^\[ {2}5\] {3}\d\.00-\d\.00 {3}sec {2}1\.10 GBytes {2}9\.41 Gbits\/sec {4}0 {3}3\.02 MBytes/gm),
    ).toHaveLength(3);
    expect(report).toMatch(/0\.00-3\.00 {3}sec {2}3\.29 GBytes {2}9\.41 Gbits\/sec {4}0 {12}sender\n/);
    expect(report).toMatch(/receiver\n\niperf Done\.\n$/);
    expect(logOf("server")).toMatch(
      /^-{59}\nServer listening on 5201 \(test #1\)\n-{59}\nAccepted connection from 10\.244\./,
    );
  });

  it("keeps to a rate, and shares the link among its streams", () => {
    expect(run("iperf3 -c iperf3-server -t 1 -b 100M")).toContain(" 100 Mbits/sec");
    const both = run("iperf3 -c iperf3-server -t 1 -P 2");
    expect(both).toMatch(
      /\[ {2}5\].* 4\.71 Gbits\/sec[\s\S]*\[ {2}7\].* 4\.71 Gbits\/sec[\s\S]*\[SUM\].* 9\.41 Gbits\/sec/,
    );
  });

  it("names a failure", () => {
    expect(run("iperf3 -c iperf3-server -p 5202 2>&1; echo $?")).toMatch(
      /^iperf3: error - unable to connect to server - .*: Connection timed out\n1\n$/,
    );
  });
});

describe("other programs", () => {
  it("mtr reports one hop", () => {
    const address = cluster.get(podKind, "server")?.status.podIP ?? "";
    const [start, head, hop] = run(`mtr -r -c 3 ${address}`).split("\n");
    expect(start).toMatch(/^Start: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/);
    expect(head).toMatch(/^HOST: client-\d+ +Loss% {3}Snt {3}Last {3}Avg {2}Best {2}Wrst StDev$/);
    expect(hop).toMatch(new RegExp(`^ {2}1\\.\\|-- ${address} +0\\.0% +3 +\\d\\.\\d +`));
  });

  it("tcpdump says that it captures nothing, and needs a right before", () => {
    expect(run("tcpdump -i eth0 2>&1; echo $?")).toBe(
      "tcpdump: this cluster simulates containers, and a capture of packets cannot run in it\n69\n",
    );
    expect(run("tcpdump -i eth0 2>&1", { capabilities: { drop: ["ALL"] } })).toContain("Operation not permitted");
    expect(run("tcpdump --version")).toMatch(/^tcpdump version 4\./);
  });
});
