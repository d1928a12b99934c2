/** Snapshots and the append-only file in the server's folder. */
import { FileError } from "../../../files/errors.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { sizeOf } from "./dictionary.ts";
import { parseCommands, toResp } from "./resp.ts";
import { databases, log, optionsIn } from "./state.ts";
import { RedisError } from "./store.ts";

function folderOf(process: ProcessView): string {
  return (optionsIn(process)["dir"] ?? "/data").replace(/\/$/, "");
}

const snapshotPath = (process: ProcessView): string => `${folderOf(process)}/${optionsIn(process)["dbfilename"]}`;
const appendPath = (process: ProcessView): string => `${folderOf(process)}/appendonlydir/appendonly.aof.1.incr.aof`;

/** A snapshot begins as Redis' files do; the rest is JSON. */
const MAGIC = "REDIS0012";

/** False if the snapshot could not be written. */
export function save(process: ProcessView): boolean {
  try {
    process.files.write(snapshotPath(process), MAGIC + JSON.stringify(databases(process)), 0o644);
    process.state["dirty"] = 0;
    process.state["savedAtMs"] = process.nowMs;
    return true;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

/** Reads the append-only file if it is on, and the snapshot otherwise. `run` runs a command of the file. */
export function load(process: ProcessView, run: (args: readonly string[]) => void): void {
  const { state, files } = process;
  state["savedAtMs"] = state["startedAtMs"] = process.nowMs;
  try {
    if (optionsIn(process)["appendonly"] === "yes") {
      if (!files.find(appendPath(process))) {
        const folder = appendPath(process).replace(/\/[^/]*$/, "");
        if (!files.find(folder)) files.makeDirectory(folder);
        files.write(appendPath(process), "");
        return;
      }
      for (const args of parseCommands(files.read(appendPath(process)))) run(args);
      log(process, "DB loaded from append only file: 0.000 seconds");
      return;
    }
    if (!files.find(snapshotPath(process))) return;
    const content = files.read(snapshotPath(process));
    if (!content.startsWith(MAGIC)) return;
    state["databases"] = JSON.parse(content.slice(MAGIC.length));
    log(process, "Loading RDB produced by version 8.4.0");
    log(process, `Done loading RDB, keys loaded: ${sizeOf(databases(process)["0"] ?? {})}, keys expired: 0.`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    log(process, `Can't open the append-only file: ${error.message}`, "#");
  }
}

/** Saves when enough has changed for long enough. Returns when to look again. */
export function saveIfDue(process: ProcessView): number | undefined {
  const { state, nowMs } = process;
  const dirty = Number(state["dirty"] ?? 0);
  if (dirty === 0 || optionsIn(process)["save"] === "") return undefined;
  const points = [...(optionsIn(process)["save"] ?? "").matchAll(/(\d+) (\d+)/g)].map(([, seconds, changes]) => ({
    seconds: Number(seconds),
    changes: Number(changes),
  }));
  const due = points
    .filter(({ changes }) => dirty >= changes)
    .map(({ seconds }) => Number(state["savedAtMs"]) + seconds * 1000);
  if (due.length === 0) return undefined;
  const atMs = Math.min(...due);
  if (atMs > nowMs) return atMs;
  save(process);
  return undefined;
}

/** Counts changes, and appends the command if the append-only file is on. @throws RedisError if it cannot be written */
export function recordChange(process: ProcessView, args: readonly string[], changes: number): void {
  process.state["dirty"] = Number(process.state["dirty"] ?? 0) + changes;
  if (process.state["phase"] !== "up" || optionsIn(process)["appendonly"] !== "yes") return;
  try {
    process.files.append(appendPath(process), toResp([...args]));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new RedisError(`MISCONF Errors writing to the AOF file: ${error.message}`);
  }
}
