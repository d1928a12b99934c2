/** Stack traces in V8's form, with the frames of Node.js that stand below a program's own. */
import { lineAndColumn } from "./compile/syntax.ts";
import { RAISED } from "./internal-frames.ts";
import { Closure, type Frame, hidden, JsError, JsObject, type Place, Property, type Value } from "./objects.ts";
import { get } from "./properties.ts";
import type { Vm } from "./vm.ts";

/** Frames of one trace: Error.stackTraceLimit. */
const MAX_ENTRIES = 10;

/** Frames of Node.js below the program, by what the event loop runs. The first list is that of versions up to 20. */
const INTERNAL: Record<string, readonly [old: string, new: string]> = {
  main: [
    `Module._compile (node:internal/modules/cjs/loader:1521:14)
Module._extensions..js (node:internal/modules/cjs/loader:1623:10)
Module.load (node:internal/modules/cjs/loader:1266:32)
Module._load (node:internal/modules/cjs/loader:1091:12)
Function.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:164:12)
node:internal/main/run_main_module:28:49`,
    `Module._compile (node:internal/modules/cjs/loader:1929:14)
Object..js (node:internal/modules/cjs/loader:2060:10)
Module.load (node:internal/modules/cjs/loader:1651:32)
Module._load (node:internal/modules/cjs/loader:1443:12)
wrapModuleLoad (node:internal/modules/cjs/loader:261:19)
Module.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:154:5)
node:internal/main/run_main_module:33:47`,
  ],
  eval: [
    `runScriptInThisContext (node:internal/vm:209:10)
node:internal/process/execution:118:14
[eval]-wrapper:6:24
runScript (node:internal/process/execution:101:62)
evalScript (node:internal/process/execution:133:3)
node:internal/main/eval_string:51:3`,
    `runScriptInThisContext (node:internal/vm:219:10)
node:internal/process/execution:451:12
[eval]-wrapper:6:24
runScriptInContext (node:internal/process/execution:449:60)
evalFunction (node:internal/process/execution:283:30)
evalTypeScript (node:internal/process/execution:295:3)
node:internal/main/eval_string:71:3`,
  ],
  module: [
    `ModuleJob.run (node:internal/modules/esm/module_job:263:25)
async ModuleLoader.import (node:internal/modules/esm/loader:540:24)
async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:117:5)`,
    `ModuleJob.run (node:internal/modules/esm/module_job:561:25)
async node:internal/modules/esm/loader:647:26
async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:101:5)`,
  ],
  timer: [
    "listOnTimeout (node:internal/timers:581:17)\nprocess.processTimers (node:internal/timers:519:7)",
    "listOnTimeout (node:internal/timers:685:17)\nprocess.processTimers (node:internal/timers:618:7)",
  ],
  immediate: [
    "process.processImmediate (node:internal/timers:483:21)",
    "process.processImmediate (node:internal/timers:574:21)",
  ],
  tick: [
    "process.processTicksAndRejections (node:internal/process/task_queues:77:11)",
    "process.processTicksAndRejections (node:internal/process/task_queues:85:11)",
  ],
  microtask: [
    "process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    "process.processTicksAndRejections (node:internal/process/task_queues:104:5)",
  ],
  event: [
    "parserOnIncoming (node:_http_server:1141:12)\nHTTPParser.parserOnHeadersComplete (node:_http_common:118:17)",
    "parserOnIncoming (node:_http_server:1181:12)\nHTTPParser.parserOnHeadersComplete (node:_http_common:125:17)",
  ],
};

/** Places in Node.js of functions of the library that show in traces. */
const PLACES: Record<string, string> = {
  "EventEmitter.prototype.emit": "node:events:514:28",
};

export function isInternal(frame: Frame): boolean {
  return frame.code.source.file.startsWith("lib:");
}

