/**
 * Makes what runs from the sources: the Worker as one module, and the OpenAPI documents of the built-in groups as assets.
 * `node scripts/build.ts` makes both for a local start; wrangler bundles by itself and asks for `--assets-only`.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { generateOpenApiV2 } from "./openapi-v2/generate.ts";
import { PROJECT_ROOT, readWorkerConfig } from "./wrangler-config.ts";

const run = promisify(execFile);

const WORKER_OUTPUT = "dist/worker.js";
const ASSET_GENERATOR = "scripts/schema/openapi.ts";
/** What the asset generator reads; newer files here mean that the assets are stale. */
const ASSET_SOURCES = ["scripts/schema", "scripts/openapi-v2", "src/schema", "src/kinds", "src/apiserver"];

/** Bundles the Worker as wrangler would, unminified so that stack traces can be read. Gives the module's path. */
export async function buildWorker(options: { entry?: string } = {}): Promise<string> {
  const config = await readWorkerConfig();
  const output = join(PROJECT_ROOT, WORKER_OUTPUT);
  // Another process may be reading the module: it must never see half of one.
  const draft = `${output}.${process.pid}`;
  await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [options.entry ?? config.main],
    outfile: draft,
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    sourcemap: "inline",
    logLevel: "error",
    legalComments: "none",
  });
  await rename(draft, output);
  return output;
}

/** Makes the static assets unless they are newer than what they come from. */
export async function buildAssets(): Promise<void> {
  const config = await readWorkerConfig();
  const directory = join(PROJECT_ROOT, config.assets.directory);
  const stamp = join(PROJECT_ROOT, "dist/.assets-made");
  const madeAt = (await stat(stamp).catch(() => null))?.mtimeMs ?? 0;
  const newest = Math.max(...(await Promise.all(ASSET_SOURCES.map((path) => newestChange(join(PROJECT_ROOT, path))))));
  if (existsSync(directory) && madeAt > newest) return;

  // Made beside and then swapped in: a server that runs never finds the folder empty, whatever becomes of this build.
  const made = `${directory}.${process.pid}`;
  await mkdir(made, { recursive: true });
  try {
    await run(process.execPath, [join(PROJECT_ROOT, ASSET_GENERATOR), made], { cwd: PROJECT_ROOT });
    await generateOpenApiV2(made);
    await rm(directory, { recursive: true, force: true });
    await rename(made, directory);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  await writeFile(stamp, "");
}

/** When anything below this folder last changed. */
async function newestChange(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const times = await Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).mtimeMs));
  return Math.max(0, ...times);
}

if (import.meta.main) {
  await buildAssets();
  if (!process.argv.includes("--assets-only")) console.log(`built ${await buildWorker()}`);
}
