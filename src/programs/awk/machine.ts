/** One run of a program of awk: its phases, its main input, and what is stored while it waits. */
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import { SEED } from "./builtins.ts";
import type { Dialect } from "./contract.ts";
import { AwkError, Jump } from "./errors.ts";
import { Interpreter } from "./interpreter.ts";
import { Journal } from "./journal.ts";
import { unescapeText } from "./lexer.ts";
import { type Cell, loadedCells, loadedValue, type SavedCell, savedCells, savedValue } from "./memory.ts";
import type { RecordState } from "./record.ts";
import { type InputState, Streams, type StreamsState } from "./streams.ts";
import type { AwkProgram, Rule } from "./syntax.ts";
import { inputValue, toNumber, type Value } from "./values.ts";

type Phase = "begin" | "main" | "end" | "close";

/** Where a run is between two actions. */
interface Position {
  phase: Phase;
  /** Index of the next BEGIN or END action. */
  at: number;
  /** Index of the next argument, and whether one of them was a file. */
  argument: number;
  hasFile: boolean;
  /** Rules whose range has begun. */
  ranges: boolean[];
  exitStatus: number;
  input: InputState | null;
}

/** A run between two actions; it shares texts with the run, but nothing that changes. */
interface Snapshot {
  position: Position;
  globals: Map<string, Cell>;
  record: RecordState;
  streams: StreamsState;
}

export class AwkRun {
  readonly #process: ProcessView;
  readonly #program: AwkProgram;
  readonly #dialect: Dialect;
  readonly #journal: Journal;
  readonly #streams: Streams;
  readonly #awk: Interpreter;
  #position: Position;
  #snapshot: Snapshot | undefined;

