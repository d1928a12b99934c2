/** Starts commands for programs such as env, timeout, xargs and find, with their messages for a missing command. */
import { FileError } from "../../files/errors.ts";
import type { ProcessView, SpawnOptions, Step } from "../../shell/program.ts";
import { type Flavour, programName } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { resolvePath } from "../base/paths.ts";

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export type Launch = SpawnOptions;

/** Runs a command in place of this program: 127 if it is missing, 126 if it cannot run. */
export function execute(
  process: ProcessView,
  { argv, env }: { argv: readonly string[]; env?: Readonly<Record<string, string>> },
  flavour: Flavour,
): Step {
  const problem = commandProblem(process, argv[0]!, env ?? process.env);
  if (!problem) return { type: "exec", argv, env };
  return { type: "exit", status: report(process, argv[0]!, problem, flavour) };
}

/** Starts a command as a child. */
export function launch(
  process: ProcessView,
  options: Launch,
  flavour: Flavour,
): { type: "started"; pid: number } | { type: "failed"; status: number } {
  const name = options.argv[0]!;
  const problem = commandProblem(process, name, options.env ?? process.env);
  if (problem) return { type: "failed", status: report(process, name, problem, flavour) };
  return { type: "started", pid: process.spawn(options) };
}

/** GNU's programs that name the command without further words. */
const TERSE = new Set(["env", "xargs", "setsid", "find"]);

function report(
  process: ProcessView,
  name: string,
  problem: { status: number; message: string },
  flavour: Flavour,
): number {
  const self = programName(process);
  const gnu = self === "xargs" ? name : TERSE.has(self) ? quoted(name) : `failed to run command ${quoted(name)}`;
  const busybox = self === "xargs" || self === "find" ? name : `can't execute '${name}'`;
  process.write(2, `${self}: ${flavour === "gnu" ? gnu : busybox}: ${problem.message}\n`);
  return problem.status;
}

/** The reason why a command cannot run; undefined if it can. */
function commandProblem(
  process: ProcessView,
  name: string,
  env: Readonly<Record<string, string>>,
): { status: number; message: string } | undefined {
  const paths = name.includes("/")
    ? [resolvePath(process.cwd, name)]
    : (env.PATH ?? DEFAULT_PATH).split(":").map((folder) => resolvePath(process.cwd, `${folder || "."}/${name}`));
  let isDenied = false;
  for (const path of paths) {
    try {
      const entry = process.files.find(path);
      if (!entry) continue;
      if (entry.type === "file" && (entry.mode & 0o111) !== 0) return undefined;
      isDenied = true;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      isDenied ||= error.code === "EACCES";
    }
  }
  return isDenied
    ? { status: 126, message: "Permission denied" }
    : { status: 127, message: "No such file or directory" };
}
