import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildIfChanged } from "../../scripts/build-cache.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "sandbar-build-"));
});
afterAll(() => rm(root, { recursive: true }));

test("unchanged inputs are not built again", async () => {
  const output = join(root, "out.txt");
  let builds = 0;
  const run = async (options = "") => {
    builds = 0;
    const isNew = await buildIfChanged({
      ...{ stampPath: join(root, ".built"), root, inputs: ["a.txt"], outputs: [output], options },
      build: async () => {
        builds++;
        await writeFile(output, "made");
      },
    });
    expect(isNew).toBe(builds === 1);
    return builds;
  };
  await writeFile(join(root, "a.txt"), "one");
  expect(await run()).toBe(1);
  expect(await run()).toBe(0);
  // A new checkout changes the files' times, not their contents.
  await utimes(join(root, "a.txt"), new Date(), new Date(Date.now() + 60_000));
  expect(await run()).toBe(0);
  await writeFile(join(root, "a.txt"), "two");
  expect([await run(), await run()]).toEqual([1, 0]);
  expect([await run("other"), await run("other")]).toEqual([1, 0]);
  await rm(output);
  expect([await run("other"), await run("other")]).toEqual([1, 0]);
});

test("a failed build is repeated", async () => {
  const build = (work: () => Promise<void>) =>
    buildIfChanged({ stampPath: join(root, ".failed"), root, inputs: ["a.txt"], outputs: [], build: work });
  await expect(build(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await build(async () => {})).toBe(true);
});
