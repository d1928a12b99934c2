/** Runs one program to its end on a file system in memory. Children run at once, to their end. */
import { FileError } from "../../src/files/errors.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { Random } from "../../src/lib/prng.ts";
import type { HostFacts, ProcessFacts, ProcessView, Program, SignalName, Step, Wait } from "../../src/shell/program.ts";
import type { Answer, Question } from "../../src/shell/question.ts";
import { FakeFiles } from "./fake-files.ts";
import { findProgram } from "./software.ts";

export const NOW_MS = Date.UTC(2026, 0, 15, 10, 30, 0);

export const HOST: HostFacts = {
  hostname: "web-0",
  kernelRelease: "6.8.0-45-generic",
  kernelVersion: "#1 SMP PREEMPT_DYNAMIC",
  architecture: "x86_64",
  cpus: 4,
  memoryBytes: 8 * 1024 ** 3,
  bootedAtMs: NOW_MS - 3 * 86_400_000,
  podAddresses: ["10.244.1.7"],
  nodeName: "node-1",
};

export interface FakeOptions {
  argv: readonly string[];
  stdin?: string;
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  files?: FakeFiles;
  nowMs?: number;
  /** Seed of its random numbers. */
  seed?: string;
  /** `busybox`: names of programs are looked up as `busybox/<name>`. */
  flavour?: "gnu" | "busybox";
  terminal?: { columns: number; rows: number };
  answer?(question: Question): Answer;
  /** Pieces of the standard input; between two of them the program waits. */
  pieces?: readonly string[];
}

export interface FakeRun {
  stdout: string;
  stderr: string;
  status: number;
  files: FakeFiles;
  /** Cluster time at the end. */
  endedAtMs: number;
  waits: Wait[][];
  cpuMs: number;
}

const MAX_ROUNDS = 10_000;
const PIPE_LIMIT = 1024 * 1024 * 8;

export class FakeProcess implements ProcessView {
  static #pids = 10;
  readonly pid: number;
  readonly parentPid = 1;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly credentials = { uid: 0, gid: 0, groups: [0], capabilities: ["DAC_OVERRIDE", "CHOWN"] };
  nowMs: number;
  readonly files: FakeFiles;
  readonly host = HOST;
  state: JsonObject = {};
  readonly counters = {};
  stdout = "";
  stderr = "";
  cpuMs = 0;
  chargedSteps = 0;
  #input: string;
  readonly #options: FakeOptions;
  readonly #random: Random;
  readonly #exits = new Map<number, number>();
  readonly #opened = new Map<number, { path: string; at: number }>();
  readonly #pieces: string[];
  signals: SignalName[] = [];
  killed: [number, SignalName][] = [];

  constructor(options: FakeOptions) {
    this.#random = new Random(options.seed ?? "test");
    this.#options = options;
    this.pid = FakeProcess.#pids++;
    this.argv = options.argv;
    this.env = options.env ?? { PATH: "/usr/bin:/bin", HOME: "/root", TZ: "UTC" };
    this.cwd = options.cwd ?? "/work";
    this.nowMs = options.nowMs ?? NOW_MS;
    this.files = options.files ?? new FakeFiles(this.nowMs);
    this.#input = options.stdin ?? "";
    this.#pieces = [...(options.pieces ?? [])];
  }

  random = () => this.#random.uint32();

  read(fd: number, options?: { maxBytes?: number; upTo?: string }): string | undefined {
    const opened = this.#opened.get(fd);
    const source = opened ? this.files.read(opened.path).slice(opened.at) : this.#input;
    if (source === "" && !opened && this.#pieces.length > 0) {
      this.#input = this.#pieces.shift()!;
      return undefined;
    }
    let end = Math.min(source.length, options?.maxBytes ?? source.length);
    const stop = options?.upTo === undefined ? -1 : source.indexOf(options.upTo);
    if (stop >= 0) end = Math.min(end, stop + 1);
    if (opened) opened.at += end;
    else this.#input = source.slice(end);
    return source.slice(0, end);
  }

  write(fd: number, data: string): boolean {
    const opened = this.#opened.get(fd);
    if (opened) this.files.append(opened.path, data);
    else if (fd === 1) this.stdout += data;
    else this.stderr += data;
    return this.stdout.length < PIPE_LIMIT;
  }

  open(path: string, how: "read" | "write" | "append"): number {
    if (how === "read") this.files.stat(path);
    if (how === "write") this.files.write(path, "");
    if (how === "append") this.files.append(path, "");
    const fd = 3 + this.#opened.size;
    this.#opened.set(fd, { path, at: 0 });
    return fd;
  }

  close(fd: number): void {
    this.#opened.delete(fd);
  }

  canWrite(): boolean {
    return true;
  }

