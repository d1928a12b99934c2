/**
 * `python3`: an interpreter of our own for a large part of Python 3.12 whose state is JSON, so that a script survives
 * between requests in the middle of a `sleep`. A module or name that it lacks raises the exception that Python raises for a
 * missing module or name. Sources: https://docs.python.org/3.12/reference/
 */
import { FileError } from "../../files/errors.ts";
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import type { ProcessView, Program, SignalName, Step } from "../../shell/program.ts";
import "./builtins/constructors.ts";
import "./builtins/container-methods.ts";
import "./builtins/functions.ts";
import "./builtins/text-methods.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { exceptionOf, LimitExceeded, Suspension } from "./errors.ts";
import { flush } from "./files.ts";
import { Interpreter } from "./interpreter.ts";
import { answerRequest } from "./modules/http-server.ts";
import { SIGNAL_NUMBERS } from "./modules/signal.ts";
import { versionOf } from "./modules/sys.ts";
import { fillBuiltins } from "./modules.ts";
import { Dict, Instance, PyError } from "./objects.ts";
import { beginRepl, runRepl } from "./repl.ts";
import { restore, save } from "./snapshot.ts";
import { PythonSyntaxError } from "./syntax.ts";
import { statusOf, syntaxErrorText, traceback } from "./traceback.ts";

const HANDLED: readonly SignalName[] = ["INT", "TERM", "HUP", "USR1", "USR2"];
/** CPU time that one run of instructions stands for, ms. */
const RUN_CPU_MS = 4;
/** Instructions in a millisecond of a container, and in a step of the host. */
const INSTRUCTIONS_PER_MS = 10_000;
const INSTRUCTIONS_PER_STEP = 20;
const TEXT_BYTES = 49;
const NUMBER_BYTES = 28;
const OBJECT_BYTES = 16;
/** A small script's resident set. */
const MEMORY_BYTES = 9 * 1024 * 1024;

interface Invocation {
  source?: string;
  file: string;
  /** sys.argv. */
  argv: string[];
  isUnbuffered: boolean;
  /** Lines of a terminal are run as they come. */
  isInteractive?: boolean;
  error?: { text: string; status: number };
  isVersion?: boolean;
}

export const python: Program = {
  handles: HANDLED,
  memoryBytes: ({ state }) => MEMORY_BYTES + Number(state.askedBytes ?? 0),
  run: runPython,
  serve(process, request) {
    const vm = load(process);
    const server = vm?.pending?.["server"];
    if (!vm || !(server instanceof Instance)) return { type: "failed", why: "refused", afterMs: 0 };
    try {
      return answerRequest(vm, server, request);
    } catch (error) {
      if (!(error instanceof PyError)) throw error;
      process.write(2, bytesOfText(traceback(vm, error.exception)));
      return { type: "failed", why: "reset", afterMs: 1 };
    } finally {
      store(process, vm);
    }
  },
};

function runPython(process: ProcessView): Step {
  let vm = load(process);
  if (!vm) {
    const begun = begin(process);
    if ("type" in begun) return begun;
    vm = begun;
  }
  try {
    if (process.state["repl"] !== undefined) {
      const step = runRepl(vm, { takeSignals: () => takeSignals(vm), run: () => run(vm) });
      if (step.type === "wait") store(process, vm);
      return step;
    }
    return takeSignals(vm) ?? run(vm) ?? end(vm, 0);
  } catch (error) {
    if (error instanceof Suspension) {
      store(process, vm);
      return { type: "wait", for: vm.waits };
    }
    if (error instanceof PyError) return end(vm, statusOf(vm, error.exception));
    if (error instanceof LimitExceeded) {
      // The kernel ends the process at its next look at the memory of the container.
      process.state.askedBytes = error.bytes;
      return { type: "wait", for: [{ type: "time", atMs: process.nowMs + RUN_CPU_MS }] };
    }
    throw error;
  } finally {
    process.charge(vm.steps / INSTRUCTIONS_PER_STEP);
  }
}

