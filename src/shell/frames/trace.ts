/** The output of `set -x`. */
import { type Context, hasOption, writeOut } from "../context.ts";
import { readVariable } from "../variables.ts";
import { quoteForBusybox, quoteIfNeeded } from "../words/quote.ts";

/** Prints a command. Bash repeats the first character of PS4 for each level of substitution and eval. */
export function trace(context: Context, text: string): void {
  writeOut(context, 2, `${tracePrefix(context)}${text}\n`);
}

/** Prints a compound command, which only bash does. */
export function traceCompound(context: Context, text: () => string): void {
  if (context.shell.flavour === "bash" && hasOption(context.shell, "xtrace")) trace(context, text());
}

function tracePrefix(context: Context): string {
  const prefix = readVariable(context, "PS4") ?? "+ ";
  const { shell } = context;
  if (shell.flavour !== "bash") return prefix;
  const evals = shell.frames.filter((frame) => frame.type === "sourced").length;
  const level = (shell.traceLevel ?? 0) + evals;
  return (prefix[0] ?? "").repeat(level) + prefix.replace(/\$\{?LINENO\}?/g, String(shell.line));
}

export function quoteTraced({ shell }: Context, word: string): string {
  if (shell.flavour === "dash") return word;
  return shell.flavour === "bash" ? quoteIfNeeded(word) : quoteForBusybox(word);
}