  constructor(process: ProcessView, program: AwkProgram, dialect: Dialect, saved: JsonObject | undefined) {
    this.#process = process;
    this.#program = program;
    this.#dialect = dialect;
    this.#journal = new Journal(saved?.journal as JsonValue[] | undefined);
    this.#streams = new Streams(process, this.#journal, {
      mayWait: program.waits,
      state: saved?.streams as StreamsState | undefined,
    });
    this.#awk = new Interpreter(program, {
      streams: this.#streams,
      dialect,
      nextRecord: () => this.#nextRecord(),
      nowMs: () => process.nowMs,
      random: () => this.#random(),
    });
    this.#position = (saved?.position as Position | undefined) ?? {
      phase: "begin",
      at: 0,
      argument: 1,
      hasFile: false,
      ranges: [],
      exitStatus: 0,
      input: null,
    };
    if (!saved) return;
    this.#awk.memory.restore(loadedCells(saved.globals as SavedCell[]));
    const record = saved.record as unknown as RecordState;
    this.#awk.record.state = {
      ...record,
      fields: record.fields?.map((each) => loadedValue(each as JsonValue)) ?? null,
    };
    this.#awk.exitStatus = this.#position.exitStatus;
  }

  /** Steps of its actions. */
  get work(): number {
    return this.#awk.work;
  }

  get memory() {
    return this.#awk.memory;
  }

  /** Goes on to the end. Returns the exit status. @throws AwkWait, AwkError */
  run(): number {
    const { begin, end } = this.#program;
    const position = this.#position;
    while (position.phase === "begin") {
      if (position.at >= begin.length) this.#enter(this.#readsInput() ? "main" : "close");
      else this.#unit(() => this.#ended(this.#awk.action(begin[position.at++]!)));
    }
    while (position.phase === "main") this.#unit(() => this.#nextUnit());
    while (position.phase === "end") {
      if (position.at >= end.length) this.#enter("close");
      else this.#unit(() => this.#ended(this.#awk.action(end[position.at++]!)));
    }
    this.#unit(() => this.#streams.closeAll());
    return position.exitStatus;
  }

  /** The state to store while the process waits: that before the waiting action, and the effects of that action. */
  save(): JsonObject {
    const { position, globals, record, streams } = this.#snapshot ?? this.#take();
    // Without a snapshot the present state has the effects in it.
    if (!this.#snapshot) this.#journal.clear();
    return {
      position,
      globals: savedCells(globals),
      record: { ...record, fields: record.fields?.map(savedValue) ?? null },
      streams,
      journal: this.#journal.entries(),
    } as unknown as JsonObject;
  }

  /** Where it is, as mawk shows it with an error. */
  place(): string {
    const [name, ofFile, all] = ["FILENAME", "FNR", "NR"].map((each) => this.#awk.text(this.memory.value(each)));
    return `FILENAME="${name}" FNR=${ofFile} NR=${all}`;
  }

  /** Writes what was printed before a failure. */
  flushAtFailure(): void {
    this.#process.write(1, this.#streams.takePending());
  }

  #readsInput(): boolean {
    return this.#program.rules.length > 0 || this.#program.end.length > 0;
  }

  #enter(phase: Phase): void {
    this.#position.phase = phase;
    this.#position.at = 0;
  }

  /** One action: it happens as a whole, or the process waits before it. */
  #unit(action: () => void): void {
    this.#streams.flushIfLarge();
    this.#snapshot = this.#program.waits ? this.#take() : undefined;
    try {
      action();
    } catch (error) {
      if (!(error instanceof Jump)) throw error;
      if (error.to === "nextfile") this.#position.input = null;
      if (error.to === "exit") this.#ended("exit");
    }
    this.#journal.clear();
    this.#snapshot = undefined;
  }

  #take(): Snapshot {
    const { input } = this.#position;
    this.#position.exitStatus = this.#awk.exitStatus;
    const { record } = this.#awk;
    return {
      position: {
        ...this.#position,
        ranges: [...this.#position.ranges],
        input: input && this.#streams.copyOf(input),
      },
      globals: this.#awk.memory.copy(),
      record: { ...record.state, fields: record.state.fields && [...record.state.fields] },
      streams: this.#streams.copy(),
    };
  }

  #ended(completion: string | undefined): void {
    if (completion !== "exit") return;
    this.#position.exitStatus = this.#awk.exitStatus;
    this.#enter(this.#position.phase === "end" ? "close" : "end");
  }

  /** Reads a record and applies the rules to it. */
  #nextUnit(): void {
    const { memory, record } = this.#awk;
    const text = this.#nextRecord();
    if (text === undefined) {
      this.#enter("end");
      return;
    }
    this.#awk.count("NR");
    this.#awk.count("FNR");
    record.read(text, this.#awk.separators());
    memory.locals = undefined;
    for (let i = 0; i < this.#program.rules.length; i++) {
      const rule = this.#program.rules[i]!;
      if (!this.#applies(rule, i)) continue;
      const completion = rule.action ? this.#awk.action(rule.action) : this.#awk.printRecord();
      if (completion === "exit") this.#ended("exit");
      if (completion === "nextfile") this.#position.input = null;
      if (completion === "next" || completion === "nextfile" || completion === "exit") return;
    }
  }

  #applies({ patterns }: Rule, index: number): boolean {
    const [first, last] = patterns;
    if (!first) return true;
    if (!last) return this.#awk.test(first);
    const { ranges } = this.#position;
    if (!ranges[index] && !this.#awk.test(first)) return false;
    ranges[index] = !this.#awk.test(last);
    return true;
  }

  #nextRecord(): string | undefined {
    const position = this.#position;
    for (;;) {
      position.input ??= this.#nextInput() ?? null;
      if (!position.input) return undefined;
      const separator = this.#awk.text(this.memory.value("RS"));
      const text = this.#streams.record(position.input, separator, this.#dialect.braces);
      if (text !== undefined) return text;
      position.input = null;
    }
  }

  /** Opens the next file among the arguments; assignments between them happen now. */
  #nextInput(): InputState | undefined {
    const position = this.#position;
    const argumentsGiven = this.memory.array("ARGV");
    while (position.argument < toNumber(this.memory.value("ARGC"))) {
      const name = this.#awk.text(argumentsGiven.get(String(position.argument++)) ?? null);
      if (name === "") continue;
      const [, variable, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(name) ?? [];
      if (variable !== undefined && value !== undefined) {
        this.#awk.assign({ type: "name", name: variable }, inputValue(unescapeText(value, this.#dialect.name)));
        continue;
      }
      position.hasFile = true;
      const input = this.#open(name);
      if (input) return input;
    }
    if (position.hasFile) return undefined;
    position.hasFile = true;
    return this.#open("-");
  }

  #open(name: string): InputState | undefined {
    const input = this.#streams.openInput(name);
    this.memory.set("FNR", 0);
    this.memory.set("FILENAME", name === "-" ? "" : name);
    if (typeof input !== "string") return input;
    switch (this.#dialect.name) {
      case "mawk":
        throw new AwkError(`cannot open ${name} (${input})`, { isFile: true });
      case "busybox":
        throw new AwkError(`${name}: ${input}`, { isFile: true });
      default:
        this.#process.write(2, `awk: cannot open "${name}" for reading: ${input}\n`);
        this.#awk.exitStatus = 2;
        return undefined;
    }
  }

  #random(): number {
    const seed: Value = this.memory.value(RANDOM) ?? this.memory.value(SEED);
    if (seed === null && this.#dialect.name === "mawk") {
      return this.#journal.once(() => this.#process.random()) / 0x1_0000_0000;
    }
    const next = (Math.imul(toNumber(seed) & 0x7fff_ffff, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    this.memory.set(RANDOM, next);
    return next / 0x8000_0000;
  }
}

/** The variable that holds the state of the generator: no program can name it. */
const RANDOM = " random";