export function placeOf(frame: Frame): Place | undefined {
  if (isInternal(frame)) return undefined;
  const { code, pc } = frame;
  const [line, column] = lineAndColumn(code.source.text, code.positions[Math.max(0, pc - 1)] ?? 0);
  return {
    file: shownFile(code.source.file, code.source.kind),
    line,
    column,
    text: code.source.text.split("\n")[line - 1] ?? "",
  };
}

const shownFile = (file: string, kind: string) => (kind === "module" ? `file://${file}` : file);

/** Gives an object its `stack`. Frames above the call of `skipped` are left out. */
export function captureStack(vm: Vm, error: JsObject, header: string | undefined, skipped?: JsObject): void {
  const [lines, place] = traceOf(vm, error, skipped);
  if (error instanceof JsError) {
    error.place = place;
    error.raisedAt = raisedBy(vm)?.place;
    if (header === undefined) {
      error.trace = lines;
      error.properties.set("stack", hidden(undefined));
      return;
    }
  }
  error.properties.set("stack", hidden(stackText(header ?? "Error", lines)));
}

export const stackText = (header: string, lines: readonly string[]): string =>
  [header, ...lines.map((line) => `    at ${line}`)].join("\n");

/** The function of Node.js that raises the error that is made now. */
function raisedBy(vm: Vm): (typeof RAISED)[string] | undefined {
  const native = vm.natives.at(-1);
  return native && RAISED[native.variant === undefined ? native.name : `${native.name} ${native.variant}`];
}

/** Lines of a trace of where the program stands. */
export function presentTrace(vm: Vm): string[] {
  return traceOf(vm, vm.intrinsic("Object.prototype"), undefined)[0];
}

function traceOf(vm: Vm, error: JsObject, skipped: JsObject | undefined): [string[], Place | undefined] {
  const lines: string[] = [];
  let place: Place | undefined;
  let isSkipping = skipped !== undefined;
  const natives = [...vm.natives];
  // The constructor of the error itself.
  if (natives.at(-1)?.isNew && /Error$/.test(natives.at(-1)!.name)) natives.pop();
  let isConstructing = natives.length < vm.natives.length;
  for (let i = vm.frames.length - 1; i >= 0 && lines.length < MAX_ENTRIES; i--) {
    const frame = vm.frames[i]!;
    while (natives.length > 0 && natives.at(-1)!.depth > i) {
      const native = natives.pop()!;
      if (isSkipping || (isConstructing && native.name === "Error.captureStackTrace")) continue;
      const raised = native === vm.natives.at(-1) ? raisedBy(vm)?.frames : undefined;
      const text = nativeText(native);
      lines.push(...(raised ?? (text ? [text] : [])));
    }
    if (isSkipping) {
      if (frame.callee === skipped) isSkipping = false;
      continue;
    }
    // `class Failure extends Error`: its constructors are not part of the trace if they make this error.
    if (isConstructing && error instanceof JsError && frame.code.kind === "class" && frame.code.isDerived) {
      if (frame.newTarget === frame.callee) isConstructing = false;
      continue;
    }
    isConstructing = false;
    const text = frameText(vm, frame);
    if (text !== "") lines.push(text);
    place ??= placeOf(frame);
  }
  const awaiting = asyncLines(vm);
  const bottom = vm.frames[0]?.code;
  const isModule = bottom?.kind === "module" && bottom.source.kind === "module";
  const [old, newer] = INTERNAL[isModule ? "module" : vm.task] ?? ["", ""];
  const below = (vm.major <= 20 ? old : newer).split("\n").filter((line) => line !== "");
  lines.push(...(awaiting.length > 0 || vm.task === "microtask" ? [...below, ...awaiting] : below));
  return [lines.slice(0, MAX_ENTRIES), place];
}

/** Functions that wait for the one that runs now. */
function asyncLines(vm: Vm): string[] {
  const lines: string[] = [];
  let promise = vm.frames[0]?.promise ?? vm.frames[0]?.generator?.queue[0]?.promise;
  for (let count = 0; promise && count < MAX_ENTRIES; count++) {
    const frame: Frame | undefined = promise.reactions[0]?.frame;
    if (!frame) break;
    lines.push(`async ${frameText(vm, frame)}`);
    promise = frame.promise ?? frame.generator?.queue[0]?.promise;
  }
  return lines;
}

