/**
 * `node`: an interpreter of our own for JavaScript, whose state is JSON, so that a script survives between requests in
 * the middle of an `await`. Modules that it lacks raise an error that names them. Sources: ECMA-262,
 * https://nodejs.org/docs/latest-v24.x/api/
 */
import { bytesOfText } from "../../lib/bytes.ts";
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import type { ProcessView, Program, SignalName, Step } from "../../shell/program.ts";
import "./builtins/registry.ts";
import { JsSyntaxError } from "./compile/syntax.ts";
import { raiseFatal } from "./fatal.ts";
import { Interpreter } from "./interpreter.ts";
import { librarySource } from "./intrinsics.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { deliverSignal, runLoop } from "./loop.ts";
import { closureOf, startModule } from "./modules.ts";
import { Exit, SIGNALS } from "./node/process.ts";
import { Suspension, Thrown } from "./objects.ts";
import { runRepl } from "./repl.ts";
import { answerRequest } from "./serve.ts";
import { restore, save } from "./snapshot.ts";
import { syntaxText } from "./syntax-text.ts";

/** Wakes the process after it has answered a request. */
const WAKE: SignalName = "URG";
const HANDLED: readonly SignalName[] = ["INT", "TERM", "HUP", "QUIT", "USR1", "USR2", "WINCH", WAKE];
/** Resident set of Node.js with a small program. */
const BASE_MEMORY_BYTES = 38 * 1024 * 1024;
/** Memory that a character of the state stands for, bytes. */
const MEMORY_PER_CHARACTER = 3;
/** Largest state of a program, characters. Beyond it, V8's heap is full. */
const MAX_STATE_LENGTH = 24 * 1024 * 1024;
const ABORTED = 134;

export const node: Program = {
  handles: HANDLED,
  memoryBytes: ({ state }) => BASE_MEMORY_BYTES + MEMORY_PER_CHARACTER * Number(state["size"] ?? 0),
  run(process) {
    try {
      return runNode(process);
    } catch (error) {
      if (error instanceof Exit) return { type: "exit", status: error.status };
      throw error;
    }
  },
  serve(process, request) {
    const vm = load(process);
    if (!vm) return { type: "failed", why: "refused", afterMs: 0 };
    const { answer, status } = answerRequest(vm, request);
    if (status !== undefined) process.state["exitStatus"] = status;
    else store(process, vm);
    // Timers and other work that the request began.
    process.kill(process.pid, WAKE);
    return answer;
  },
};

function runNode(process: ProcessView): Step {
  const { exitStatus } = process.state;
  if (typeof exitStatus === "number") return { type: "exit", status: exitStatus };
  let vm = load(process);
  if (!vm) {
    const begun = begin(process);
    if ("type" in begun) return begun;
    vm = begun;
  }
  vm.beginRun();
  try {
    const died = takeSignals(vm);
    if (died) return died;
    const step = vm.facts.get("isRepl") === true ? runRepl(vm) : runLoop(vm);
    return store(process, vm) ?? step;
  } catch (error) {
    if (!(error instanceof Suspension)) throw error;
    return store(process, vm) ?? { type: "wait", for: vm.waits };
  }
}

/** Instructions and characters of the state that one step of the host stands for. */
const INSTRUCTIONS_PER_STEP = 20;
const CHARACTERS_PER_STEP = 500;

/** Keeps the state. A state that is too large ends the program. */
function store(process: ProcessView, vm: Interpreter): Step | undefined {
  const snapshot = save(vm);
  const size = sizeOf(snapshot);
  process.charge(Math.ceil(vm.steps / INSTRUCTIONS_PER_STEP + size / CHARACTERS_PER_STEP));
  if (size > MAX_STATE_LENGTH) {
    const text =
      "\n<--- Last few GCs --->\n\n\n<--- JS stacktrace --->\n\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\nAborted (core dumped)\n";
    process.write(2, text);
    return { type: "exit", status: ABORTED };
  }
  process.state["snapshot"] = snapshot;
  process.state["size"] = size;
  return undefined;
}

/** About the length of the JSON text. */
function sizeOf(value: JsonValue): number {
  let size = 0;
  const pending: JsonValue[] = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    size += 4;
    if (typeof next === "string") size += next.length;
    else if (Array.isArray(next)) for (const item of next) pending.push(item);
    else if (typeof next === "object" && next !== null) {
      for (const [key, item] of Object.entries(next)) {
        size += key.length;
        if (item !== undefined) pending.push(item);
      }
    }
  }
  return size;
}

function load(process: ProcessView): Interpreter | undefined {
  const { snapshot, invocation } = process.state as JsonObject & { invocation?: Invocation };
  if (snapshot === undefined || !invocation) return undefined;
  const vm = newInterpreter(process, invocation);
  restore(vm, snapshot, (file) => librarySource(file.slice("lib:".length)) ?? "");
  return vm;
}

function newInterpreter(process: ProcessView, { file, source, kind }: Invocation): Interpreter {
  const vm = new Interpreter();
  vm.process = process;
  vm.script = { file, text: source ?? "", kind };
  vm.major = Number(/^\d+/.exec(process.env["NODE_VERSION"] ?? "")?.[0] ?? 25);
  return vm;
}

/** Starts the program: its interpreter, or the step with which it ends or waits. */
function begin(process: ProcessView): Interpreter | Step {
  const invocation = invocationOf(process);
  if ("type" in invocation) return invocation;
  const { argv, execArgv, file, kind, isRepl, prints, source } = invocation;
  (process.state as JsonObject)["invocation"] = { file, kind, argv: [], execArgv: [] };
  const vm = newInterpreter(process, invocation);
  vm.facts.set("startedAtMs", process.nowMs);
  vm.facts.set("argv", JSON.stringify(argv));
  vm.facts.set("execArgv", JSON.stringify(execArgv));
  if (isRepl) {
    vm.facts.set("isRepl", true);
    prepareGlobals(vm, "<repl>");
    return vm;
  }
  try {
    if (kind === "module") {
      vm.task = "module";
      vm.modules.set("main promise", startModule(vm, { file, text: source ?? "", kind }));
    } else if (kind === "script") {
      vm.task = "eval";
      prepareGlobals(vm, file);
      const closure = closureOf(vm, { file, text: source ?? "", kind });
      if (prints) vm.enter(vm.intrinsic("node:evaluation.print"), undefined, [closure], "discard");
      else vm.enter(closure, undefined, [], "discard");
    } else vm.enter(vm.intrinsic("node:module.runMain"), undefined, [file], "discard");
    return vm;
  } catch (error) {
    if (error instanceof JsSyntaxError) {
      process.write(2, bytesOfText(syntaxText(vm, error)));
      return { type: "exit", status: 1 };
    }
    if (error instanceof Thrown) raiseFatal(vm, error.value);
    throw error;
  }
}

/** `require` and `module` of a script without a file. */
function prepareGlobals(vm: Interpreter, file: string): void {
  vm.call(vm.intrinsic("node:evaluation.prepare"), undefined, [file]);
}

/** A signal without a listener has its default action, except for process 1. */
function takeSignals(vm: Interpreter): Step | undefined {
  for (let name = vm.process.takeSignal(); name; name = vm.process.takeSignal()) {
    if (name === WAKE) continue;
    const number = SIGNALS[name] ?? 15;
    if (vm.facts.get("isRepl") === true && name === "INT") {
      vm.facts.set("isInterrupted", true);
      continue;
    }
    if (deliverSignal(vm, name, number)) continue;
    if (name !== "WINCH" && vm.process.pid !== 1) return { type: "exit", status: 128 + number };
  }
  return undefined;
}
