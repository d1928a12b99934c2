/** Entries that find visits, and the texts of -printf. */
import type { FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import type { ProcessView } from "../../shell/program.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { inodeOf, linksOf } from "../base/inodes.ts";
import { modeText, parseMode } from "../base/modes.ts";
import { baseName, directoryName } from "../base/paths.ts";
import type { Names } from "../base/users.ts";

/** One entry on the way. */
export interface Visited {
  /** As it is printed. */
  name: string;
  path: string;
  entry: FileEntry;
  depth: number;
  start: string;
}

/** "wait": a command was started and has not ended. */
export type Outcome = boolean | "wait";
export type Test = (visited: Visited) => Outcome;

/** Memory between calls: names that are still to visit, the command that runs, and files for `-exec … +`. */
export interface FindState {
  queue?: { name: string; depth: number; start: string }[];
  status?: number;
  child?: number;
  /** The number of the -exec in the expression whose child runs, and its result. */
  running?: number;
  results?: Record<string, boolean>;
  gathered?: Record<string, string[]>;
  isFlushing?: boolean;
}

export interface Settings {
  minDepth: number;
  maxDepth: number;
  isDepthFirst: boolean;
  isOneFileSystem: boolean;
  followsLinks: boolean;
}

/** Expands a format of -printf. */
export function formatEntry(process: ProcessView, names: Names, format: string, visited: Visited): string {
  const { name, path, entry, depth, start } = visited;
  const { files, env } = process;
  const size = files.sizeBytes(entry);
  return format.replace(
    /%(-?\d*)([TAC])([a-zA-Z@+])|%(-?\d*)([a-zA-Z%])/g,
    (_all, _timeWidth: string, which: string | undefined, timeLetter: string, width: string, letter: string) => {
      if (which)
        return timeLetter === "@"
          ? `${(entry.modifiedAtMs / 1000).toFixed(10)}`
          : formatTime(`%${timeLetter}`, localTime(entry.modifiedAtMs, env.TZ));
      const parts: Record<string, () => string> = {
        "%": () => "%",
        p: () => name,
        f: () => baseName(name),
        h: () => directoryName(name),
        P: () => (name === start ? "" : name.slice(start.length).replace(/^\//, "")),
        H: () => start,
        s: () => String(size),
        k: () => String(Math.ceil(size / 1024)),
        b: () => String(Math.ceil(size / 4096) * 8),
        m: () => (entry.mode & 0o7777).toString(8),
        M: () => modeText(entry),
        u: () => names.user(entry.uid),
        g: () => names.group(entry.gid),
        U: () => String(entry.uid),
        G: () => String(entry.gid),
        y: () => typeLetter(entry),
        d: () => String(depth),
        i: () => String(inodeOf(path)),
        n: () => String(linksOf(files, path, entry)),
        l: () => (entry.type === "link" ? entry.target : ""),
        t: () => formatTime("%a %b %e %H:%M:%S.0000000000 %Y", localTime(entry.modifiedAtMs, env.TZ)),
      };
      const text = parts[letter]?.() ?? `%${letter}`;
      const columns = Number(width || 0);
      return columns < 0 ? text.padEnd(-columns) : text.padStart(columns || 0);
    },
  );
}

export function typeLetter(entry: FileEntry): string {
  if (entry.type === "device") return entry.device === "block" ? "b" : "c";
  return { file: "f", directory: "d", link: "l", fifo: "p", socket: "s" }[entry.type];
}

export function both(first: Outcome, second: () => Outcome): Outcome {
  return first === true ? second() : first;
}

export function isAccessible(process: ProcessView, path: string, how: string): boolean {
  try {
    process.files.access(path, how);
    return true;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

/** `644` exactly, `-644` all of these bits, `/644` one of them. Undefined for an invalid mode. */
export function permissionTest(text: string): Test | undefined {
  const [, kind = "", rest = ""] = /^([-/+]?)(.*)$/.exec(text) ?? [];
  const change = parseMode(rest, 0);
  if (!change) return undefined;
  const wanted = change(0, false);
  return ({ entry }) => {
    const mode = entry.mode & 0o7777;
    if (kind === "-") return (mode & wanted) === wanted;
    return kind === "" ? mode === wanted : wanted === 0 || (mode & wanted) !== 0;
  };
}
