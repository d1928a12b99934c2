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
