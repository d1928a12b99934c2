/**
 * The interactive mode of `python3`: a terminal's lines are run as soon as they are a whole statement.
 * CPython: Lib/code.py, Lib/codeop.py, Lib/_pyrepl
 */
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { Step } from "../../shell/program.ts";
import { dropEditedLine, readEditedLine } from "../base/edited-line.ts";
import { INPUT_NAME } from "./code.ts";
import { compileSource } from "./compile-source.ts";
import { flush } from "./files.ts";
import type { Interpreter } from "./interpreter.ts";
import { fullVersionOf } from "./modules/sys.ts";
import { Frame, PyError } from "./objects.ts";
import { PythonSyntaxError } from "./syntax.ts";
import { statusOf, syntaxErrorText, traceback } from "./traceback.ts";

interface ReplState {
  /** Lines of a statement that is not whole. */
  text: string;
  /** Statements so far: each has a name of its own in tracebacks. */
  inputs: number;
  isEvaluating: boolean;
}

const COMPOUND = /^\s*(?:(?:if|for|while|def|class|try|with|async)\b|@|(?:match|case)\b.*:\s*$)/;

/** Shows the banner and the first prompt. */
export function beginRepl(vm: Interpreter): void {
  const { process } = vm;
  const help = 'Type "help", "copyright", "credits" or "license" for more information.';
  process.write(2, bytesOfText(`Python ${fullVersionOf(process)} on linux\n${help}\n>>> `));
  const state: ReplState = { text: "", inputs: 0, isEvaluating: false };
  process.state["repl"] = { ...state };
}

/**
 * Runs statements until the input ends or must be awaited. `takeSignals` and `run` return the step with which the
 * process ends or waits; they throw PyError.
 */
export function runRepl(
  vm: Interpreter,
  { takeSignals, run }: { takeSignals: () => Step | undefined; run: () => Step | undefined },
): Step {
  const { process } = vm;
  const repl = process.state["repl"] as unknown as ReplState;
  for (;;) {
    try {
      const step = takeSignals() ?? run();
      if (step) return step;
    } catch (error) {
      if (!(error instanceof PyError)) throw error;
      if (error.exception.type.name === "SystemExit") return { type: "exit", status: statusOf(vm, error.exception) };
      showException(vm, repl, error);
    }
    if (repl.isEvaluating) prompt(vm, repl, ">>> ");
    const line = readEditedLine(process, repl.text === "" ? ">>> " : "... ");
    if (line === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }, { type: "signal" }] };
    if (line === "") {
      process.write(1, "\n");
      return { type: "exit", status: 0 };
    }
    takeLine(vm, repl, textOfBytes(line).replace(/\r?\n$/, ""));
  }
}

function showException(vm: Interpreter, repl: ReplState, { exception }: PyError): void {
  flush(vm, vm.modules.get("sys")?.scope.variables.get("stdout"));
  const isAtPrompt = !repl.isEvaluating;
  vm.process.write(2, bytesOfText(isAtPrompt ? `\n${exception.type.name}\n` : traceback(vm, exception)));
  repl.text = "";
  repl.isEvaluating = true;
  dropEditedLine(vm.process);
}

function prompt(vm: Interpreter, repl: ReplState, text: string): void {
  flush(vm, vm.modules.get("sys")?.scope.variables.get("stdout"));
  repl.isEvaluating = false;
  vm.process.write(1, text);
}

function takeLine(vm: Interpreter, repl: ReplState, line: string): void {
  const text = `${repl.text}${line}\n`;
  if (isIncomplete(text, line)) {
    repl.text = text;
    prompt(vm, repl, "... ");
    return;
  }
  repl.text = "";
  const name = `${INPUT_NAME}${repl.inputs++}>`;
  try {
    const [code] = compileSource(text, name);
    const { scope } = vm.modules.get("__main__")!;
    vm.push(new Frame(code!, scope, scope));
    repl.isEvaluating = true;
  } catch (error) {
    if (!(error instanceof PythonSyntaxError)) throw error;
    vm.process.write(2, bytesOfText(syntaxErrorText(error, text, name)));
    prompt(vm, repl, ">>> ");
  }
}

/** A compound statement ends with an empty line; brackets, texts of several lines and `\` go on. */
function isIncomplete(text: string, line: string): boolean {
  if (isOpen(text)) return true;
  return COMPOUND.test(text) && line.trim() !== "";
}

const TOKEN =
  /#[^\n]*|('''|""")(?:\\[\s\S]|(?!\1)[\s\S])*(\1)?|'(?:\\[\s\S]|[^'\\\n])*'?|"(?:\\[\s\S]|[^"\\\n])*"?|\\\n$|[()[\]{}]/g;

function isOpen(text: string): boolean {
  let depth = 0;
  for (const [token, quotes, end] of text.matchAll(TOKEN)) {
    if (token === "\\\n" || (quotes !== undefined && end === undefined)) return true;
    if ("([{".includes(token)) depth++;
    else if (")]}".includes(token)) depth--;
  }
  return depth > 0;
}
