/**
 * Random users against StatefulSets, volumes and budgets, with pods killed and nodes lost. A failing run names its seed;
 * `SIMULATION_SEED=<seed>` runs it alone, and `SIMULATION_RUNS=<n>` runs more.
 */
import { describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { Random } from "../../src/lib/prng.ts";
import { TestCluster } from "../support/cluster.ts";
import { logProblems } from "./invariants.ts";
import { LogInvariants, statefulRestProblems } from "./stateful-invariants.ts";
import { begin, operate } from "./stateful-operations.ts";

const OPERATIONS = 60;
/** A terminating pod of a lost node is gone after the pod collector's quarantine and its grace period. */
const REST_MS = 900_000;
const { SIMULATION_SEED, SIMULATION_RUNS = "12" } = process.env;
const seeds = SIMULATION_SEED
  ? [SIMULATION_SEED]
  : Array.from({ length: Number(SIMULATION_RUNS) }, (_, i) => `run-${i}`);

function run(seed: string): { story: string[]; problems: string[] } {
  const world = new TestCluster({ seed, controllers: allControllers });
  const random = new Random(`stateful/${seed}`);
  const invariants = new LogInvariants();
  const story = ["db", "queue"].map((name) => begin(world, random, name));
  for (let i = 0; i < OPERATIONS; i++) {
    story.push(operate(world, random));
    const isResting = random.below(5) === 0 || i === OPERATIONS - 1;
    if (isResting) world.advance(REST_MS);
    const problems = [...logProblems(world), ...invariants.problems(world)];
    if (isResting) problems.push(...statefulRestProblems(world));
    if (problems.length > 0) return { story, problems };
  }
  return { story, problems: [] };
}

describe("StatefulSets, volumes and budgets under random use", () => {
  it.each(seeds)("keep their promises (%s)", (seed) => {
    const { story, problems } = run(seed);
    const replay = `SIMULATION_SEED=${seed} npx vitest run test/simulation/stateful.test.ts`;
    expect(problems, [...story, `replay: ${replay}`].join("\n")).toEqual([]);
  });
});
