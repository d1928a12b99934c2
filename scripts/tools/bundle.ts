/**
 * Bundles commands of the package `just-bash` (Apache-2.0) as one synchronous module, which `src/programs` imports as
 * `#just-bash-tools`. The commands await nothing but the file system that they are given, so a transformation of the
 * syntax tree can make them synchronous (`synchronous.ts`). The clock and randomness are passed in.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PROJECT_ROOT } from "../wrangler-config.ts";
import { makeSynchronous } from "./synchronous.ts";

/** Commands that are not written in this project. Tests compare them with the tools of Debian and busybox. */
const BUNDLED_COMMANDS = ["jq", "join", "tree"] as const;

const RUNTIME = join(PROJECT_ROOT, "scripts/tools/settled.js");
/** Packages for formats that no bundled command reads, and chunks that are loaded on demand. */
const LEFT_OUT =
  /^(node-liblzma|@mongodb-js\/zstd|sql\.js|quickjs-emscripten|turndown|seek-bzip|node:.+)$|undici|^\.\/chunks\/(?!chunk-)/;
/** Stands in for what was left out. Bundled chunks make a `require` at the start and do not call it. */
const STAND_IN = `export const createRequire = () => () => { throw new Error("left out of the bundle"); }; export default {};`;

/** The text of the module. @throws Error if the package has changed its form. */
export async function bundleTools(): Promise<string> {
  const { build } = await import("esbuild");
  const folder = dirname(createRequire(import.meta.filename).resolve("just-bash"));
  const bundled = await build({
    stdin: { contents: await entryOf(folder), resolveDir: PROJECT_ROOT },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    conditions: ["workerd", "worker", "import"],
    define: { "import.meta.url": '"file:///worker.js"' },
    minifySyntax: true,
    treeShaking: true,
    legalComments: "none",
    logLevel: "error",
    plugins: [
      {
        name: "leave-out",
        setup(context) {
          context.onResolve({ filter: /./ }, ({ path }) =>
            LEFT_OUT.test(path) ? { path, namespace: "left-out" } : undefined,
          );
          context.onLoad({ filter: /./, namespace: "left-out" }, () => ({ contents: STAND_IN }));
        },
      },
    ],
  });
  const synchronous = makeSynchronous(bundled.outputFiles[0]?.text ?? "", RUNTIME);
  // After the transformation: the tools and the adapter must share one clock.
  const shared = `export { clock, $async as settle } from ${JSON.stringify(RUNTIME)};`;
  const result = await build({
    stdin: { contents: `${synchronous}\n${shared}`, resolveDir: PROJECT_ROOT },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    minify: true,
    treeShaking: true,
    banner: { js: await notice(folder) },
    legalComments: "none",
    logLevel: "error",
  });
  return result.outputFiles[0]?.text ?? "";
}

/** The index of the package names the chunk and the export of each command. */
async function entryOf(folder: string): Promise<string> {
  const index = await readFile(join(folder, "index.js"), "utf8");
  const loaders = index.matchAll(
    /\{name:"([^"]+)",load:async\(\)=>\(await import\("\.\/(chunks\/[^"]+)"\)\)\.(\w+)\}/g,
  );
  const chunks = new Map([...loaders].map(([, name, chunk, symbol]) => [name, { chunk, symbol }]));
  const lines = BUNDLED_COMMANDS.map((name) => {
    const found = chunks.get(name);
    if (!found) throw new Error(`just-bash has no command ${name}: look at the loaders in its index`);
    return `export { ${found.symbol} as ${name} } from ${JSON.stringify(join(folder, found.chunk ?? ""))};`;
  });
  return lines.join("\n");
}

async function notice(folder: string): Promise<string> {
  const license = await readFile(join(folder, "../../LICENSE"), "utf8");
  const holder = /^Copyright \d.*$/m.exec(license)?.[0];
  if (!holder) throw new Error("the license of just-bash names no holder: keep its notice");
  return `/*! From just-bash (https://github.com/vercel-labs/just-bash), made synchronous. ${holder}, Apache License 2.0. */`;
}
