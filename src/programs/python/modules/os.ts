/** `os` and `os.path`. */

import type { FileEntry } from "../../../files/entry.ts";
import { integer, none, optional, text } from "../builtins/arguments.ts";
import { exceptionOf, raise, withFileErrors } from "../errors.ts";
import { absolutePath } from "../files.ts";
import { iterate } from "../iteration.ts";
import { Builtin, Dict, Instance, List, type Module, PyClass, PyError, Tuple, type Value } from "../objects.ts";
import { truth } from "../operators.ts";
import type { Interpreter } from "../vm.ts";
import { define, functionsOf } from "./define.ts";

const at = (vm: Interpreter, value: Value | undefined) => absolutePath(vm, text(value));

function find(vm: Interpreter, value: Value | undefined): FileEntry | undefined {
  try {
    return vm.process.files.find(at(vm, value));
  } catch {
    return undefined;
  }
}

const environment = (vm: Interpreter): Dict => vm.import("os")!.scope.variables.get("environ") as Dict;

/** An object with read-only fields: `os.stat_result`, `os.uname_result`. */
export function record(name: string, fields: Readonly<Record<string, Value>>): Instance {
  const made = new Instance(new PyClass(name, []));
  for (const [key, value] of Object.entries(fields)) made.attributes.set(key, value);
  return made;
}

/** The rows of `os.walk`: folder, names of folders, names of files. */
function walk(vm: Interpreter, folder: string): Value[] {
  const { files } = vm.process;
  const start = at(vm, folder);
  if (files.find(start)?.type !== "directory") return [];
  const names = files.list(start);
  const isFolder = (name: string) => files.findLink(`${start}/${name}`)?.type === "directory";
  const folders = names.filter(isFolder);
  const others = names.filter((name) => !isFolder(name));
  const row = new Tuple([folder, new List([...folders]), new List([...others])]);
  return [row, ...folders.flatMap((name) => walk(vm, `${folder.replace(/\/$/, "")}/${name}`))];
}

const fill = functionsOf("os", {
  getenv: (vm, args, keywords) =>
    environment(vm).entries.get(`s${text(args[0])}`)?.[1] ?? optional(args, 1, keywords, "default") ?? null,
  getcwd: (vm) => vm.process.cwd,
  getpid: (vm) => BigInt(vm.process.pid),
  getppid: (vm) => BigInt(vm.process.parentPid),
  getuid: (vm) => BigInt(vm.process.credentials.uid),
  getgid: (vm) => BigInt(vm.process.credentials.gid),
  cpu_count: (vm) => BigInt(vm.process.host.cpus),
  listdir: (vm, [path = "."]) => new List([...withFileErrors(text(path), () => vm.process.files.list(at(vm, path)))]),
  mkdir: (vm, [path]) => none(withFileErrors(text(path), () => vm.process.files.makeDirectory(at(vm, path)))),
  makedirs(vm, args, keywords) {
    const isFine = truth(vm, optional(args, 2, keywords, "exist_ok") ?? false);
    const parts = at(vm, args[0]).split("/").filter(Boolean);
    const { files } = vm.process;
    parts.forEach((_, i) => {
      const folder = `/${parts.slice(0, i + 1).join("/")}`;
      const isLast = i === parts.length - 1;
      if (!files.find(folder) || (isLast && !isFine)) withFileErrors(text(args[0]), () => files.makeDirectory(folder));
    });
    return null;
  },
  walk: (vm, [path]) => iterate(vm, new List(walk(vm, text(path)))),
  remove: (vm, [path]) => none(withFileErrors(text(path), () => vm.process.files.removeFile(at(vm, path)))),
  unlink: (vm, [path]) => none(withFileErrors(text(path), () => vm.process.files.removeFile(at(vm, path)))),
  rmdir: (vm, [path]) => none(withFileErrors(text(path), () => vm.process.files.removeDirectory(at(vm, path)))),
  rename: (vm, [from, to]) => none(withFileErrors(text(from), () => vm.process.files.rename(at(vm, from), at(vm, to)))),
  chmod: (vm, [path, mode]) =>
    none(withFileErrors(text(path), () => vm.process.files.setMode(at(vm, path), integer(mode)))),
  stat(vm, [path]) {
    const entry = withFileErrors(text(path), () => vm.process.files.stat(at(vm, path)));
    return record("stat_result", {
      st_size: BigInt(vm.process.files.sizeBytes(entry)),
      st_mode: BigInt(entry.mode),
      st_uid: BigInt(entry.uid),
      st_gid: BigInt(entry.gid),
      st_mtime: entry.modifiedAtMs / 1000,
    });
  },
  uname(vm) {
    const { hostname, kernelRelease, architecture } = vm.process.host;
    return record("uname_result", {
      sysname: "Linux",
      nodename: hostname,
      release: kernelRelease,
      version: "#1 SMP",
      machine: architecture,
    });
  },
  _exit(_vm, [code = 0n]) {
    const exception = exceptionOf("SystemExit", code);
    exception.attributes.set("code", code);
    throw new PyError(exception);
  },
  kill(vm, [pid, signal]) {
    const names: Record<number, "HUP" | "INT" | "KILL" | "TERM" | "USR1" | "USR2"> = {
      1: "HUP",
      2: "INT",
      9: "KILL",
      10: "USR1",
      12: "USR2",
      15: "TERM",
    };
    const name = names[integer(signal)];
    if (name && !vm.process.kill(integer(pid), name)) raise("ProcessLookupError", 3n, "No such process");
    return null;
  },
  urandom(vm, [size]) {
    let data = "";
    for (let i = 0; i < Math.min(integer(size), 4096); i++) data += String.fromCharCode(vm.process.random() & 255);
    return vm.builtin("new:bytes", [new List([...data].map((c) => BigInt(c.charCodeAt(0))))]);
  },
});

