/**
 * Records what the real Python 3 of this machine prints for each script of the corpus: `node
 * test/programs/python/record.ts`.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scriptsOf } from "./run.ts";

const here = import.meta.dirname;
const env = { HOME: "/root", PATH: "/usr/bin:/bin", PYTHONHASHSEED: "0", PYTHONIOENCODING: "utf8" };
const recorded: Record<string, { status: number | null; stdout: string; stderr: string }> = {};
for (const { name, source } of scriptsOf(readFileSync(join(here, "corpus.txt"), "utf8"))) {
  const { status, stdout, stderr } = spawnSync("python3", ["-c", source], { encoding: "utf8", env, cwd: "/tmp" });
  recorded[name] = { status, stdout, stderr };
}
writeFileSync(join(here, "recorded.json"), `${JSON.stringify(recorded, null, 2)}\n`);
