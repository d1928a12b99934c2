/** cd, pwd, pushd, popd and dirs. */
import { FileError } from "../../files/errors.ts";
import { type Context, hasOption } from "../context.ts";
import { absolutePath, resolvePath } from "../paths.ts";
import { assign, readVariable } from "../variables.ts";
import { type Builtin, type BuiltinCall, print, readOptions, refuse } from "./builtin.ts";

export const cd: Builtin = (call) => {
  const options = readOptions(call, "LPe@");
  if (typeof options === "number") return options;
  const { context } = call;
  const { flavour } = context.shell;
  if (options.rest.length > 1 && flavour === "bash") return refuse(call, "too many arguments");
  let target = options.rest[0] ?? readVariable(context, "HOME");
  if (target === undefined) return flavour === "bash" ? refuse(call, "HOME not set") : 0;
  let prints = false;
  if (target === "-") {
    target = readVariable(context, "OLDPWD");
    if (target === undefined)
      return flavour === "bash" ? refuse(call, "OLDPWD not set") : refuse(call, "OLDPWD not set", 2);
    prints = true;
  }
  const isPhysical =
    options.flags.lastIndexOf("P") > options.flags.lastIndexOf("L") || hasOption(context.shell, "physical");
  const found = findInPath(context, target);
  const failure = changeDirectory(context, found?.path ?? target, isPhysical);
  if (failure) return complainAboutDirectory(call, target, failure);
  return prints || found?.isShown ? print(call, `${context.process.cwd}\n`) : 0;
};

function complainAboutDirectory(call: BuiltinCall, target: string, error: FileError): number {
  switch (call.context.shell.flavour) {
    case "bash":
      return refuse(call, `${target}: ${error.message}`);
    case "dash":
      return refuse(call, `can't cd to ${target}`, 2);
    case "busybox":
      return refuse(call, `can't cd to ${target}: ${error.message}`, 2);
  }
}

function findInPath(context: Context, target: string): { path: string; isShown: boolean } | undefined {
  const folders = readVariable(context, "CDPATH");
  if (!folders || /^\.{0,2}\//.test(target) || target === "." || target === "..") return undefined;
  for (const folder of folders.split(":")) {
    const path = absolutePath(context.process.cwd, folder === "" ? target : `${folder}/${target}`);
    if (isDirectory(context, path)) return { path, isShown: folder !== "" };
  }
  return undefined;
}

function isDirectory({ files }: Context, path: string): boolean {
  try {
    return files.find(path)?.type === "directory";
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

/** Changes the working directory, PWD and OLDPWD. */
function changeDirectory(context: Context, target: string, isPhysical: boolean): FileError | undefined {
  const { files, process } = context;
  try {
    const logical = resolvePath(process.cwd, target);
    const path = isPhysical ? files.realPath(absolutePath(process.cwd, target)) : logical;
    if (files.stat(path).type !== "directory") return new FileError("ENOTDIR", path);
    files.access(path, "x");
    assign(context, { name: "OLDPWD", appends: false, value: readVariable(context, "PWD") ?? process.cwd });
    process.cwd = path;
    assign(context, { name: "PWD", appends: false, value: path });
    return undefined;
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
}

export const pwd: Builtin = (call) => {
  const options = readOptions(call, "LP");
  if (typeof options === "number") return options;
  const { process, files } = call.context;
  return print(call, `${options.flags.endsWith("P") ? files.realPath(process.cwd) : process.cwd}\n`);
};

function stackOf({ process, shell }: Context): string[] {
  return [process.cwd, ...shell.directories];
}

function shown(context: Context, path: string): string {
  const home = readVariable(context, "HOME");
  if (home && home !== "/" && (path === home || path.startsWith(`${home}/`))) return `~${path.slice(home.length)}`;
  return path;
}

export const dirs: Builtin = (call) => {
  const options = readOptions(call, "clpv");
  if (typeof options === "number") return options;
  const { context } = call;
  if (options.flags.includes("c")) {
    context.shell.directories = [];
    return 0;
  }
  const paths = stackOf(context).map((path) => (options.flags.includes("l") ? path : shown(context, path)));
  if (options.flags.includes("v"))
    return print(call, paths.map((path, i) => `${String(i).padStart(2)}  ${path}\n`).join(""));
  return print(call, options.flags.includes("p") ? `${paths.join("\n")}\n` : `${paths.join(" ")}\n`);
};

export const pushd: Builtin = (call) => {
  const { context, args } = call;
  const stack = stackOf(context);
  const target = args.filter((arg) => arg !== "-n" && arg !== "--")[0];
  let next: string[];
  if (target === undefined) {
    if (stack.length < 2) return refuse(call, "no other directory");
    next = [stack[1]!, stack[0]!, ...stack.slice(2)];
  } else if (/^[-+]\d+$/.test(target)) {
    const at = position(target, stack.length);
    if (at === undefined) return refuse(call, `${target}: directory stack index out of range`);
    next = [...stack.slice(at), ...stack.slice(0, at)];
  } else next = [target, ...stack];
  return moveTo(call, next);
};

export const popd: Builtin = (call) => {
  const { context, args } = call;
  const stack = stackOf(context);
  if (stack.length < 2) return refuse(call, "directory stack empty");
  const target = args[0] ?? "+0";
  const at = position(target, stack.length);
  if (at === undefined) return refuse(call, `${target}: directory stack index out of range`);
  return moveTo(call, stack.toSpliced(at, 1));
};

function position(text: string, length: number): number | undefined {
  const number = Number(text.slice(1));
  const at = text.startsWith("-") ? length - 1 - number : number;
  return at >= 0 && at < length ? at : undefined;
}

function moveTo(call: BuiltinCall, stack: string[]): number {
  const { context } = call;
  const failure = changeDirectory(context, stack[0]!, false);
  if (failure) return refuse(call, `${stack[0]}: ${failure.message}`);
  context.shell.directories = stack.slice(1);
  return print(
    call,
    `${stackOf(context)
      .map((path) => shown(context, path))
      .join(" ")}\n`,
  );
}
