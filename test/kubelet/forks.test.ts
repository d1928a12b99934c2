/**
 * Histories of scripts, commands, writes, restarts, faults and jumps in time. A copy of the stored state at any instant
 * goes on as the original does, a second run gives the same bytes, and looks in between change nothing.
 */
import { describe, expect, it } from "vitest";
import { persistentVolumeClaimKind } from "../../src/kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { Random } from "../../src/lib/prng.ts";
import type { PersistentVolumeClaim, Pod } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, podWith } from "./clusters.ts";

const SECOND = 1000;
const STEPS = 8;

const SCRIPTS = [
  "while true; do date; sleep 5; done",
  "i=0; while true; do i=$((i+1)); echo $i >> /data/count; sleep 3; done",
  "echo $RANDOM; sleep 17; exit 1",
  "cat /data/* 2> /dev/null; trap 'echo bye; exit 0' TERM; while :; do sleep 2; done",
  "for i in 1 2 3 4 5; do echo $i; sleep 9; done | while read x; do echo got $x; done; sleep 900",
  "while true; do if [ $RANDOM -gt 30000 ]; then exit 3; fi; sleep 1; done",
  "until [ -s /data/count ]; do sleep 1; done; while tail -n 1 /data/count; do sleep 2; done",
] as const;

type Operation = (cluster: TestCluster) => void;

interface Kind {
  /** The pods that mount the claim. */
  sharers: readonly string[];
  /** The longest jump in time, seconds. */
  longestSeconds: number;
}

const ALONE: Kind = { sharers: ["a"], longestSeconds: 1000 };
/** Pods that share files run at each of their instants, so time jumps less far. */
const SHARED: Kind = { sharers: ["a", "b"], longestSeconds: 60 };

/** A history: the same operations for the same seed. */
function history(seed: string, { sharers, longestSeconds }: Kind): Operation[] {
  const random = new Random(seed);
  const below = (limit: number) => random.uint32() % limit;
  const names = ["a", "b", "c"];
  return Array.from({ length: STEPS }, (): Operation => {
    const name = names[below(names.length)]!;
    const script = SCRIPTS[below(SCRIPTS.length)]!;
    const number = below(longestSeconds);
    switch (below(8)) {
      case 0:
      case 1:
      case 2:
        return (cluster) => create(cluster, name, script, sharers.includes(name));
      case 3:
        return (cluster) => void run(cluster, name, `echo ${number} >> /data/written; echo $RANDOM > /tmp/r; date`);
      case 4:
        return (cluster) => void run(cluster, name, "kill -TERM 1; ls /data /tmp");
      case 5:
        return (cluster) => {
          const found = cluster.get(podKind, name);
          if (found && !found.metadata.deletionTimestamp) cluster.delete(podKind, found, { gracePeriodSeconds: 3 });
        };
      case 6:
        return (cluster) => {
          cluster.beginFault("node-1");
          cluster.advance((number % 90) * SECOND);
          cluster.endFault("node-1");
        };
      default:
        return (cluster) => cluster.advance(number * SECOND);
    }
  }).flatMap((operation) => {
    const passed = below(40) * 500;
    return [operation, (cluster: TestCluster) => cluster.advance(passed)];
  });
}

function create(cluster: TestCluster, name: string, script: string, hasClaim: boolean): void {
  if (cluster.get(podKind, name)) return;
  const volumes = [
    { name: "data", ...(hasClaim ? { persistentVolumeClaim: { claimName: "data" } } : { emptyDir: {} }) },
  ];
  const volumeMounts = [{ name: "data", mountPath: "/data" }];
  const command = ["sh", "-c", script];
  cluster.create(podKind, podWith(name, { image: "busybox", command, volumeMounts }, { volumes }));
}

/** Starts a command, gives it input, and ends the session; the pod may not run at all. */
function run(cluster: TestCluster, name: string, script: string): string {
  const pod = cluster.get(podKind, name);
  if (!pod?.status.containerStatuses?.[0]?.state.running) return "";
  const target = { pod, container: "c" };
  const options = { command: ["sh", "-c", script], stdin: true, stdout: true, stderr: true, tty: false };
  return cluster.write((tx) => {
    let id: string;
    try {
      id = containerAccess.exec(tx, target, options);
    } catch (error) {
      return String(error);
    }
    const { stdout, stderr } = containerAccess.exchange(tx, target, id, { stdin: "x\n", endOfStdin: true });
    containerAccess.closeSession(tx, target, id);
    return stdout + stderr;
  });
}

