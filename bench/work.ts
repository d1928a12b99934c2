/**
 * `node bench/work.ts`: the duration of a unit of work (src/lib/work.ts), by controller. The costs are right if
 * nearly all controllers need at most two microseconds for a unit. Durations depend on the machine.
 */
import { performance } from "node:perf_hooks";
import type { ClusterTransaction } from "../src/cluster/cluster-transaction.ts";
import { allControllers } from "../src/control-plane/controllers.ts";
import type { Requeue } from "../src/controllers/controller.ts";
import { deploymentKind } from "../src/kinds/apps/deployment.ts";
import { statefulSetKind } from "../src/kinds/apps/stateful-set.ts";
import { cronJobKind } from "../src/kinds/batch/cron-job.ts";
import { serviceKind } from "../src/kinds/core/service.ts";
import { type Parts, WORK } from "../src/lib/work.ts";
import { cronJob, deployment, service, statefulSet } from "../test/support/builders.ts";
import { TestCluster } from "../test/support/cluster.ts";

interface Load {
  name: string;
  nodes: number;
  advanceMs: number;
  setUp(snapshot: TestCluster): void;
}

const MINUTE_MS = 60_000;

const loads: readonly Load[] = [
  {
    name: "10,000 replicas on 100 nodes",
    nodes: 100,
    advanceMs: MINUTE_MS,
    setUp: (snapshot) => void snapshot.create(deploymentKind, deployment("web", { replicas: 10_000 })),
  },
  {
    name: "20 CronJobs of a minute for six hours",
    nodes: 3,
    advanceMs: 360 * MINUTE_MS,
    setUp(snapshot) {
      for (let i = 0; i < 20; i++) snapshot.create(cronJobKind, cronJob(`c-${i}`, "sleep 20"));
    },
  },
  {
    name: "100 Services of the same 300 pods",
    nodes: 30,
    advanceMs: MINUTE_MS,
    setUp(snapshot) {
      for (let i = 0; i < 100; i++) snapshot.create(serviceKind, service(`s-${i}`, { selector: { app: "web" } }));
      snapshot.create(deploymentKind, deployment("web", { replicas: 300 }));
    },
  },
  {
    name: "a parallel StatefulSet of 500 pods",
    nodes: 10,
    advanceMs: MINUTE_MS,
    setUp(snapshot) {
      const options = { replicas: 500, podManagementPolicy: "Parallel" } as const;
      snapshot.create(statefulSetKind, statefulSet("db", options));
    },
  },
];

interface Sum {
  runs: number;
  ms: number;
  work: number;
}

function measure({ nodes, advanceMs, setUp }: Load): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  const controllers = allControllers.map((controller): typeof controller => ({
    ...controller,
    *reconcile(tx, key, nowMs): Parts<Requeue> {
      const { writeSet } = tx as ClusterTransaction;
      const workBefore = writeSet.work;
      const start = performance.now();
      try {
        const run = controller.reconcile(tx, key, nowMs);
        return typeof run === "object" ? yield* run : run;
      } finally {
        const sum = sums.get(controller.name) ?? { runs: 0, ms: 0, work: 0 };
        sum.runs++;
        sum.ms += performance.now() - start;
        sum.work += writeSet.work - workBefore + WORK.reconcile;
        sums.set(controller.name, sum);
      }
    },
  }));
  const snapshot = new TestCluster({ controllers, settings: { nodes: Array.from({ length: nodes }, () => ({})) } });
  setUp(snapshot);
  snapshot.advance(advanceMs);
  return sums;
}

for (const load of loads) {
  console.log(`\n${load.name}`);
  for (const [name, { runs, ms, work }] of [...measure(load)].sort(([, a], [, b]) => b.ms - a.ms).slice(0, 6)) {
    console.log(
      `  ${name}: ${runs} runs, ${ms.toFixed(0)} ms, ${((1000 * ms) / work).toFixed(2)} µs for a unit of work`,
    );
  }
}