  isTerminal(fd: number): boolean {
    return this.#options.terminal !== undefined && fd < 3;
  }

  terminal(fd: number) {
    const { terminal } = this.#options;
    return terminal && fd < 3 ? { ...terminal, isCooked: true, echoes: true, sendsSignals: true } : undefined;
  }

  spawn({ argv, env, cwd }: Parameters<ProcessView["spawn"]>[0]): number {
    const child = new FakeProcess({
      ...this.#options,
      argv,
      env: env ?? this.env,
      cwd: cwd ?? this.cwd,
      files: this.files,
      nowMs: this.nowMs,
      stdin: this.#input,
    });
    this.#input = "";
    const status = runToEnd(child, this.#options.flavour).status;
    this.stdout += child.stdout;
    this.stderr += child.stderr;
    this.nowMs = child.nowMs;
    this.#exits.set(child.pid, status);
    return child.pid;
  }

  pipe(): [number, number] {
    throw new Error("the fake has no pipes");
  }

  takeExit(pid: number): number | undefined {
    const status = this.#exits.get(pid);
    this.#exits.delete(pid);
    return status;
  }

  kill(pid: number, signal: SignalName): boolean {
    if (!this.processes().some((process) => process.pid === pid)) return false;
    this.killed.push([pid, signal]);
    return true;
  }

  processes(): readonly ProcessFacts[] {
    const facts = (pid: number, parentPid: number, argv: readonly string[]): ProcessFacts => ({
      pid,
      parentPid,
      uid: 0,
      argv,
      startedAtMs: this.nowMs - 60_000,
      cpuMs: 1500,
      state: "S",
      memoryBytes: 4 * 1024 * 1024,
    });
    return [
      facts(1, 0, ["nginx: master process nginx -g daemon off;"]),
      facts(7, 1, ["sleep", "3600"]),
      { ...facts(this.pid, 1, this.argv), state: "R", cpuMs: 0 },
    ];
  }

  takePids(_count: number, from: number): number {
    return from;
  }

  count(): void {}

  takeSignal(): SignalName | undefined {
    return this.signals.shift();
  }

  listen(): boolean {
    return true;
  }

  stopListening(): void {}

  listeners() {
    return [{ port: 80, protocol: "tcp" as const, pid: 1, program: "nginx" }];
  }

  ask(question: Question): Answer | undefined {
    return this.#options.answer?.(question);
  }

  useCpu(ms: number): void {
    this.cpuMs += ms;
  }

  #load = { cpus: 0, sinceMs: 0 };

  setLoad(cpus: number): void {
    this.cpuMs = this.cpuTimeMs();
    this.#load = { cpus, sinceMs: this.nowMs };
  }

  /** CPU time with the part of the present load. */
  cpuTimeMs(): number {
    return this.cpuMs + this.#load.cpus * (this.nowMs - this.#load.sinceMs);
  }

  charge(steps: number): void {
    this.chargedSteps += Math.floor(steps);
  }
}

/** Runs a program until it ends. Time jumps to the next instant that the program waits for. */
export function runProgram(options: FakeOptions): FakeRun {
  const process = new FakeProcess(options);
  const { status, waits } = runToEnd(process, options.flavour);
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    status,
    files: process.files,
    endedAtMs: process.nowMs,
    waits,
    cpuMs: process.cpuTimeMs(),
  };
}

export function programOf(name: string, flavour: "gnu" | "busybox" = "gnu"): Program {
  const base = name.slice(name.lastIndexOf("/") + 1);
  const program = findProgram(flavour === "busybox" ? `busybox/${base}` : base);
  if (!program) throw new FileError("ENOENT", name);
  return program;
}

export function runToEnd(
  process: FakeProcess,
  flavour: "gnu" | "busybox" = "gnu",
): { status: number; waits: Wait[][] } {
  const program = programOf(process.argv[0]!, flavour);
  const waits: Wait[][] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // A checkpoint between any two calls must not change anything.
    process.state = JSON.parse(JSON.stringify(process.state)) as JsonObject;
    const step: Step = program.run(process);
    if (step.type === "exit") return { status: step.status, waits };
    if (step.type === "exec") {
      process.state = {};
      Object.assign(process, { argv: step.argv, ...(step.env && { env: step.env }) });
      return runToEnd(process, flavour);
    }
    waits.push([...step.for]);
    const at = step.for.flatMap((wait) => (wait.type === "time" ? [wait.atMs] : []));
    const isReady = step.for.some(
      ({ type }) => type === "readable" || type === "writable" || type === "child" || type === "answer",
    );
    if (!isReady && at.length === 0) return { status: -1, waits };
    if (!isReady) process.nowMs = Math.max(process.nowMs, Math.min(...at));
  }
  throw new Error(`${process.argv.join(" ")} does not end`);
}
