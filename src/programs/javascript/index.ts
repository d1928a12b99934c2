/**
 * `node`: an interpreter of our own for JavaScript, whose state is JSON, so that a script survives between requests in
 * the middle of an `await`. Modules that it lacks raise an error that names them. Sources: ECMA-262,
 * https://nodejs.org/docs/latest-v24.x/api/
 */
import { bytesOfText } from "../../lib/bytes.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ProcessView, Program, SignalName, Step } from "../../shell/program.ts";
import "./builtins/registry.ts";
import { JsSyntaxError } from "./compile/syntax.ts";
import { raiseFatal } from "./fatal.ts";
import type { Interpreter } from "./interpreter.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { deliverSignal, runLoop } from "./loop.ts";
import { closureOf, startModule } from "./modules.ts";
import { Exit, SIGNALS } from "./node/process.ts";
import { Suspension, Thrown } from "./objects.ts";
import { runRepl } from "./repl.ts";
import { answerRequest } from "./serve.ts";
import { loadState, memoryOfState, newInterpreter, storeState } from "./state.ts";
import { syntaxText } from "./syntax-text.ts";

/** Wakes the process after it has answered a request. */
const WAKE: SignalName = "URG";
const HANDLED: readonly SignalName[] = ["INT", "TERM", "HUP", "QUIT", "USR1", "USR2", "WINCH", WAKE];
export const node: Program = {
  handles: HANDLED,
  memoryBytes: memoryOfState,
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
    else storeState(process, vm);
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
    return storeState(process, vm) ?? step;
  } catch (error) {
    if (!(error instanceof Suspension)) throw error;
    return storeState(process, vm) ?? { type: "wait", for: vm.waits };
  }
}

function load(process: ProcessView): Interpreter | undefined {
  const { invocation } = process.state as JsonObject & { invocation?: Invocation };
  return invocation && loadState(process, invocation);
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
