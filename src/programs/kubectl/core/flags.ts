/**
 * Flags as kubectl reads them.
 * Source: github.com/spf13/pflag flag.go
 */
import { GoDurationError, parseGoDuration } from "../../../lib/duration.ts";
import { Failure } from "./session.ts";

export type FlagType = "bool" | "string" | "int" | "list" | "array" | "duration";

export interface FlagSpec {
  name: string;
  short?: string;
  type: FlagType;
  default?: string;
  /** The value of the flag without a value (`--dry-run`); such a flag takes a value only after `=`. */
  bare?: string;
  /** The real kubectl has this flag. Here its use is an error, because ignoring it would change the result silently. */
  isUnwritten?: true;
}

/** The flags of a call. Unset flags have their default. */
export class Flags {
  readonly #values: Map<string, readonly string[]>;
  readonly #specs: ReadonlyMap<string, FlagSpec>;
  /** Arguments that are no flags. */
  readonly args: readonly string[];
  /** The number of arguments in front of `--`; undefined without one. */
  readonly dashAt: number | undefined;

  constructor(
    specs: ReadonlyMap<string, FlagSpec>,
    values: ReadonlyMap<string, readonly string[]>,
    { args, dashAt }: { args: readonly string[]; dashAt: number | undefined },
  ) {
    this.#specs = specs;
    this.#values = new Map(values);
    this.args = args;
    this.dashAt = dashAt;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Whether the command has such a flag. */
  knows(name: string): boolean {
    return this.#specs.has(name);
  }

  text(name: string): string {
    return this.#values.get(name)?.at(-1) ?? this.#specs.get(name)?.default ?? "";
  }

  /** Gives a flag another value. */
  set(name: string, value: string): void {
    this.#values.set(name, [value]);
  }

  isBool(name: string): boolean {
    return this.#specs.get(name)?.type === "bool";
  }

  isList(name: string): boolean {
    return ["list", "array"].includes(this.#specs.get(name)?.type ?? "");
  }

  is(name: string): boolean {
    return ["true", "t", "1"].includes(this.text(name).toLowerCase());
  }

  int(name: string): number {
    return Number(this.text(name) || 0);
  }

  /** Values of all occurrences; those of a list are separated by commas, too. */
  list(name: string): readonly string[] {
    const values = this.#values.get(name) ?? [];
    return this.#specs.get(name)?.type === "list" ? values.flatMap((value) => value.split(",")) : values;
  }

  /** In ms. */
  duration(name: string): number {
    return parseGoDuration(this.text(name) || "0s");
  }
}

/** Reads arguments. `seeHelp` names the command in the hint. Throws Failure in the words of pflag. */
export function parseFlags(args: readonly string[], specs: readonly FlagSpec[], seeHelp: string): Flags {
  const reader = new FlagReader(args, specs, seeHelp);
  return reader.read();
}

class FlagReader {
  readonly #args: readonly string[];
  readonly #byName: ReadonlyMap<string, FlagSpec>;
  readonly #byShort: ReadonlyMap<string, FlagSpec>;
  readonly #hint: string;
  readonly #values = new Map<string, string[]>();
  readonly #plain: string[] = [];
  #at = 0;
  #dashAt: number | undefined;

  constructor(args: readonly string[], specs: readonly FlagSpec[], seeHelp: string) {
    this.#args = args;
    this.#byName = new Map(specs.map((spec) => [spec.name, spec]));
    this.#byShort = new Map(specs.flatMap((spec) => (spec.short ? [[spec.short, spec] as const] : [])));
    this.#hint = `\nSee '${seeHelp} --help' for usage.`;
  }

  read(): Flags {
    while (this.#at < this.#args.length) {
      const arg = this.#args[this.#at++]!;
      if (arg === "--") {
        this.#dashAt = this.#plain.length;
        this.#plain.push(...this.#args.slice(this.#at));
        break;
      }
      if (arg.startsWith("--")) this.#long(arg);
      else if (arg.startsWith("-") && arg.length > 1) this.#short(arg);
      else this.#plain.push(arg);
    }
    return new Flags(this.#byName, this.#values, { args: this.#plain, dashAt: this.#dashAt });
  }

  #fail(message: string): Failure {
    return new Failure(`error: ${message}${this.#hint}`);
  }

  #long(arg: string): void {
    const [, name = "", value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (name === "" || name.startsWith("-")) throw this.#fail(`bad flag syntax: ${arg}`);
    const spec = this.#byName.get(name);
    if (!spec) throw this.#fail(`unknown flag: --${name}`);
    const bare = bareValue(spec);
    const shown = spec.short ? `-${spec.short}, --${name}` : `--${name}`;
    if (value !== undefined) this.#set(spec, value, shown);
    else if (bare !== undefined) this.#set(spec, bare, shown);
    else this.#set(spec, this.#next(`flag needs an argument: --${name}`), shown);
  }

  #short(arg: string): void {
    for (let i = 1; i < arg.length; i++) {
      const letter = arg[i]!;
      const spec = this.#byShort.get(letter);
      if (!spec) throw this.#fail(`unknown shorthand flag: '${letter}' in ${arg}`);
      const shown = `-${letter}, --${spec.name}`;
      const rest = arg.slice(i + 1);
      const bare = bareValue(spec);
      if (bare !== undefined && !rest.startsWith("=")) {
        this.#set(spec, bare, shown);
        continue;
      }
      const isInNext = rest === "";
      const value = isInNext ? this.#next(`flag needs an argument: '${letter}' in ${arg}`) : rest.replace(/^=/, "");
      this.#set(spec, value, shown);
      return;
    }
  }

  #next(problem: string): string {
    const value = this.#args[this.#at++];
    if (value === undefined) throw this.#fail(problem);
    return value;
  }

  #set(spec: FlagSpec, value: string, shown: string): void {
    if (spec.isUnwritten) throw new Failure(`error: the flag --${spec.name} is not simulated inside the cluster`);
    const problem = problemOf(spec.type, value);
    if (problem !== undefined) {
      throw this.#fail(`invalid argument ${JSON.stringify(value)} for "${shown}" flag: ${problem}`);
    }
    this.#values.set(spec.name, [...(this.#values.get(spec.name) ?? []), value]);
  }
}

function bareValue({ type, bare }: FlagSpec): string | undefined {
  return bare ?? (type === "bool" ? "true" : undefined);
}

/** The error of Go's parser for the type. */
function problemOf(type: FlagType, value: string): string | undefined {
  if (type === "bool" && !/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value)) {
    return `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
  }
  if (type === "int" && !/^[+-]?\d+$/.test(value)) {
    return `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`;
  }
  if (type !== "duration") return undefined;
  try {
    parseGoDuration(value);
    return undefined;
  } catch (error) {
    if (error instanceof GoDurationError) return error.message;
    throw error;
  }
}
