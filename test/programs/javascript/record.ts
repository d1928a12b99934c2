/**
 * Records what the pinned Node.js prints for each script of the corpus: `node test/programs/javascript/record.ts`. Each
 * script is a file, because its name stands in stack traces.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FOLDER, INPUT, scriptsOf } from "./run.ts";

const here = import.meta.dirname;
const env = { HOME: "/root", PATH: "/usr/bin:/bin", TZ: "UTC" };
const recorded: Record<string, { status: number | null; stdout: string; stderr: string }> = {};
mkdirSync(FOLDER, { recursive: true });
for (const { name, source } of scriptsOf(readFileSync(join(here, "corpus.txt"), "utf8"))) {
  const file = join(FOLDER, `${name}.js`);
  writeFileSync(file, source);
  // Without these warnings of the version, standard error is the program's.
  const options = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", file];
  const { status, stdout, stderr } = spawnSync(process.execPath, options, {
    encoding: "utf8",
    env,
    cwd: "/tmp",
    input: INPUT,
    argv0: "node",
  });
  recorded[name] = { status, stdout, stderr: stderr.replace(/^\(node:\d+\)/gm, "(node:1)") };
}
rmSync(FOLDER, { recursive: true });
writeFileSync(join(here, "recorded.json"), `${JSON.stringify(recorded, null, 2)}\n`);
