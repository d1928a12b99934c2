/** Sources that cannot be parsed, as Node.js shows them. */
import { type JsSyntaxError, lineAndColumn } from "./compile/syntax.ts";
import { versionOf } from "./node/process.ts";
import type { Place } from "./objects.ts";
import type { Vm } from "./vm.ts";

/** File and line, the line, and a mark under the column. */
export function placeText({ file, line, column, text }: Place, marks = 1): string {
  const margin = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return `${file}${line > 0 ? `:${line}` : ""}\n${text}\n${margin}${"^".repeat(marks)}\n`;
}

/** A source that cannot be parsed. */
export function syntaxText(vm: Vm, error: JsSyntaxError): string {
  const { source, at, message } = error;
  const [line, column] = lineAndColumn(source.text, Math.min(at, source.text.length));
  const text = source.text.split("\n")[line - 1] ?? "";
  const rest = text.slice(column - 1);
  const marks = /^[\w$]+|^["'].*|^=>|^./.exec(rest)?.[0].length ?? 0;
  const file = source.kind === "module" ? `file://${source.file}` : source.file;
  return `${placeText({ file, line, column, text }, marks)}\nSyntaxError: ${message}\n${syntaxTrace(vm, source.kind)}\nNode.js v${versionOf(vm)}\n`;
}

const TRACES: Record<string, readonly [old: string[], newer: string[]]> = {
  commonjs: [
    [
      "wrapSafe (node:internal/modules/cjs/loader:1464:18)",
      "Module._compile (node:internal/modules/cjs/loader:1495:20)",
      "Module._extensions..js (node:internal/modules/cjs/loader:1623:10)",
      "Module.load (node:internal/modules/cjs/loader:1266:32)",
      "Module._load (node:internal/modules/cjs/loader:1091:12)",
      "Function.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:164:12)",
      "node:internal/main/run_main_module:28:49",
    ],
    [
      "wrapSafe (node:internal/modules/cjs/loader:1861:18)",
      "Module._compile (node:internal/modules/cjs/loader:1903:20)",
      "Object..js (node:internal/modules/cjs/loader:2060:10)",
      "Module.load (node:internal/modules/cjs/loader:1651:32)",
      "Module._load (node:internal/modules/cjs/loader:1443:12)",
      "wrapModuleLoad (node:internal/modules/cjs/loader:261:19)",
      "Module.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:154:5)",
      "node:internal/main/run_main_module:33:47",
    ],
  ],
  script: [
    [
      "makeContextifyScript (node:internal/vm:185:14)",
      "node:internal/process/execution:107:22",
      "[eval]-wrapper:6:24",
      "runScript (node:internal/process/execution:101:62)",
      "evalScript (node:internal/process/execution:133:3)",
      "node:internal/main/eval_string:51:3",
    ],
    [
      "makeContextifyScript (node:internal/vm:194:14)",
      "compileScript (node:internal/process/execution:388:10)",
      "evalTypeScript (node:internal/process/execution:260:22)",
      "node:internal/main/eval_string:71:3",
    ],
  ],
  module: [
    [
      "ModuleLoader.moduleStrategy (node:internal/modules/esm/translators:118:18)",
      "ModuleLoader.moduleProvider (node:internal/modules/esm/loader:318:14)",
    ],
    [
      "compileSourceTextModule (node:internal/modules/esm/utils:346:16)",
      "ModuleLoader.moduleStrategy (node:internal/modules/esm/translators:107:18)",
      "#translate (node:internal/modules/esm/loader:546:20)",
    ],
  ],
};

function syntaxTrace(vm: Vm, kind: string): string {
  const [old, newer] = TRACES[kind] ?? [[], []];
  return (vm.major <= 20 ? old : newer).map((line) => `    at ${line}\n`).join("");
}
