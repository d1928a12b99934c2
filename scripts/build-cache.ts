/** Skips a build while its inputs are unchanged and its outputs exist. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

export interface CachedBuild {
  /** Where the fingerprint of the last build is kept. */
  stampPath: string;
  /** Files and folders; paths in the fingerprint are relative to `root`. */
  inputs: readonly string[];
  root: string;
  /** Further settings that the result depends on. */
  options?: string;
  outputs: readonly string[];
  build(): Promise<void>;
}

/** Builds unless the contents of all inputs equal those of the last build. Returns true if it was built. */
export async function buildIfChanged({ stampPath, inputs, root, options = "", outputs, build }: CachedBuild) {
  const print = await fingerprint(root, inputs, options);
  const known = await readFile(stampPath, "utf8").catch(() => null);
  if (known === print && outputs.every((path) => existsSync(path))) return false;
  await build();
  await mkdir(dirname(stampPath), { recursive: true });
  await writeFile(stampPath, print);
  return true;
}

/** Hashes contents, so that a new checkout or a touched file causes no build. */
async function fingerprint(root: string, inputs: readonly string[], options: string): Promise<string> {
  const files = (await Promise.all(inputs.map((path) => filesBelow(join(root, path))))).flat().sort();
  const texts = await Promise.all(files.map((path) => readFile(path)));
  const hash = createHash("sha256").update(options);
  for (const [index, text] of texts.entries()) {
    hash.update(`\n${relative(root, files[index]!)} ${text.length}\n`).update(text);
  }
  return hash.digest("hex");
}

async function filesBelow(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
