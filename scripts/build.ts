/**
 * Builds the Worker as one module, and the static assets: the OpenAPI documents of the built-in groups and the pages for
 * people. `node scripts/build.ts` builds both for a local start. wrangler bundles by itself and uses `--assets-only`.
 * Outputs whose inputs have not changed are not built again.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { buildIfChanged } from "./build-cache.ts";
import { PROJECT_ROOT, readWorkerConfig } from "./wrangler-config.ts";

const run = promisify(execFile);

const ASSET_GENERATOR = "scripts/schema/openapi.ts";
/** The web pages, as they are served. */
const PAGES = "pages";
/** Files of the package `swagger-ui-dist`, copied into the folder `docs` of the assets. */
const REFERENCE_FILES = ["swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"];

/** The inputs of each build: its sources, its scripts and the versions of its packages. */
const BUILD_SOURCES = ["package-lock.json", "wrangler.toml", "scripts/build.ts"];
const WORKER_SOURCES = [...BUILD_SOURCES, "src"];
const ASSET_SOURCES = [
  ...BUILD_SOURCES,
  ...["scripts/schema", "scripts/openapi-v2", "src/lib", "src/schema", "src/kinds", "src/apiserver", PAGES],
];

export interface BuildOptions {
  /** Called when a build runs, not when the last build is up to date. */
  onBuild?: () => void;
}

/**
 * Bundles the Worker as wrangler would, unminified so that stack traces can be read. Returns the module's path. Tests
 * have entries of their own, each with its own output.
 */
export async function buildWorker({ entry, onBuild }: BuildOptions & { entry?: string } = {}): Promise<string> {
  const config = await readWorkerConfig();
  const name = entry === undefined ? "worker" : basename(entry, ".ts");
  const output = join(PROJECT_ROOT, `dist/${name}.js`);
  const entryPoint = entry ?? config.main;
  await buildIfChanged({
    stampPath: join(PROJECT_ROOT, `dist/.${name}-built`),
    root: PROJECT_ROOT,
    inputs: entry === undefined ? WORKER_SOURCES : [...WORKER_SOURCES, dirname(entry)],
    options: entryPoint,
    outputs: [output],
    build: () => {
      onBuild?.();
      return bundle(entryPoint, output);
    },
  });
  return output;
}

async function bundle(entryPoint: string, output: string): Promise<void> {
  // Loaded only for a build, so that a start without a build is fast.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [entryPoint],
    outfile: output,
    write: false,
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    // As `minify` and `keep_names` in wrangler.toml, so that tests and `npm start` run what production runs.
    minify: true,
    // In a separate file, because workerd reads the module at every start.
    sourcemap: "linked",
    logLevel: "error",
    legalComments: "none",
  });
  for (const { path, contents } of outputFiles) await writeWhole(path, contents);
}

/** Another process may be reading the file and must never see an incomplete one. */
async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
}

/** Builds the static assets. */
export async function buildAssets({ onBuild }: BuildOptions = {}): Promise<void> {
  const config = await readWorkerConfig();
  const directory = join(PROJECT_ROOT, config.assets.directory);
  await buildIfChanged({
    stampPath: join(PROJECT_ROOT, "dist/.assets-built"),
    root: PROJECT_ROOT,
    inputs: ASSET_SOURCES,
    outputs: [directory],
    build: async () => {
      onBuild?.();
      await makeAssets(directory);
    },
  });
}

/** Built beside the folder and then swapped in: a running server never finds the folder empty, even if this build fails. */
async function makeAssets(directory: string): Promise<void> {
  const made = `${directory}.${process.pid}`;
  await mkdir(made, { recursive: true });
  try {
    await run(process.execPath, [join(PROJECT_ROOT, ASSET_GENERATOR), made], { cwd: PROJECT_ROOT });
    const { generateOpenApiV2 } = await import("./openapi-v2/generate.ts");
    await generateOpenApiV2(made);
    await cp(join(PROJECT_ROOT, PAGES), made, { recursive: true });
    const { resolve } = createRequire(import.meta.filename);
    for (const file of REFERENCE_FILES)
      await cp(resolve(`swagger-ui-dist/${file}`), join(made, "docs", basename(file)));
    await rm(directory, { recursive: true, force: true });
    await rename(made, directory);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  await buildAssets();
  if (!process.argv.includes("--assets-only")) console.log(`built ${await buildWorker()}`);
}
