/** Scripts of the corpus give here what real shells gave: output and status. */
import { describe, expect, it } from "vitest";
import known from "./known-differences.json" with { type: "json" };
import { lacksApplet, readCases, readRecorded, runHere, topics } from "./support/parity.ts";

const GOAL = 0.98;

describe("parity with bash, dash and busybox", () => {
  const found: string[] = [];
  let total = 0;

  it.each(topics())("%s", (topic) => {
    const recorded = readRecorded(topic);
    for (const each of readCases(topic)) {
      for (const flavour of each.flavours) {
        const real = recorded[each.name]?.[flavour];
        expect(real, `no record of ${topic}/${each.name} in ${flavour}: npm run parity-record`).toBeDefined();
        if (lacksApplet(flavour, real!)) continue;
        const here = runHere(each, flavour);
        total++;
        if (here.stdout !== real!.stdout || here.status !== real!.status)
          found.push(`${topic}/${each.name} ${flavour}`);
      }
    }
  });

  it("differs only where it is known", () => {
    expect(found.filter((each) => !known.includes(each))).toEqual([]);
    expect(found.length).toBeLessThanOrEqual(total * (1 - GOAL));
  });
});
