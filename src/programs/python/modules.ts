/** Modules: built-in ones, ones written in Python here, and files of the container. */
import { FileError } from "../../files/errors.ts";
import { textOfBytes } from "../../lib/bytes.ts";
import { nativeOf } from "./builtins/registry.ts";
import { builtinClasses } from "./classes.ts";
import { compileSource } from "./compile-source.ts";
import { raise } from "./errors.ts";
import { LIBRARY } from "./library/sources.ts";
import { MODULES } from "./modules/registry.ts";
import { Builtin, Frame, List, Module, type Scope } from "./objects.ts";
import type { Interpreter } from "./vm.ts";

/** Functions of `builtins`, besides the classes. */
const FUNCTIONS = (
  "print len min max abs round sum pow divmod all any sorted reversed enumerate zip map filter iter next repr ascii " +
  "format chr ord hex oct bin id hash callable isinstance issubclass getattr hasattr setattr vars dir globals locals " +
  "exec eval __import__ staticmethod classmethod property super input open exit quit"
).split(" ");

export function fillBuiltins({ variables }: Scope): void {
  for (const name of FUNCTIONS) variables.set(name, new Builtin(name));
  for (const type of builtinClasses()) {
    if (nativeOf(`new:${type.name}`) || type.name.endsWith("Error") || isExceptionName(type.name)) {
      variables.set(type.name, type);
    }
  }
  variables.set("IOError", variables.get("OSError")!);
  variables.set("EnvironmentError", variables.get("OSError")!);
}

function isExceptionName(name: string): boolean {
  return /Exception$|Exit$|Interrupt$|Iteration$|Warning$/.test(name);
}

/** The module; undefined if its frame was pushed and must run first. */
export function importModule(vm: Interpreter, name: string): Module | undefined {
  const known = vm.modules.get(name);
  if (known) return known;
  const parent = name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : undefined;
  if (parent !== undefined && !vm.modules.has(parent)) {
    const loaded = importModule(vm, parent);
    if (!loaded) return undefined;
  }
  const module = new Module(name);
  const native = MODULES[name];
  const source = native ? undefined : (LIBRARY[name] ?? findFile(vm, name));
  if (!native && source === undefined)
    raise("ModuleNotFoundError", `No module named '${name.split(".")[0] === name ? name : name}'`);
  vm.modules.set(name, module);
  if (parent !== undefined) vm.modules.get(parent)!.scope.variables.set(name.slice(parent.length + 1), module);
  module.scope.variables.set("__name__", name);
  if (native) {
    native(vm, module);
    return module;
  }
  const { text, file } = source!;
  module.scope.variables.set("__file__", file);
  const [code] = compileSource(text, file);
  vm.push(new Frame(code!, module.scope, module.scope));
  return undefined;
}

/** A module among the files: `a/b.py` or `a/b/__init__.py` in the folders of `sys.path`. */
function findFile(vm: Interpreter, name: string): { text: string; file: string } | undefined {
  const path = vm.modules.get("sys")?.scope.variables.get("path");
  const folders = path instanceof List ? path.items : [];
  const relative = name.replaceAll(".", "/");
  for (const folder of folders) {
    for (const file of [`${folder}/${relative}.py`, `${folder}/${relative}/__init__.py`]) {
      const text = readText(vm, file);
      if (text !== undefined) return { text, file };
    }
  }
  return undefined;
}

function readText(vm: Interpreter, file: string): string | undefined {
  try {
    return vm.process.files.find(file)?.type === "file" ? textOfBytes(vm.process.files.read(file)) : undefined;
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}
