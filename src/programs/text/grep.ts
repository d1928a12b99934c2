/** grep, egrep, fgrep. Lines are matched as they arrive. */
import { FileError } from "../../files/errors.ts";
import type { FileSystem } from "../../files/file-system.ts";
import { compilePerl, compilePosix, type PosixRegex } from "../../lib/posix-regex.ts";
import { PosixSyntaxError } from "../../lib/posix-syntax.ts";
import { descriptorOf, MissingOperand, UsageError } from "../base/call.ts";
import { matchesGlob } from "../base/glob.ts";
import { fileProblem } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { joinPath, resolvePath } from "../base/paths.ts";
import { lineTool, type StreamCall } from "../base/streams.ts";

const RULES = {
  short: "A:aB:bcC:D:d:e:Ef:FGhHiIlLm:noPqrRsTuUvVwxyzZ",
  long: {
    "after-context": "A",
    "before-context": "B",
    binary: "U",
    "binary-files": ":",
    "byte-offset": "b",
    color: "?",
    colour: "?",
    context: "C",
    count: "c",
    "dereference-recursive": "R",
    directories: "d",
    exclude: ":",
    "exclude-dir": ":",
    "extended-regexp": "E",
    file: "f",
    "files-with-matches": "l",
    "files-without-match": "L",
    "fixed-strings": "F",
    "basic-regexp": "G",
    "ignore-case": "i",
    include: ":",
    "initial-tab": "T",
    "invert-match": "v",
    "line-buffered": "-",
    "line-number": "n",
    "line-regexp": "x",
    "max-count": "m",
    "no-filename": "h",
    "no-ignore-case": "-",
    "no-messages": "s",
    null: "Z",
    "null-data": "z",
    "only-matching": "o",
    "perl-regexp": "P",
    quiet: "q",
    recursive: "r",
    regexp: "e",
    silent: "q",
    text: "a",
    "with-filename": "H",
    "word-regexp": "w",
  },
  numberOption: "C",
  status: 2,
};

/** Steps of matching a line, and characters that are matched in one step. */
const STEPS_PER_MATCH = 1 / 4;
const CHARACTERS_PER_STEP = 256;

/** Finds the next match in a line, from a position. */
type Finder = (line: string, from: number) => readonly [number, number] | undefined;

export const grep = lineTool(
  (call, state) => {
    const options = readOptions(call, RULES);
    const operands = [...options.operands];
    const patterns = readPatterns(call, options, operands);
    const find = finderOf(call, options, patterns);
    const isRecursive = options.has("r", "R") || options.value("d") === "recurse";
    const names = namesOf(call, options, operands, isRecursive, state);
    const output = new Output(call, options, state as unknown as State, { names, isRecursive, operands });
    const isInverted = options.has("v");
    return {
      names,
      separator: options.has("z") ? "\0" : "\n",
      problem: (name, error) => {
        if (options.has("s")) return undefined;
        return grepProblem(call, name, error);
      },
      line: (text, { name }) => {
        call.process.charge(STEPS_PER_MATCH + text.length / CHARACTERS_PER_STEP);
        const match = find(text, 0);
        return output.line(text, name, (match !== undefined) !== isInverted, find);
      },
      endOfFile: (name) => output.endOfFile(name),
      end: (failed) => {
        const status = output.isAnySelected() ? 0 : 1;
        if (options.has("L") && call.flavour === "busybox") return failed ? 2 : output.hasListed() ? 0 : 1;

        return failed && !(options.has("q") && status === 0) ? 2 : status;
      },
    };
  },
  { usageStatus: 2 },
);

/** busybox reads a directory as an empty file. */
function grepProblem(call: StreamCall, name: string, error: FileError): string | null {
  if (error.code === "EISDIR" && call.flavour === "busybox") return null;
  return `${name}: ${error.message}`;
}

function readPatterns(call: StreamCall, options: Options, operands: string[]): string[] {
  const given = options.values("e").flatMap((pattern) => pattern.split("\n"));
  for (const name of options.values("f")) {
    try {
      const text = call.process.files.read(resolvePath(call.process.cwd, name));
      given.push(...(text === "" ? [] : text.replace(/\n$/, "").split("\n")));
    } catch (error) {
      throw new UsageError(`${name}: ${fileProblem(error)}`, { status: 2, hasHint: false });
    }
  }
  if (given.length > 0 || options.has("f", "e")) return given;
  const pattern = operands.shift();
  if (pattern === undefined) throw new MissingPattern();
  return pattern.split("\n");
}

class MissingPattern extends MissingOperand {
  constructor() {
    super("", { status: 2 });
  }
}