function world(): TestCluster {
  const cluster = clusterWith({});
  const claim = {
    ...{ kind: "PersistentVolumeClaim", apiVersion: "v1", metadata: { name: "data", namespace: "default" } },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
    status: {},
  } satisfies PersistentVolumeClaim;
  cluster.create(persistentVolumeClaimKind, claim);
  cluster.advance(2 * SECOND);
  return cluster;
}

/** Everything that clients see: objects, Events, logs, and the files of the volume. */
function visible(cluster: TestCluster): string[] {
  const pods = cluster.list<Pod>(podKind, "default");
  const logs = pods.flatMap((pod) => {
    if (!pod.status.containerStatuses?.[0]?.containerID) return [];
    const options = { previous: false, timestamps: true };
    return cluster.write((tx) => containerAccess.readLog(tx, { pod, container: "c" }, options)).text;
  });
  const files = pods.map(({ metadata }) => run(cluster, metadata.name ?? "", "cat /data/* 2> /dev/null | tail -20"));
  return [...pods.map((pod) => JSON.stringify(pod)), ...logs, ...cluster.events(), ...files];
}

const HISTORIES = [
  ["1", ALONE, "of pods with files of their own"],
  ["2", ALONE, "of pods with files of their own"],
  ["9", SHARED, "of pods that share a volume"],
  ["18", SHARED, "of pods that share a volume"],
] as const;

describe("a history", () => {
  it.each(HISTORIES)("goes on alike in a copy that was made at any instant (seed %s)", (seed, kind) => {
    const operations = history(seed, kind);
    const original = world();
    const forks: TestCluster[] = [];
    for (const [i, operation] of operations.entries()) {
      for (const each of [original, ...forks]) operation(each);
      if (i % 6 === 2) forks.push(original.fork());
    }
    expect(forks.length).toBe(3);
    const seen = visible(original);
    for (const fork of forks) expect(visible(fork)).toEqual(seen);
  });

  it.each(HISTORIES)("gives the same bytes again, and when it is looked at always (seed %s)", (seed, kind) => {
    const [alone, again, watched] = [world(), world(), world()];
    for (const operation of history(seed, kind)) {
      for (const cluster of [alone, again, watched]) operation(cluster);
      for (const pod of watched.list<Pod>(podKind, "default")) {
        if (!pod.status.containerStatuses?.[0]?.containerID) continue;
        watched.write((tx) =>
          containerAccess.readLog(tx, { pod, container: "c" }, { previous: false, timestamps: true }),
        );
      }
    }
    const seen = visible(alone);
    expect(visible(again)).toEqual(seen);
    expect(visible(watched)).toEqual(seen);
  });

  it("of a copy does not touch the original", () => {
    const original = world();
    create(original, "a", SCRIPTS[0], true);
    original.advance(20 * SECOND);
    const fork = original.fork();
    run(fork, "a", "echo fork > /data/mine");
    expect(run(fork, "a", "cat /data/mine")).toBe("fork\n");
    expect(run(original, "a", "cat /data/mine")).toContain("No such file");
  });
});

describe("a session in a copy", () => {
  it("goes on where it was", () => {
    const original = world();
    create(original, "a", SCRIPTS[0], true);
    original.advance(20 * SECOND);
    const target = { pod: original.get(podKind, "a")!, container: "c" };
    const options = { command: ["cat"], stdin: true, stdout: true, stderr: true, tty: false };
    const id = original.write((tx) => containerAccess.exec(tx, target, options));
    original.write((tx) => containerAccess.exchange(tx, target, id, { stdin: "one\n" }));
    const fork = original.fork();
    const rest = (cluster: TestCluster) =>
      cluster.write((tx) => containerAccess.exchange(tx, target, id, { stdin: "two\n", endOfStdin: true }));
    expect(rest(fork)).toEqual(rest(original));
    expect(visible(fork)).toEqual(visible(original));
  });
});
