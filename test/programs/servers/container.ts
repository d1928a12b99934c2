/**
 * Runs the first process of a container in a test: its image's command, its output, requests to its ports, signals, and
 * time. It knows one process; children run at once and their output is dropped.
 */

import { programs as javascriptPrograms } from "../../../src/control-plane/software/javascript.ts";
import type { Credentials, FileEntry } from "../../../src/files/entry.ts";
import { findImage, findImageProgram } from "../../../src/images/find.ts";
import { parseImage } from "../../../src/images/reference.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { addToCounter, type Counters } from "../../../src/shell/counters.ts";
import type { HostFacts, ProcessView, Program, SignalName, Step } from "../../../src/shell/program.ts";
import type { Answer, Question, ServedAnswer, ServedRequest } from "../../../src/shell/question.ts";
import { MemoryFiles } from "./memory-files.ts";

const START_MS = Date.UTC(2026, 4, 1, 10, 0, 0);

export interface ContainerOptions {
  command?: readonly string[];
  args?: readonly string[];
  env?: Record<string, string>;
  files?: Record<string, FileEntry>;
  readOnly?: readonly string[];
  writable?: readonly string[];
  /** Answers of the network. */
  network?: (question: Question) => Answer;
  host?: Partial<HostFacts>;
  /** Of its random numbers; 1 if absent. */
  seed?: number;
}

export class Container {
  readonly files: MemoryFiles;
  readonly argv: string[];
  readonly env: Record<string, string>;
  readonly ports = new Set<number>();
  readonly signalled: { pid: number; signal: SignalName }[] = [];
  state: JsonObject = {};
  readonly counting: { counters: Counters } = { counters: {} };
  out = "";
  err = "";
  status: number | undefined;
  nowMs = START_MS;
  questions: Question[] = [];
  waits: Step | undefined;
  input = "";
  credentials: Credentials = ROOT;
  program: Program;
  readonly #options: ContainerOptions;
  readonly #pending: SignalName[] = [];
  #answer: { question: string; answer: Answer } | undefined;
  #random = 1;

  constructor(image: string, options: ContainerOptions = {}) {
    const reference = parseImage(image);
    if ("problem" in reference) throw new Error(reference.problem);
    const found = findImage(reference, { unknownImages: "fail", containerPorts: DECLARED_PORTS });
    if ("problem" in found) throw new Error(found.problem);
    const { entrypoint, cmd, env, files } = found.image;
    this.#options = options;
    this.#random = options.seed ?? 1;
    this.files = new MemoryFiles({ ...files(), ...options.files }, options);
    this.env = { ...env, HOSTNAME: "pod-1", ...options.env };
    const args = options.args ?? (options.command ? [] : cmd);
    this.argv = [...(options.command ?? entrypoint), ...args];
    this.program = this.#programOf(this.argv[0] ?? "");
    this.run();
  }

  get log(): string {
    return this.out + this.err;
  }

