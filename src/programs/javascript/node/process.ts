/** `process`. */
import { FileError } from "../../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import type { SignalName } from "../../../shell/program.ts";
import { arrayOf, objectOf, toInteger, toText } from "../conversions.ts";
import { systemError } from "../errors.ts";
import { define, links, natives, scripts } from "../intrinsics.ts";
import { JsBytes, JsObject, JsProxy, Thrown, type Value } from "../objects.ts";
import { get, set } from "../properties.ts";
import type { Vm } from "../vm.ts";

/** The program ends now. */
export class Exit extends Error {
  override name = "Exit";
  readonly status: number;
  constructor(status: number) {
    super("the program ends");
    this.status = status;
  }
}

export const SIGNALS: Readonly<Partial<Record<SignalName, number>>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  WINCH: 28,
};

export const versionOf = (vm: Vm): string => vm.process.env["NODE_VERSION"] || "25.5.0";

define("process", "EventEmitter.prototype", { isOpen: true });
define("process.stdout", "Stream.Writable.prototype", { isOpen: true });
define("process.stderr", "Stream.Writable.prototype", { isOpen: true });
define("process.stdin", "Stream.Readable.prototype", { isOpen: true });
links("globalThis", { process: "process" });
links("process", { stdout: "process.stdout", stderr: "process.stderr", stdin: "process.stdin" }, true);

/** An object that is made once and kept with the program's state. */
function kept(vm: Vm, name: string, make: () => Value): Value {
  const known = vm.modules.get(name);
  if (known !== undefined) return known;
  const made = make();
  vm.modules.set(name, made);
  return made;
}

/** The environment: values become texts. */
function environment(vm: Vm): Value {
  const made = new JsObject(vm.intrinsic("Object.prototype"));
  for (const [name, value] of Object.entries(vm.process.env)) made.properties.set(name, textOfBytes(value));
  const handler = new JsObject(vm.intrinsic("Object.prototype"));
  handler.properties.set("set", vm.intrinsic("node:process.setVariable"));
  return new JsProxy(made, handler);
}

function exitCode(vm: Vm, given: Value): number {
  const code = given === undefined ? get(vm, vm.intrinsic("process"), "exitCode") : given;
  return code === undefined || code === null ? 0 : toInteger(vm, code) & 255;
}

/** Emits `exit` and ends the program. */
export function exit(vm: Vm, given: Value): never {
  if (!vm.tasks.isExiting) {
    vm.tasks.isExiting = true;
    const process = vm.intrinsic("process");
    if (given !== undefined) set(vm, process, "exitCode", given);
    vm.call(get(vm, process, "emit"), process, ["exit", exitCode(vm, undefined)]);
  }
  throw new Exit(exitCode(vm, undefined));
}

const uptime = (vm: Vm): number => (vm.nowMs - Number(vm.facts.get("startedAtMs") ?? vm.nowMs)) / 1000 + 0.03;

