/** Runs the commands of a sed script over lines. All that lasts between lines is JSON. */
import type { Bytes } from "../../files/entry.ts";
import { MAX_REGEX_STEPS, MAX_VARIABLE_LENGTH } from "../../lib/container-limits.ts";
import type { PosixMatch, PosixRegex } from "../../lib/posix-regex.ts";
import { UsageError } from "../base/call.ts";
import type { Address, Command, Substitution } from "./sed-script.ts";
import type { Cycle, SedState, SedSurroundings } from "./sed-state.ts";
import { replaced, unambiguous } from "./sed-text.ts";

/** Work of one command, and bytes that a pattern is compared with in one step. */
const STEPS_PER_COMMAND = 0.5;
const BYTES_PER_STEP = 64;

/** Thrown when a cycle needs a line that has not arrived: it runs again with more input. */
class LineNeeded extends Error {}

type Ending = "next" | "restart" | "quit" | "quitSilently";

export class SedMachine {
  readonly #state: SedState;
  readonly #commands: readonly Command[];
  readonly #surroundings: SedSurroundings;
  #lastPattern: PosixRegex | undefined;
  #isEnded = false;
  /** Lines at the beginning of `lines` that this run has used. They are removed together: there may be very many. */
  #used = 0;

  constructor(state: SedState, commands: readonly Command[], surroundings: SedSurroundings) {
    this.#state = state;
    this.#commands = commands;
    this.#surroundings = surroundings;
    state.lines ??= [];
    state.line ??= 0;
    state.hold ??= "";
    state.ranges ??= {};
    state.written ??= [];
  }

  get hasQuit(): boolean {
    return this.#state.hasQuit === true;
  }

  get status(): number {
    return this.#state.status ?? 0;
  }

