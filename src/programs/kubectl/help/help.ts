/** What kubectl prints for `--help`. The texts are recorded (`npm run kubectl-help`). */
import texts from "./generated/texts.json" with { type: "json" };

interface HelpText {
  /** With `\0` in place of the options. */
  text: string;
  /** Positions in the list of all options. */
  options: readonly number[];
}

const COMMANDS: Readonly<Record<string, HelpText>> = texts.commands;

/** The help of a command or of a group of commands: `create configmap`, `rollout`; undefined without one. */
export function helpOf(words: string): string | undefined {
  if (!Object.hasOwn(COMMANDS, words)) return undefined;
  const { text, options } = COMMANDS[words]!;
  return text.replace("\0", () => options.map((at) => texts.options[at]!).join("\n\n"));
}

/** A flag as the help lists it. */
export interface FlagUsage {
  name: string;
  short?: string;
  usage: string;
  /** Several values are possible. */
  isList: boolean;
}

const SECTION = /^(?:[A-Z][\w ]*Commands?(?: \(\w+\))?):\n((?: {2}\S.*\n)+)/gm;

/** The commands of a group with their descriptions, sorted by name. */
export function subcommandsOf(words: string): { name: string; short: string }[] {
  const help = Object.hasOwn(COMMANDS, words) ? COMMANDS[words]!.text : "";
  const lines = [...help.matchAll(SECTION)].flatMap(([, section = ""]) => section.trimEnd().split("\n"));
  const listed = lines.map((line) => {
    const [, name = "", short = ""] = /^ {2}(\S+)\s+(.*)$/.exec(line) ?? [];
    return { name, short };
  });
  const own = words === "" ? [...listed, ...HIDDEN_IN_HELP] : listed;
  return own.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Commands that the help of kubectl itself does not list. */
const HIDDEN_IN_HELP = [
  { name: "help", short: "Help about any command" },
  { name: "options", short: "Print the list of flags inherited by all commands" },
];

/** Flags of all commands, and then those of the command, each in the order of their names. */
export function flagUsages(words: string): FlagUsage[] {
  const [inherited, own] = [flagsIn(helpOf("options") ?? ""), flagsIn(helpOf(words) ?? "")];
  const help: FlagUsage = {
    name: "help",
    short: "h",
    usage: `help for ${words.split(" ").at(-1) || "kubectl"}`,
    isList: false,
  };
  const local = [...own, help].sort((a, b) => (a.name < b.name ? -1 : 1));
  return words === "" ? [...local, ...inherited].sort((a, b) => (a.name < b.name ? -1 : 1)) : [...inherited, ...local];
}

function flagsIn(help: string): FlagUsage[] {
  const found = help.matchAll(/^ {4}(?:-(\w), )?--([\w-]+)=(.*):\n\t(.*)$/gm);
  return [...found].map(([, short, name = "", value = "", usage = ""]) => ({
    name,
    ...(short !== undefined && { short }),
    usage,
    isList: value === "[]",
  }));
}