function finderOf(call: StreamCall, options: Options, patterns: readonly string[]): Finder {
  const ignoresCase = options.has("i", "y");
  const kind = call.name === "fgrep" ? "F" : call.name === "egrep" ? "E" : (options.last("E", "F", "G", "P") ?? "G");
  const finders = patterns.map((pattern): Finder => {
    if (kind === "F") return fixedFinder(pattern, ignoresCase);
    try {
      return regexFinder(
        kind === "P"
          ? compilePerl(pattern, ignoresCase)
          : compilePosix(pattern, { isExtended: kind === "E", ignoresCase }),
      );
    } catch (error) {
      if (!(error instanceof PosixSyntaxError)) throw error;
      const isBracket = pattern === "[";
      const gnu = isBracket ? "Invalid regular expression" : error.message;
      const message = call.flavour === "busybox" ? `bad regex '${pattern}'` : gnu;
      throw new UsageError(message, { status: call.flavour === "busybox" ? 2 : 2, hasHint: false });
    }
  });
  const first: Finder = (line, from) => {
    let best: readonly [number, number] | undefined;
    for (const find of finders) {
      const match = find(line, from);
      if (match && (!best || match[0] < best[0] || (match[0] === best[0] && match[1] > best[1]))) best = match;
    }
    return best;
  };
  if (options.has("x")) return (line, from) => (from > 0 ? undefined : wholeLine(finders, line));
  return options.has("w") ? wordFinder(first) : first;
}

function wholeLine(finders: readonly Finder[], line: string): readonly [number, number] | undefined {
  const isWhole = finders.some((find) => {
    const match = find(line, 0);
    return match?.[0] === 0 && match[1] === line.length;
  });
  return isWhole ? [0, line.length] : undefined;
}

function fixedFinder(text: string, ignoresCase: boolean): Finder {
  const wanted = ignoresCase ? text.toLowerCase() : text;
  return (line, from) => {
    const at = (ignoresCase ? line.toLowerCase() : line).indexOf(wanted, from);
    return at < 0 ? undefined : [at, at + text.length];
  };
}

function regexFinder(regex: PosixRegex): Finder {
  return (line, from) => regex.find(line, from)?.[0];
}

function wordFinder(find: Finder): Finder {
  const isWord = (line: string, at: number) => /\w/.test(line[at] ?? " ");
  return (line, from) => {
    for (let at = from; at <= line.length; at++) {
      const match = find(line, at);
      if (!match) return undefined;
      if (!isWord(line, match[0] - 1) && !isWord(line, match[1]) && match[1] > match[0]) return match;
      at = match[0];
    }
    return undefined;
  };
}

function namesOf(
  call: StreamCall,
  options: Options,
  operands: readonly string[],
  isRecursive: boolean,
  state: Record<string, unknown>,
): readonly string[] {
  if (!isRecursive) return operands.length > 0 ? operands : ["-"];
  if (Array.isArray(state.names)) return state.names as string[];
  const found: string[] = [];
  for (const name of operands.length > 0 ? operands : ["."]) {
    const isImplied = operands.length === 0 && call.flavour === "gnu";
    collect(call, options, isImplied ? "" : name, resolvePath(call.process.cwd, name), found);
  }
  state.names = found;
  return found;
}

function collect(call: StreamCall, options: Options, shown: string, path: string, found: string[]): void {
  const { files } = call.process;
  const entry = descriptorOf(shown) === undefined ? lookUp(files, path) : undefined;
  if (entry?.type !== "directory") {
    found.push(shown);
    return;
  }
  for (const name of files.list(path)) {
    const child = joinPath(path, name);
    const kind = files.findLink(child);
    const inner = shown === "" ? name : joinPath(shown, name);
    if (kind?.type === "directory") {
      if (options.values("exclude-dir").some((glob) => matchesGlob(glob, name))) continue;
      collect(call, options, inner, child, found);
    } else if (kind?.type === "file" || (kind?.type === "link" && options.has("R"))) {
      const includes = options.values("include");
      if (includes.length > 0 && !includes.some((glob) => matchesGlob(glob, name))) continue;
      if (options.values("exclude").some((glob) => matchesGlob(glob, name))) continue;
      found.push(inner);
    }
  }
}

