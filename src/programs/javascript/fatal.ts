/** Errors that nothing takes: what Node.js prints, and the end of the program. */
import { bytesOfText } from "../../lib/bytes.ts";
import { type JsSyntaxError, lineAndColumn } from "./compile/syntax.ts";
import { errorOf } from "./errors.ts";
import { inspect } from "./inspect/inspect.ts";
import type { Interpreter } from "./interpreter.ts";
import { Exit, versionOf } from "./node/process.ts";
import { hidden, JsError, type Place, type Value } from "./objects.ts";
import { get } from "./properties.ts";

/** The first turn of the loop comes a moment after the start, so the shortest timers are due then. */
export const isDueNow = (vm: Interpreter, atMs: number): boolean =>
  atMs <= vm.nowMs + (vm.facts.get("hasTurned") === undefined ? 1 : 0);

/** The error that stands for a rejection whose reason is no error. */
export function rejectionError(vm: Interpreter, reason: Value): Value {
  if (reason instanceof JsError) return reason;
  const text =
    "This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason " +
    `"${typeof reason === "string" ? reason : inspect(vm, reason, { depth: 0 })}".`;
  const error = errorOf(vm, "Error", text);
  const isOld = vm.major <= 20;
  const lines = [
    isOld
      ? "new UnhandledPromiseRejection (node:internal/errors:0)"
      : "throwUnhandledRejectionsMode (node:internal/process/promises:392:7)",
    isOld
      ? "processPromiseRejections (node:internal/process/promises:262:17)"
      : "processPromiseRejections (node:internal/process/promises:475:17)",
    isOld
      ? "process.processTicksAndRejections (node:internal/process/task_queues:96:32)"
      : "process.processTicksAndRejections (node:internal/process/task_queues:106:37)",
  ];
  const shown = isOld ? [] : lines.map((line) => `\n    at ${line}`);
  error.properties.set(
    "stack",
    hidden(
      `${isOld ? "[UnhandledPromiseRejection" : "UnhandledPromiseRejection"}: ${text}${shown.join("")}${isOld ? "]" : ""}`,
    ),
  );
  error.properties.set("code", "ERR_UNHANDLED_REJECTION");
  error.place = {
    file: isOld ? "node:internal/process/promises:288" : "node:internal/process/promises",
    line: isOld ? 0 : 392,
    column: isOld ? 13 : 7,
    text: isOld
      ? "            triggerUncaughtException(err, true /* fromPromise */);"
      : "      new UnhandledPromiseRejection(reason);",
  };
  return error;
}

/** Runs listeners of `uncaughtException`, or prints the error and ends the program. */
export function raiseFatal(
  vm: Interpreter,
  value: Value,
  { isRejection = false, reason = undefined as Value } = {},
): void {
  const process = vm.intrinsic("process");
  vm.frames.length = 0;
  const listeners = Number(vm.call(get(vm, process, "listenerCount"), process, ["uncaughtException"]));
  if (listeners > 0) {
    vm.call(get(vm, process, "emit"), process, [
      "uncaughtException",
      isRejection && !(reason instanceof JsError) ? value : value,
      isRejection ? "unhandledRejection" : "uncaughtException",
    ]);
    return;
  }
  if (vm.facts.get("isRepl") === true) {
    vm.process.write(1, bytesOfText(replText(vm, value)));
    return;
  }
  const place = isRejection ? (value instanceof JsError ? value.place : undefined) : vm.thrownAt;
  vm.process.write(2, bytesOfText(fatalText(vm, value, place)));
  if (!vm.tasks.isExiting) {
    vm.tasks.isExiting = true;
    vm.call(get(vm, process, "emit"), process, ["exit", 1]);
  }
  const code = get(vm, process, "exitCode");
  throw new Exit(typeof code === "number" && code !== 0 ? code : 1);
}

/** The REPL prints an error and goes on. */
function replText(vm: Interpreter, value: Value): string {
  const shown = inspect(vm, value);
  const lines = shown.split("\n").filter((text) => !/^\s+at (?:REPL1|.*node:)/.test(text));
  return `Uncaught ${(value instanceof JsError ? lines : [shown]).join("\n")}\n`;
}

function fatalText(vm: Interpreter, value: Value, place: Place | undefined): string {
  const head = place ? placeText(place) : "Uncaught:\n";
  const isError = value instanceof JsError;
  const body = isError ? errorBody(vm, value) : typeof value === "string" ? value : inspect(vm, value);
  const hint = isError ? "" : "(Use `node --trace-uncaught ...` to show where the exception was thrown)\n";
  return `${head}${isError ? "\n" : ""}${body}\n${hint}\nNode.js v${versionOf(vm)}\n`;
}

/** The error with the place where an emitter raised it. */
function errorBody(vm: Interpreter, error: JsError): string {
  const stack = get(vm, error, "stack");
  if (!error.emittedAt || typeof stack !== "string") return inspect(vm, error);
  const own = new Set(stack.split("\n"));
  const lines = error.emittedAt.map((line) => `    at ${line}`);
  const others = lines.filter((line) => !own.has(line));
  const shown = (others.length > 0 ? others : lines).map((line) => `\n${line}`).join("");
  error.properties.set("stack", hidden(`${stack}\nEmitted 'error' event at:${shown}`));
  return inspect(vm, error);
}

/** File and line, the line, and a mark under the column. */
function placeText({ file, line, column, text }: Place, marks = 1): string {
  const margin = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return `${file}${line > 0 ? `:${line}` : ""}\n${text}\n${margin}${"^".repeat(marks)}\n`;
}

/** A source that cannot be parsed. */
export function syntaxText(vm: Interpreter, error: JsSyntaxError): string {
  const { source, at, message } = error;
  const [line, column] = lineAndColumn(source.text, Math.min(at, source.text.length));
  const text = source.text.split("\n")[line - 1] ?? "";
  const rest = text.slice(column - 1);
  const marks = /^[\w$]+|^["'`]|^=>|^./.exec(rest)?.[0].length ?? 1;
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
      "wrapSafe (node:internal/modules/cjs/loader:1868:18)",
      "Module._compile (node:internal/modules/cjs/loader:1910:20)",
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

function syntaxTrace(vm: Interpreter, kind: string): string {
  const [old, newer] = TRACES[kind] ?? [[], []];
  return (vm.major <= 20 ? old : newer).map((line) => `    at ${line}\n`).join("");
}
