/** Processes are brought up when a client looks at them. Looks, replays and copies must not change a byte. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import type { Container, Pod } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

function sh(script: string): Partial<Container> {
  return { image: "busybox", command: ["sh", "-c", script] };
}

function logOf(cluster: TestCluster, name: string): string {
  const options = { previous: false, timestamps: true };
  const pod = cluster.get(podKind, name)!;
  if (!pod.status.containerStatuses?.[0]?.containerID) return "";
  return cluster.write((tx) => containerAccess.readLog(tx, { pod, container: "c" }, options)).text;
}

/** What all clients can see of a cluster, and the output of its containers. */
function visible(cluster: TestCluster): string[] {
  const pods = cluster.list<Pod>(podKind, "default");
  const objects = pods.map(({ metadata, status }) => JSON.stringify([metadata.name, status]));
  return [...objects, ...pods.map(({ metadata }) => logOf(cluster, metadata.name ?? "")), ...cluster.events()];
}

const SCRIPTS = {
  counts: "i=0; while [ $i -lt 50 ]; do i=$((i+1)); echo $i; sleep 7; done",
  forever: "while true; do date; sleep 5; done",
  random: "while [ $RANDOM -gt 3000 ]; do sleep 1; done; exit 3",
  fails: "sleep 20; echo oops >&2; exit 1",
  pipes: "for i in 1 2 3; do echo $i; sleep 11; done | while read x; do echo got $x; done; sleep 400",
  traps: "trap 'echo bye; exit 0' TERM; while true; do sleep 1; done",
} as const;

function world(): TestCluster {
  const pods = Object.entries(SCRIPTS).map(([name, script]) => podWith(name, sh(script)));
  const readinessProbe = { exec: { command: ["cat", "/tmp/up"] }, periodSeconds: 5 };
  const livenessProbe = { httpGet: { path: "/", port: 80 }, periodSeconds: 10 };
  return clusterWith(
    {},
    ...pods,
    podWith("probed", { ...sh("sleep 33; touch /tmp/up; sleep 60; rm /tmp/up; sleep 3600"), readinessProbe }),
    podWith("web", { image: "nginx", livenessProbe }),
  );
}

describe("looks", () => {
  it("at every step change nothing", () => {
    const [watched, alone] = [world(), world()];
    for (let step = 0; step < 60; step++) {
      watched.advance(7 * SECOND);
      for (const name of [...Object.keys(SCRIPTS), "probed", "web"]) logOf(watched, name);
    }
    alone.advance(420 * SECOND);
    expect(visible(watched)).toEqual(visible(alone));
  });

  it("that are stored change nothing", () => {
    const [watched, alone] = [world(), world()];
    for (let step = 0; step < 20; step++) {
      watched.advance(21 * SECOND);
      for (const name of Object.keys(SCRIPTS)) {
        const pod = watched.get(podKind, name)!;
        if (!containerOf(watched, name).state.running) continue;
        // A connection to process 1 and its end store the processes.
        watched.write((tx) => {
          const target = { pod, container: "c" };
          const streams = { stdin: false, stdout: true, stderr: true, tty: false };
          const { isOver } = containerAccess.readLog(tx, target, { previous: false, timestamps: false });
          if (!isOver) containerAccess.closeSession(tx, target, containerAccess.attach(tx, target, streams));
        });
      }
    }
    alone.advance(420 * SECOND);
    expect(visible(watched)).toEqual(visible(alone));
  });

  it("see the same in every replay", () => {
    const [first, second] = [world(), world()];
    for (const cluster of [first, second]) cluster.advance(10 * MINUTE);
    expect(visible(first)).toEqual(visible(second));
  });
});

describe("programs that never rest", () => {
  it.each([
    ["a busy loop", "while :; do :; done"],
    ["a fork bomb", ":() { :|:& }; :"],
    ["endless output", "yes"],
    ["endless recursion", "f() { f; }; f"],
  ])("%s: the cluster goes on, with bounded state", (_, script) => {
    const cluster = clusterWith({}, podWith("busy", sh(script)), podWith("p", { image: "nginx" }));
    const before = cluster.commits;
    cluster.advance(10 * MINUTE);
    expect(containerOf(cluster, "p").ready).toBe(true);
    expect(cluster.commits - before).toBeLessThan(400);
    const stored = [...cluster.snapshot.entries()].filter(({ key }) => key.startsWith("sandbar/"));
    const largest = Math.max(...stored.map(({ privateStates }) => JSON.stringify(privateStates).length));
    expect(largest).toBeLessThan(1_000_000);
  });

  it("a loop that prints keeps its newest lines over a month", () => {
    const cluster = clusterWith({}, podWith("p", sh("while true; do date +%s; sleep 60; done")));
    cluster.advance(30 * 24 * 60 * MINUTE);
    const lines = logOf(cluster, "p").trim().split("\n");
    const last = Number(lines.at(-1)?.split(" ")[1]) * SECOND;
    expect(cluster.nowMs - last).toBeLessThanOrEqual(MINUTE);
  });
});
