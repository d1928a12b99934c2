/**
 * Users who try to make one commit too large. Each commit stays far below the limit of the database's endpoint, the
 * cluster keeps its limits, catches up, and lets users delete everything again. The test counts octets and steps.
 * `ADVERSARIAL_SEED=<seed>` and `ADVERSARIAL_RUNS=<n>` run other and more seeds.
 */
import { describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import {
  MAX_CLUSTER_BYTES,
  MAX_COMMIT_BYTES,
  MAX_OBJECT_BYTES,
  MAX_OVERFLOW_BYTES,
  MAX_STEPS_PER_COMMIT,
} from "../../src/lib/limits.ts";
import { Random } from "../../src/lib/prng.ts";
import { writeCommit } from "../../src/storage/postgres/rows.ts";
import { TestCluster } from "../support/cluster.ts";
import { shapes } from "./adversarial-shapes.ts";

const MINUTE_MS = 60_000;
/** The endpoint takes 64 MB. */
const MOST_SENT_BYTES = 16 * 1024 * 1024;
/** Commits that a minute of cluster time may take. */
const MOST_COMMITS = 100;
const { ADVERSARIAL_SEED, ADVERSARIAL_RUNS = "1" } = process.env;
const seeds = ADVERSARIAL_SEED
  ? [ADVERSARIAL_SEED]
  : Array.from({ length: Number(ADVERSARIAL_RUNS) }, (_, i) => `run-${i}`);

interface Measured {
  sentBytes: number;
  countedBytes: number;
  steps: number;
}

function cluster(seed: string): { world: TestCluster; commits: Measured[] } {
  const commits: Measured[] = [];
  let steps = 0;
  const controllers = allControllers.map((controller): typeof controller => ({
    ...controller,
    reconcile(tx, key, nowMs) {
      steps++;
      return controller.reconcile(tx, key, nowMs);
    },
  }));
  const world = new TestCluster({
    seed,
    controllers,
    settings: { latency: "instant", nodes: Array.from({ length: 4 }, () => ({})) },
    onCommit({ rows, removedKeys, log }, countedBytes) {
      const parts = writeCommit({ rows, removedKeys, log: log.map((row) => ({ ...row, realTimeMs: 0 })) } as never);
      commits.push({ sentBytes: Buffer.byteLength(JSON.stringify(parts)), countedBytes, steps });
      steps = 0;
    },
  });
  return { world, commits };
}

/** The standard objects of a namespace, and Events, which outlive their objects. */
const STANDING = [
  "configmaps/kube-root-ca.crt",
  "endpoints/kubernetes",
  "services/kubernetes",
  "serviceaccounts/default",
];

function leftovers(world: TestCluster): string[] {
  const kinds = world.write((tx) => tx.kinds.stored.filter(({ namespaced, kind }) => namespaced && kind !== "Event"));
  return kinds
    .flatMap((kind) => world.list(kind, "default").map(({ metadata }) => `${kind.plural}/${metadata.name}`))
    .filter((name) => !STANDING.includes(name) && !name.startsWith("endpointslices/kubernetes"));
}

/** Deletes one object after the other, like a user; owned objects are deleted with their owners. */
function deleteAll(world: TestCluster): void {
  const kinds = world.write((tx) =>
    tx.kinds.stored.filter(({ namespaced, verbs }) => namespaced && verbs.includes("delete")),
  );
  for (const kind of kinds) {
    for (const object of world.list(kind, "default")) {
      if (!object.metadata.ownerReferences) world.delete(kind as never, object, { propagation: "Background" });
    }
  }
}

for (const seed of seeds) {
  describe.each(Object.entries(shapes))(`%s (${seed})`, (name, shape) => {
    it("makes no large commit, fills no cluster beyond its limit, and can be deleted", { timeout: 600_000 }, () => {
      const { world, commits } = cluster(seed);
      const random = new Random(`adversarial/${name}/${seed}`);
      const check = (most: number) => {
        for (const { sentBytes, countedBytes, steps } of commits) {
          expect(sentBytes).toBeLessThan(MOST_SENT_BYTES);
          expect(sentBytes).toBeLessThan(MAX_COMMIT_BYTES + 2 * MAX_OBJECT_BYTES + MAX_COMMIT_BYTES / 4);
          expect(countedBytes).toBeGreaterThan(0.9 * sentBytes - 10_000);
          expect(steps).toBeLessThanOrEqual(2 * MAX_STEPS_PER_COMMIT);
        }
        expect(world.snapshot.stored.bytes).toBeLessThan(MAX_CLUSTER_BYTES + MAX_OVERFLOW_BYTES + MAX_OBJECT_BYTES);
        expect(commits.length).toBeLessThan(most);
        commits.length = 0;
      };
      shape(world, random);
      check(2000);
      world.advance(MINUTE_MS);
      check(MOST_COMMITS);
      deleteAll(world);
      world.advance(10 * MINUTE_MS);
      check(10 * MOST_COMMITS);
      expect(leftovers(world)).toEqual([]);
    });
  });
}
