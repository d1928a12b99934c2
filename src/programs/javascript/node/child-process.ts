/** `child_process`: natives; the callbacks are in `library/children.ts`. */
import { FileError } from "../../../files/errors.ts";
import { bytesOfText } from "../../../lib/bytes.ts";
import { arrayOf, objectOf, toText } from "../conversions.ts";
import { define, natives } from "../intrinsics.ts";
import type { JsBytes } from "../objects.ts";
import { isCallable, JsArray, JsObject, type Value } from "../objects.ts";
import { enumerableKeys, get } from "../properties.ts";
import type { Vm } from "../vm.ts";
import { bufferOf, byteStringOf, dataOf } from "./buffer.ts";
import { resolved } from "./path.ts";
import { SIGNALS } from "./process.ts";

define("node:child_process", "Object.prototype", { isOpen: true });
define("node:children", "Object.prototype");

interface Running {
  pid: number;
  /** Descriptors of its output, still open, and what was read. */
  readers: [number, number];
  output: [string, string];
}

const option = (vm: Vm, options: Value, name: string): Value =>
  options instanceof JsObject ? get(vm, options, name) : undefined;

function environmentOf(vm: Vm, options: Value): Record<string, string> {
  const given = option(vm, options, "env") ?? get(vm, vm.intrinsic("process"), "env");
  const env: Record<string, string> = {};
  for (const name of enumerableKeys(vm, given as JsObject)) env[name] = bytesOfText(toText(vm, get(vm, given, name)));
  return env;
}

/** Starts a command; its three descriptors. `inherit`: those of this process. */
function start(
  vm: Vm,
  words: readonly string[],
  options: Value,
  pipes: { input?: string; outputs: [boolean, boolean] },
): Running {
  const { process } = vm;
  const cwd = option(vm, options, "cwd");
  const folder =
    cwd === undefined
      ? (vm.call(vm.intrinsic("process.cwd"), undefined, []) as string)
      : resolved(vm, [toText(vm, cwd)]);
  const fds: Record<number, number> = { 0: 0, 1: 1, 2: 2 };
  const toClose: number[] = [];
  const readers: [number, number] = [-1, -1];
  if (pipes.input !== undefined) {
    const [reader, writer] = process.pipe();
    process.write(writer, pipes.input);
    process.close(writer);
    fds[0] = reader;
    toClose.push(reader);
  }
  for (const i of [0, 1] as const) {
    if (!pipes.outputs[i]) continue;
    const [reader, writer] = process.pipe();
    readers[i] = reader;
    fds[i + 1] = writer;
    toClose.push(writer);
  }
  try {
    const pid = process.spawn({
      argv: words.map(bytesOfText),
      env: environmentOf(vm, options),
      cwd: bytesOfText(folder),
      fds,
    });
    return { pid, readers, output: ["", ""] };
  } finally {
    for (const fd of toClose) process.close(fd);
  }
}

/** Runs a command to its end; the call is made again meanwhile. */
function run(vm: Vm, words: readonly string[], options: Value): Value {
  const stdio = option(vm, options, "stdio");
  const kindOf = (i: number) => (stdio instanceof JsArray ? stdio.items[i] : stdio);
  if (!vm.pending) {
    const input = option(vm, options, "input");
    try {
      const outputs: [boolean, boolean] = [kindOf(1) !== "inherit", kindOf(2) !== "inherit"];
      vm.pending = {
        ...start(vm, words, options, { ...(input !== undefined && { input: dataOf(vm, input) }), outputs }),
      };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return objectOf(vm, { pid: 0, status: null, signal: null, code: error.code, stdout: null, stderr: null });
    }
  }
  const running = vm.pending as unknown as Running;
  for (const i of [0, 1] as const) {
    while (running.readers[i] >= 0) {
      const data = vm.process.read(running.readers[i]);
      if (data === undefined) vm.wait({ type: "readable", fd: running.readers[i] });
      if (data !== "") running.output[i] += data;
      else {
        vm.process.close(running.readers[i]);
        running.readers[i] = -1;
      }
    }
  }
  const status = vm.process.takeExit(running.pid);
  if (status === undefined) vm.wait({ type: "child", pid: running.pid });
  vm.pending = null;
  const shown = (i: 0 | 1) =>
    kindOf(i + 1) === "inherit" ? null : bufferOf(vm, kindOf(i + 1) === "ignore" ? "" : running.output[i]);
  return objectOf(vm, { pid: running.pid, ...outcome(status), stdout: shown(0), stderr: shown(1) });
}

function outcome(status: number): { status: number | null; signal: string | null } {
  const name = status > 128 ? Object.entries(SIGNALS).find(([, number]) => number === status - 128)?.[0] : undefined;
  return name && status !== 128 + 17 ? { status: null, signal: `SIG${name}` } : { status, signal: null };
}

const wordsOf = (vm: Vm, value: Value): string[] =>
  value instanceof JsArray ? value.items.map((item) => toText(vm, item)) : [];

natives("node:children", {
  /** Words, options → `{ pid, status, signal, stdout, stderr, code }`. */
  run: (vm, _self, [words, options]) => run(vm, wordsOf(vm, words), options),
  /** Words, options, a callback for each output and one for the end → the pid, or the code of the error. */
  start(vm, _self, [words, options, onOutput, onError, onExit]) {
    const outputs: [boolean, boolean] = [isCallable(onOutput), isCallable(onError)];
    const input = option(vm, options, "input");
    try {
      const { pid, readers } = start(vm, wordsOf(vm, words), options, {
        ...(input !== undefined && { input: dataOf(vm, input) }),
        outputs,
      });
      const callbacks = [onOutput, onError];
      vm.tasks.children.push({
        pid,
        outputs: readers.flatMap((fd, i) => (fd < 0 ? [] : [{ fd, callback: callbacks[i] }])),
        onExit,
      });
      return pid;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return error.code;
    }
  },
  outcome(vm, _self, [status]) {
    const { status: code, signal } = outcome(status as number);
    return arrayOf(vm, [code, signal]);
  },
  write(vm, _self, [fd, data]) {
    vm.process.write(fd as number, byteStringOf(data as JsBytes));
    return undefined;
  },
});
