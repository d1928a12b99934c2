import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

const HOUR = 3_600_000;

function storedRows(cluster: ReturnType<typeof clusterWith>): string[] {
  return [...cluster.snapshot.entries()].map(({ key }) => key).filter((key) => key.startsWith("sandbar/"));
}

describe("a server", () => {
  it("that waits for ever is never due", () => {
    const ports = [{ containerPort: 80 }];
    const cluster = clusterWith({}, podWith("p", { image: "example.com/server", ports }));
    cluster.advance(60_000);
    expect(containerOf(cluster).state.running).toBeDefined();
    expect(cluster.nextDueAtMs).toBeNull();
  });

  it("whose probes keep succeeding is never due, and keeps its state over a year", () => {
    const readinessProbe = { httpGet: { port: 80, path: "/" }, periodSeconds: 5 };
    const livenessProbe = { tcpSocket: { port: 80 }, periodSeconds: 10 };
    const cluster = clusterWith({}, podWith("p", { image: "nginx", readinessProbe, livenessProbe }));
    cluster.advance(60_000);
    expect(containerOf(cluster).ready).toBe(true);
    expect(cluster.nextDueAtMs).toBeNull();
    cluster.advance(365 * 24 * HOUR);
    expect(containerOf(cluster)).toMatchObject({ ready: true, restartCount: 0 });
  });

  it("leaves no row behind when its pod is gone", () => {
    const cluster = clusterWith({}, podWith("p", { image: "nginx" }));
    cluster.advance(60_000);
    expect(storedRows(cluster)).not.toEqual([]);
    cluster.delete(podKind, cluster.get(podKind, "p")!);
    cluster.advance(60_000);
    expect(cluster.get(podKind, "p")).toBeUndefined();
    expect(storedRows(cluster)).toEqual([]);
  });

  it("whose pod is deleted by force leaves no row either", () => {
    const cluster = clusterWith({}, podWith("p", { image: "nginx" }));
    cluster.advance(60_000);
    cluster.delete(podKind, cluster.get(podKind, "p")!, { gracePeriodSeconds: 0 });
    cluster.advance(60_000);
    expect(storedRows(cluster)).toEqual([]);
  });
});

describe("a program that does not exist", () => {
  it("is created, then fails to start with the words of runc", () => {
    const cluster = clusterWith({}, podWith("p", { image: "nginx", command: ["/bin/nothing-here"] }));
    cluster.advance(5_000);
    const { lastState } = containerOf(cluster);
    expect(lastState.terminated).toMatchObject({ exitCode: 128, reason: "StartError" });
    expect(lastState.terminated?.message).toMatch(
      /error during container init: exec: "\/bin\/nothing-here": stat \/bin\/nothing-here: no such file or directory$/,
    );
    const reasons = cluster.events().map((event) => event.split(" ")[1]);
    expect(reasons.indexOf("Created")).toBeLessThan(reasons.indexOf("Failed"));
  });
});

describe("runAsNonRoot", () => {
  it("refuses an image whose user is root", () => {
    const cluster = clusterWith({}, podWith("p", { image: "busybox", securityContext: { runAsNonRoot: true } }));
    cluster.advance(20_000);
    const { uid } = cluster.get(podKind, "p")!.metadata;
    const message = `container has runAsNonRoot and image will run as root (pod: "p_default(${uid})", container: c)`;
    expect(containerOf(cluster).state.waiting).toEqual({ reason: "CreateContainerConfigError", message });
    expect(cluster.events().join("\n")).toContain(`Warning Failed Pod/p x2: Error: ${message}`);
  });
});

describe("a postStart hook that fails", () => {
  it("kills the container and is its reason to wait", () => {
    const lifecycle = { postStart: { httpGet: { port: 81, path: "/x" } } };
    const cluster = clusterWith({}, podWith("p", { image: "nginx", lifecycle }));
    cluster.advance(9_000);
    const { state, restartCount } = containerOf(cluster);
    expect(state.waiting?.reason).toBe("PostStartHookError");
    expect(state.waiting?.message).toMatch(/dial tcp 10\.244\.\d\.\d+:81: connect: connection refused$/);
    expect(restartCount).toBe(1);
    expect(cluster.events()).toContain("Warning FailedPostStartHook Pod/p x2: PostStartHook failed");
  });
});

describe("logs", () => {
  const options = { previous: false, timestamps: false };

  it("of a container that never ran tell what it waits for", () => {
    const cluster = clusterWith({ unknownImages: "fail" }, podWith("p", { image: "nginx:9.99-nope" }));
    cluster.advance(5_000);
    const read = () =>
      cluster.write((tx) => containerAccess.readLog(tx, { pod: cluster.get(podKind, "p")!, container: "c" }, options));
    expect(read).toThrow(`container "c" in pod "p" is waiting to start: image can't be pulled`);
  });

  it("of an earlier run exist only after a restart", () => {
    const cluster = clusterWith({}, podWith("p", { image: "nginx" }));
    cluster.advance(5_000);
    const target = { pod: cluster.get(podKind, "p")!, container: "c" };
    const read = () => cluster.write((tx) => containerAccess.readLog(tx, target, { ...options, previous: true }));
    expect(read).toThrow(`previous terminated container "c" in pod "p" not found`);
  });
});
