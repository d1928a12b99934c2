/** Scripts without a file: `-e`, `-p`, standard input and the REPL. */

import { define, natives, scripts } from "../intrinsics.ts";
import { builtinModule, builtinNames } from "../modules.ts";

define("node:evaluation", "Object.prototype");
/** Modules that the REPL and `-e` know without `require`. */
const KNOWN = [
  "assert",
  "buffer",
  "child_process",
  "crypto",
  "dns",
  "events",
  "fs",
  "http",
  "https",
  "os",
  "path",
  "querystring",
  "readline",
  "stream",
  "timers",
  "url",
  "util",
  "perf_hooks",
];
natives("node:evaluation", {
  names(vm) {
    return vm.call(
      vm.intrinsic("Array.of"),
      undefined,
      KNOWN.filter((name) => builtinNames().includes(name)),
    );
  },
  module: (vm, _self, [name]) => builtinModule(vm, String(name as string)),
});
scripts("node:evaluation", {
  prepare: `
function prepare(file) {
  const hide = (name, value) => Object.defineProperty(globalThis, name, { value, enumerable: false, configurable: true, writable: true });
  const module = { id: file, path: ".", exports: {}, filename: process.cwd() + "/" + file, loaded: false, children: [], paths: [] };
  const require = $module.makeRequire({ ...module });
  hide("require", require);
  hide("module", module);
  hide("exports", module.exports);
  hide("__filename", file);
  hide("__dirname", ".");
  for (const name of $evaluation.names()) {
    Object.defineProperty(globalThis, name, { get: () => $evaluation.module(name), set: (value) => hide(name, value), enumerable: false, configurable: true });
  }
}`,
  print: "function print(script) { console.log(script()); }",
});