natives("process", {
  "get argv": (vm) =>
    kept(vm, "process.argv", () => {
      const rest = vm.facts.get("argv") as string;
      return arrayOf(vm, [execPath(vm), ...(JSON.parse(rest) as string[])]);
    }),
  "get argv0": (vm) => textOfBytes(vm.process.argv[0] ?? "node"),
  "get execArgv": (vm) =>
    kept(vm, "process.execArgv", () => arrayOf(vm, JSON.parse(String(vm.facts.get("execArgv") ?? "[]")) as string[])),
  "get execPath": (vm) => execPath(vm),
  "get env": (vm) => kept(vm, "process.env", () => environment(vm)),
  "get pid": (vm) => vm.process.pid,
  "get ppid": (vm) => vm.process.parentPid,
  "get title": () => "node",
  "get platform": () => "linux",
  "get arch": (vm) => (vm.process.host.architecture === "aarch64" ? "arm64" : "x64"),
  "get version": (vm) => `v${versionOf(vm)}`,
  "get versions": (vm) =>
    kept(vm, "process.versions", () =>
      objectOf(vm, { node: versionOf(vm), v8: "13.6.233.17-node.37", uv: "1.51.0", modules: "137" }),
    ),
  "get release": (vm) => kept(vm, "process.release", () => objectOf(vm, { name: "node", lts: "Krypton" })),
  "get features": (vm) => kept(vm, "process.features", () => objectOf(vm, { inspector: false, ipv6: true })),
  "get config": (vm) => kept(vm, "process.config", () => objectOf(vm, {})),
  cwd: (vm) => textOfBytes(String(vm.facts.get("cwd") ?? vm.process.cwd)),
  chdir(vm, _self, [value]) {
    const path = toText(vm, value);
    const from = vm.call(vm.intrinsic("process.cwd"), undefined, []);
    const to = vm.call(vm.intrinsic("node:path.resolve"), undefined, [from, path]) as string;
    const entry = vm.process.files.find(bytesOfText(to));
    if (entry?.type !== "directory")
      throw new Thrown(systemError(vm, entry ? "ENOTDIR" : "ENOENT", "chdir", `${String(from)}' -> '${path}`));
    vm.facts.set("cwd", bytesOfText(to));
    return undefined;
  },
  exit: (vm, _self, [code]) => exit(vm, code),
  reallyExit: (vm, _self, [code]) => {
    throw new Exit(exitCode(vm, code));
  },
  abort: () => {
    throw new Exit(134);
  },
  uptime,
  kill(vm, _self, [pid, signal]) {
    const name =
      signal === undefined
        ? "TERM"
        : typeof signal === "number"
          ? signalName(signal)
          : toText(vm, signal).replace(/^SIG/, "");
    const isTest = signal === 0 || name === "0";
    try {
      const target = toInteger(vm, pid);
      const isThere = isTest
        ? vm.process.processes().some((each) => each.pid === target)
        : vm.process.kill(target, name as SignalName);
      if (!isThere) vm.fail("Error", "kill ESRCH", { errno: -3, code: "ESRCH", syscall: "kill" });
      return true;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return vm.fail("Error", "kill EPERM", { errno: -1, code: "EPERM", syscall: "kill" });
    }
  },
  hrtime(vm, _self, [before]) {
    const now = Math.round(vm.nowMs * 1e6 - vm.process.host.bootedAtMs * 1e6);
    const parts = [Math.floor(now / 1e9), now % 1e9];
    if (!(before instanceof JsObject)) return arrayOf(vm, parts);
    const seconds = parts[0]! - Number(get(vm, before, "0"));
    const nanoseconds = parts[1]! - Number(get(vm, before, "1"));
    return arrayOf(vm, nanoseconds < 0 ? [seconds - 1, nanoseconds + 1e9] : [seconds, nanoseconds]);
  },
  memoryUsage: (vm) =>
    objectOf(vm, {
      rss: 44_040_192,
      heapTotal: 6_537_216,
      heapUsed: 4_701_072,
      external: 1_604_517,
      arrayBuffers: 10_515,
    }),
  cpuUsage: (vm) => objectOf(vm, { user: 30_000, system: 8_000 }),
  getuid: (vm) => vm.process.credentials.uid,
  geteuid: (vm) => vm.process.credentials.uid,
  getgid: (vm) => vm.process.credentials.gid,
  getegid: (vm) => vm.process.credentials.gid,
  umask: () => 0o22,
  nextTick(vm, _self, [callback, ...args]) {
    vm.tasks.ticks.push({ callback, args });
    return undefined;
  },
  emitWarning(vm, _self, [warning, type, code]) {
    const name = typeof type === "string" ? type : "Warning";
    const text = warning instanceof JsObject ? toText(vm, warning) : `${name}: ${toText(vm, warning)}`;
    const shown = typeof code === "string" ? `[${code}] ` : "";
    const option = name === "DeprecationWarning" ? "--trace-deprecation" : "--trace-warnings";
    const hint = `(Use \`node ${option} ...\` to show where the warning was created)`;
    vm.process.write(2, bytesOfText(`(node:${vm.process.pid}) ${shown}${text}\n${hint}\n`));
    return undefined;
  },
  binding: (vm) => vm.fail("Error", "No such module: binding"),
});
natives("process.hrtime", {
  bigint: (vm) => BigInt(Math.round((vm.nowMs - vm.process.host.bootedAtMs) * 1e6)),
});
natives("process.memoryUsage", { rss: () => 44_040_192 });

const signalName = (number: number): string => Object.entries(SIGNALS).find(([, each]) => each === number)?.[0] ?? "0";
const execPath = (vm: Vm): string =>
  vm.process.argv[0]?.startsWith("/") ? textOfBytes(vm.process.argv[0]) : "/usr/local/bin/node";

natives("node:process", {
  setVariable(vm, _self, [target, name, value]) {
    (target as JsObject).properties.set(name as string, toText(vm, value));
    return true;
  },
  /** Writes to a descriptor: text or bytes. */
  write(vm, _self, [fd, data]) {
    const bytes = data instanceof JsBytes ? String.fromCharCode(...data.bytes) : bytesOfText(toText(vm, data));
    vm.process.write(fd as number, bytes);
    return true;
  },
  isTerminal: (vm, _self, [fd]) => (vm.process.isTerminal(fd as number) ? true : undefined),
  columns: (vm, _self, [fd]) => vm.process.terminal(fd as number)?.columns,
  rows: (vm, _self, [fd]) => vm.process.terminal(fd as number)?.rows,
  listenToInput(vm, _self, [callback]) {
    vm.tasks.onInput = callback;
    return undefined;
  },
});

for (const [name, fd] of [
  ["stdin", 0],
  ["stdout", 1],
  ["stderr", 2],
] as const) {
  natives(`process.${name}`, {
    "get isTTY": (vm) => (vm.process.isTerminal(fd) ? true : undefined),
    "get columns": (vm) => vm.process.terminal(fd)?.columns,
    "get rows": (vm) => vm.process.terminal(fd)?.rows,
    "get fd": () => fd,
  });
  if (fd === 0) continue;
  scripts(`process.${name}`, {
    write: `function write(data, encoding, callback) { $process.write(${fd}, data); const done = typeof encoding === "function" ? encoding : callback; if (done) process.nextTick(done); return true; }`,
    end: "function end(data) { if (data !== undefined) this.write(data); return this; }",
  });
}
