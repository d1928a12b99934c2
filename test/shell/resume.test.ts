/** A machine that was written to JSON and read again at each step gives the same bytes. */
import { describe, expect, it } from "vitest";
import { LayerTree } from "../../src/files/tree.ts";
import type { Machine } from "../../src/shell/machine.ts";
import { drive, type TestContainer } from "./support/machine.ts";
import { parityContainer, readCases, topics } from "./support/parity.ts";

function roundTrip(container: TestContainer): void {
  container.machine = JSON.parse(JSON.stringify(container.machine)) as Machine;
}

describe("suspended and resumed", () => {
  it.each(topics())("%s: equal at each step", (topic) => {
    for (const each of readCases(topic)) {
      for (const flavour of each.flavours) {
        const whole = parityContainer(each, flavour);
        const pieces = parityContainer(each, flavour);
        const expected = drive(whole, { maxSteps: 100_000 });
        const found = drive(pieces, { stepsPerRun: 1, suspend: roundTrip, maxSteps: 100_000 });
        expect(found, `${topic}/${each.name} in ${flavour}`).toEqual(expected);
        expect(pieces.tree.layer(), `files of ${topic}/${each.name} in ${flavour}`).toEqual(whole.tree.layer());
      }
    }
  });

  it("is smaller than 16 kB for a script that waits", () => {
    const [each] = readCases("basics");
    const container = parityContainer({ ...each!, script: "while true; do echo tick; sleep 1; done" }, "bash");
    drive(container, { untilMs: 10_000 });
    expect(JSON.stringify(container.machine).length).toBeLessThan(16_384);
    expect(container.tree).toBeInstanceOf(LayerTree);
  });
});
