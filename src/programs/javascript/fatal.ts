/** Errors that nothing takes: what Node.js prints, and the end of the program. */
import { bytesOfText } from "../../lib/bytes.ts";
import { errorOf } from "./errors.ts";
import { inspect } from "./inspect/inspect.ts";
import type { Interpreter } from "./interpreter.ts";
import { Exit, versionOf } from "./node/process.ts";
import { hidden, JsError, JsObject, type Place, type Value } from "./objects.ts";
import { get } from "./properties.ts";
import { placeText } from "./syntax-text.ts";

/** The first turn of the loop comes a moment after the start, so the shortest timers are due then. */
export const isDueNow = (vm: Interpreter, atMs: number): boolean =>
  atMs <= vm.nowMs + (vm.facts.get("hasTurned") === undefined ? 1 : 0);

/** The error that stands for a rejection whose reason is no error. */
export function rejectionError(vm: Interpreter, reason: Value): Value {
  if (reason instanceof JsError) return reason;
  const text =
    "This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason " +
    `"${typeof reason === "string" ? reason : reason instanceof JsObject ? "#<Object>" : inspect(vm, reason)}".`;
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
  error.properties.set("name", hidden("UnhandledPromiseRejection"));
  error.trace = undefined;
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
  const whole = value instanceof JsError ? value.wholeText : undefined;
  const place = isRejection ? (value instanceof JsError ? (value.raisedAt ?? value.place) : undefined) : vm.thrownAt;
  vm.process.write(2, bytesOfText(whole ?? fatalText(vm, value, place)));
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
  const hint =
    value instanceof JsObject ? "" : "(Use `node --trace-uncaught ...` to show where the exception was thrown)\n";
  return `${isError ? "" : "\n"}${head}${isError ? "\n" : ""}${body}\n${hint}\nNode.js v${versionOf(vm)}\n`;
}

/** The error with the place where an emitter raised it. */
function errorBody(vm: Interpreter, error: JsError): string {
  const stack = get(vm, error, "stack");
  if (!error.emittedAt || typeof stack !== "string") return inspect(vm, error);
  const shown = error.emittedAt.map((line) => `\n    at ${line}`).join("");
  error.properties.set("stack", hidden(`${stack}\nEmitted 'error' event at:${shown}`));
  return inspect(vm, error);
}
