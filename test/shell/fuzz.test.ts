/**
 * Generated scripts give here what real shells gave. The records have hashes: `node test/shell/support/fuzz.ts compare`
 * shows the difference of a seed on a machine with the shells.
 */
import { describe, expect, it } from "vitest";
import type { Machine } from "../../src/shell/machine.ts";
import { fuzzCase, readRecords, recordOf } from "./support/fuzz.ts";
import { drive } from "./support/machine.ts";
import { FLAVOURS, parityContainer, runHere } from "./support/parity.ts";

const records = readRecords();
const seeds = Object.keys(records).map(Number);
const GOAL = 0.98;

describe("generated scripts", () => {
  it("are the ones that were recorded", () => {
    expect(seeds.length).toBeGreaterThan(100);
    for (const flavour of FLAVOURS) {
      const each = fuzzCase(seeds[0]!, flavour);
      expect(records[seeds[0]!]![flavour]![0], "record again").toBe(
        recordOf(each, { stdout: "", stderr: "", status: 0 })[0],
      );
    }
  });

  it.each(FLAVOURS)("agree with %s", (flavour) => {
    const different = seeds.filter((seed) => {
      const each = fuzzCase(seed, flavour);
      return JSON.stringify(recordOf(each, runHere(each, flavour))) !== JSON.stringify(records[seed]![flavour]);
    });
    expect(different.length, `seeds ${different.join(", ")}`).toBeLessThanOrEqual(seeds.length * (1 - GOAL));
  });

  it.each(FLAVOURS)("are equal when suspended at each step in %s", (flavour) => {
    for (const seed of seeds.slice(0, 25)) {
      const each = fuzzCase(seed, flavour);
      const expected = drive(parityContainer(each, flavour), { maxSteps: 50_000 });
      const found = drive(parityContainer(each, flavour), {
        stepsPerRun: 1,
        maxSteps: 50_000,
        suspend: (container) => {
          container.machine = JSON.parse(JSON.stringify(container.machine)) as Machine;
        },
      });
      expect(found, `seed ${seed}`).toEqual(expected);
    }
  });
});
