/** socat in pods: forwarding to Services, commands behind ports, and clients. */
import { beforeAll, describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";
import type { TestCluster } from "../support/cluster.ts";

const SOCAT = "alpine/socat:1.8.0.3";
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
function run(script: string): string {
  const name = `client-${++runs}`;
  const container = { image: NETSHOOT, command: ["sh", "-c", script] };
  cluster.create(podKind, podWith(name, container, { restartPolicy: "Never" }));
  cluster.advance(30_000);
  return logOf(name);
}

/** A pod of socat, and its address. */
function start(name: string, ...args: string[]): string {
  cluster.create(podKind, podWith(name, { image: SOCAT, args }, { restartPolicy: "Never" }));
  cluster.advance(10_000);
  return cluster.get(podKind, name)?.status.podIP ?? "";
}

beforeAll(() => {
  const web = podWith("web", { image: "nginx:1.27" });
  web.metadata.labels = { app: "web" };
  cluster = clusterWith({ latency: "instant" }, web, podWith("redis", { image: "redis:7" }));
  const spec = { selector: { app: "web" }, ports: [{ port: 80 }] };
  cluster.create(serviceKind, { metadata: { name: "web", namespace: "default" }, spec } as never);
  cluster.advance(20_000);
});

describe("socat", () => {
  it("forwards each connection to a Service", () => {
    const address = start("proxy", "TCP-LISTEN:8080,fork,reuseaddr", "TCP:web:80");
    const page = run(
      `for i in 1 2; do curl -s http://${address}:8080/ | grep title; done; nc -zv ${address} 8080 2>&1`,
    );
    expect(page.match(/<title>Welcome to nginx!<\/title>/g)).toHaveLength(2);
    expect(page).toContain("open");
  });

  it("forwards protocols that it does not know", () => {
    const redis = cluster.get(podKind, "redis")?.status.podIP;
    const address = start("redis-proxy", "tcp-listen:6379,fork", `tcp-connect:${redis}:6379`);
    cluster.create(
      podKind,
      podWith(
        "redis-cli",
        { image: "redis:7", args: ["redis-cli", "-h", address, "ping"] },
        { restartPolicy: "Never" },
      ),
    );
    cluster.advance(10_000);
    expect(logOf("redis-cli")).toBe("PONG\n");
  });

  it("answers by a command, and ends after one connection without fork", () => {
    const once = start("once", "TCP-LISTEN:80", "SYSTEM:echo HTTP/1.1 200 OK; echo; echo hello from $HOSTNAME");
    expect(run(`curl -s http://${once}/; curl -s http://${once}/; echo $?`)).toBe("hello from once\n7\n");
    expect(cluster.get(podKind, "once")?.status.phase).toBe("Succeeded");
  });

  it("repeats what it receives, also by UDP", () => {
    const address = start("echo", "UDP-LISTEN:9000,fork", "EXEC:cat");
    expect(run(`echo ping | socat - UDP:${address}:9000`)).toBe("ping\n");
  });

  it("carries requests that a client types, as nc does", () => {
    const typed = run("printf 'GET /nothing HTTP/1.1\\r\\nHost: web\\r\\nConnection: close\\r\\n\\r\\n' | nc web 80");
    expect(typed).toMatch(/^HTTP\/1\.1 404 Not Found\r\nServer: nginx\/1\.27/);
    expect(typed).toContain("<center><h1>404 Not Found</h1></center>");
  });

  it("is a client, and names failures", () => {
    const web = cluster.get(podKind, "web")?.status.podIP;
    expect(run(`printf 'GET / HTTP/1.0\\r\\n\\r\\n' | socat - TCP4:${web}:80 | head -1`)).toContain("HTTP/1.1 200 OK");
    expect(run(`socat - TCP:${web}:81 </dev/null 2>&1; echo $?`)).toMatch(
      /socat\[\d+\] E connect\(5, AF=2 [\d.]+:81, 16\): Connection refused\n1\n$/,
    );
    expect(run("socat TCP-LISTEN:80 2>&1; echo $?")).toMatch(/E exactly 2 addresses required \(there are 1\)/);
  });
});
