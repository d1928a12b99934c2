/**
 * A fresh cluster under valid and hostile requests. `FUZZ_RUNS=2000 npm test -- test/fuzz` runs longer, `FUZZ_SEED=7`
 * draws other requests. A finding is shown as the shortest list of requests that reproduces it, for regressions.ts.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { FuzzRequest } from "./cluster.ts";
import { Draw } from "./draw.ts";
import { shortest } from "./minimize.ts";
import { peopledCluster } from "./population.ts";
import { discoveredRoutes, request } from "./requests.ts";

const { FUZZ_RUNS = "60", FUZZ_SEED = "1", FUZZ_REPORT } = process.env;
const REQUESTS_PER_RUN = 60;
const MAX_FINDINGS = 25;
const start = peopledCluster();
const routes = discoveredRoutes(start);

it("answers every request, with bounded work, and changes nothing when it refuses", () => {
  const statuses = new Map<number, number>();
  const findings = new Map<string, string>();

  const run = (draw: Draw) => {
    const cluster = start.cached();
    const story: FuzzRequest[] = [];
    for (let i = 0; i < REQUESTS_PER_RUN && findings.size < MAX_FINDINGS; i++) {
      const next = request(draw, cluster, routes);
      story.push(next);
      const { status, problems } = cluster.send(next);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (problems.length === 0) continue;
      // One finding for each place is enough, and the requests after it do not count.
      const place = problems[0]!.split("\n").slice(0, 2).join(" ").replaceAll(/\d+/g, "N");
      if (!findings.has(place)) findings.set(place, shortest(story, problems, start));
      return;
    }
  };
  fc.assert(
    fc.property(fc.gen(), (gen) => run(new Draw(gen))),
    { seed: Number(FUZZ_SEED), numRuns: Number(FUZZ_RUNS) },
  );

  expect([...findings.values()].join("\n\n")).toBe("");
  if (FUZZ_REPORT) console.log([...statuses].sort(([a], [b]) => a - b));
  // A fuzzer whose requests are all refused tests nothing.
  const total = [...statuses.values()].reduce((sum, n) => sum + n, 0);
  const share = (hundreds: number) =>
    [...statuses].reduce((sum, [status, n]) => sum + (Math.floor(status / 100) === hundreds ? n : 0), 0) / total;
  expect(share(2)).toBeGreaterThan(0.25);
  expect(share(4)).toBeGreaterThan(0.25);
}, 600_000);
