/**
 * `kubectl __complete`: the words that may follow on a command line. The scripts of `kubectl completion` call it.
 * Source: github.com/spf13/cobra completions.go
 */
import { commandOf, flagsOf, GLOBAL, RunningCall } from "../called.ts";
import type { Command } from "../core/command.ts";
import { type FlagSpec, parseFlags } from "../core/flags.ts";
import { Failure, type Session, type Steps } from "../core/session.ts";
import { flagUsages, subcommandsOf } from "../help/help.ts";
import { argumentsOf } from "./arguments.ts";
import type { Completions } from "./completers.ts";
import { flagValuesOf } from "./flag-values.ts";

const [WITH_DESCRIPTIONS, WITHOUT] = ["__complete", "__completeNoDesc"];

/** Flags of the shell's directive behind the words. */
const DIRECTIVES: readonly (readonly [bit: number, name: string])[] = [
  [1, "ShellCompDirectiveError"],
  [2, "ShellCompDirectiveNoSpace"],
  [4, "ShellCompDirectiveNoFileComp"],
  [8, "ShellCompDirectiveFilterFileExt"],
];
const NO_FILES = 4;

export function isCompletion({ args }: Session): boolean {
  return args[0] === WITH_DESCRIPTIONS || args[0] === WITHOUT;
}

/** Prints the words and the directive. Returns the exit code. */
export function* complete(session: Session): Steps<number> {
  const [name, ...args] = session.args;
  const found = yield* completionsOf(session, args.slice(0, -1), args.at(-1) ?? "");
  for (const word of found.words) session.print(`${name === WITHOUT ? word.split("\t")[0]! : word}\n`);
  session.print(`:${found.directive}\n`);
  const names = DIRECTIVES.flatMap(([bit, text]) => ((found.directive & bit) !== 0 ? [text] : []));
  session.warn(`Completion ended with directive: ${names.join(", ") || "ShellCompDirectiveDefault"}\n`);
  return 0;
}

const NOTHING: Completions = { words: [], directive: 0 };

/** `given`: the words in front of the one that is completed. */
function* completionsOf(session: Session, given: readonly string[], word: string): Steps<Completions> {
  const { command, words, rest } = commandOf(given);
  const specs = command ? flagsOf(command) : GLOBAL;
  const pending = pendingFlag(rest, specs);
  const isPlain = rest.includes("--");
  const equals = word.indexOf("=");
  if (!isPlain && word.startsWith("-") && equals < 0)
    return { words: flagsFor(words, word, rest), directive: NO_FILES };
  const flagRest = pending ? rest.slice(0, -1) : rest;
  let call: RunningCall;
  try {
    call = new RunningCall(session, parseFlags(flagRest, specs, ""), "");
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const why = error.message.replace(/^error: /, "").split("\n")[0];
    session.warn(`[Debug] [Error] Error while parsing flags from args [${flagRest.join(" ")}]: ${why}\n`);
    return NOTHING;
  }
  const named =
    word.startsWith("-") && equals > 0 ? specs.find((one) => `--${one.name}` === word.slice(0, equals)) : pending;
  if (named && !isPlain) {
    return yield* flagValuesOf(call, {
      words,
      flag: named.name,
      toComplete: named === pending ? word : word.slice(equals + 1),
    });
  }
  if (!command && words.length === 0 && call.args.length > 0) {
    session.warn("[Debug] Cleared global flags for plugin completion\n");
    session.warn(`[Debug] [Error] unable to find a command for arguments: [${call.args.join(" ")}]\n`);
    return NOTHING;
  }
  const isFirst = call.args.length === 0;
  const listed = isFirst ? subcommandsOf(words.join(" ")).filter(({ name }) => name.startsWith(word)) : [];
  const subcommands = listed.map(({ name, short }) => `${name}\t${short}`);
  const own = yield* ownArguments(call, command, word);
  const required = requiredFlags(words, command, call).filter((text) => text.startsWith(word));
  return {
    words: [...required, ...subcommands, ...own.words],
    directive:
      subcommands.length > 0 || subcommandsOf(words.join(" ")).length > 0 ? NO_FILES | own.directive : own.directive,
  };
}

/** Flags without which the command is refused are offered without their dashes being typed. */
function requiredFlags(words: readonly string[], command: Command | undefined, { flags }: RunningCall): string[] {
  const missing = (command?.required ?? []).filter((name) => !flags.has(name));
  const usages = flagUsages(words.join(" ")).filter(({ name }) => missing.includes(name));
  return usages.map(({ name, usage }) => `--${name}\t${usage}`);
}

function* ownArguments(call: RunningCall, command: Command | undefined, word: string): Steps<Completions> {
  if (!command) return NOTHING;
  try {
    return yield* argumentsOf(call, command, word);
  } catch (error) {
    // Without an answer of the server there is nothing to complete.
    if (error instanceof Failure) return { words: [], directive: NO_FILES };
    throw error;
  }
}

/** The last flag of the arguments, if its value is completed. */
function pendingFlag(args: readonly string[], specs: readonly FlagSpec[]): FlagSpec | undefined {
  const last = args.at(-1);
  if (last === undefined || args.includes("--")) return undefined;
  const spec = specs.find(({ name, short }) => last === `--${name}` || (short !== undefined && last === `-${short}`));
  return spec && spec.type !== "bool" && spec.bare === undefined ? spec : undefined;
}

/** Names of flags with their usage. A flag that is set is offered again only if it takes a list. */
function flagsFor(words: readonly string[], word: string, given: readonly string[]): string[] {
  return flagUsages(words.join(" ")).flatMap(({ name, short, usage, isList }) => {
    const isSet = given.some(
      (arg) => arg === `--${name}` || arg.startsWith(`--${name}=`) || (short && arg === `-${short}`),
    );
    if (isSet && !isList) return [];
    const names = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
    return names.filter((one) => one.startsWith(word)).map((one) => `${one}\t${usage}`);
  });
}
