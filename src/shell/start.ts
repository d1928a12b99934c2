/** The beginning of a shell: its options, its script, and its first variables. */
import { FileError } from "../files/errors.ts";
import { MAX_SCRIPT_LENGTH } from "../lib/container-limits.ts";
import { setOption } from "./builtins/set.ts";
import { type Context, writeOut } from "./context.ts";
import { pushFrame, pushScript } from "./control.ts";
import { openFileOf } from "./descriptors.ts";
import { DEFAULT_PATH } from "./executables.ts";
import type { InputFrame } from "./frame.ts";
import { OPTION_LETTERS } from "./options.ts";
import { absolutePath, baseName } from "./paths.ts";
import { endProcess } from "./processes.ts";
import { addSource } from "./syntax/source.ts";
import { lookUp, put } from "./table.ts";

interface StartOptions {
  isCommand: boolean;
  isInteractive: boolean;
  readsInput: boolean;
  isLogin: boolean;
  rest: string[];
}

export function startShell(context: Context): void {
  const { shell, process, machine } = context;
  shell.hasStarted = true;
  const options = readArguments(context);
  if (typeof options === "number") {
    endProcess(machine, process, { status: options });
    return;
  }
  setFirstVariables(context);
  if (options.isCommand) startCommand(context, options);
  else if (options.rest.length > 0 && !options.readsInput) startFile(context, options);
  else startInput(context, options);
}

function readArguments(context: Context): StartOptions | number {
  const { process, shell } = context;
  const options: StartOptions = {
    isCommand: false,
    isInteractive: false,
    readsInput: false,
    isLogin: process.argv[0]?.startsWith("-") === true,
    rest: [],
  };
  const args = process.argv.slice(1);
  while (args[0] !== undefined && /^[-+]./.test(args[0])) {
    const word = args.shift()!;
    if (word === "--") break;
    if (word.startsWith("--")) {
      const status = longOption(context, options, word, args);
      if (status !== undefined) return status;
      continue;
    }
    for (const letter of word.slice(1)) {
      if (letter === "o" || letter === "O") {
        const name = args.shift() ?? "";
        const isOn = word.startsWith("-");
        if (letter === "O") put(shell.shopts, name, isOn);
        else if (!setOption(context, name, isOn)) return badOption(context, `${word[0]}o ${name}`);
      } else if (!letterOption(context, options, letter, word.startsWith("-"))) return badOption(context, `-${letter}`);
    }
  }
  if (args[0] === "-") args.shift();
  options.rest = args;
  return options;
}

function letterOption(context: Context, options: StartOptions, letter: string, isOn: boolean): boolean {
  switch (letter) {
    case "c":
      options.isCommand = true;
      return true;
    case "i":
      options.isInteractive = true;
      return true;
    case "s":
      options.readsInput = true;
      return true;
    case "l":
      options.isLogin = true;
      return true;
    case "B":
    case "h":
    case "H":
    case "r":
    case "D":
      return context.shell.flavour === "bash";
    default: {
      const option = OPTION_LETTERS.find(([each]) => each === letter);
      return option !== undefined && setOption(context, option[1], isOn);
    }
  }
}

function longOption(context: Context, options: StartOptions, word: string, args: string[]): number | undefined {
  if (context.shell.flavour !== "bash") return badOption(context, word);
  switch (word) {
    case "--login":
      options.isLogin = true;
      return undefined;
    case "--rcfile":
    case "--init-file":
      args.shift();
      return undefined;
    case "--posix":
    case "--norc":
    case "--noprofile":
    case "--noediting":
    case "--debugger":
    case "--restricted":
      return undefined;
    case "--verbose":
      setOption(context, "verbose", true);
      return undefined;
    case "--version":
      writeOut(context, 1, `GNU bash, version 5.2.15(1)-release (${context.system.host.architecture}-pc-linux-gnu)\n`);
      return 0;
    case "--help":
      writeOut(
        context,
        1,
        "Usage:\tbash [GNU long option] [option] ...\n\tbash [GNU long option] [option] script-file ...\n",
      );
      return 0;
    default:
      return badOption(context, word);
  }
}

function badOption(context: Context, text: string): number {
  const { shell } = context;
  if (shell.flavour === "bash") writeOut(context, 2, `${shell.name}: ${text}: invalid option\n`);
  else writeOut(context, 2, `${shell.name}: ${shell.flavour === "dash" ? "0: Illegal" : "illegal"} option ${text}\n`);
  return 2;
}

