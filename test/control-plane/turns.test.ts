/** Long work of the real controllers pauses often enough for other clusters. Counts units of work. */
import { describe, expect, it } from "vitest";
import { ControllerManager } from "../../src/control-plane/controller-manager.ts";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { writePolicy } from "../../src/control-plane/policy.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { statefulSetKind } from "../../src/kinds/apps/stateful-set.ts";
import { cronJobKind } from "../../src/kinds/batch/cron-job.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { MAX_STEPS_PER_FOLD, MAX_WORK_PER_COMMIT, WORK_BETWEEN_PAUSES } from "../../src/lib/limits.ts";
import { Turns } from "../../src/lib/work.ts";
import { cronJob, deployment, service, statefulSet } from "../support/builders.ts";
import { START_MS, TestCluster } from "../support/cluster.ts";

const MINUTE_MS = 60_000;
/** The most expensive part without a place for a pause: a controller that reads all pods of a Service or a Deployment. */
const DEAREST_PART = 3_000;
/** An instant is cut after a number of steps only. The mean work of a step is less than this. */
const MEAN_STEP = 300;

interface Load {
  name: string;
  advanceMs: number;
  setUp(world: TestCluster): void;
}

const loads: readonly Load[] = [
  {
    name: "10,000 replicas",
    advanceMs: MINUTE_MS,
    setUp: (world) => void world.create(deploymentKind, deployment("web", { replicas: 10_000 })),
  },
  {
    name: "20 CronJobs of a minute",
    advanceMs: 8 * MINUTE_MS,
    setUp(world) {
      for (let i = 0; i < 20; i++) world.create(cronJobKind, cronJob(`c-${i}`, "sleep 20"));
    },
  },
  {
    name: "50 Services of the same 200 pods",
    advanceMs: MINUTE_MS,
    setUp(world) {
      for (let i = 0; i < 50; i++) world.create(serviceKind, service(`s-${i}`, { selector: { app: "web" } }));
      world.create(deploymentKind, deployment("web", { replicas: 200 }));
    },
  },
  {
    name: "a parallel StatefulSet of 300 pods",
    advanceMs: MINUTE_MS,
    setUp(world) {
      world.create(statefulSetKind, statefulSet("db", { replicas: 300, podManagementPolicy: "Parallel" }));
    },
  },
];

/** The work between two pauses, and the work of each commit. */
function measure({ advanceMs, setUp }: Load): { stretches: number[]; commits: number[] } {
  const cluster = new TestCluster({ controllers: [...allControllers] });
  setUp(cluster);
  const engine = new ControllerManager(allControllers, writePolicy);
  const [stretches, commits]: [number[], number[]] = [[], []];
  for (let isComplete = false; !isComplete; ) {
    const tx = engine.begin(cluster.snapshot);
    const parts = engine.advanceInParts(tx, START_MS + advanceMs);
    const turns = new Turns(tx.writeSet);
    for (let before = 0; ; ) {
      const part = parts.next();
      if (!part.done && turns.over() === 0) continue;
      stretches.push(tx.writeSet.work - before);
      before = tx.writeSet.work;
      if (!part.done) continue;
      isComplete = part.value.complete;
      break;
    }
    commits.push(tx.writeSet.work);
    if (tx.writeSet.difference()) cluster.snapshot.adopt(tx.writeSet.committed());
  }
  return { stretches, commits };
}

describe("the real controllers", () => {
  it.each(loads)("pause often, and commit often, with $name", (load) => {
    const { stretches, commits } = measure(load);
    expect(stretches.length).toBeGreaterThan(5);
    expect(Math.max(...stretches)).toBeLessThan(WORK_BETWEEN_PAUSES + DEAREST_PART);
    expect(Math.max(...commits)).toBeLessThan(2 * MAX_WORK_PER_COMMIT + MAX_STEPS_PER_FOLD * MEAN_STEP);
  });
});
