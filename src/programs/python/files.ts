/** File objects: `open`, standard streams, and buffers in memory. */

import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { none, optional, text } from "./builtins/arguments.ts";
import { register } from "./builtins/registry.ts";
import { builtinClass, defineClass } from "./classes.ts";
import { raise, raiseOsError, withFileErrors } from "./errors.ts";
import { Bytes, Instance, Iterator, List, type Value } from "./objects.ts";
import type { Interpreter } from "./vm.ts";

const METHODS = [
  "read",
  "readline",
  "readlines",
  "write",
  "writelines",
  "flush",
  "close",
  "seek",
  "tell",
  "fileno",
  "isatty",
  "readable",
  "writable",
  "__enter__",
  "__exit__",
  "__iter__",
  "getvalue",
  "truncate",
];
defineClass("TextIOWrapper", "object", METHODS);

/** Bytes that a stream holds before it writes, as C's stdio does for pipes and files. */
const BUFFER_BYTES = 8192;

/** A file object over a descriptor: a standard stream. */
export function streamOf(fd: number, name: string, mode: string): Instance {
  const stream = new Instance(builtinClass("TextIOWrapper"));
  for (const [key, value] of Object.entries({
    name,
    mode,
    ".fd": BigInt(fd),
    ".buffer": "",
    closed: false,
    encoding: "utf-8",
  })) {
    stream.attributes.set(key, value);
  }
  return stream;
}

/** A buffer in memory: `io.BytesIO`, the body of a request. */
export function memoryFile(content: string, isBinary: boolean): Instance {
  const file = new Instance(builtinClass("TextIOWrapper"));
  for (const [key, value] of Object.entries({
    name: "",
    mode: isBinary ? "rb" : "r",
    ".content": content,
    ".at": 0n,
    closed: false,
  })) {
    file.attributes.set(key, value);
  }
  return file;
}

const field = (self: Value | undefined, name: string): Value => (self as Instance).attributes.get(name) ?? null;
const setField = (self: Value | undefined, name: string, value: Value): void => {
  (self as Instance).attributes.set(name, value);
};
const isBinary = (self: Value | undefined): boolean => String(field(self, "mode")).includes("b");
const shown = (self: Value | undefined, bytes: string): Value =>
  isBinary(self) ? new Bytes(bytes) : textOfBytes(bytes);

export function absolutePath(vm: Interpreter, path: string): string {
  return path.startsWith("/") ? path : `${vm.process.cwd.replace(/\/$/, "")}/${path}`;
}

function checkOpen(self: Value | undefined): void {
  if (field(self, "closed") === true) raise("ValueError", "I/O operation on closed file.");
}

/** Takes bytes from a descriptor until a line or the end is there; waits meanwhile. */
function takeFromDescriptor(vm: Interpreter, self: Instance, isEnough: (buffer: string) => number): string {
  const fd = Number(field(self, ".fd"));
  for (;;) {
    const buffer = String(field(self, ".buffer"));
    const size = isEnough(buffer);
    if (size > 0) {
      setField(self, ".buffer", buffer.slice(size));
      return buffer.slice(0, size);
    }
    const data = vm.process.read(fd);
    if (data === undefined) vm.wait({ type: "readable", fd }, { type: "signal" });
    if (data === "") {
      setField(self, ".buffer", "");
      return buffer;
    }
    setField(self, ".buffer", buffer + data);
  }
}

function take(vm: Interpreter, self: Value | undefined, size: number, untilLine: boolean): string {
  checkOpen(self);
  const file = self as Instance;
  const length = (buffer: string) => {
    const end = untilLine ? buffer.indexOf("\n") + 1 : 0;
    if (end > 0) return size >= 0 ? Math.min(size, end) : end;
    return size >= 0 && buffer.length >= size ? size : 0;
  };
  if (file.attributes.has(".fd")) return takeFromDescriptor(vm, file, length);
  const content = String(field(file, ".content") ?? "");
  const rest = content.slice(Number(field(file, ".at")));
  const count = length(rest) || rest.length;
  setField(file, ".at", BigInt(content.length - rest.length + count));
  return rest.slice(0, count);
}

/** Writes what a stream has held back. */
export function flush(vm: Interpreter, self: Value | undefined): void {
  const buffer = String(field(self, ".buffer") ?? "");
  if (buffer === "" || field(self, ".fd") === null || field(self, ".fd") === 0n) return;
  setField(self, ".buffer", "");
  vm.process.write(Number(field(self, ".fd")), buffer);
}