/** Runs the frames to their end; the step with which the process waits if they have not come there. */
function run(vm: Interpreter): Step | undefined {
  if (vm.run()) return undefined;
  const { process } = vm;
  // Loops of built-in functions may have made many instructions.
  process.useCpu(Math.max(RUN_CPU_MS, Math.floor(vm.steps / INSTRUCTIONS_PER_MS)));
  store(process, vm);
  return { type: "wait", for: [{ type: "time", atMs: process.nowMs + RUN_CPU_MS }] };
}

function store({ state }: ProcessView, vm: Interpreter): void {
  const snapshot = save(vm);
  state["snapshot"] = snapshot;
  state["heapBytes"] = heapBytes(snapshot);
}

/** About what CPython takes for the values of a snapshot. */
function heapBytes(value: JsonValue | undefined): number {
  if (typeof value === "string") return TEXT_BYTES + value.length;
  if (typeof value !== "object" || value === null) return NUMBER_BYTES;
  let bytes = OBJECT_BYTES;
  for (const each of Object.values(value)) bytes += heapBytes(each);
  return bytes;
}

function load(process: ProcessView): Interpreter | undefined {
  const { snapshot, invocation } = process.state as JsonObject & { invocation?: Invocation };
  if (snapshot === undefined || !invocation) return undefined;
  const vm = newInterpreter(process, invocation);
  restore(vm, snapshot);
  return vm;
}

function newInterpreter(process: ProcessView, { argv, file, isUnbuffered }: Invocation): Interpreter {
  const vm = new Interpreter();
  vm.process = process;
  vm.arguments = argv;
  vm.isUnbuffered = isUnbuffered;
  vm.folder = file === "<string>" || file === "<stdin>" ? "" : file.slice(0, file.lastIndexOf("/")) || "/";
  if (vm.folder === "") vm.folder = process.cwd;
  fillBuiltins(vm.builtins);
  return vm;
}

/** Starts the program: its interpreter, or the step with which it ends or waits. */
function begin(process: ProcessView): Interpreter | Step {
  const invocation = invocationOf(process);
  if ("type" in invocation) return invocation;
  const { error, isVersion, source, file } = invocation;
  if (isVersion) return print(process, 1, `Python ${versionOf(process)}\n`, 0);
  if (error) return print(process, 2, error.text, error.status);
  (process.state as JsonObject)["invocation"] = { argv: invocation.argv, file, isUnbuffered: invocation.isUnbuffered };
  const vm = newInterpreter(process, invocation);
  try {
    vm.import("sys");
    vm.start(source ?? "", file);
    if (invocation.isInteractive) beginRepl(vm);
    return vm;
  } catch (failure) {
    if (!(failure instanceof PythonSyntaxError)) throw failure;
    return print(process, 2, syntaxErrorText(failure, source ?? "", file), 1);
  }
}

function print(process: ProcessView, fd: number, text: string, status: number): Step {
  process.write(fd, bytesOfText(text));
  return { type: "exit", status };
}

/** Reads the command line. Without a script the program is standard input. */
function invocationOf(process: ProcessView): Invocation | Step {
  const args = process.argv.slice(1);
  let isUnbuffered = (process.env["PYTHONUNBUFFERED"] ?? "") !== "";
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "-c")
      return { source: `${args[i + 1] ?? ""}\n`, file: "<string>", argv: ["-c", ...args.slice(i + 2)], isUnbuffered };
    if (arg === "-m") return moduleOf(process, args.slice(i + 1), isUnbuffered);
    if (arg === "-V" || arg === "--version") return { file: "", argv: [], isUnbuffered, isVersion: true };
    if (arg === "-") return fromInput(process, args.slice(i), isUnbuffered);
    if (!arg.startsWith("-")) return fromFile(process, arg, args.slice(i), isUnbuffered);
    if (/^-[a-zA-Z]*u/.test(arg)) isUnbuffered = true;
    if (arg === "-W" || arg === "-X") i++;
  }
  return fromInput(process, [""], isUnbuffered);
}

