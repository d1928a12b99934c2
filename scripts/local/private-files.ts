/** Files with secrets: readable by their owner only, also if they existed with other modes. */
import { chmod, lstat, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/** Writes a file atomically. A full disk leaves no incomplete file. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  // An existing draft would keep its mode.
  await rm(draft, { force: true });
  try {
    await writeFile(draft, text, { mode: PRIVATE_FILE, flag: "wx" });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/**
 * Removes all rights of other users from a folder and recursively from its entries that are `ours`. The folder itself
 * is not changed if it holds other entries, because it may be a home directory. Returns the names of the other
 * entries.
 */
export async function makePrivate(folder: string, isOurs: (name: string) => boolean): Promise<string[]> {
  const names = await readdir(folder);
  const foreign = names.filter((name) => !isOurs(name));
  if (foreign.length === 0) await tighten(folder, PRIVATE_FOLDER);
  for (const name of names) if (isOurs(name)) await tightenAll(join(folder, name));
  return foreign;
}

async function tightenAll(path: string): Promise<void> {
  try {
    const found = await lstat(path);
    // The target of a link is not ours.
    if (found.isSymbolicLink()) return;
    await tighten(path, found.isDirectory() ? PRIVATE_FOLDER : PRIVATE_FILE);
    if (!found.isDirectory()) return;
    for (const name of await readdir(path)) await tightenAll(join(path, name));
  } catch (error) {
    // The database may remove its files at the same time.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

async function tighten(path: string, mode: number): Promise<void> {
  if (((await lstat(path)).mode & 0o777) !== mode) await chmod(path, mode);
}
