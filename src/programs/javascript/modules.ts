/** Modules: those of Node.js, files of the container in `node_modules` and elsewhere, and `import`. */
import { FileError } from "../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { Source, SourceKind } from "./code.ts";
import { errorOf } from "./errors.ts";
import { UNRESOLVED } from "./internal-frames.ts";
import {
  Closure,
  EMPTY,
  Frame,
  hidden,
  isCallable,
  JsObject,
  JsPromise,
  Property,
  Scope,
  SYMBOLS,
  Thrown,
  type Value,
} from "./objects.ts";
import { newPromise, reject, resolve } from "./promises.ts";
import { defineProperty, enumerableKeys, get, set } from "./properties.ts";
import { stackText } from "./stack-trace.ts";
import type { Vm } from "./vm.ts";

/** Modules of Node.js by name, and the object that `require` gives. */
const BUILTINS: Record<string, string> = Object.fromEntries(
  (
    "assert assert/strict buffer child_process crypto dns dns/promises fs fs/promises http https net os path path/posix perf_hooks " +
    "process querystring readline readline/promises stream stream/promises string_decoder timers timers/promises url util util/types " +
    "cluster worker_threads zlib module"
  )
    .split(" ")
    .map((name) => [name, `node:${name}`]),
);
BUILTINS["events"] = "EventEmitter";
BUILTINS["process"] = "process";
BUILTINS["stream"] = "Stream";
BUILTINS["buffer"] = "node:buffer";
BUILTINS["path/posix"] = "node:path";
BUILTINS["https"] = "node:https";
BUILTINS["assert/strict"] = "node:assert";
BUILTINS["assert"] = "node:assert";
BUILTINS["util/types"] = "node:util.types";
/** Modules of Node.js that are not part of this interpreter. */
const MISSING = new Set(
  "async_hooks cluster worker_threads zlib net http2 tls dgram inspector v8 vm repl wasi trace_events".split(" "),
);

export const builtinNames = (): string[] => Object.keys(BUILTINS);

/** The module of Node.js of that name; undefined: there is none. */
export function builtinModule(vm: Vm, name: string): JsObject | undefined {
  const plain = name.replace(/^node:/, "");
  if (MISSING.has(plain))
    vm.fail("Error", `the module '${plain}' is not part of the Node.js of this cluster`, {
      code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
    });
  const path = BUILTINS[plain];
  return path === undefined ? undefined : vm.intrinsic(path);
}

const folderOf = (file: string): string => (file.startsWith("/") ? file.replace(/\/[^/]*$/, "") || "/" : "");

