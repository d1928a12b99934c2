/**
 * The corpus of scripts, run here and by real shells. A file of the corpus has cases that begin with a line
 *
 *     ### name [: shell …] [, how]
 *
 * without shells it runs in bash, dash and busybox. `how` is `file` (a script file) or `stdin` (through the standard
 * input); otherwise the script is the argument of -c.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ShellFlavour } from "../../../src/shell/contract.ts";
import { endInput, input } from "../../../src/shell/machine.ts";
import { type DriveOptions, drive, ENVIRONMENT, type TestContainer, testContainer } from "./machine.ts";

export const FLAVOURS: readonly ShellFlavour[] = ["bash", "dash", "busybox"];

export interface ParityCase {
  topic: string;
  name: string;
  flavours: readonly ShellFlavour[];
  how: "argument" | "file" | "stdin";
  script: string;
}

export interface ParityResult {
  stdout: string;
  stderr: string;
  status: number | null;
}

const CORPUS = join(import.meta.dirname, "../corpus");
const RECORDED = join(import.meta.dirname, "../recorded");
const REAL_TIMEOUT_MS = 10_000;

export function topics(): string[] {
  return readdirSync(CORPUS)
    .filter((file) => file.endsWith(".sh"))
    .map((file) => file.slice(0, -3))
    .sort();
}

export function readCases(topic: string): ParityCase[] {
  const text = readFileSync(join(CORPUS, `${topic}.sh`), "utf8");
  return text
    .split(/^### /m)
    .slice(1)
    .map((block) => {
      const [head = "", ...body] = block.split("\n");
      const [, name = "", shells = "", how = ""] = /^([^:,]+?)\s*(?::\s*([^,]+?))?\s*(?:,\s*(\w+))?$/.exec(head) ?? [];
      const flavours = shells === "" ? FLAVOURS : (shells.split(/\s+/) as ShellFlavour[]);
      return {
        topic,
        name,
        flavours,
        how: how === "file" || how === "stdin" ? how : "argument",
        script: body.join("\n"),
      };
    });
}

/** `$0` of a shell: dash and busybox are called `sh`. */
function argvOf({ how, script }: ParityCase, flavour: ShellFlavour): string[] {
  const name = flavour === "bash" ? "bash" : "sh";
  if (how === "file") return [name, "./script.sh", "one", "two words"];
  return how === "stdin" ? [name] : [name, "-c", script];
}

let appletFolder: string | undefined;

/** A folder with links to busybox for all its applets, so that its shell finds them before GNU's tools. */
function applets(): string {
  if (appletFolder === undefined) {
    appletFolder = mkdtempSync(join(tmpdir(), "applets-"));
    spawnSync("/usr/bin/busybox", ["--install", "-s", appletFolder]);
  }
  return appletFolder;
}

/** Runs a case in the real shell of this machine. */
export function runReal(each: ParityCase, flavour: ShellFlavour): ParityResult {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "parity-")));
  try {
    writeFileSync(join(folder, "script.sh"), each.script);
    const [name = "", ...args] = argvOf(each, flavour);
    const path = { bash: "/usr/bin/bash", dash: "/usr/bin/dash", busybox: "/usr/bin/busybox" }[flavour];
    const result = spawnSync(path, args, {
      argv0: name,
      cwd: folder,
      env: {
        ...ENVIRONMENT,
        TMPDIR: folder,
        ...(flavour === "busybox" && { PATH: `${applets()}:${ENVIRONMENT.PATH}` }),
      },
      // Not a socket: bash would think that it is run by a remote shell.
      stdio: [openSync(each.how === "stdin" ? join(folder, "script.sh") : "/dev/null", "r"), "pipe", "pipe"],
      timeout: REAL_TIMEOUT_MS,
      killSignal: "SIGKILL",
      encoding: "utf8",
    });
    const clean = (text: string) => text.replaceAll(folder, "/work");
    const status = result.status ?? (result.signal ? SIGNAL_STATUS[result.signal] : undefined) ?? null;
    return { stdout: clean(result.stdout), stderr: clean(result.stderr), status };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const SIGNAL_STATUS: Record<string, number> = { SIGTERM: 143, SIGKILL: 137, SIGINT: 130, SIGHUP: 129, SIGPIPE: 141 };

export function parityContainer(each: ParityCase, flavour: ShellFlavour): TestContainer {
  const isStdin = each.how === "stdin";
  const argv = argvOf(each, flavour);
  const start = {
    argv,
    stdin: isStdin ? ("open" as const) : ("none" as const),
    env: { ...ENVIRONMENT, TMPDIR: "/work" },
  };
  const container = testContainer(flavour, start, { "/work/script.sh": each.script });
  if (isStdin) {
    input(container.machine, 0, each.script, container.system);
    endInput(container.machine, 0);
  }
  // Like the real runs, the shell is not process 1: signals have their default action.
  return container;
}

export function runHere(each: ParityCase, flavour: ShellFlavour, options: DriveOptions = {}): ParityResult {
  const { stdout, stderr, status } = drive(parityContainer(each, flavour), options);
  return { stdout, stderr, status: status ?? null };
}

export type Recorded = Record<string, Partial<Record<ShellFlavour, ParityResult>>>;

export function readRecorded(topic: string): Recorded {
  return JSON.parse(readFileSync(join(RECORDED, `${topic}.json`), "utf8")) as Recorded;
}

export function writeRecorded(topic: string, recorded: Recorded): void {
  writeFileSync(join(RECORDED, `${topic}.json`), `${JSON.stringify(recorded, null, 2)}\n`);
}

/** Whether the recorded busybox was built without an applet or an option. Other builds have it. */
export function lacksApplet(flavour: ShellFlavour, { stderr }: ParityResult): boolean {
  return flavour === "busybox" && /applet not found|invalid option --|unrecognized: -|invalid date '.*Z'/.test(stderr);
}

/** Process numbers in messages differ from run to run. */
export function normalizeErrors(text: string): string {
  return text.replace(/\b\d{3,}\b/g, "N").replace(/^(.*line \d+: ) +N /gm, "$1N ");
}
