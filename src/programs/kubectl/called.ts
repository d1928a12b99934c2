/** The command that arguments name, and its call. */
import { commands } from "./commands/registry.ts";
import { Client } from "./core/client.ts";
import type { Call, Command } from "./core/command.ts";
import { type Target, targetOf } from "./core/config.ts";
import { discover, type Resources } from "./core/discovery.ts";
import type { FlagSpec, Flags } from "./core/flags.ts";
import { type PreferredOption, preferencesOf } from "./core/preferences.ts";
import type { Session, Steps } from "./core/session.ts";
import { helpOf } from "./help/help.ts";

/** Flags of all commands. */
export const GLOBAL: readonly FlagSpec[] = [
  { name: "kubeconfig", type: "string" },
  { name: "kuberc", type: "string" },
  { name: "context", type: "string" },
  { name: "cluster", type: "string" },
  { name: "user", type: "string" },
  { name: "server", short: "s", type: "string" },
  { name: "token", type: "string" },
  { name: "namespace", short: "n", type: "string" },
  { name: "as", type: "string" },
  { name: "as-group", type: "array" },
  { name: "as-uid", type: "string" },
  { name: "certificate-authority", type: "string" },
  { name: "client-certificate", type: "string" },
  { name: "client-key", type: "string" },
  { name: "insecure-skip-tls-verify", type: "bool" },
  { name: "request-timeout", type: "string", default: "0" },
  { name: "cache-dir", type: "string" },
  { name: "v", short: "v", type: "int", default: "0" },
  { name: "warnings-as-errors", type: "bool" },
  { name: "help", short: "h", type: "bool" },
  { name: "match-server-version", type: "bool" },
  { name: "tls-server-name", type: "string" },
  { name: "disable-compression", type: "bool" },
];

/** A command's own flag takes the place of a global one: `create rolebinding --user`. */
export function flagsOf({ flags }: Command): readonly FlagSpec[] {
  return [...GLOBAL.filter(({ name }) => !flags.some((own) => own.name === name)), ...flags];
}

export interface Called {
  /** Absent: the words are those of a group of commands. */
  command?: Command;
  words: readonly string[];
  rest: readonly string[];
}

/** The call with an alias replaced, and the options that preferences set. Throws Failure. */
export function preferredCall(session: Session): Called & { options: readonly PreferredOption[]; source: string } {
  const { args } = session;
  const { aliases, defaults } = preferencesOf(session, args);
  const called = commandOf(args);
  const at = args.findIndex((arg) => !arg.startsWith("-"));
  const alias = called.words.length === 0 && at >= 0 ? aliases.find(({ name }) => name === args[at]) : undefined;
  if (alias) {
    const words = alias.command.split(" ").filter((word) => word !== "");
    const own = [...args.slice(0, at), ...words, ...alias.prepended, ...args.slice(at + 1), ...alias.appended];
    return { ...commandOf(own), options: alias.options, source: "" };
  }
  const words = called.words.join(" ");
  const own = defaults.filter(({ command }) => command === words);
  return { ...called, options: own.flatMap(({ options }) => options), source: words };
}

/** The command of the arguments, and the arguments without its words. Flags may stand in front of them. */
export function commandOf(args: readonly string[]): Called {
  const rest = [...args];
  const words: string[] = [];
  for (;;) {
    const parent = commands.find((one) => isCalled(one, words));
    const at = nextWord(rest, parent ? flagsOf(parent) : GLOBAL);
    const word = at === undefined ? undefined : rest[at]!;
    if (at === undefined || word === undefined || !isKnown([...words, word])) break;
    words.push(word);
    rest.splice(at, 1);
  }
  const command = commands.find((one) => isCalled(one, words));
  return { words: command?.words ?? words, rest, ...(command && { command }) };
}

/** The words begin a command, or name a group of commands. */
function isKnown(words: readonly string[]): boolean {
  if (words.length === 1 && words[0] === "help") return true;
  return commands.some((command) => startsWith(command, words)) || helpOf(words.join(" ")) !== undefined;
}

function isCalled({ words, aliases = [] }: Command, called: readonly string[]): boolean {
  if (words.length !== called.length) return false;
  return words.every((word, i) => word === called[i] || (i === words.length - 1 && aliases.includes(called[i]!)));
}

function startsWith(command: Command, called: readonly string[]): boolean {
  const { words } = command;
  if (called.length > words.length) return false;
  if (called.length === words.length) return isCalled(command, called);
  return called.every((word, i) => word === words[i]);
}

/** The position of the first argument that is neither a flag nor the value of one. */
function nextWord(args: readonly string[], flags: readonly FlagSpec[]): number | undefined {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") return undefined;
    if (!arg.startsWith("-")) return i;
    const name = arg.replace(/^-+/, "");
    const spec = flags.find((one) => one.name === name || (arg === `-${one.short}` && one.short !== undefined));
    // An unknown flag counts as one with a value.
    const takesNext = spec?.type !== "bool" && spec?.bare === undefined;
    if (!arg.includes("=") && takesNext && (arg.startsWith("--") || arg.length === 2)) i++;
  }
  return undefined;
}

export class RunningCall implements Call {
  readonly session: Session;
  readonly flags: Flags;
  readonly words: string;
  #target: Target | undefined;
  #client: Client | undefined;
  #resources: Resources | undefined;

  constructor(session: Session, flags: Flags, words: string) {
    this.session = session;
    this.flags = flags;
    this.words = words;
  }

  get args(): readonly string[] {
    return this.flags.args;
  }

  get target(): Target {
    this.#target ??= targetOf(this.session, this.flags);
    return this.#target;
  }

  get client(): Client {
    this.#client ??= new Client(this.target, (text) => this.session.warn(text));
    return this.#client;
  }

  *resources(): Steps<Resources> {
    this.#resources ??= yield* discover(this.client);
    return this.#resources;
  }
}
