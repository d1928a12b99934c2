/**
 * Random user operations in a whole cluster. A failing run reports its seed; `SIMULATION_SEED=<seed>` runs it alone,
 * and `SIMULATION_RUNS=<n>` runs more seeds.
 */
import { describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { isPodReady } from "../../src/controllers/lib/pods.ts";
import { controllers } from "../../src/controllers/registry.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { Random } from "../../src/lib/prng.ts";
import type { Pod, ReplicaSet } from "../../src/schema/index.ts";
import { deployment } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { simpleKubelet } from "../support/simple-kubelet.ts";
import { chaos, PROBLEM } from "./chaos.ts";
import { logProblems, restProblems } from "./invariants.ts";
import { operate } from "./operations.ts";

const OPERATIONS = 60;
const RETURN_MS = 900_000;
const { SIMULATION_SEED, SIMULATION_RUNS = "12" } = process.env;
const seeds = SIMULATION_SEED
  ? [SIMULATION_SEED]
  : Array.from({ length: Number(SIMULATION_RUNS) }, (_, i) => `run-${i}`);

/** Every other run has the real scheduler and kubelet, the rest simple ones, which are fast and never idle. */
function cluster(seed: string): TestCluster {
  return new TestCluster({ seed, controllers: isReal(seed) ? allControllers : [...controllers, simpleKubelet()] });
}

function isReal(seed: string): boolean {
  return /[13579]$/.test(seed);
}

interface Run {
  world: TestCluster;
  story: string[];
  problems: string[];
}

/** Brings all nodes up; pods that were evicted from them are deleted after the pod collector's period. */
function rest(world: TestCluster): void {
  const wasDown = world.down.length > 0;
  for (const node of world.down) world.endFault(node);
  if (wasDown) world.advance(RETURN_MS);
  world.settle();
}

function run(seed: string): Run {
  const world = cluster(seed);
  const random = new Random(`operations/${seed}`);
  const story: string[] = [];
  for (let i = 0; i < OPERATIONS; i++) {
    story.push(operate(world, random, isReal(seed) ? chaos : []));
    const isResting = random.below(4) === 0;
    if (isResting) rest(world);
    const told = story.at(-1) ?? "";
    const problems = [...logProblems(world), ...(isResting ? restProblems(world) : [])];
    if (told.includes(PROBLEM)) problems.push(told);
    if (problems.length > 0) return { world, story, problems };
  }
  rest(world);
  return { world, story, problems: [...logProblems(world), ...restProblems(world)] };
}

describe("a cluster under random use", () => {
  it.each(seeds)("keeps its invariants (%s)", (seed) => {
    const { story, problems } = run(seed);
    const replay = `SIMULATION_SEED=${seed} npx vitest run test/simulation/controllers.test.ts`;
    expect(problems, [...story, `replay: ${replay}`].join("\n")).toEqual([]);
  });

  it("is reproducible byte for byte from the same inputs", () => {
    const log = () => run("again").world.log.map(({ revision, timeMs, body }) => `${revision} ${timeMs} ${body}`);
    expect(log()).toEqual(log());
  });
});

describe("a rolling update", () => {
  const random = new Random("rolling updates");
  const cases = Array.from({ length: 12 }, () => {
    const replicas = 1 + random.below(8);
    const maxSurge = random.below(4);
    return { replicas, maxSurge, maxUnavailable: maxSurge === 0 ? 1 + random.below(3) : random.below(4) };
  });

  it.each(cases)("never has too many or too few pods: %o", ({ replicas, maxSurge, maxUnavailable }) => {
    const world = cluster("rolling");
    const rollingUpdate = { maxSurge, maxUnavailable };
    const options = { replicas, strategy: { type: "RollingUpdate", rollingUpdate } };
    const web = world.create(deploymentKind, deployment("web", options));
    world.settle();
    const before = world.log.length;
    world.update(deploymentKind, web, (draft) => {
      for (const container of draft.spec.template.spec.containers) container.image = "nginx:2";
    });
    world.settle();
    expect(world.get(deploymentKind, "web")?.status).toMatchObject({
      updatedReplicas: replicas,
      availableReplicas: replicas,
    });

    // maxSurge limits the desired pods: a surplus pod may be deleted just after its replacement was created.
    const pods = new Map<string, Pod>();
    const sizes = new Map<string, number>();
    world.log.forEach(({ key, type, body }, i) => {
      if (key.startsWith("apps/replicasets/")) sizes.set(key, (JSON.parse(body) as ReplicaSet).spec.replicas ?? 0);
      if (key.startsWith("core/pods/default/") && type === "DELETED") pods.delete(key);
      else if (key.startsWith("core/pods/default/")) pods.set(key, JSON.parse(body) as Pod);
      if (i < before) return;
      const ready = [...pods.values()].filter((pod) => isPodReady(pod) && !pod.metadata.deletionTimestamp);
      expect([...sizes.values()].reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(replicas + maxSurge);
      expect(ready.length).toBeGreaterThanOrEqual(replicas - maxUnavailable);
    });
  });
});
