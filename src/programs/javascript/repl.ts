/** The REPL of `node` at a terminal. */
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { Step } from "../../shell/program.ts";
import { dropEditedLine, readEditedLine } from "../base/edited-line.ts";
import { JsSyntaxError } from "./compile/syntax.ts";
import { inspect } from "./inspect/inspect.ts";
import type { Interpreter } from "./interpreter.ts";
import { natives, scripts } from "./intrinsics.ts";
import { runLoop, waitsOf } from "./loop.ts";
import { closureOf } from "./modules.ts";
import { Exit, versionOf } from "./node/process.ts";

const HELP = `.break    Sometimes you get stuck, this gets you out
.clear    Alias for .break
.editor   Enter editor mode
.exit     Exit the REPL
.help     Print this help message
.load     Load JS from a file into the REPL session
.save     Save all evaluated commands in this REPL session to a file

Press Ctrl+C to abort current expression, Ctrl+D to exit the REPL
`;

const write = (vm: Interpreter, text: string): boolean => vm.process.write(1, bytesOfText(text));

natives("node:repl", {
  show(vm, _self, [value]) {
    vm.process.write(1, bytesOfText(`${inspect(vm, value, { colors: vm.process.isTerminal(1) })}\n`));
    vm.intrinsic("globalThis").properties.set("_", value);
    return undefined;
  },
});
scripts("node:repl", { evaluate: "function evaluate(script) { $repl.show(script()); }" });

/** Reads lines, evaluates each and shows its value, until the input ends. */
export function runRepl(vm: Interpreter): Step {
  if (vm.facts.get("hasGreeted") === undefined) {
    vm.facts.set("hasGreeted", true);
    write(vm, `Welcome to Node.js v${versionOf(vm)}.\nType ".help" for more information.\n> `);
  }
  for (;;) {
    if (vm.facts.get("isInterrupted") === true) {
      vm.facts.delete("isInterrupted");
      vm.facts.set("replInput", "");
      dropEditedLine(vm.process);
      write(vm, "\n> ");
    }
    const busy = runPending(vm);
    if (busy) return busy;
    const line = readEditedLine(vm.process, String(vm.facts.get("replInput") ?? "") === "" ? "> " : "... ");
    if (line === undefined)
      return { type: "wait", for: [...waitsOf(vm), { type: "readable", fd: 0 }, { type: "signal" }] };
    if (line === "") throw new Exit(0);
    takeLine(vm, textOfBytes(line).replace(/\r?\n$/, ""));
  }
}

/** Lets the program run to the point where it waits; the step if it has not come there. */
function runPending(vm: Interpreter): Step | undefined {
  const isEvaluating = vm.frames.length > 0;
  try {
    const step = runLoop(vm);
    if (step.type === "wait" && step.for.length === 1 && step.for[0]!.type === "time" && vm.isSpent) return step;
  } catch (error) {
    // Nothing is left to do; the REPL goes on.
    if (!(error instanceof Exit)) throw error;
    if (vm.facts.get("wantsExit") === true) throw error;
    vm.tasks.isExiting = false;
  }
  if (isEvaluating || vm.facts.get("isEvaluating") === true) {
    vm.facts.delete("isEvaluating");
    write(vm, "> ");
  }
  return undefined;
}

function takeLine(vm: Interpreter, line: string): void {
  const before = String(vm.facts.get("replInput") ?? "");
  if (before === "" && /^\.\w+/.test(line)) {
    command(vm, line);
    return;
  }
  const text = before === "" ? line : `${before}\n${line}`;
  if (text.trim() === "") return void write(vm, "> ");
  try {
    const isObject = /^\s*\{[\s\S]*\}\s*$/.test(text);
    const closure = closureOf(vm, { file: "REPL1", text: isObject ? `(${text})` : text, kind: "script" });
    vm.facts.set("replInput", "");
    vm.facts.set("isEvaluating", true);
    vm.enter(vm.intrinsic("node:repl.evaluate"), undefined, [closure], "discard");
  } catch (error) {
    if (!(error instanceof JsSyntaxError)) throw error;
    if (error.isIncomplete) {
      vm.facts.set("replInput", text);
      write(vm, "... ");
      return;
    }
    vm.facts.set("replInput", "");
    write(vm, `Uncaught SyntaxError: ${error.message}\n> `);
  }
}

function command(vm: Interpreter, line: string): void {
  const [name] = line.trim().split(/\s+/);
  if (name === ".exit") throw new Exit(0);
  if (name === ".help") write(vm, HELP);
  else if (name !== ".break" && name !== ".clear") write(vm, "Invalid REPL keyword\n");
  write(vm, "> ");
}
