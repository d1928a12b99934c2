/**
 * Random user operations on StatefulSets, volumes, budgets and Jobs, with killed pods, failing nodes and racing writers.
 * A failing run reports its seed; `SIMULATION_SEED=<seed>` runs it alone, and `SIMULATION_RUNS=<n>` runs more seeds.
 */
import { describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { Random } from "../../src/lib/prng.ts";
import { TestCluster } from "../support/cluster.ts";
import { PROBLEM } from "./chaos.ts";
import { logProblems, nodeProblems, ownershipProblems } from "./invariants.ts";
import { jobProblems } from "./job-operations.ts";
import { LogInvariants, statefulRestProblems } from "./stateful-invariants.ts";
import { begin, operate } from "./stateful-operations.ts";

const OPERATIONS = 60;
/** A terminating pod of a lost node is deleted after the pod collector's quarantine and its grace period. */
const REST_MS = 900_000;
const { SIMULATION_SEED, SIMULATION_RUNS = "12" } = process.env;
const seeds = SIMULATION_SEED
  ? [SIMULATION_SEED]
  : Array.from({ length: Number(SIMULATION_RUNS) }, (_, i) => `run-${i}`);

interface Run {
  world: TestCluster;
  story: string[];
  problems: string[];
}

/** All nodes are up at every other idle phase. */
function rest(world: TestCluster, random: Random): string[] {
  if (random.below(2) === 0) for (const node of world.down) world.endFault(node);
  world.advance(REST_MS);
  if (world.down.length > 0) return jobProblems(world);
  return [...statefulRestProblems(world), ...jobProblems(world), ...ownershipProblems(world), ...nodeProblems(world)];
}

function run(seed: string, maxSteps?: number): Run {
  const world = new TestCluster({ seed, controllers: allControllers, ...(maxSteps && { maxSteps }) });
  const random = new Random(`stateful/${seed}`);
  const invariants = new LogInvariants();
  const story = ["db", "queue"].map((name) => begin(world, random, name));
  for (let i = 0; i < OPERATIONS; i++) {
    const told = operate(world, random);
    story.push(told);
    const problems = told.includes(PROBLEM) ? [told] : [];
    if (random.below(5) === 0) problems.push(...rest(world, random));
    problems.push(...logProblems(world), ...invariants.problems(world));
    if (problems.length > 0) return { world, story, problems };
  }
  for (const node of world.down) world.endFault(node);
  world.advance(REST_MS);
  return { world, story, problems: [...rest(world, random), ...logProblems(world), ...invariants.problems(world)] };
}

describe("StatefulSets, volumes and budgets under random use", () => {
  it.each(seeds)("keep their invariants (%s)", (seed) => {
    const { story, problems } = run(seed);
    const replay = `SIMULATION_SEED=${seed} npx vitest run test/simulation/stateful.test.ts`;
    expect(problems, [...story, `replay: ${replay}`].join("\n")).toEqual([]);
  });

  it("have the same result, byte for byte, for every split into commits", () => {
    // An advance takes a revision for each of its commits.
    const log = (seed: string, maxSteps?: number) =>
      run(seed, maxSteps).world.log.map(
        ({ timeMs, body }) => `${timeMs} ${body.replaceAll(/"resourceVersion":"\d+"/g, "")}`,
      );
    for (const seed of ["boundaries", "more boundaries"]) {
      const expected = log(seed);
      expect(expected.length).toBeGreaterThan(100);
      expect(log(seed, 1)).toEqual(expected);
      expect(log(seed, 7)).toEqual(expected);
    }
  });
});