  /** Runs until the process waits for something that only the test can give, letting time pass up to `ms`. */
  run(ms = 60_000): this {
    const endMs = this.nowMs + ms;
    for (let i = 0; i < 10_000 && this.status === undefined; i++) {
      const step = this.program.run(this.#view());
      this.waits = step;
      if (step.type === "exit") this.status = step.status;
      else if (step.type === "exec") this.#exec(step);
      else {
        const times = step.for.flatMap((wait) => (wait.type === "time" ? [wait.atMs] : []));
        if (step.for.some(({ type }) => type === "answer" || type === "child")) continue;
        const next = Math.min(...times);
        if (next > endMs) return this;
        this.nowMs = Math.max(this.nowMs, next);
      }
    }
    return this;
  }

  send(signal: SignalName): this {
    this.#pending.push(signal);
    return this.run();
  }

  /** The body of an answer, after its status unless that is 200. */
  get(
    path: string,
    options: { port?: number; method?: string; headers?: Record<string, string>; body?: string } = {},
  ): string {
    const answer = this.http(path, options);
    if (answer.type !== "http") return answer.type === "failed" ? answer.why : answer.type;
    return answer.status === 200 ? answer.body : `${answer.status} ${answer.body}`;
  }

  http(
    path: string,
    {
      port = [...this.ports][0] ?? 80,
      method = "GET",
      headers = {},
      body = "",
    }: { port?: number; method?: string; headers?: Record<string, string>; body?: string } = {},
  ): ServedAnswer {
    const from = "10.244.1.9";
    return this.serve({ type: "http", scheme: "http", method, path, headers, body, host: "10.244.1.5", port, from });
  }

  message(
    protocol: string,
    body: Extract<ServedRequest, { type: "message" }>["body"],
    port = [...this.ports][0] ?? 0,
  ): ServedAnswer {
    return this.serve({ type: "message", protocol, body, port, from: "10.244.1.9" });
  }

  serve(request: ServedRequest): ServedAnswer {
    if (this.status !== undefined || !this.ports.has(request.port))
      return { type: "failed", why: "refused", afterMs: 0 };
    return this.program.serve?.(this.#view(true), request) ?? { type: "failed", why: "refused", afterMs: 0 };
  }

  /** Runs another program on the same files, as exec does; returns its output and status. */
  exec(
    argv: readonly string[],
    network?: (question: Question) => Answer,
    input = "",
  ): { out: string; err: string; status: number | undefined } {
    const other = Object.create(Container.prototype) as Container;
    const fields = {
      files: this.files,
      env: this.env,
      argv: [...argv],
      ports: new Set(this.ports),
      signalled: this.signalled,
      state: {},
      out: "",
      err: "",
      status: undefined,
      nowMs: this.nowMs,
      questions: [],
      input,
    };
    Object.assign(other, fields);
    return runOther(this, other, network ?? this.#options.network);
  }

  /** Answers questions to this container itself, as a client in it or beside it asks them. */
  asNetwork(question: Question, from = "10.244.1.9"): Answer {
    const address = "10.244.1.5";
    if (question.type === "resolve") return { type: "failed", why: "unknownName", afterMs: 1 };
    if (question.type === "load") return { type: "failed", why: "refused", afterMs: 1 };
    const served =
      question.type === "http"
        ? this.serve({ ...question, from })
        : question.type === "message"
          ? this.serve({ ...question, from })
          : this.serve({
              type: "connect",
              protocol: question.protocol,
              port: question.port,
              from,
              ...(question.data && { data: question.data }),
            });
    return served.type === "failed" ? { ...served, address } : { ...served, address };
  }

  programNamed(name: string): Program {
    return this.#programOf(name);
  }

  viewWith(over: Partial<ProcessView>): ProcessView {
    return { ...this.#view(), ...over };
  }

  #exec({ argv, env, credentials }: Extract<Step, { type: "exec" }>): void {
    if (credentials) this.credentials = credentials;
    this.argv.splice(0, this.argv.length, ...argv);
    if (env) Object.assign(this.env, env);
    this.state = {};
    this.program = this.#programOf(argv[0] ?? "");
  }

  #programOf(name: string): Program {
    const folders = name.includes("/") ? [""] : (this.env["PATH"] ?? "").split(":").map((folder) => `${folder}/`);
    const entries = folders.map((folder) => this.files.find(`${folder}${name}`));
    const entry = entries.find((each) => each?.type === "file");
    const programName = entry?.type === "file" ? (entry.program ?? "") : "";
    const program = findImageProgram(programName) ?? javascriptPrograms[programName];
    return program ?? { run: () => ({ type: "exit", status: entry ? 0 : 127 }) };
  }

  #view(isServing = false): ProcessView {
    return {
      pid: 1,
      parentPid: 0,
      argv: this.argv,
      env: this.env,
      cwd: "/",
      credentials: this.credentials,
      nowMs: this.nowMs,
      files: this.files,
      host: { ...HOST, ...this.#options.host },
      state: this.state,
      counters: this.counting.counters,
      count: (key, by) => addToCounter(this.counting, key, by, this.nowMs),
      random: () => (this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0),
      read: (_fd, { maxBytes = 65_536, upTo }: { maxBytes?: number; upTo?: string } = {}) => {
        const end = upTo ? this.input.indexOf(upTo) : -1;
        const piece = this.input.slice(0, end < 0 ? maxBytes : end + 1);
        this.input = this.input.slice(piece.length);
        return piece;
      },
      write: (fd, data) => {
        if (fd === 1) this.out += data;
        else this.err += data;
        return true;
      },
      canWrite: () => true,
      open: () => 3,
      close: () => {},
      isTerminal: () => false,
      terminal: () => undefined,
      spawn: () => 20,
      pipe: () => [3, 4],
      takeExit: () => 0,
      kill: (pid, signal) => {
        this.signalled.push({ pid, signal });
        return true;
      },
      processes: () => [],
      takePids: (_count, from) => from,
      takeSignal: () => this.#pending.shift(),
      listen: (port) => !this.ports.has(port) && Boolean(this.ports.add(port)),
      stopListening: (port) => void this.ports.delete(port),
      listeners: () => [...this.ports].map((port) => ({ port, protocol: "tcp", pid: 1, program: "" })),
      ask: (question) => this.#ask(question, isServing),
      useCpu: () => {},
      charge: () => {},
      setLoad: () => {},
    };
  }

  #ask(question: Question, isServing: boolean): Answer | undefined {
    const key = JSON.stringify(question);
    if (!isServing && this.#answer?.question !== key) {
      this.questions.push(question);
      const answer = this.#options.network?.(question) ?? { type: "failed", why: "unknownName", afterMs: 1 };
      this.#answer = { question: key, answer };
      return undefined;
    }
    const known = isServing ? this.#options.network?.(question) : this.#answer?.answer;
    this.#answer = undefined;
    return known ?? { type: "failed", why: "refused", afterMs: 1 };
  }
}

function runOther(
  owner: Container,
  other: Container,
  network: ((question: Question) => Answer) | undefined,
): { out: string; err: string; status: number | undefined } {
  let input = other.input;
  let last: { key: string; answer: Answer } | undefined;
  const program = owner.programNamed(other.argv[0] ?? "");
  for (let i = 0; i < 10_000; i++) {
    const view = owner.viewWith({
      pid: 30,
      credentials: ROOT,
      argv: other.argv,
      state: other.state,
      write: (fd, data) => {
        if (fd === 1) other.out += data;
        else other.err += data;
        return true;
      },
      read: (_fd, { maxBytes = 65_536, upTo }: { maxBytes?: number; upTo?: string } = {}) => {
        const end = upTo ? input.indexOf(upTo) : -1;
        const piece = input.slice(0, end < 0 ? maxBytes : end + 1);
        input = input.slice(piece.length);
        return piece;
      },
      ask: (question) => {
        const key = JSON.stringify(question);
        if (last?.key === key) {
          const { answer } = last;
          last = undefined;
          return answer;
        }
        last = { key, answer: network?.(question) ?? owner.asNetwork(question) };
        return undefined;
      },
    });
    const step = program.run(view);
    if (step.type === "exit") return { out: other.out, err: other.err, status: step.status };
    if (step.type === "exec") throw new Error("exec of an exec is not supported here");
    const times = step.for.flatMap((wait) => (wait.type === "time" ? [wait.atMs] : []));
    if (times.length > 0) owner.nowMs = Math.max(owner.nowMs, ...times);
  }
  return { out: other.out, err: other.err, status: undefined };
}

const ROOT: Credentials = { uid: 0, gid: 0, groups: [], capabilities: [] };

/** Ports that the container declares: an unknown server listens on them. */
const DECLARED_PORTS = [8080];

const HOST: HostFacts = {
  hostname: "pod-1",
  declaredPorts: DECLARED_PORTS,
  kernelRelease: "6.8.0-60-generic",
  kernelVersion: "#1 SMP PREEMPT_DYNAMIC",
  architecture: "x86_64",
  cpus: 2,
  memoryBytes: 8_000_000_000,
  bootedAtMs: START_MS - 1_000_000,
  podAddresses: ["10.244.1.5"],
  nodeName: "node-1",
};
