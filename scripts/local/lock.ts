/** Prevents two processes from using one data folder. A lock whose holder has ended, even by kill -9, is taken over. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export class LockedError extends Error {
  override readonly name = "LockedError";
}

/**
 * Takes the folder's lock, or throws a {@link LockedError} that names the holder. Returns a function that releases
 * it.
 */
export async function takeLock(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "lock");
  const mine = JSON.stringify({ pid: process.pid, startedAt: processStart(process.pid) });
  const draft = `${path}.${process.pid}`;
  try {
    // Inside the try block: on a full disk the file is created before the write fails.
    await writeFile(draft, mine, { mode: 0o600 });
    // A link is created atomically and never replaces an existing one.
    for (let attempt = 0; attempt < 5; attempt++) {
      if (await linked(draft, path)) return () => release(path, mine);
      await removeIfStale(path, folder);
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw new LockedError(`Others keep taking the lock of ${folder}. Try again in a moment.`);
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes the lock of a process that has ended; throws if its holder is running. */
async function removeIfStale(path: string, folder: string): Promise<void> {
  const held = await readFile(path, "utf8").catch(() => null);
  if (held === null) return;
  const { pid, startedAt } = parseLock(held);
  if (pid !== null && processStart(pid) === startedAt && startedAt !== null) {
    throw new LockedError(
      `Another Sandbar (process ${pid}) uses ${folder}. Stop it first, or set SANDBAR_HOME to another folder.`,
    );
  }
  // Another process may have replaced the stale lock since it was read: rename it, read it again, and restore it if so.
  const aside = `${path}.stale.${process.pid}`;
  await rename(path, aside).catch(() => {});
  const moved = await readFile(aside, "utf8").catch(() => null);
  if (moved !== null && moved !== held) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

async function release(path: string, mine: string): Promise<void> {
  const held = await readFile(path, "utf8").catch(() => null);
  if (held === mine) await rm(path, { force: true });
}

function parseLock(text: string): { pid: number | null; startedAt: string | null } {
  try {
    const { pid, startedAt } = JSON.parse(text) as { pid?: unknown; startedAt?: unknown };
    return {
      pid: typeof pid === "number" ? pid : null,
      startedAt: typeof startedAt === "string" ? startedAt : null,
    };
  } catch {
    return { pid: null, startedAt: null };
  }
}

/**
 * The start time of a process in the system's own form; null if there is no such process. A process id alone is no proof:
 * after a crash it may belong to another process.
 */
function processStart(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return null;
  }
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The second field is the program's name in parentheses and may itself contain spaces; the start time is field
      // 22.
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
    }
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
  } catch {
    return null;
  }
}