  /** Takes a piece of input; `isLast` ends a file. */
  add(data: Bytes, isLast: boolean): void {
    const state = this.#state;
    const lines = data.split(this.#surroundings.separator);
    // Only the first piece meets what was held: a line without an end is not searched again.
    lines[0] = (state.partial ?? "") + lines[0];
    const rest = lines.pop() ?? "";
    for (const line of lines) state.lines!.push(line);
    state.partial = rest;
    if (!isLast || rest === "") return;
    state.lines!.push(rest);
    state.partial = "";
    state.lacksNewline = true;
  }

  /** A new file begins, with -s: lines count from one again. */
  startFile(): void {
    this.#state.line = 0;
    this.#state.ranges = {};
  }

  /** Input that was not used, for -i behind a q. */
  rest(): Bytes {
    const { lines = [], lacksNewline } = this.#state;
    const { separator } = this.#surroundings;
    return lines.map((line, i) => line + (lacksNewline && i === lines.length - 1 ? "" : separator)).join("");
  }

  /** Runs all cycles that the input allows. Returns true after q. `isEnded`: there is no more input. */
  run(isEnded: boolean): boolean {
    this.#isEnded = isEnded;
    const state = this.#state;
    // The last line is known to be the last only when the input has ended.
    try {
      while (!state.hasQuit && state.lines!.length - this.#used > (isEnded ? 0 : 1)) {
        if (!this.#cycle()) break;
      }
    } finally {
      state.lines!.splice(0, this.#used);
      this.#used = 0;
    }
    return state.hasQuit === true;
  }

  /** False: more input is needed. */
  #cycle(): boolean {
    const state = this.#state;
    const cycle: Cycle = {
      pattern: "",
      hold: state.hold!,
      line: state.line!,
      ranges: { ...state.ranges },
      used: 0,
      output: "",
      appended: [],
      wrote: [],
      isLacking: false,
      substituted: false,
      steps: 0,
    };
    try {
      cycle.pattern = this.#take(cycle);
      let ending = this.#execute(cycle);
      while (ending === "restart") ending = this.#execute(cycle);
      if (ending !== "quitSilently" && ending !== "next") state.hasQuit = true;
      if (ending === "quitSilently") state.hasQuit = true;
    } catch (error) {
      if (error instanceof LineNeeded) return false;
      throw error;
    }
    this.#used += cycle.used;
    Object.assign(state, { hold: cycle.hold, line: cycle.line, ranges: cycle.ranges });
    this.#surroundings.write(cycle.output);
    for (const { name, text } of cycle.wrote) {
      this.#surroundings.writeFile(name, text, !state.written!.includes(name));
      if (!state.written!.includes(name)) state.written!.push(name);
    }
    return true;
  }

  /** The next line of the input. */
  #take(cycle: Cycle): string {
    const lines = this.#state.lines!;
    const at = this.#used + cycle.used;
    const line = lines[at];
    if (line === undefined || (at + 1 >= lines.length && !this.#isEnded)) throw new LineNeeded();
    cycle.used++;
    cycle.line++;
    cycle.isLacking = this.#state.lacksNewline === true && this.#isEnded && at + 1 === lines.length;
    return line;
  }

  #isLast(cycle: Cycle): boolean {
    return this.#isEnded && this.#used + cycle.used >= this.#state.lines!.length;
  }

  #print(cycle: Cycle, text: string, isLacking = false): void {
    const { separator } = this.#surroundings;
    if (this.#state.owesNewline) cycle.output += separator;
    this.#state.owesNewline = isLacking;
    cycle.output += text + (isLacking ? "" : separator);
  }

  /** Prints the pattern space unless -n, and what a and r have queued. */
  #finish(cycle: Cycle, isSilent = false): void {
    if (!this.#surroundings.isQuiet && !isSilent) this.#print(cycle, cycle.pattern, cycle.isLacking);
    for (const text of cycle.appended) {
      if (text === "") continue;
      if (this.#state.owesNewline) cycle.output += this.#surroundings.separator;
      this.#state.owesNewline = false;
      cycle.output += text;
    }
    cycle.appended = [];
  }

  #execute(cycle: Cycle): Ending {
    for (let at = 0; at < this.#commands.length; at++) {
      this.#surroundings.charge(STEPS_PER_COMMAND);
      if (cycle.pattern.length + cycle.hold.length > MAX_VARIABLE_LENGTH)
        throw new UsageError("memory exhausted", { hasHint: false });
      if (++cycle.steps > MAX_REGEX_STEPS) throw new UsageError("the script takes too many steps", { hasHint: false });
      const command = this.#commands[at]!;
      if (command.name === ":" || command.name === "}") continue;
      const isSelected = this.#isSelected(cycle, command, at) !== command.isNegated;
      if (command.name === "{") {
        if (!isSelected) at = command.target;
        continue;
      }
      if (!isSelected) continue;
      const next = this.#run(cycle, command, at);
      if (next === undefined) continue;
      if (typeof next === "number") at = next;
      else return next;
    }
    this.#finish(cycle);
    return "next";
  }

  /** Undefined: go on; a number: go on behind that command. */
  #run(cycle: Cycle, command: Command, at: number): Ending | number | undefined {
    const { separator } = this.#surroundings;
    switch (command.name) {
      case "s":
        this.#substitute(cycle, command.substitution!);
        return undefined;
      case "y":
        cycle.pattern = Array.from(cycle.pattern, (character) => command.translation!.get(character) ?? character).join(
          "",
        );
        return undefined;
      case "d":
        this.#finish(cycle, true);
        return "next";
      case "D": {
        const newline = cycle.pattern.indexOf("\n");
        if (newline < 0) {
          this.#finish(cycle, true);
          return "next";
        }
        cycle.pattern = cycle.pattern.slice(newline + 1);
        this.#finish(cycle, true);
        return "restart";
      }
      case "p":
        this.#print(cycle, cycle.pattern, cycle.isLacking);
        return undefined;
      case "P":
        this.#print(cycle, cycle.pattern.split("\n", 1)[0]!);
        return undefined;
      case "=":
        this.#print(cycle, String(cycle.line));
        return undefined;
      case "l":
        if (this.#surroundings.flavour === "gnu") this.#print(cycle, unambiguous(cycle.pattern, command.count || 70));
        return undefined;
      case "n":
        if (this.#isLast(cycle)) {
          if (this.#surroundings.flavour === "gnu" || !this.#surroundings.isQuiet) this.#finish(cycle);
          return "quit";
        }
        this.#finish(cycle);
        cycle.pattern = this.#take(cycle);
        return undefined;
      case "N":
        if (this.#isLast(cycle)) {
          // GNU prints the pattern space when there is no next line.
          this.#finish(cycle);
          return "quit";
        }
        this.#finish(cycle, true);
        cycle.pattern += `\n${this.#take(cycle)}`;
        return undefined;
      case "g":
        cycle.pattern = cycle.hold;
        return undefined;
      case "G":
        cycle.pattern += `\n${cycle.hold}`;
        return undefined;
      case "h":
        cycle.hold = cycle.pattern;
        return undefined;
      case "H":
        cycle.hold += `\n${cycle.pattern}`;
        return undefined;
      case "x":
        [cycle.pattern, cycle.hold] = [cycle.hold, cycle.pattern];
        return undefined;
      case "z":
        cycle.pattern = "";
        return undefined;
      case "a":
        cycle.appended.push(command.text);
        return undefined;
      case "i":
        this.#print(cycle, command.text.slice(0, -1));
        return undefined;
      case "c": {
        const isRange = command.addresses.length === 2 && !command.isNegated;
        const isOver = !isRange || cycle.ranges[at] === undefined;
        if (isOver) this.#print(cycle, command.text.slice(0, -1));
        this.#finish(cycle, true);
        return "next";
      }
      case "q":
        this.#finish(cycle);
        this.#state.status = command.count;
        return "quit";
      case "Q":
        this.#state.status = command.count;
        return "quitSilently";
      case "r":
        cycle.appended.push(this.#surroundings.read(command.text));
        return undefined;
      case "w":
        cycle.wrote.push({ name: command.text, text: cycle.pattern + separator });
        return undefined;
      case "W":
        cycle.wrote.push({ name: command.text, text: cycle.pattern.split("\n", 1)[0]! + separator });
        return undefined;
      case "F":
        this.#print(cycle, "-");
        return undefined;
      case "b":
        return command.target;
      case "t":
        if (!cycle.substituted) return undefined;
        cycle.substituted = false;
        return command.target;
      case "T":
        if (!cycle.substituted) return command.target;
        cycle.substituted = false;
        return undefined;
      default:
        return undefined;
    }
  }

  #find(pattern: PosixRegex | undefined, text: string, from = 0): PosixMatch | undefined {
    const used = pattern ?? this.#lastPattern;
    if (!used) throw new UsageError("no previous regular expression", { hasHint: false });
    this.#lastPattern = used;
    this.#surroundings.charge((text.length - from) / BYTES_PER_STEP);
    return used.find(text, from);
  }

  #isSelected(cycle: Cycle, { addresses }: Command, index: number): boolean {
    const [first, second] = addresses;
    if (!first) return true;
    if (!second) return this.#matches(cycle, first);
    const key = String(index);
    const end = cycle.ranges[key];
    if (end === undefined) {
      const startsAtZero = first.type === "line" && first.line === 0;
      if (!(startsAtZero ? cycle.line === 1 : this.#matches(cycle, first))) return false;
      if (startsAtZero && this.#matches(cycle, second)) return true;
      const until = this.#endOfRange(cycle, second);
      if (until > cycle.line) cycle.ranges[key] = until;
      return true;
    }
    const isOver = end === Number.MAX_SAFE_INTEGER ? this.#matches(cycle, second) : cycle.line >= end;
    if (isOver) delete cycle.ranges[key];
    // A range whose end has passed selects this line only if its first address matches again.
    return (
      !(isOver && end !== Number.MAX_SAFE_INTEGER && cycle.line > end) ||
      this.#isSelected(cycle, { addresses } as Command, index)
    );
  }

  /** The line at which a range ends; the largest number: at a match of the second address. */
  #endOfRange(cycle: Cycle, second: Address): number {
    if (second.type === "line") return second.line;
    if (second.type === "more") return cycle.line + second.lines;
    if (second.type === "multiple") return second.of === 0 ? cycle.line : Math.ceil(cycle.line / second.of) * second.of;
    return second.type === "last" && this.#isLast(cycle) ? cycle.line : Number.MAX_SAFE_INTEGER;
  }

  #matches(cycle: Cycle, address: Address): boolean {
    switch (address.type) {
      case "line":
        return cycle.line === address.line;
      case "last":
        return this.#isLast(cycle);
      case "step":
        return address.step === 0
          ? cycle.line === address.first
          : cycle.line >= address.first && (cycle.line - address.first) % address.step === 0;
      case "pattern":
        return this.#find(address.pattern, cycle.pattern) !== undefined;
      default:
        return false;
    }
  }

  #substitute(cycle: Cycle, { pattern, replacement, isGlobal, occurrence, prints, file }: Substitution): void {
    const text = cycle.pattern;
    let result = "";
    let copied = 0;
    let count = 0;
    let from = 0;
    while (from <= text.length) {
      const match = this.#find(pattern, text, from);
      if (!match) break;
      const [start, end] = match[0]!;
      // An empty match right behind a match does not count.
      const isEmptyAgain = start === end && start === copied && count > 0 && from === start && copied > 0;
      if (!isEmptyAgain) {
        count++;
        if (count >= occurrence) {
          result += text.slice(copied, start) + replaced(text, match, replacement);
          copied = end;
          if (!isGlobal) break;
        }
      }
      from = end > start ? end : end + 1;
    }
    if (count < occurrence) return;
    cycle.pattern = result + text.slice(copied);
    cycle.substituted = true;
    if (prints) this.#print(cycle, cycle.pattern, cycle.isLacking);
    if (file !== undefined) cycle.wrote.push({ name: file, text: cycle.pattern + this.#surroundings.separator });
  }
}
