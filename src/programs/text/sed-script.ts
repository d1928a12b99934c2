/** Scripts of sed: commands with their addresses. Errors have the texts of GNU sed and of busybox. */
import { compilePosix, type PosixRegex } from "../../lib/posix-regex.ts";
import { PosixSyntaxError } from "../../lib/posix-syntax.ts";
import { type Flavour, UsageError } from "../base/call.ts";

/** Undefined: the regular expression that was used last. */
export type Pattern = PosixRegex | undefined;

export type Address =
  | { type: "line"; line: number }
  | { type: "last" }
  | { type: "pattern"; pattern: Pattern }
  | { type: "step"; first: number; step: number }
  /** Second addresses: so many lines more, or up to a multiple. */
  | { type: "more"; lines: number }
  | { type: "multiple"; of: number };

export interface Substitution {
  pattern: Pattern;
  replacement: readonly ReplacementPart[];
  isGlobal: boolean;
  /** The number of the match from which on it replaces. */
  occurrence: number;
  prints: boolean;
  file?: string;
}

export type ReplacementPart =
  | { type: "text"; text: string }
  | { type: "group"; group: number }
  | { type: "case"; change: "U" | "L" | "u" | "l" | "E" };

export interface Command {
  name: string;
  addresses: readonly Address[];
  isNegated: boolean;
  /** Text of a, i, c; label of b, t, T; file of r, w; characters of y. */
  text: string;
  substitution?: Substitution;
  translation?: ReadonlyMap<string, string>;
  /** Where a block ends, or where a jump leads. */
  target: number;
  /** Exit status of q and Q, width of l. */
  count: number;
}

export interface ScriptOptions {
  isExtended: boolean;
  flavour: Flavour;
}

/** @throws UsageError */
export function parseScript(text: string, options: ScriptOptions): Command[] {
  return new ScriptParser(text, options).parse();
}

const WITH_TEXT = "aic";
const WITH_LABEL = "btT:";
const WITH_FILE = "rRwW";
const PLAIN = "=dDgGhHlnNpPqQxzF";

class ScriptParser {
  readonly #text: string;
  readonly #options: ScriptOptions;
  readonly #commands: Command[] = [];
  #at = 0;

  constructor(text: string, options: ScriptOptions) {
    this.#text = text;
    this.#options = options;
  }

