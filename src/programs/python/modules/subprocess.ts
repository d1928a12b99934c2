/** `subprocess`: children of the process, with their output. */

import { textOfBytes } from "../../../lib/bytes.ts";
import { register } from "../builtins/registry.ts";
import { defineClass } from "../classes.ts";
import { exceptionOf, raiseOsError } from "../errors.ts";
import { flush } from "../files.ts";
import { Bytes, type Instance, type Module, PyError, type Value } from "../objects.ts";
import { truth } from "../operators.ts";
import type { Interpreter } from "../vm.ts";
import { define, functionsOf } from "./define.ts";
import { record } from "./os.ts";

const CalledProcessError = defineClass("CalledProcessError", "Exception", ["__str__"]);
const PIPE = -1n;

interface Running {
  pid: number;
  reader: number | null;
  output: string;
}

function isText(keywords: Map<string, Value>): boolean {
  return keywords.get("text") === true || keywords.get("universal_newlines") === true || keywords.has("encoding");
}

/** Runs a command to its end: its status and what it printed. The call is made again while the command runs. */
function run(vm: Interpreter, args: readonly Value[], keywords: Map<string, Value>, captures: boolean) {
  vm.pending ??= { ...start(vm, args, keywords, captures) };
  const running = vm.pending as unknown as Running;
  if (running.reader !== null) {
    for (;;) {
      const data = vm.process.read(running.reader);
      if (data === undefined) vm.wait({ type: "readable", fd: running.reader });
      if (data === "") break;
      running.output += data;
    }
  }
  const status = vm.process.takeExit(running.pid);
  if (status === undefined) vm.wait({ type: "child", pid: running.pid });
  if (running.reader !== null) vm.process.close(running.reader);
  vm.pending = null;
  if (status === 127 && keywords.get("shell") !== true) {
    const [name = null] = vm.list(args[0] ?? null);
    raiseOsError(
      "FileNotFoundError",
      2,
      "No such file or directory",
      String(typeof args[0] === "string" ? args[0] : name),
    );
  }
  // A signal that ended the child is a negative number in Python.
  return { status: status > 128 ? -(status - 128) : status, output: running.output };
}

function start(vm: Interpreter, args: readonly Value[], keywords: Map<string, Value>, captures: boolean): Running {
  flush(vm, vm.import("sys")!.scope.variables.get("stdout"));
  const [command = null] = args;
  const isShell = truth(vm, keywords.get("shell") ?? false);
  const words = typeof command === "string" ? [command] : vm.list(command).map(String);
  const argv = isShell ? ["/bin/sh", "-c", words.join(" ")] : words;
  if (!captures) return { pid: vm.process.spawn({ argv }), reader: null, output: "" };
  const [reader, writer] = vm.process.pipe();
  const pid = vm.process.spawn({ argv, fds: { 0: 0, 1: writer, 2: keywords.get("stderr") === -2n ? writer : 2 } });
  vm.process.close(writer);
  return { pid, reader, output: "" };
}

function failure(status: number, args: readonly Value[]): PyError {
  const exception = exceptionOf("CalledProcessError", BigInt(status), args[0] ?? null);
  exception.attributes.set("returncode", BigInt(status));
  exception.attributes.set("cmd", args[0] ?? null);
  return new PyError(exception);
}

const fill = functionsOf("subprocess", {
  run(vm, args, keywords) {
    const captures = keywords.get("capture_output") === true || keywords.get("stdout") === PIPE;
    const { status, output } = run(vm, args, keywords, captures);
    if (status !== 0 && keywords.get("check") === true) throw failure(status, args);
    const shown = isText(keywords) ? textOfBytes(output) : new Bytes(output);
    return record("CompletedProcess", {
      args: args[0] ?? null,
      returncode: BigInt(status),
      stdout: captures ? shown : null,
      stderr: captures ? (isText(keywords) ? "" : new Bytes("")) : null,
    });
  },
  call: (vm, args, keywords) => BigInt(run(vm, args, keywords, false).status),
  check_call(vm, args, keywords) {
    const { status } = run(vm, args, keywords, false);
    if (status !== 0) throw failure(status, args);
    return 0n;
  },
  check_output(vm, args, keywords) {
    const { status, output } = run(vm, args, keywords, true);
    if (status !== 0) throw failure(status, args);
    return isText(keywords) ? textOfBytes(output) : new Bytes(output);
  },
  getoutput(vm, args) {
    const { output } = run(vm, args, new Map([["shell", true]]), true);
    return textOfBytes(output).replace(/\n$/, "");
  },
});

register({
  "CalledProcessError.__str__"(vm, [self]) {
    const { attributes } = self as Instance;
    const command = String(vm.builtin("repr", [attributes.get("cmd") ?? null]));
    return `Command ${command} returned non-zero exit status ${String(attributes.get("returncode"))}.`;
  },
  "os.system": (vm, args) => BigInt(run(vm, args, new Map([["shell", true]]), false).status * 256),
});

export function fillSubprocess(_vm: Interpreter, module: Module): void {
  fill(module);
  define(module, { PIPE, STDOUT: -2n, DEVNULL: -3n, CalledProcessError });
}
