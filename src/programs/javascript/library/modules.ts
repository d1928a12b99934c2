/** `module` and `require`; in JavaScript, so that a module may wait while it is loaded. */
import { arrayOf, toText } from "../conversions.ts";
import { define, natives, scripts } from "../intrinsics.ts";
import {
  builtinModule,
  builtinNames,
  closureOf,
  hasModuleSyntax,
  importModule,
  kindOf,
  readText,
  resolveFile,
  startModule,
} from "../modules.ts";
import type { JsObject, Value } from "../objects.ts";
import { get } from "../properties.ts";
import type { Vm } from "../vm.ts";

define("node:module", "Object.prototype", { isOpen: true });

function missing(vm: Vm, name: string, parent: Value): never {
  const stack: string[] = [];
  for (let each: Value = parent; each !== undefined && each !== null; each = get(vm, each, "parent")) {
    const file = toText(vm, get(vm, each, "filename") ?? get(vm, each, "id"));
    stack.push(file);
  }
  const message = `Cannot find module '${name}'${stack.length > 0 ? `\nRequire stack:\n- ${stack.join("\n- ")}` : ""}`;
  return vm.fail("Error", message, { code: "MODULE_NOT_FOUND", requireStack: arrayOf(vm, stack) });
}

natives("node:module", {
  builtin: (vm, _self, [name]) => builtinModule(vm, toText(vm, name)),
  resolve(vm, _self, [name, from, parent]) {
    return resolveFile(vm, toText(vm, name), toText(vm, from ?? "")) ?? missing(vm, toText(vm, name), parent);
  },
  read: (vm, _self, [file]) => readText(vm, file as string),
  isModule(vm, _self, [file]) {
    const text = readText(vm, file as string) ?? "";
    return kindOf(vm, file as string, text) === "module";
  },
  compile: (vm, _self, [file]) =>
    closureOf(vm, { file: file as string, text: readText(vm, file as string) ?? "", kind: "commonjs" }),
  start: (vm, _self, [file]) =>
    startModule(vm, { file: file as string, text: readText(vm, file as string) ?? "", kind: "module" }),
  import: (vm, _self, [name, from]) => importModule(vm, toText(vm, name), toText(vm, from)),
  /** The exports of a module of ECMAScript that did not wait. */
  cache(vm) {
    let known = vm.modules.get("require.cache") as JsObject | undefined;
    if (!known) {
      known = vm.call(vm.intrinsic("Object.create"), undefined, [null]) as JsObject;
      vm.modules.set("require.cache", known);
    }
    return known;
  },
  setMain(vm, _self, [module]) {
    vm.modules.set("require.main", module);
    return undefined;
  },
  main: (vm) => vm.modules.get("require.main"),
  "get builtinModules": (vm) => arrayOf(vm, builtinNames()),
  hasModuleSyntax: (vm, _self, [text]) => hasModuleSyntax(toText(vm, text)),
});

scripts("node:module", {
  makeRequire: `
function makeRequire(module) {
  function require(name) {
    if (typeof name !== "string") throw $errors.withCode("TypeError", "ERR_INVALID_ARG_TYPE", 'The "id" argument must be of type string. Received ' + $text.received(name));
    return $module.builtin(name) ?? $module.load($module.resolve(name, module.filename ?? "", module), module);
  }
  require.resolve = function resolve(name) { return $module.builtin(name) ? name : $module.resolve(name, module.filename ?? "", module); };
  require.main = $module.main();
  require.extensions = { ".js": undefined, ".json": undefined };
  require.cache = $module.cache();
  return require;
}`,
  load: `
function load(file, parent, isMain) {
  const cache = $module.cache();
  const known = cache[file];
  if (known) return known.exports;
  const module = { id: isMain ? "." : file, path: file.replace(/\\/[^/]*$/, "") || "/", exports: {}, filename: file, loaded: false, children: [], paths: [] };
  Object.defineProperty(module, "parent", { value: parent ?? null, enumerable: false, configurable: true, writable: true });
  if (isMain) $module.setMain(module);
  if (parent && parent.children) parent.children.push(module);
  cache[file] = module;
  if (file.endsWith(".json")) {
    const text = $module.read(file);
    try { module.exports = JSON.parse(text); } catch (error) { error.message = file + ": " + error.message; throw error; }
    return module.exports;
  }
  let isDone = false;
  try {
    module.require = $module.makeRequire(module);
    $module.compile(file).call(module.exports, module.exports, module.require, module, file, module.path);
    isDone = true;
  } finally {
    if (!isDone) delete cache[file];
  }
  module.loaded = true;
  return module.exports;
}`,
  after: "function after(promise, value) { return promise.then(() => value); }",
  runMain: "function runMain(file) { $module.load(file, null, true); }",
  createRequire:
    "function createRequire(file) { const path = String(file).replace(/^file:\\/\\//, ''); return $module.makeRequire({ filename: path, id: path, exports: {}, children: [] }); }",
});