  parse(): Command[] {
    const blocks: number[] = [];
    while (this.#skipTo()) {
      const command = this.#command();
      if (!command) continue;
      const index = this.#commands.push(command) - 1;
      if (command.name === "{") blocks.push(index);
      if (command.name === "}") {
        const start = blocks.pop();
        if (start === undefined) throw this.#fail("unexpected `}'", "unexpected '}'");
        this.#commands[start] = { ...this.#commands[start]!, target: index };
      }
    }
    if (blocks.length > 0) throw this.#wrong("-e expression #1, char 0: unmatched `{'", "unterminated {");
    return this.#commands.map((command) =>
      WITH_LABEL.includes(command.name) && command.name !== ":" ? this.#withTarget(command) : command,
    );
  }

  #wrong(gnu: string, busybox: string): UsageError {
    return new UsageError(this.#options.flavour === "gnu" ? gnu : busybox, { hasHint: false });
  }

  #fail(gnu: string, busybox: string, at = this.#at): UsageError {
    return this.#wrong(`-e expression #1, char ${at}: ${gnu}`, busybox);
  }

  #withTarget(command: Command): Command {
    if (command.text === "") return { ...command, target: this.#commands.length };
    const target = this.#commands.findIndex(({ name, text }) => name === ":" && text === command.text);
    if (target < 0)
      throw this.#wrong(
        `-e expression #1, char ${this.#text.length}: can't find label for jump to \`${command.text}'`,
        `can't find label for jump to '${command.text}'`,
      );
    return { ...command, target };
  }

  /** Moves to the next command; false at the end. */
  #skipTo(): boolean {
    while (this.#at < this.#text.length && /[\s;]/.test(this.#text[this.#at]!)) this.#at++;
    return this.#at < this.#text.length;
  }

  #skipBlanks(): void {
    while (/[ \t]/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #command(): Command | undefined {
    const addresses = this.#addresses();
    this.#skipBlanks();
    let isNegated = false;
    while (this.#text[this.#at] === "!") {
      isNegated = true;
      this.#at++;
      this.#skipBlanks();
    }
    const name = this.#text[this.#at++];
    if (name === undefined) throw this.#fail("missing command", "missing command", this.#at - 1);
    const command: Command = { name, addresses, isNegated, text: "", target: -1, count: 0 };
    if (name === "#") {
      if (addresses.length > 0) throw this.#fail("comments don't accept any addresses", "unsupported command #");
      this.#line();
      return undefined;
    }
    if (name === "{") return command;
    if (name === "}") {
      this.#endOfCommand();
      return command;
    }
    if (name === "s") return this.#endOfCommand({ ...command, substitution: this.#substitution() });
    if (name === "y") return this.#endOfCommand({ ...command, translation: this.#translation() });
    if (WITH_TEXT.includes(name)) return { ...command, text: this.#textBlock() };
    if (WITH_LABEL.includes(name)) return { ...command, text: this.#label(name) };
    if (WITH_FILE.includes(name)) return { ...command, text: this.#line().trim() };
    if (!PLAIN.includes(name)) throw this.#fail(`unknown command: \`${name}'`, `unsupported command ${name}`);
    this.#skipBlanks();
    const digits = /^\d+/.exec(this.#text.slice(this.#at))?.[0] ?? "";
    const isGnu = this.#options.flavour === "gnu";
    if (digits !== "" && name === "q" && !isGnu) throw this.#fail("", "missing command");
    if ("qQl".includes(name)) this.#at += digits.length;
    return this.#endOfCommand({ ...command, count: Number(digits || 0) });
  }

  /** Behind a command may be blanks, `;`, `}`, a comment or the end of the line. */
  #endOfCommand<T>(command?: T): T {
    this.#skipBlanks();
    const next = this.#text[this.#at];
    if (next !== undefined && !/[;\n}#]/.test(next))
      throw this.#fail("extra characters after command", "extra characters after command", this.#at + 1);
    return command as T;
  }

  #line(): string {
    const end = this.#text.indexOf("\n", this.#at);
    const text = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 1;
    return text;
  }

  #label(name: string): string {
    this.#skipBlanks();
    const pattern = name === ":" ? /^[^\n;]*/ : /^[^\n;}]*/;
    const label = pattern.exec(this.#text.slice(this.#at))?.[0] ?? "";
    this.#at += label.length;
    return label.trim();
  }

  /** `a text`, or `a\` and the text in the next lines; a backslash at the end of a line continues it. */
  #textBlock(): string {
    this.#skipBlanks();
    if (this.#text[this.#at] === "\\") {
      this.#at++;
      this.#skipBlanks();
      if (this.#text[this.#at] === "\n") this.#at++;
    }
    if (this.#at >= this.#text.length)
      throw this.#fail("expected \\ after `a', `c' or `i'", 'command "a" expects \\ followed by text');
    let text = "";
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at++]!;
      if (character === "\n") break;
      if (character === "\\" && this.#at < this.#text.length) {
        const next = this.#text[this.#at++]!;
        text += next === "t" && text !== "" ? "\t" : next;
      } else text += character;
    }
    return `${text}\n`;
  }

  #addresses(): Address[] {
    const first = this.#address();
    if (!first) return [];
    this.#skipBlanks();
    if (this.#text[this.#at] !== ",") return [first];
    this.#at++;
    this.#skipBlanks();
    const relative = /^([+~])(\d+)/.exec(this.#text.slice(this.#at));
    if (relative) {
      this.#at += relative[0].length;
      const number = Number(relative[2]);
      return [first, relative[1] === "+" ? { type: "more", lines: number } : { type: "multiple", of: number }];
    }
    const second = this.#address();
    if (!second) throw this.#fail("unexpected `,'", "no address after comma");
    return [first, second];
  }

  #address(): Address | undefined {
    const rest = this.#text.slice(this.#at);
    const step = /^(\d+)~(\d+)/.exec(rest);
    const line = /^\d+/.exec(rest);
    if (step) {
      this.#at += step[0].length;
      return { type: "step", first: Number(step[1]), step: Number(step[2]) };
    }
    if (line) {
      this.#at += line[0].length;
      // Only GNU's ranges may begin before the first line.
      if (Number(line[0]) === 0 && this.#options.flavour === "busybox") return { type: "line", line: -1 };
      return { type: "line", line: Number(line[0]) };
    }
    if (rest[0] === "$") {
      this.#at++;
      return { type: "last" };
    }
    if (rest[0] !== "/" && rest[0] !== "\\") return undefined;
    if (rest[0] === "\\") this.#at++;
    const delimiter = this.#text[this.#at++]!;
    const source = this.#delimited(delimiter, true);
    if (source === undefined)
      throw this.#fail("unterminated address regex", `unmatched '${delimiter}'`, this.#text.length);
    let ignoresCase = false;
    let isMultiline = false;
    for (; /[IM]/.test(this.#text[this.#at] ?? ""); this.#at++) {
      if (this.#text[this.#at] === "I") ignoresCase = true;
      else isMultiline = true;
    }
    return { type: "pattern", pattern: this.#compile(source, ignoresCase, isMultiline) };
  }

  /** The text up to the delimiter. Undefined if it is missing. In a pattern, brackets hide the delimiter. */
  #delimited(delimiter: string, isPattern: boolean): string | undefined {
    let text = "";
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (character === delimiter) {
        this.#at++;
        return text;
      }
      if (character === "\\" && this.#at + 1 < this.#text.length) {
        const next = this.#text[++this.#at]!;
        if (next === delimiter && !(isPattern && /[|+?(){}]/.test(next) && delimiter !== "/"))
          text += isPattern && /[.*[\]^$]/.test(next) ? `[${next}]` : next;
        else if (next === "\n" && isPattern) text += "\n";
        else text += character + next;
      } else if (character === "\n" && isPattern) return undefined;
      else if (character === "[" && isPattern) {
        const bracket = /^\[\^?\]?(?:\[[:.=][^\]]*[:.=]\]|[^\]\n])*\]/.exec(this.#text.slice(this.#at))?.[0];
        text += bracket ?? character;
        if (bracket) this.#at += bracket.length - 1;
      } else text += character;
    }
    return undefined;
  }

  #compile(source: string, ignoresCase: boolean, isMultiline: boolean): Pattern {
    if (source === "") return undefined;
    try {
      return compilePosix(withEscapes(source), { isExtended: this.#options.isExtended, ignoresCase, isMultiline });
    } catch (error) {
      if (!(error instanceof PosixSyntaxError)) throw error;
      throw this.#fail(error.message, `bad regex '${source}': ${error.message}`);
    }
  }

  #substitution(): Substitution {
    const delimiter = this.#text[this.#at++];
    const source = delimiter === undefined ? undefined : this.#delimited(delimiter, true);
    const replacement = source === undefined ? undefined : this.#delimited(delimiter!, false);
    if (source === undefined || replacement === undefined)
      throw this.#fail("unterminated `s' command", `unmatched '${delimiter ?? "/"}'`, this.#text.length);
    const flags = {
      isGlobal: false,
      occurrence: 1,
      prints: false,
      ignoresCase: false,
      isMultiline: false,
      file: undefined as string | undefined,
    };
    for (;;) {
      const letter = this.#text[this.#at];
      const digits = /^\d+/.exec(this.#text.slice(this.#at))?.[0];
      if (digits) {
        if (Number(digits) === 0)
          throw this.#fail("number option to `s' command may not be zero", "bad option in substitution expression");
        flags.occurrence = Number(digits);
        this.#at += digits.length;
        continue;
      }
      if (letter === "g") flags.isGlobal = true;
      else if (letter === "p") flags.prints = true;
      else if (letter === "i" || letter === "I") flags.ignoresCase = true;
      else if (letter === "m" || letter === "M") flags.isMultiline = true;
      else if (letter === "w") {
        this.#at++;
        flags.file = this.#line().trim();
        break;
      } else if (letter === undefined || /[\s;}#]/.test(letter)) break;
      else throw this.#fail("unknown option to `s'", "bad option in substitution expression", this.#at + 1);
      this.#at++;
    }
    const pattern = this.#compile(source, flags.ignoresCase, flags.isMultiline);
    const parts = replacementParts(replacement, this.#options.flavour === "gnu");
    const group = Math.max(0, ...parts.map((part) => (part.type === "group" ? part.group : 0)));
    if (pattern && group > pattern.groups)
      throw this.#fail(
        `invalid reference \\${group} on \`s' command's RHS`,
        `invalid reference \\${group} on s command's RHS`,
      );
    const { isGlobal, prints, file } = flags;
    // For busybox `3g` replaces all.
    const occurrence = isGlobal && this.#options.flavour === "busybox" ? 1 : flags.occurrence;
    return { pattern, replacement: parts, isGlobal, occurrence, prints, file };
  }

  #translation(): ReadonlyMap<string, string> {
    const delimiter = this.#text[this.#at++] ?? "/";
    const [from, to] = [this.#delimited(delimiter, false), this.#delimited(delimiter, false)];
    if (from === undefined || to === undefined)
      throw this.#fail("unterminated `y' command", `unmatched '${delimiter}'`);
    const [sources, targets] = [from, to].map((text) =>
      (text.match(/\\.|./gs) ?? []).map((part) => ({ "\\n": "\n", "\\t": "\t", "\\\\": "\\" })[part] ?? part),
    );
    if (sources!.length !== targets!.length)
      throw this.#fail("strings for `y' command are different lengths", "y command strings have different lengths");
    return new Map(sources!.map((source, i) => [source, targets![i]!]));
  }
}

/** `\n` and `\t` of a pattern, which POSIX' syntax does not have. */
function withEscapes(source: string): string {
  const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v", a: "\x07" };
  let text = "";
  for (let i = 0; i < source.length; i++) {
    const bracket =
      source[i] === "[" ? /^\[\^?\]?(?:\[[:.=][^\]]*[:.=]\]|[^\]])*\]/.exec(source.slice(i))?.[0] : undefined;
    if (bracket) {
      text += bracket.replace(/\\([ntrfv\]])/g, (all, letter: string) => escapes[letter] ?? all);
      i += bracket.length - 1;
    } else if (source[i] === "\\" && i + 1 < source.length) {
      const letter = source[++i]!;
      text += escapes[letter] ?? `\\${letter}`;
    } else text += source[i];
  }
  return text;
}

/** `hasCases`: `\U` and the like change letters, as in GNU sed. */
function replacementParts(text: string, hasCases: boolean): ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  const add = (piece: string) => {
    const last = parts.at(-1);
    if (last?.type === "text") last.text += piece;
    else parts.push({ type: "text", text: piece });
  };
  const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v", a: "\x07" };
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "&") parts.push({ type: "group", group: 0 });
    else if (text[i] === "\\" && i + 1 < text.length) {
      const letter = text[++i]!;
      if (/\d/.test(letter)) parts.push({ type: "group", group: Number(letter) });
      else if (hasCases && /[ULulE]/.test(letter)) parts.push({ type: "case", change: letter as "U" });
      else add(escapes[letter] ?? letter);
    } else add(text[i]!);
  }
  return parts;
}
