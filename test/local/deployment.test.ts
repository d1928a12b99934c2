/** Settings of production that can be tested without production. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { buildAssets } from "../../scripts/build.ts";
import { PROJECT_ROOT } from "../../scripts/wrangler-config.ts";

interface Deployment {
  assets: { directory: string; run_worker_first: string[]; not_found_handling: string };
}

test("every static file is behind the Worker", async () => {
  await buildAssets();
  const { assets } = parse(await readFile(join(PROJECT_ROOT, "wrangler.toml"), "utf8")) as unknown as Deployment;
  const files = await readdir(join(PROJECT_ROOT, assets.directory), { recursive: true, withFileTypes: true });
  const paths = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(join(PROJECT_ROOT, assets.directory).length));

  const isBehindWorker = (path: string) =>
    assets.run_worker_first.some((rule) => (rule.endsWith("*") ? path.startsWith(rule.slice(0, -1)) : path === rule));
  expect(paths).toContain("/v3/index.json");
  expect(paths.filter((path) => !isBehindWorker(path))).toEqual([]);
  // Paths without a file go to the Worker.
  expect(assets.not_found_handling).toBe("none");
});