/** Built-in functions of the language show in traces; those of Node.js do not. */
function nativeText({ name, self, isNew }: Vm["natives"][number]): string | undefined {
  if (name.startsWith("node:") || name.startsWith("lib:")) return undefined;
  if (isNew) return name.endsWith("Error") || name === "Array" ? undefined : `new ${name} (<anonymous>)`;
  const [owner = "", proto, method] = name.split(".");
  if (proto !== "prototype") return `${name} (<anonymous>)`;
  const type = self instanceof JsObject && owner === "Object" ? "Object" : owner;
  return /^(?:call|apply|bind|emit)$/.test(method ?? "")
    ? undefined
    : `${type}.${(method ?? "").replace(/^@@(\w+)$/, "[Symbol.$1]")} (<anonymous>)`;
}

function frameText(vm: Vm, frame: Frame): string {
  const name = functionText(vm, frame);
  if (isInternal(frame)) {
    const known = frame.callee?.intrinsic;
    const shown = known === undefined ? undefined : PLACES[known];
    if (shown !== undefined) return `${name} (${shown})`;
    if (known === undefined || known.startsWith("node:")) return "";
    return nativeText({ name: known, self: frame.self, depth: 0, isNew: false }) ?? "";
  }
  const place = placeOf(frame)!;
  const at = `${place.file}:${place.line}:${place.column}`;
  return name === "" ? at : `${name} (${at})`;
}

/** The function of a frame as V8 names it: `Object.other [as name]`. */
function functionText(vm: Vm, frame: Frame): string {
  const { code, callee } = frame;
  const receiver = code.kind === "arrow" ? frame.receiver : frame.self;
  const name = callee ? nameOfFunction(callee) : "";
  if (code.kind === "class" || (frame.newTarget && code.kind === "function")) return `new ${name || "<anonymous>"}`;
  if (code.kind === "module") {
    return code.source.kind === "commonjs" ? "Object.<anonymous>" : "";
  }
  if (!(receiver instanceof JsObject) || receiver.intrinsic === "globalThis") return name;
  const type = typeNameOf(vm, receiver);
  const alias = aliasOf(receiver, callee, name);
  if (name === "") return type ? `${type}.${alias ?? "<anonymous>"}` : (alias ?? "");
  const own = type && !name.startsWith(`${type}.`) && !/^[gs]et /.test(name) ? `${type}.${name}` : name;
  return alias !== undefined && alias !== name ? `${own} [as ${alias}]` : own;
}

function nameOfFunction(callee: Closure): string {
  const found = callee.properties.get("name");
  const name = found instanceof Property ? found.value : found;
  return typeof name === "string" ? name : callee.code.name;
}

/** The name of the constructor of an object, or of a class that is a receiver itself. */
export function typeNameOf(vm: Vm, object: JsObject): string {
  if (object instanceof Closure) return nameOfFunction(object) || "Function";
  for (let each: JsObject | null = object; each; each = each.proto) {
    const made = each.properties.get("constructor") ?? (each.definition ? get(vm, each, "constructor") : undefined);
    const type: Value = made instanceof Property ? made.value : made;
    if (!(type instanceof JsObject)) continue;
    const name = type instanceof Closure ? nameOfFunction(type) : get(vm, type, "name");
    return typeof name === "string" ? name : "";
  }
  return "";
}

/** The key under which the receiver has the function. */
function aliasOf(receiver: JsObject, callee: Closure | undefined, name: string): string | undefined {
  for (let each: JsObject | null = receiver; each; each = each.proto) {
    if (name !== "" && each.properties.has(name)) return name;
    for (const [key, value] of each.properties) {
      if (
        typeof key === "string" &&
        (value instanceof Property ? value.value : value) === callee &&
        key !== "constructor"
      )
        return key;
    }
  }
  return undefined;
}