function setFirstVariables(context: Context): void {
  const { shell, process } = context;
  const setDefault = (name: string, value: string, flags = "") => {
    if (!lookUp(shell.variables, name)) put(shell.variables, name, { value, flags });
  };
  put(shell.variables, "PWD", { value: process.cwd, flags: "x" });
  put(shell.variables, "IFS", { value: " \t\n", flags: "" });
  put(shell.variables, "OPTIND", { value: "1", flags: "" });
  setDefault("PS4", "+ ");
  setDefault(
    "PATH",
    shell.flavour === "bash" ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" : DEFAULT_PATH,
  );
  if (shell.flavour !== "dash") {
    const level = Number(lookUp(shell.variables, "SHLVL")?.value ?? "0") || 0;
    put(shell.variables, "SHLVL", { value: String(level + 1), flags: "x" });
  }
  if (shell.flavour === "bash" && !lookUp(shell.variables, "OLDPWD")) put(shell.variables, "OLDPWD", { flags: "x" });
  shell.lastArgument = process.argv[0] ?? "";
}

function startCommand(context: Context, options: StartOptions): void {
  const { shell, process, machine } = context;
  const [text, name, ...parameters] = options.rest;
  if (text === undefined) {
    writeOut(context, 2, `${missingCommand(shell)}\n`);
    endProcess(machine, process, { status: 2 });
    return;
  }
  if (name !== undefined) shell.name = name;
  shell.parameters = parameters;
  shell.runsArgument = true;
  pushScript(context, text);
}

/** The error of `sh -c` without a command. */
function missingCommand({ flavour, name }: Context["shell"]): string {
  if (flavour === "bash") return `${name}: -c: option requires an argument`;
  return flavour === "busybox" ? "sh: -c requires an argument" : `${name}: 0: -c requires an argument`;
}

function startFile(context: Context, options: StartOptions): void {
  const { shell, files, process, machine } = context;
  const [path, ...parameters] = options.rest;
  const invoked = shell.name;
  shell.parameters = parameters;
  try {
    const content = files.read(absolutePath(process.cwd, path!));
    shell.name = path!;
    shell.runsFile = true;
    if (content.length > MAX_SCRIPT_LENGTH) throw new FileError("EFBIG", path!);
    pushScript(context, content);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    reportUnreadable(context, invoked, path!, error);
    endProcess(machine, process, { status: shell.flavour === "dash" ? 2 : error.code === "ENOENT" ? 127 : 126 });
  }
}

function reportUnreadable(context: Context, invoked: string, path: string, error: FileError): void {
  switch (context.shell.flavour) {
    case "bash":
      writeOut(context, 2, `${invoked}: ${path}: ${error.message}\n`);
      return;
    case "dash":
      writeOut(
        context,
        2,
        `${invoked}: 0: cannot open ${path}: ${error.code === "ENOENT" ? "No such file" : error.message}\n`,
      );
      return;
    case "busybox":
      writeOut(context, 2, `${invoked}: can't open '${path}': ${error.message}\n`);
  }
}

/** Commands come from the standard input, line by line; on a terminal with a prompt. */
function startInput(context: Context, options: StartOptions): void {
  const { shell, process, machine } = context;
  const isTerminal = openFileOf(machine, process, 0)?.type === "terminal";
  shell.parameters = options.rest;
  shell.readsInput = true;
  const source = addSource(machine, "");
  const frame: InputFrame = { type: "input", source, node: 0, at: 0, text: "", line: 0 };
  pushFrame(context, frame);
  if (!isTerminal && !options.isInteractive) return;
  shell.isInteractive = true;
  if (shell.flavour === "bash") shell.name = baseName(shell.name);
  if (isTerminal) setOption(context, "monitor", true);
  if (shell.flavour === "bash") for (const name of ["emacs", "histexpand", "history"]) setOption(context, name, true);
  pushStartFiles(context, options.isLogin);
}

/** Files that an interactive shell runs first, the last one on top. */
function pushStartFiles(context: Context, isLogin: boolean): void {
  const { shell, files, process } = context;
  const home = lookUp(shell.variables, "HOME")?.value ?? "/";
  const env = lookUp(shell.variables, "ENV")?.value;
  const paths = isLogin ? ["/etc/profile", `${home}/.profile`] : [];
  if (shell.flavour === "bash" && !isLogin) paths.push("/etc/bash.bashrc", `${home}/.bashrc`);
  if (shell.flavour !== "bash" && env) paths.push(absolutePath(process.cwd, env));
  for (const path of paths.reverse()) {
    try {
      const entry = files.find(path);
      if (entry?.type === "file" && entry.content.length <= MAX_SCRIPT_LENGTH) pushScript(context, files.read(path));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
  }
}
