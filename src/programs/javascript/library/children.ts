/** `child_process`. */

import { prototypeFor } from "../builtins/objects.ts";
import { defineClass, links, scripts } from "../intrinsics.ts";
import { JsObject } from "../objects.ts";
import { beEmitter } from "./events.ts";

defineClass(
  "ChildProcess",
  (vm, _self, _args, { newTarget }) => {
    const made = new JsObject(prototypeFor(vm, newTarget, "ChildProcess.prototype"));
    beEmitter(vm, made);
    return made;
  },
  { parent: "EventEmitter" },
);
links("node:child_process", { ChildProcess: "ChildProcess" }, true);

scripts("node:children", {
  /** The words of a command for the shell. */
  shell:
    'function shell(command, options) { return [typeof options?.shell === "string" ? options.shell : "/bin/sh", "-c", command]; }',
  decoded:
    "function decoded(data, options) { const encoding = options?.encoding; return data && encoding && encoding !== 'buffer' ? data.toString(encoding) : data; }",
  /** The output of a command that had to succeed. */
  checked: `
function checked(result, command, file, options) {
  if (result.stderr && result.stderr.length > 0 && !options?.stdio) process.stderr.write(result.stderr);
  if (result.code) throw $children.spawnError(result.code, "spawnSync " + file);
  if (result.status !== 0) {
    const text = result.stderr ? result.stderr.toString() : "";
    const error = new Error("Command failed: " + command + (text ? "\\n" + text : ""));
    Object.assign(error, { status: result.status, signal: result.signal, output: [null, $children.decoded(result.stdout, options), $children.decoded(result.stderr, options)], pid: result.pid, stdout: $children.decoded(result.stdout, options), stderr: $children.decoded(result.stderr, options) });
    throw error;
  }
  return $children.decoded(result.stdout, options);
}`,
  spawnError: `
function spawnError(code, call) {
  const file = call.replace(/^spawn(Sync)? /, "");
  return Object.assign(new Error(call + " " + code), { errno: code === "ENOENT" ? -2 : -13, code, syscall: call, path: file, spawnargs: [] });
}`,
});
scripts("node:child_process", {
  execSync:
    "function execSync(command, options) { return $children.checked($children.run($children.shell(command, options), options), command, '/bin/sh', options); }",
  execFileSync: `
function execFileSync(file, args, options) {
  const words = Array.isArray(args) ? args : [];
  const given = Array.isArray(args) ? options : args;
  return $children.checked($children.run([file, ...words], given), [file, ...words].join(" "), file, given);
}`,
  spawnSync: `
function spawnSync(file, args, options) {
  const words = Array.isArray(args) ? args : [];
  const given = Array.isArray(args) ? options : args;
  const result = $children.run(given?.shell ? $children.shell([file, ...words].join(" "), given) : [file, ...words], given);
  const stdout = $children.decoded(result.stdout, given);
  const stderr = $children.decoded(result.stderr, given);
  if (result.code) return { error: $children.spawnError(result.code, "spawnSync " + file), status: null, signal: null, output: null, pid: 0, stdout: null, stderr: null };
  return { status: result.status, signal: result.signal, output: [null, stdout, stderr], pid: result.pid, stdout, stderr };
}`,
  spawn: `
function spawn(file, args, options) {
  const words = Array.isArray(args) ? args : [];
  const given = (Array.isArray(args) ? options : args) ?? {};
  const child = new $childProcess.ChildProcess();
  const kind = (i) => (Array.isArray(given.stdio) ? given.stdio[i] : given.stdio) ?? "pipe";
  child.stdout = kind(1) === "pipe" ? new $stream.Readable({ read() {} }) : null;
  child.stderr = kind(2) === "pipe" ? new $stream.Readable({ read() {} }) : null;
  child.stdin = new $stream.Writable({ write(chunk, encoding, done) { done(); } });
  child.spawnfile = file;
  child.spawnargs = [file, ...words];
  child.exitCode = null;
  child.signalCode = null;
  child.killed = false;
  const all = given.shell ? $children.shell([file, ...words].join(" "), given) : [file, ...words];
  const pid = $children.start(all, given, child.stdout ? (data) => child.stdout.push(data) : undefined, child.stderr ? (data) => child.stderr.push(data) : undefined, (status) => {
    const [code, signal] = $children.outcome(status);
    child.exitCode = code;
    child.signalCode = signal;
    child.emit("exit", code, signal);
    setImmediate(() => child.emit("close", code, signal));
  });
  if (typeof pid === "string") { process.nextTick(() => child.emit("error", $children.spawnError(pid, "spawn " + file))); return child; }
  child.pid = pid;
  process.nextTick(() => child.emit("spawn"));
  return child;
}`,
  execFile: `
function execFile(file, ...rest) {
  const callback = typeof rest.at(-1) === "function" ? rest.pop() : undefined;
  const [args, options] = Array.isArray(rest[0]) ? [rest[0], rest[1]] : [[], rest[0]];
  return $childProcess.collect($childProcess.spawn(file, args, options), [file, ...args].join(" "), callback);
}`,
  exec: `
function exec(command, ...rest) {
  const callback = typeof rest.at(-1) === "function" ? rest.pop() : undefined;
  const [shell, ...words] = $children.shell(command, rest[0]);
  return $childProcess.collect($childProcess.spawn(shell, words, rest[0]), command, callback);
}`,
});
scripts("node:childProcess", {
  collect: `
function collect(child, command, callback) {
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => { stdout += data; });
  child.stderr.on("data", (data) => { stderr += data; });
  child.on("error", (error) => callback?.(error, stdout, stderr));
  child.on("close", (code, signal) => {
    if (code === 0) return callback?.(null, stdout, stderr);
    const error = new Error("Command failed: " + command + "\\n" + stderr);
    Object.assign(error, { code, killed: child.killed, signal, cmd: command });
    callback?.(error, stdout, stderr);
  });
  return child;
}`,
});
links("node:childProcess", { ChildProcess: "ChildProcess", spawn: "node:child_process.spawn" });
scripts("ChildProcess.prototype", {
  kill: "function kill(signal) { this.killed = true; try { return process.kill(this.pid, signal ?? 'SIGTERM'); } catch { return false; } }",
  ref: "function ref() { return this; }",
  unref: "function unref() { return this; }",
});
