/** Probes that redirect, that warn, and that enable others. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { Container, Probe } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

const SECOND = 1000;
const AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.40";

function running(container: Partial<Container>, seconds: number): TestCluster {
  const cluster = clusterWith({}, podWith("p", container));
  cluster.advance(seconds * SECOND);
  return cluster;
}

/** A server of which /healthz fails after ten seconds. */
function redirecting(location: string, seconds: number): TestCluster {
  const path = `/redirect?loc=${encodeURIComponent(location)}`;
  const livenessProbe = { httpGet: { path, port: 8080 }, initialDelaySeconds: 15, failureThreshold: 1 };
  return running({ image: AGNHOST, args: ["liveness"], livenessProbe }, seconds);
}

describe("a probe that is redirected", () => {
  it("follows a redirect within the host", () => {
    const cluster = redirecting("/healthz", 60);
    expect(containerOf(cluster).restartCount).toBeGreaterThan(0);
    expect(cluster.events().join("\n")).toContain("Liveness probe failed: HTTP probe failed with statuscode: 500");
  });

  it("succeeds with a warning if it leads to another host, and does not keep the cluster busy", () => {
    const cluster = redirecting("http://0.0.0.0/", 1800);
    expect(containerOf(cluster).restartCount).toBe(0);
    const [warning, ...others] = cluster.events().filter((line) => line.includes("ProbeWarning"));
    expect(others).toEqual([]);
    expect(warning).toMatch(
      /^Warning ProbeWarning Pod\/p x\d+: Liveness probe warning: Probe terminated redirects, Response body: <a href="http:\/\/0\.0\.0\.0\/">Found<\/a>\.\n/,
    );
    expect(cluster.nextDueAtMs).toBeGreaterThan(cluster.nowMs + 30 * SECOND);
  });

  it("fails if the redirects have no end", () => {
    const site = "server { listen 80; location / { return 302 /again; } }";
    const command = ["sh", "-c", `echo '${site}' > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'`];
    const livenessProbe = { httpGet: { path: "/", port: 80 }, failureThreshold: 1 };
    const cluster = running({ image: "nginx", command, livenessProbe }, 20);
    expect(cluster.events().join("\n")).toMatch(
      /Liveness probe failed: Get "http:\/\/[\d.]+:80\/again": stopped after 10 redirects/,
    );
  });
});

it("readiness is probed at the sync after the start, and at ticks that count from there", () => {
  const secondsToReady = (readinessProbe: Partial<Probe>) => {
    const cluster = running(
      { image: "nginx", readinessProbe: { httpGet: { path: "/", port: 80 }, ...readinessProbe } },
      60,
    );
    expect(cluster.nextDueAtMs).toBeNull();
    const { conditions = [] } = cluster.get(podKind, "p")!.status;
    const ready = conditions.find(({ type, status }) => type === "Ready" && status === "True");
    return (
      (Date.parse(ready!.lastTransitionTime!) - Date.parse(containerOf(cluster).state.running!.startedAt!)) / SECOND
    );
  };
  // Times have whole seconds.
  expect([0, 1]).toContain(secondsToReady({ periodSeconds: 60 }));
  expect([5, 6]).toContain(secondsToReady({ initialDelaySeconds: 5, periodSeconds: 5 }));
  expect([10, 11]).toContain(secondsToReady({ initialDelaySeconds: 3, periodSeconds: 10 }));
});

it("a startup probe that succeeds lets the kubelet probe the readiness at once", () => {
  const command = ["sh", "-c", "touch /tmp/ready; sleep 12; touch /tmp/up; sleep 9999"];
  const startupProbe = { exec: { command: ["cat", "/tmp/up"] }, periodSeconds: 5, failureThreshold: 10 };
  const readinessProbe = { exec: { command: ["cat", "/tmp/ready"] }, periodSeconds: 60 };
  const cluster = running({ image: "busybox", command, startupProbe, readinessProbe }, 20);
  expect(containerOf(cluster)).toMatchObject({ started: true, ready: true });
});

it("ticks before the startup probe has succeeded are passed over, and not made up for", () => {
  // The command takes time, so a tick in the past would be over at once.
  const exec = { command: ["sleep", "0.1"] };
  const startupProbe = { exec: { command: ["cat", "/etc/hosts"] }, initialDelaySeconds: 35 };
  const livenessProbe = { exec, initialDelaySeconds: 5, periodSeconds: 10, timeoutSeconds: 1 };
  const cluster = running({ image: "busybox", command: ["sleep", "9999"], startupProbe, livenessProbe }, 120);
  expect(cluster.events().filter((line) => line.includes("Unhealthy"))).toEqual([]);
  expect(containerOf(cluster)).toMatchObject({ started: true, ready: true, restartCount: 0 });
});

it("a pod whose full name is longer than the kernel holds gets no sandbox", () => {
  const spec = { subdomain: "s", hostname: "h".repeat(60), setHostnameAsFQDN: true };
  const cluster = clusterWith({}, podWith("p", {}, spec));
  cluster.advance(60 * SECOND);
  expect(cluster.get(podKind, "p")!.status.phase).toBe("Pending");
  const fqdn = `${"h".repeat(60)}.s.default.svc.cluster.local`;
  expect(cluster.events().filter((line) => line.includes("SandBox"))).toEqual([
    `Warning FailedCreatePodSandBox Pod/p x1: Failed to create pod sandbox: failed to construct FQDN from Pod hostname and cluster domain, FQDN ${fqdn} is too long (64 characters is the max, ${fqdn.length} characters requested)`,
  ]);
});