function write(vm: Interpreter, self: Value | undefined, value: Value): bigint {
  checkOpen(self);
  const data = value instanceof Bytes ? value.data : bytesOfText(text(value, "write() argument"));
  const path = field(self, ".path");
  if (path !== null) {
    withFileErrors(String(path), () => vm.process.files.append(String(path), data));
  } else if (field(self, ".fd") === null) {
    setField(self, ".content", String(field(self, ".content")) + data);
  } else {
    const fd = Number(field(self, ".fd"));
    setField(self, ".buffer", String(field(self, ".buffer")) + data);
    const isUnbuffered = fd === 2 || vm.process.isTerminal(fd) || vm.isUnbuffered;
    if (isUnbuffered || String(field(self, ".buffer")).length > BUFFER_BYTES) flush(vm, self);
  }
  return BigInt(value instanceof Bytes ? value.data.length : String(value).length);
}

function lines(vm: Interpreter, self: Value | undefined): Value[] {
  const all: Value[] = [];
  for (;;) {
    vm.countStep();
    const line = take(vm, self, -1, true);
    if (line === "") return all;
    all.push(shown(self, line));
  }
}

register({
  open(vm, args, keywords) {
    const path = text(args[0]);
    const mode = text(optional(args, 1, keywords, "mode") ?? "r");
    const at = absolutePath(vm, path);
    const file = new Instance(builtinClass("TextIOWrapper"));
    for (const [key, value] of Object.entries({ name: path, mode, closed: false, encoding: "utf-8" }))
      file.attributes.set(key, value);
    const { files } = vm.process;
    if (/[wax]/.test(mode)) {
      if (mode.includes("x") && withFileErrors(path, () => files.find(at)))
        raiseOsError("FileExistsError", 17, "File exists", path);
      if (mode.includes("a")) withFileErrors(path, () => files.append(at, ""));
      else withFileErrors(path, () => files.write(at, ""));
      file.attributes.set(".path", at);
    } else {
      file.attributes.set(
        ".content",
        withFileErrors(path, () => files.read(at)),
      );
      file.attributes.set(".at", 0n);
      if (mode.includes("+")) file.attributes.set(".path", at);
    }
    return file;
  },
  input(vm, [prompt]) {
    const stdout = vm.import("sys")!.scope.variables.get("stdout")!;
    if (prompt !== undefined && !vm.pending) {
      write(vm, stdout, String(prompt));
      vm.pending = { hasPrompted: true };
    }
    flush(vm, stdout);
    const line = take(vm, vm.import("sys")!.scope.variables.get("stdin"), -1, true);
    vm.pending = null;
    if (line === "") raise("EOFError", "EOF when reading a line");
    return textOfBytes(line.replace(/\n$/, ""));
  },
  "TextIOWrapper.read": (vm, [self, size = null]) =>
    shown(self, take(vm, self, size === null ? -1 : Number(size), false)),
  "TextIOWrapper.readline": (vm, [self]) => shown(self, take(vm, self, -1, true)),
  "TextIOWrapper.readlines": (vm, [self]) => new List(lines(vm, self)),
  "TextIOWrapper.write": (vm, [self, value = null]) => write(vm, self, value),
  "TextIOWrapper.writelines"(vm, [self, values = null]) {
    for (const value of vm.list(values)) write(vm, self, value);
    return null;
  },
  "TextIOWrapper.flush": (vm, [self]) => none(flush(vm, self)),
  "TextIOWrapper.close": (vm, [self]) => none(flush(vm, self), setField(self, "closed", true)),
  "TextIOWrapper.seek"(_vm, [self, to = 0n]) {
    setField(self, ".at", to);
    return to;
  },
  "TextIOWrapper.tell": (_vm, [self]) => field(self, ".at"),
  "TextIOWrapper.fileno": (_vm, [self]) => field(self, ".fd"),
  "TextIOWrapper.isatty": (vm, [self]) => vm.process.isTerminal(Number(field(self, ".fd") ?? -1)),
  "TextIOWrapper.readable": (_vm, [self]) => String(field(self, "mode")).startsWith("r"),
  "TextIOWrapper.writable": (_vm, [self]) => /[wa+]/.test(String(field(self, "mode"))),
  "TextIOWrapper.getvalue": (_vm, [self]) => shown(self, String(field(self, ".content"))),
  "TextIOWrapper.truncate": () => null,
  "TextIOWrapper.__enter__": (_vm, [self]) => self!,
  "TextIOWrapper.__exit__": (vm, [self]) => none(flush(vm, self), setField(self, "closed", true)),
  "TextIOWrapper.__iter__": (_vm, [self]) => new Iterator("file", self!),
});