/** Text of a file; undefined if it cannot be read. */
export function readText(vm: Vm, path: string): string | undefined {
  try {
    const at = bytesOfText(path);
    return vm.process.files.find(at)?.type === "file" ? textOfBytes(vm.process.files.read(at)) : undefined;
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

const isDirectory = (vm: Vm, path: string): boolean => {
  try {
    return vm.process.files.find(bytesOfText(path))?.type === "directory";
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
};

function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function asFile(vm: Vm, path: string): string | undefined {
  for (const suffix of ["", ".js", ".json", ".cjs", ".mjs"]) {
    if (readText(vm, path + suffix) !== undefined) return path + suffix;
  }
  return undefined;
}

type PackageFacts = { main?: unknown; type?: unknown; exports?: unknown };

function packageOf(vm: Vm, folder: string): PackageFacts {
  try {
    return (JSON.parse(readText(vm, `${folder}/package.json`) ?? "{}") ?? {}) as PackageFacts;
  } catch {
    return {};
  }
}

/** The file that `exports` of a package names for a path in it. */
function exported(exports: unknown, subpath: string): string | undefined {
  if (typeof exports === "string") return subpath === "." ? exports : undefined;
  if (typeof exports !== "object" || exports === null) return undefined;
  const entries = exports as Record<string, unknown>;
  const isConditions = !Object.keys(entries)[0]?.startsWith(".");
  if (!isConditions) return subpath in entries ? exported(entries[subpath], ".") : undefined;
  for (const condition of ["node", "require", "import", "default"]) {
    const found = condition in entries ? exported(entries[condition], subpath) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function asFolder(vm: Vm, path: string): string | undefined {
  if (!isDirectory(vm, path)) return undefined;
  const { main } = packageOf(vm, path);
  if (typeof main === "string") {
    const target = normalize(`${path}/${main}`);
    const found = asFile(vm, target) ?? asFile(vm, `${target}/index`);
    if (found !== undefined) return found;
  }
  return asFile(vm, `${path}/index`);
}

/** The file of a module that a file asks for; undefined if there is none. */
export function resolveFile(vm: Vm, name: string, from: string): string | undefined {
  const folder = folderOf(from) || textOfBytes(vm.process.cwd);
  if (/^(?:\.{0,2}\/|\.{1,2}$)/.test(name)) {
    const path = name.startsWith("/") ? normalize(name) : normalize(`${folder}/${name}`);
    return (name.endsWith("/") ? undefined : asFile(vm, path)) ?? asFolder(vm, path);
  }
  const [, packageName = name, rest = ""] = /^(@[^/]+\/[^/]+|[^/]+)(.*)$/.exec(name) ?? [];
  for (let at = folder; ; at = folderOf(at)) {
    const path = `${at === "/" ? "" : at}/node_modules/${packageName}`;
    const target = exported(packageOf(vm, path).exports, `.${rest}`);
    const found =
      target === undefined
        ? (asFile(vm, path + rest) ?? asFolder(vm, path + rest))
        : asFile(vm, normalize(`${path}/${target}`));
    if (found !== undefined) return found;
    if (at === "/") return undefined;
  }
}

/** Whether a file is a module of ECMAScript: by its name, its package or its text. */
export function kindOf(vm: Vm, file: string, text: string): SourceKind {
  if (file.endsWith(".mjs")) return "module";
  if (file.endsWith(".cjs")) return "commonjs";
  for (let at = folderOf(file); ; at = folderOf(at)) {
    if (readText(vm, `${at === "/" ? "" : at}/package.json`) !== undefined) {
      const { type } = packageOf(vm, at === "/" ? "" : at);
      if (type === "module") return "module";
      if (type === "commonjs") return "commonjs";
      break;
    }
    if (at === "/" || at === "") break;
  }
  return hasModuleSyntax(text) ? "module" : "commonjs";
}

/** `import` and `export` at the start of a line, as statements. */
const MODULE_SYNTAX =
  /^\s*(?:import\s+[\w*{"'$]|import\s*[{"'*]|export\s+(?:default|const|let|var|function|class|async)\b|export\s*[{*])/m;

export const hasModuleSyntax = (text: string): boolean => MODULE_SYNTAX.test(text);

// ---- modules of ECMAScript

const namespaceKey = (file: string) => `namespace ${file}`;

/** The object that has the exports of a module. */
export function namespaceOf(vm: Vm, file: string): JsObject {
  let found = vm.modules.get(namespaceKey(file)) as JsObject | undefined;
  if (!found) {
    found = new JsObject(null);
    defineProperty(vm, found, SYMBOLS["toStringTag"]!, new Property("Module", false, false, false));
    vm.modules.set(namespaceKey(file), found);
  }
  return found;
}

/** The closure of a source that runs it. */
export function closureOf(vm: Vm, source: Source): Closure {
  return new Closure(vm.intrinsic("Function.prototype"), vm.compile(source)[0]!, null);
}

/** A frame that runs a module; its promise is settled when it has run. */
export function startModule(vm: Vm, source: Source): JsPromise {
  const { code } = closureOf(vm, source);
  const slots = new Array<Value>(code.slotCount).fill(undefined);
  for (const slot of code.lexicalSlots) slots[slot] = EMPTY;
  const frame = new Frame(code, new Scope(null, slots), undefined, []);
  frame.mode = "async";
  frame.promise = newPromise(vm);
  vm.push(frame);
  return frame.promise;
}

/** A promise of a module's namespace. The frames of a new module are put on top. */
export function importModule(vm: Vm, name: string, from: string): JsPromise {
  const promise = newPromise(vm);
  try {
    loadInto(vm, promise, name.startsWith("file://") ? name.slice(7) : name, from);
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    reject(vm, promise, error.value);
  }
  return promise;
}

function loadInto(vm: Vm, promise: JsPromise, name: string, from: string): void {
  const builtin = builtinModule(vm, name);
  if (builtin) {
    resolve(vm, promise, synthetic(vm, name, builtin));
    return;
  }
  const file = resolveFile(vm, name, from);
  if (file === undefined) {
    const isPackage = !/^\.{0,2}\//.test(name);
    const what = isPackage ? `package '${name}'` : `module '${normalize(`${folderOf(from)}/${name}`)}'`;
    const message = `Cannot find ${what} imported from ${from}`;
    const url = isPackage ? {} : { url: `file://${normalize(`${folderOf(from)}/${name}`)}` };
    const error = errorOf(vm, "Error", message, { code: "ERR_MODULE_NOT_FOUND", ...url });
    error.raisedAt = UNRESOLVED.place;
    error.properties.set("stack", hidden(stackText(`Error [ERR_MODULE_NOT_FOUND]: ${message}`, UNRESOLVED.frames)));
    reject(vm, promise, error);
    return;
  }
  const text = readText(vm, file)!;
  if (file.endsWith(".json") || kindOf(vm, file, text) === "commonjs") {
    const exports = vm.call(vm.intrinsic("node:module.load"), undefined, [file, undefined]);
    resolve(vm, promise, synthetic(vm, file, exports));
    return;
  }
  const known = vm.modules.get(`loaded ${file}`);
  if (known instanceof JsPromise) {
    // A cycle sees what was exported until now.
    const namespace = namespaceOf(vm, file);
    const isCycle = known.status === "pending";
    resolve(
      vm,
      promise,
      isCycle ? namespace : vm.call(vm.intrinsic("node:module.after"), undefined, [known, namespace]),
    );
    return;
  }
  const loaded = startModule(vm, { file, text, kind: "module" });
  vm.modules.set(`loaded ${file}`, loaded);
  const frame = vm.frames.pop()!;
  resolve(vm, promise, vm.call(vm.intrinsic("node:module.after"), undefined, [loaded, namespaceOf(vm, file)]));
  vm.tasks.microtasks.push({ reaction: { frame }, isRejected: false, value: undefined });
  frame.isUnstarted = true;
}

/** The namespace of a module that has one object of exports. */
function synthetic(vm: Vm, name: string, exports: Value): JsObject {
  const namespace = namespaceOf(vm, name);
  if (exports instanceof JsObject && !(exports instanceof JsPromise)) {
    for (const key of enumerableKeys(vm, exports)) set(vm, namespace, key, get(vm, exports, key));
    if (isCallable(exports))
      for (const key of exports.properties.keys()) {
        const own = exports.properties.get(key);
        if (typeof key === "string" && !(own instanceof Property && own.isAccessor))
          set(vm, namespace, key, get(vm, exports, key));
      }
  }
  set(vm, namespace, "default", exports);
  return namespace;
}