function fromFile(process: ProcessView, name: string, argv: string[], isUnbuffered: boolean): Invocation {
  const path = name.startsWith("/") ? name : `${process.cwd.replace(/\/$/, "")}/${name}`;
  const failed = (why: string) => {
    const text = `${process.argv[0]}: can't open file '${path}': ${why}\n`;
    return { file: path, argv, isUnbuffered, error: { text, status: 2 } };
  };
  try {
    return { source: `${textOfBytes(process.files.read(path))}\n`, file: path, argv, isUnbuffered };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const number = { ENOENT: 2, EACCES: 13, EISDIR: 21 }[error.code as "ENOENT"] ?? 5;
    return failed(`[Errno ${number}] ${error.message}`);
  }
}

/** `-m http.server 8080`, and modules among the files. */
function moduleOf(process: ProcessView, args: string[], isUnbuffered: boolean): Invocation {
  const [name = "", ...rest] = args;
  const source = Object.hasOwn(MODULE_SCRIPTS, name) ? MODULE_SCRIPTS[name] : undefined;
  if (source !== undefined) {
    return { source, file: `/usr/local/lib/python3.12/${name.replaceAll(".", "/")}.py`, argv: args, isUnbuffered };
  }
  const found = fromFile(process, `${name.replaceAll(".", "/")}.py`, args, isUnbuffered);
  if (!found.error) return found;
  return {
    file: "",
    argv: [name, ...rest],
    isUnbuffered,
    error: { text: `${process.argv[0]}: No module named ${name}\n`, status: 1 },
  };
}

const SERVER = `
import sys
from http.server import HTTPServer, SimpleHTTPRequestHandler
words = [word for word in sys.argv[1:] if word.isdigit()]
port = int(words[0]) if words else 8000
server = HTTPServer(('0.0.0.0', port), SimpleHTTPRequestHandler)
print('Serving HTTP on 0.0.0.0 port %d (http://0.0.0.0:%d/) ...' % (port, port))
server.serve_forever()
`;

const JSON_TOOL = `
import json, sys
try:
    print(json.dumps(json.load(sys.stdin), indent=4))
except ValueError as error:
    raise SystemExit(error)
`;

const UNITTEST_MAIN = `
import os, sys, unittest
sys.path.insert(0, os.getcwd())
unittest.main(module=None)
`;

/** Scripts of the modules of the library that `python -m` runs. */
const MODULE_SCRIPTS: Readonly<Record<string, string>> = {
  "http.server": SERVER,
  "json.tool": JSON_TOOL,
  unittest: UNITTEST_MAIN,
};

/** Standard input as a script, read to its end first. */
function fromInput(process: ProcessView, argv: string[], isUnbuffered: boolean): Invocation | Step {
  if (process.isTerminal(0)) return { isInteractive: true, file: "<stdin>", argv, isUnbuffered };
  const state = process.state as JsonObject & { input?: string };
  for (;;) {
    const data = process.read(0);
    if (data === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
    if (data === "") break;
    state.input = (state.input ?? "") + data;
  }
  return { source: `${textOfBytes(state.input ?? "")}\n`, file: "<stdin>", argv, isUnbuffered };
}

/** Runs handlers of signals. A signal without a handler has its default action, except for process 1. */
function takeSignals(vm: Interpreter): Step | undefined {
  for (let name = vm.process.takeSignal(); name; name = vm.process.takeSignal()) {
    const number = SIGNAL_NUMBERS[name] ?? 15;
    const handlers = vm.modules.get("signal")?.scope.variables.get("_handlers");
    const handler = handlers instanceof Dict ? handlers.entries.get(`n${number}`)?.[1] : undefined;
    if (handler === 1n) continue;
    if (handler === undefined || handler === null || handler === 0n) {
      if (name === "INT") vm.interrupt(new PyError(exceptionOf("KeyboardInterrupt")));
      else if (vm.process.pid !== 1) return { type: "exit", status: 128 + number };
      continue;
    }
    try {
      vm.call(handler, [BigInt(number), null]);
    } catch (error) {
      if (!(error instanceof PyError)) throw error;
      vm.interrupt(error);
    }
  }
  return undefined;
}

function end(vm: Interpreter, status: number): Step {
  flush(vm, vm.modules.get("sys")?.scope.variables.get("stdout"));
  return { type: "exit", status };
}
