/** Large programs are modules of their own: an isolate loads one when a container first runs it. */
import { expect, it } from "vitest";
import { installContainerSoftware } from "../../src/control-plane/container-software.ts";
import { software } from "../../src/kubelet/runtime/software.ts";
import { PART_NAMES, partOf } from "../../src/programs/parts.ts";
import { loadContainers } from "../../src/runtime/provide.ts";

it("asks for a part until the runtime has loaded it", async () => {
  installContainerSoftware();
  const asked: unknown[] = [];
  for (const name of PART_NAMES) {
    const part = partOf(name);
    const find = () => software().findProgram(name, "bash");
    try {
      find();
    } catch (error) {
      expect(error).toMatchObject({ need: { type: "containers", part } });
      asked.push(part);
      await loadContainers(part);
    }
    expect(find()).toHaveProperty("run");
  }
  // Each part once, by the first of its programs.
  expect(asked.sort()).toEqual([...new Set(PART_NAMES.map(partOf))].sort());
});

it("finds tools without a part", () => {
  expect(software().findProgram("jq", "bash")).toHaveProperty("run");
});
