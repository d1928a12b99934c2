/**
 * mongosh, and the older mongo: JavaScript with the functions of a database. A call of the database waits in the middle
 * of the script, as it does in the shell. Source: https://www.mongodb.com/docs/mongodb-shell/
 */
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import { readEditedLine } from "../base/edited-line.ts";
import "../javascript/builtins/registry.ts";
import { JsSyntaxError } from "../javascript/compile/syntax.ts";
import type { Interpreter } from "../javascript/interpreter.ts";
import { advance, nextTask, waitsOf } from "../javascript/loop.ts";
import { closureOf, readText } from "../javascript/modules.ts";
import { Exit } from "../javascript/node/process.ts";
import { Suspension } from "../javascript/objects.ts";
import { loadState, memoryOfState, newInterpreter, storeState } from "../javascript/state.ts";
import "./library/collection.ts";
import "./library/cursor.ts";
import "./library/database.ts";
import "./library/shell.ts";
import { printShell, shellOptions } from "./natives.ts";
import { optionsOf } from "./options.ts";

const MAIN = { file: "mongosh", source: "", kind: "script" } as const;
/** CPU time that one run of instructions stands for, ms. */
const RUN_CPU_MS = 4;

export const mongosh: Program = {
  handles: ["INT", "TERM"],
  memoryBytes: memoryOfState,
  run(process) {
    try {
      return runShell(process);
    } catch (error) {
      if (error instanceof Exit) return { type: "exit", status: error.status };
      throw error;
    }
  },
};

function runShell(process: ProcessView): Step {
  if (process.argv.includes("--version")) {
    const isLegacy = /(^|\/)mongo$/.test(process.argv[0] ?? "");
    const version = process.env["MONGO_VERSION"] ?? "4.4.30";
    process.write(1, isLegacy ? `MongoDB shell version v${version}\n` : "2.5.10\n");
    return { type: "exit", status: 0 };
  }
  for (let signal = process.takeSignal(); signal; signal = process.takeSignal())
    if (signal === "TERM" || !process.isTerminal(0)) return { type: "exit", status: signal === "TERM" ? 143 : 130 };
  const vm = loadState(process, MAIN) ?? begin(process);
  vm.beginRun();
  try {
    const step = runScripts(vm);
    return storeState(process, vm) ?? step;
  } catch (error) {
    if (!(error instanceof Suspension)) throw error;
    return storeState(process, vm) ?? { type: "wait", for: vm.waits };
  }
}

function begin(process: ProcessView): Interpreter {
  const vm = newInterpreter(process, MAIN);
  vm.facts.set("startedAtMs", process.nowMs);
  vm.facts.set("argv", "[]");
  vm.facts.set("execArgv", "[]");
  vm.facts.set("shell", JSON.stringify(optionsOf(process)));
  vm.call(vm.intrinsic("node:evaluation.prepare"), undefined, ["mongosh"]);
  vm.enter(vm.intrinsic("node:mongosh.start"), undefined, [], "discard");
  return vm;
}

/** Runs what has begun, then the next script, until it waits. Throws Exit at the end. */
function runScripts(vm: Interpreter): Step {
  for (;;) {
    const busy = finishPresent(vm);
    if (busy) return busy;
    const waits = startNext(vm);
    if (waits) return waits;
  }
}

/** Lets the present script come to its end; the step if it has not. */
function finishPresent(vm: Interpreter): Step | undefined {
  for (;;) {
    if (!advance(vm)) {
      vm.process.useCpu(RUN_CPU_MS);
      return { type: "wait", for: [{ type: "time", atMs: vm.process.nowMs + RUN_CPU_MS }] };
    }
    if (nextTask(vm)) continue;
    const waits = waitsOf(vm);
    return waits.length > 0 ? { type: "wait", for: [...waits, { type: "signal" }] } : undefined;
  }
}

/** Begins the next script of the command line or of the input; the step if there is none yet. */
function startNext(vm: Interpreter): Step | undefined {
  const { evaluated, files, isInteractive } = shellOptions(vm);
  const rest = vm.facts.get("rest");
  if (typeof rest === "string") {
    vm.facts.delete("rest");
    return evaluate(vm, JSON.parse(rest) as Script);
  }
  const at = Number(vm.facts.get("nextScript") ?? 0);
  vm.facts.set("nextScript", at + 1);
  const script = evaluated[at];
  if (script !== undefined) return evaluate(vm, { text: script, shows: true, isFatal: true });
  const file = files[at - evaluated.length];
  if (file !== undefined) {
    const text = readText(vm, file);
    if (text === undefined) {
      vm.process.write(2, bytesOfText(`Error: ENOENT: no such file or directory, open '${file}'\n`));
      throw new Exit(1);
    }
    return evaluate(vm, { text, shows: false, isFatal: true, file });
  }
  if (!isInteractive) throw new Exit(0);
  return readLine(vm);
}

function readLine(vm: Interpreter): Step | undefined {
  const before = String(vm.facts.get("input") ?? "");
  const { isLegacy } = shellOptions(vm);
  const isPrompting = vm.process.isTerminal(0) || !isLegacy;
  const prompt = before === "" ? String(vm.facts.get("prompt") ?? "> ") : "... ";
  if (isPrompting && vm.facts.get("hasPrompted") !== true) {
    vm.process.write(1, bytesOfText(prompt));
    vm.facts.set("hasPrompted", true);
  }
  const line = readEditedLine(vm.process, bytesOfText(prompt));
  if (line === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }, { type: "signal" }] };
  vm.facts.delete("hasPrompted");
  if (line === "") {
    if (isLegacy) printShell(vm, "bye");
    else if (isPrompting) printShell(vm, "");
    throw new Exit(0);
  }
  const text = before + textOfBytes(line);
  if (text.trim() === "") return undefined;
  return evaluate(vm, { text, shows: true, isFatal: false });
}

interface Script {
  text: string;
  /** Its value is shown. */
  shows: boolean;
  /** An error ends the shell. */
  isFatal: boolean;
  file?: string;
}

const COMMAND = /^\s*((?:use|show)\s+[^\s;]+|it|exit|quit|cls)\s*(?:$|[;\n]([\s\S]*))/;

function evaluate(vm: Interpreter, script: Script): undefined {
  const { text, shows, isFatal, file = "REPL1" } = script;
  // A command may stand before statements: `use shop; db.orders.find()`.
  const [, command, rest = ""] = COMMAND.exec(text) ?? [];
  if (command === "exit" || command === "quit") throw new Exit(0);
  if (command !== undefined && rest.trim() !== "") vm.facts.set("rest", JSON.stringify({ ...script, text: rest }));
  const source = command === undefined ? sourceOf(text) : `__shell.command(${JSON.stringify(command)})`;
  vm.facts.delete("input");
  try {
    const closure = closureOf(vm, { file, text: source, kind: "script" });
    vm.enter(vm.intrinsic("node:mongosh.evaluate"), undefined, [closure, shows, isFatal], "discard");
  } catch (error) {
    if (!(error instanceof JsSyntaxError)) throw error;
    if (!isFatal && error.isIncomplete) vm.facts.set("input", text);
    else {
      vm.process.write(isFatal ? 2 : 1, bytesOfText(`SyntaxError: ${error.message}\n`));
      if (isFatal) throw new Exit(1);
    }
  }
  return undefined;
}

/** An object alone is a value, not a block. */
function sourceOf(text: string): string {
  return /^\s*\{[\s\S]*\}\s*$/.test(text) ? `(${text})` : text;
}