export function fillOs(vm: Interpreter, module: Module): void {
  fill(module);
  const environ = new Dict();
  for (const [name, value] of Object.entries(vm.process.env)) vm.setSubscript(environ, name, value);
  define(module, {
    system: new Builtin("os.system"),
    environ,
    sep: "/",
    linesep: "\n",
    name: "posix",
    pathsep: ":",
    devnull: "/dev/null",
  });
  vm.import("os.path");
}

const parts = (path: string): [string, string] => {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? ["", path] : [path.slice(0, slash) || "/", path.slice(slash + 1)];
};

const fillPath = functionsOf("os.path", {
  exists: (vm, [path]) => find(vm, path) !== undefined,
  isfile: (vm, [path]) => find(vm, path)?.type === "file",
  isdir: (vm, [path]) => find(vm, path)?.type === "directory",
  islink: (vm, [path]) => vm.process.files.findLink(at(vm, path))?.type === "link",
  getsize(vm, [path]) {
    const entry = withFileErrors(text(path), () => vm.process.files.stat(at(vm, path)));
    return BigInt(vm.process.files.sizeBytes(entry));
  },
  getmtime: (vm, [path]) => withFileErrors(text(path), () => vm.process.files.stat(at(vm, path))).modifiedAtMs / 1000,
  join: (_vm, [first, ...rest]) =>
    rest.reduce<string>((path, part) => {
      const next = text(part);
      return next.startsWith("/") ? next : path === "" || path.endsWith("/") ? path + next : `${path}/${next}`;
    }, text(first)),
  basename: (_vm, [path]) => parts(text(path))[1],
  dirname: (_vm, [path]) => parts(text(path))[0],
  split: (_vm, [path]) => new Tuple(parts(text(path))),
  splitext(_vm, [path]) {
    const whole = text(path);
    const dot = whole.lastIndexOf(".");
    return new Tuple(dot > whole.lastIndexOf("/") + 1 ? [whole.slice(0, dot), whole.slice(dot)] : [whole, ""]);
  },
  abspath: (vm, [path]) => normal(at(vm, path)),
  realpath: (vm, [path]) => withFileErrors(text(path), () => vm.process.files.realPath(at(vm, path))),
  normpath: (_vm, [path]) => normal(text(path)),
  expanduser: (vm, [path]) => text(path).replace(/^~(?=\/|$)/, vm.process.env["HOME"] ?? "/root"),
  isabs: (_vm, [path]) => text(path).startsWith("/"),
});

function normal(path: string): string {
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") out.pop();
    else if (part !== "" && part !== ".") out.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + out.join("/") || ".";
}

export function fillOsPath(_vm: Interpreter, module: Module): void {
  fillPath(module);
  define(module, { sep: "/" });
}