function lookUp(files: FileSystem, path: string) {
  try {
    return files.find(path);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** State that is kept between lines. */
interface State {
  file?: string;
  lineNumber: number;
  offset: number;
  selected: number;
  before: { number: number; text: string; offset: number }[];
  after: number;
  lastPrinted: number;
  hasOutput: boolean;
  isAny: boolean;
}

class Output {
  readonly #call: StreamCall;
  readonly #options: Options;
  readonly #state: State;
  readonly #showsName: boolean;
  readonly #max: number;
  readonly #context: { before: number; after: number };
  readonly #isQuiet: boolean;

  constructor(
    call: StreamCall,
    options: Options,
    state: State,
    { names, isRecursive, operands }: { names: readonly string[]; isRecursive: boolean; operands: readonly string[] },
  ) {
    this.#call = call;
    this.#options = options;
    this.#state = state;
    this.#showsName = options.has("H")
      ? !options.has("h")
      : !options.has("h") && (isRecursive ? operands.length !== 1 || names[0] !== operands[0] : names.length > 1);
    this.#max = Number(options.value("m") ?? Number.POSITIVE_INFINITY);
    const around = options.value("C");
    const isPlain = !options.has("c", "l", "L", "o", "q");
    this.#context = {
      before: isPlain ? Number(options.value("B") ?? around ?? 0) : 0,
      after: isPlain ? Number(options.value("A") ?? around ?? 0) : 0,
    };
    this.#isQuiet = options.has("c", "l", "L", "q");
  }

  /** With -L: whether a file was named. */
  hasListed(): boolean {
    return this.#state.hasOutput;
  }

  isAnySelected(): boolean {
    return this.#state.isAny;
  }

  line(text: string, name: string, isSelected: boolean, find: Finder): boolean {
    const state = this.#fileState(name);
    state.lineNumber++;
    const item = { number: state.lineNumber, text, offset: state.offset };
    state.offset += text.length + 1;
    if (isSelected && state.selected < this.#max) {
      state.selected++;
      state.isAny = true;
      if (this.#options.has("q")) return true;
      if (!this.#isQuiet) this.#printSelected(item, name, find);
    } else if (state.after > 0) {
      state.after--;
      this.#printLine(item, name, "-");
    } else if (this.#context.before > 0) {
      state.before.push(item);
      if (state.before.length > this.#context.before) state.before.shift();
    }
    return false;
  }

  #fileState(name: string): State {
    const state = this.#state;
    if (state.file !== name || state.lineNumber === undefined) {
      const isAny = state.isAny ?? false;
      const hasOutput = state.hasOutput ?? false;
      Object.assign(state, {
        file: name,
        lineNumber: 0,
        offset: 0,
        selected: 0,
        before: [],
        after: 0,
        lastPrinted: 0,
        isAny,
        hasOutput,
      });
    }
    return state;
  }

  #printSelected(item: State["before"][number], name: string, find: Finder): void {
    const state = this.#state;
    if (this.#options.has("o")) {
      if (!this.#options.has("v")) this.#printMatches(item, name, find);
      return;
    }
    const first = state.before[0]?.number ?? item.number;
    const hasContext =
      this.#call.flavour === "gnu"
        ? this.#options.has("A", "B", "C")
        : this.#context.before > 0 || this.#context.after > 0;
    if (hasContext && state.hasOutput && (state.lastPrinted === 0 || first > state.lastPrinted + 1))
      this.#call.print("--\n");
    for (const earlier of state.before) this.#printLine(earlier, name, "-");
    state.before = [];
    this.#printLine(item, name, ":");
    state.after = this.#context.after;
  }

  #printMatches(item: State["before"][number], name: string, find: Finder): void {
    let at = 0;
    while (at <= item.text.length) {
      const match = find(item.text, at);
      if (!match) return;
      if (match[1] > match[0]) {
        const part = { ...item, text: item.text.slice(match[0], match[1]), offset: item.offset + match[0] };
        this.#printLine(part, name, ":");
      }
      at = Math.max(match[1], match[0] + 1);
      if (match[1] > match[0]) at = match[1];
    }
  }

  #printLine({ number, text, offset }: State["before"][number], name: string, mark: string): void {
    const { has } = this.#options;
    const shown = name === "-" ? "(standard input)" : name;
    const prefix =
      (this.#showsName ? shown + (has("Z") ? "\0" : mark) : "") +
      (has("n") ? `${number}${mark}` : "") +
      (has("b") ? `${offset}${mark}` : "");
    this.#call.print(`${prefix}${text}${has("z") ? "\0" : "\n"}`);
    this.#state.hasOutput = true;
    this.#state.lastPrinted = number;
  }

  endOfFile(name: string): void {
    const state = this.#fileState(name);
    const shown = name === "-" ? "(standard input)" : name;
    const end = this.#options.has("Z") ? "\0" : "\n";
    if (this.#options.has("q")) return;
    if (this.#options.has("l")) {
      if (state.selected > 0) this.#call.print(shown + end);
    } else if (this.#options.has("L")) {
      if (state.selected === 0) {
        this.#call.print(shown + end);
        state.hasOutput = true;
      }
    } else if (this.#options.has("c")) {
      this.#call.print(`${this.#showsName ? `${shown}:` : ""}${state.selected}\n`);
    }
    delete state.file;
  }
}
