/** sed. Input is handled line by line as it arrives; a cycle that needs a line which is not there runs again later. */
import { FileError } from "../../files/errors.ts";
import type { JsonObject } from "../../lib/json.ts";
import { type Flavour, UsageError } from "../base/call.ts";
import { fileProblem } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { resolvePath } from "../base/paths.ts";
import { type Filter, type StreamCall, streamTool } from "../base/streams.ts";
import { SedMachine } from "./sed-machine.ts";
import { type Command, parseScript } from "./sed-script.ts";
import type { SedState } from "./sed-state.ts";

const RULES = {
  short: "bcEe:f:i::l:nrsuz",
  long: {
    debug: "-",
    expression: "e",
    file: "f",
    "follow-symlinks": "-",
    "in-place": "i",
    "line-length": "l",
    "null-data": "z",
    posix: "-",
    quiet: "n",
    "regexp-extended": "E",
    sandbox: "-",
    separate: "s",
    silent: "n",
    unbuffered: "u",
    "zero-terminated": "z",
  },
};

const GNU_LINKS = `GNU sed home page: <https://www.gnu.org/software/sed/>.
General help using GNU software: <https://www.gnu.org/gethelp/>.
`;

export const sed = streamTool((call, state) => begin(call, state));

function begin(call: StreamCall, state: JsonObject): Filter {
  const options = readOptions(call, RULES);
  const operands = [...options.operands];
  const script = scriptText(call, options, operands);
  const commands = parseScript(script.replace(/^#n\n/, ""), {
    isExtended: options.has("E", "r"),
    flavour: call.flavour,
  });
  const isQuiet = options.has("n") || script.startsWith("#n\n");
  const settings = { isQuiet, separator: options.has("z") ? "\0" : "\n" };
  if (options.has("i")) return inPlace(call, state, options, operands, commands, settings);
  const isSeparate = options.has("s");
  const machine = machineOf(call, state, commands, settings, (text) => call.print(text));
  return {
    names: operands.length > 0 ? operands : ["-"],
    problem: (name, error) => sedProblem(call.flavour, name, error),
    piece: (data, { isLast }) => {
      machine.add(data, isLast);
      const isOver = machine.run(isLast && isSeparate);
      if (isLast && isSeparate) machine.startFile();
      return isOver;
    },
    end: (failed) => {
      if (!machine.hasQuit) machine.run(true);
      return machine.status || (failed ? (call.flavour === "gnu" ? 2 : 1) : 0);
    },
  };
}

function scriptText(call: StreamCall, options: Options, operands: string[]): string {
  const parts = options.given.flatMap(({ name, value }) => {
    if (name === "e") return [value];
    if (name !== "f") return [];
    try {
      return [
        call.process.files
          .read(resolvePath(call.process.cwd, value))
          .replace(/\n$/, "")
          .replace(/^#![^\n]*\n/, ""),
      ];
    } catch (error) {
      throw new UsageError(
        call.flavour === "gnu"
          ? `couldn't open file ${value}: ${fileProblem(error)}`
          : `${value}: ${fileProblem(error)}`,
        { hasHint: false },
      );
    }
  });
  if (parts.length > 0) return parts.join("\n");
  const script = operands.shift();
  if (script !== undefined) return script;
  call.warn(
    call.flavour === "gnu"
      ? `Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n\n${GNU_LINKS}`
      : "BusyBox v1.36.1 (2024-05-31 15:46:39 UTC) multi-call binary.\n\nUsage: sed [-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...\n",
  );
  throw new UsageError("", { status: 1, hasHint: false });
}

function sedProblem(flavour: Flavour, name: string, error: FileError): string {
  if (flavour === "busybox") return `${name}: ${error.message}`;
  return error.code === "EISDIR"
    ? `couldn't read ${name}: ${error.message}`.replace(
        /^couldn't read (.*): Is a directory$/,
        "read error on $1: Is a directory",
      )
    : `can't read ${name}: ${error.message}`;
}

function machineOf(
  call: StreamCall,
  state: JsonObject,
  commands: readonly Command[],
  settings: { isQuiet: boolean; separator: string },
  write: (text: string) => void,
): SedMachine {
  const { files, cwd } = call.process;
  return new SedMachine(state as unknown as SedState, commands, {
    ...settings,
    flavour: call.flavour,
    write,
    warn: (text) => call.warn(text),
    charge: (steps) => call.process.charge(steps),
    read: (name) => {
      try {
        return files.read(resolvePath(cwd, name));
      } catch (error) {
        if (error instanceof FileError) return "";
        throw error;
      }
    },
    writeFile: (name, text, isFirst) => {
      if (name === "/dev/stdout") write(text);
      else if (name === "/dev/stderr") call.warn(text);
      else if (isFirst) files.write(resolvePath(cwd, name), text);
      else files.append(resolvePath(cwd, name), text);
    },
  });
}

/** -i: each file is edited on its own, and its old content kept if a suffix is given. */
function inPlace(
  call: StreamCall,
  state: JsonObject,
  options: Options,
  names: readonly string[],
  commands: readonly Command[],
  settings: { isQuiet: boolean; separator: string },
): Filter {
  const { files, cwd } = call.process;
  const suffix = options.value("i") ?? "";
  let status = 0;
  if (names.length === 0)
    throw new UsageError(call.flavour === "gnu" ? "no input files" : "no input files", { hasHint: false });
  for (const name of names) {
    const path = resolvePath(cwd, name);
    try {
      const entry = files.stat(path);
      if (entry.type !== "file") {
        call.warn(`sed: couldn't edit ${name}: not a regular file\n`);
        status = 4;
        continue;
      }
      const content = files.read(path);
      let result = "";
      const own: JsonObject = {};
      const machine = machineOf(call, own, commands, settings, (text) => {
        result += text;
      });
      machine.add(content, true);
      machine.run(true);
      if (machine.hasQuit) result += machine.rest();
      if (suffix !== "") files.write(backupPath(path, suffix), content, entry.mode & 0o777);
      files.write(path, result);
      status ||= machine.status;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      call.warn(`sed: ${sedProblem(call.flavour, name, error)}\n`);
      status = call.flavour === "gnu" ? (error.code === "ENOENT" ? 2 : 4) : 1;
    }
  }
  state.isDone = true;
  return { names: [], piece: () => true, end: () => status };
}

function backupPath(path: string, suffix: string): string {
  if (!suffix.includes("*")) return path + suffix;
  const slash = path.lastIndexOf("/");
  return path.slice(0, slash + 1) + suffix.replaceAll("*", path.slice(slash + 1));
}
