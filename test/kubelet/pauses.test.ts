/** Other clusters of an isolate get their turn while the programs of a pod run: a sync has many places for a pause. */
import { expect, it } from "vitest";
import type { ClusterTransaction } from "../../src/cluster/cluster-transaction.ts";
import { allControllers } from "../../src/control-plane/controllers.ts";
import type { Controller } from "../../src/controllers/controller.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { MAX_STEPS_PER_SYNC } from "../../src/lib/container-limits.ts";
import { WORK } from "../../src/lib/work.ts";
import { TestCluster } from "../support/cluster.ts";
import { podWith } from "./clusters.ts";

const SCRIPTS = ["while :; do :; done", "yes", "cat /dev/urandom | base64", "while true; do date >> /tmp/log; done"];

it("pauses within one sync of a busy pod", () => {
  for (const script of SCRIPTS) {
    const { most, longest } = workOfSyncs(script);
    // The whole sync takes all steps that it may, and a part of it a fraction of them.
    expect(most, script).toBeGreaterThan((MAX_STEPS_PER_SYNC * WORK.step) / 2);
    expect(longest, script).toBeLessThan((MAX_STEPS_PER_SYNC * WORK.step) / 5);
  }
});

/** The work of the pod's longest sync, and that of the longest part between two places for a pause. */
function workOfSyncs(script: string): { most: number; longest: number } {
  const seen = { most: 0, longest: 0 };
  const controllers = allControllers.map((controller) =>
    controller.name === "kubelet" ? measured(controller, seen) : controller,
  );
  const cluster = new TestCluster({ controllers, settings: { nodes: [{}] } });
  cluster.create(podKind, podWith("p", { image: "busybox", command: ["sh", "-c", script] }));
  cluster.advance(20_000);
  return seen;
}

function measured(controller: Controller, seen: { most: number; longest: number }): Controller {
  return {
    ...controller,
    *reconcile(tx, key, nowMs) {
      const { writeSet } = tx as ClusterTransaction;
      const beforeAll = writeSet.work;
      const run = controller.reconcile(tx, key, nowMs);
      if (typeof run !== "object") return run;
      for (;;) {
        const before = writeSet.work;
        const part = run.next();
        seen.longest = Math.max(seen.longest, writeSet.work - before);
        seen.most = Math.max(seen.most, writeSet.work - beforeAll);
        if (part.done) return part.value;
        yield;
      }
    },
  };
}
