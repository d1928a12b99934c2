/** Runs a script with an interpreter; its state goes through JSON between any two steps, as between two requests. */

import type { FileEntry } from "../../../src/files/entry.ts";
import { FileError } from "../../../src/files/errors.ts";
import type { FileSystem } from "../../../src/files/file-system.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import type { ProcessView, Program, SignalName } from "../../../src/shell/program.ts";

export interface Run {
  status: number | "waits";
  stdout: string;
  stderr: string;
  /** Virtual time that passed, ms. */
  tookMs: number;
  state: JsonObject;
}

export interface RunOptions {
  argv: readonly string[];
  files?: Readonly<Record<string, string>>;
  input?: string;
  env?: Readonly<Record<string, string>>;
  /** Signals with the instants after the start at which they arrive, ms. */
  signals?: readonly { atMs: number; name: SignalName }[];
}

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const MAX_STEPS = 10_000;

export function runProgram(program: Program, options: RunOptions): Run {
  const written = ["", "", ""];
  const files = memoryFiles(options.files ?? {});
  const signals = [...(options.signals ?? [])];
  let nowMs = START_MS;
  let state: JsonObject = {};
  for (let step = 0; step < MAX_STEPS; step++) {
    const due = () => (signals[0] && START_MS + signals[0].atMs <= nowMs ? signals.shift()!.name : undefined);
    const view = { ...viewOf(options, files), nowMs, state, takeSignal: due, write: writer(written) };
    const result = program.run(view as unknown as ProcessView);
    state = JSON.parse(JSON.stringify(state)) as JsonObject;
    const [, stdout = "", stderr = ""] = written.map((bytes) => Buffer.from(bytes, "latin1").toString("utf8"));
    const run = { stdout, stderr, tookMs: nowMs - START_MS, state };
    if (result.type === "exit") return { status: result.status, ...run };
    const waits = result.type === "wait" ? result.for : [];
    const wake = waits.flatMap((wait) => (wait.type === "time" ? [wait.atMs] : []));
    const next = Math.min(...wake, ...signals.slice(0, 1).map(({ atMs }) => START_MS + atMs));
    if (next === Number.POSITIVE_INFINITY) return { status: "waits", ...run };
    nowMs = Math.max(nowMs, next);
  }
  throw new Error("the script does not end");
}

function writer(written: string[]) {
  return (fd: number, data: string) => {
    written[fd] += data;
    return true;
  };
}

function viewOf({ argv, env, input }: RunOptions, files: FileSystem) {
  let rest = input ?? "";
  return {
    pid: 1,
    parentPid: 0,
    argv,
    env: { HOME: "/root", ...env },
    cwd: "/tmp",
    credentials: { uid: 0, gid: 0, groups: [], capabilities: [] },
    files,
    host: { hostname: "web-0", cpus: 2, bootedAtMs: START_MS, kernelRelease: "6.8.0", architecture: "x86_64" },
    random: () => 123_456_789,
    read: () => {
      const data = rest;
      rest = "";
      return data;
    },
    isTerminal: () => false,
    useCpu: () => {},
    charge: () => {},
    listen: () => true,
    ask: () => undefined,
  };
}

function memoryFiles(given: Readonly<Record<string, string>>): FileSystem {
  const contents = new Map(Object.entries(given));
  const entry = (content: string): FileEntry => ({
    type: "file",
    content,
    mode: 0o644,
    uid: 0,
    gid: 0,
    modifiedAtMs: 0,
  });
  const read = (path: string) => {
    const content = contents.get(path);
    if (content === undefined) throw new FileError("ENOENT", path);
    return content;
  };
  return {
    read,
    find: (path: string) => (contents.has(path) ? entry(read(path)) : undefined),
    stat: (path: string) => entry(read(path)),
    write: (path: string, content: string) => void contents.set(path, content),
    append: (path: string, content: string) => void contents.set(path, (contents.get(path) ?? "") + content),
  } as unknown as FileSystem;
}

/** The scripts of a corpus: sections that begin with `### name`. */
export function scriptsOf(corpus: string): { name: string; source: string }[] {
  return corpus
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf("\n");
      return { name: section.slice(0, end), source: section.slice(end + 1) };
    });
}
