/** Runs a script with an interpreter; its state goes through JSON between any two steps, as between two requests. */

import type { FileSystem } from "../../../src/files/file-system.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import type { ProcessView, Program, SignalName } from "../../../src/shell/program.ts";
import { FakeFiles } from "../../support/fake-files.ts";

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
  maxSteps?: number;
  env?: Readonly<Record<string, string>>;
  /** Signals with the instants after the start at which they arrive, ms. */
  signals?: readonly { atMs: number; name: SignalName }[];
}

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const MAX_STEPS = 10_000;

export function runProgram(program: Program, options: RunOptions): Run {
  const written = ["", "", ""];
  const files = memoryFiles(options.files ?? {});
  let input = options.input ?? "";
  const read = () => {
    const data = input;
    input = "";
    return data;
  };
  const signals = [...(options.signals ?? [])];
  let nowMs = START_MS;
  let state: JsonObject = {};
  for (let step = 0; step < (options.maxSteps ?? MAX_STEPS); step++) {
    const due = () => (signals[0] && START_MS + signals[0].atMs <= nowMs ? signals.shift()!.name : undefined);
    const view = { ...viewOf(options, files), nowMs, state, read, takeSignal: due, write: writer(written) };
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

function viewOf({ argv, env }: RunOptions, files: FileSystem) {
  return {
    pid: 1,
    parentPid: 0,
    argv,
    env: { HOME: "/root", ...env },
    cwd: "/tmp",
    credentials: { uid: 0, gid: 0, groups: [], capabilities: [] },
    files,
    host: {
      hostname: "web-0",
      podAddresses: ["10.0.0.5"],
      memoryBytes: 8 * 1024 ** 3,
      cpus: 2,
      bootedAtMs: START_MS,
      kernelRelease: "6.8.0",
      kernelVersion: "#1 SMP PREEMPT_DYNAMIC",
      architecture: "x86_64",
    },
    random: () => 123_456_789,
    isTerminal: () => false,
    useCpu: () => {},
    charge: () => {},
    listen: () => true,
    stopListening: () => {},
    // There is no network.
    ask: () => ({ type: "failed", why: "refused", address: "127.0.0.1", afterMs: 0 }),
    terminal: () => undefined,
  };
}

function memoryFiles(given: Readonly<Record<string, string>>): FileSystem {
  const files = new FakeFiles(START_MS);
  for (const [path, content] of Object.entries(given)) {
    const parts = path.split("/").slice(1, -1);
    for (const i of parts.keys()) {
      const folder = `/${parts.slice(0, i + 1).join("/")}`;
      if (!files.find(folder)) files.makeDirectory(folder);
    }
    files.write(path, content);
  }
  return files;
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
