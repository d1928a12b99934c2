/** `$?`, `$$`, `$!`, `$#`, `$-`, `$0` and the positional parameters. `$@` and `$*` are lists and not here. */
import type { Context } from "./context.ts";
import { OPTION_LETTERS } from "./options.ts";

export function specialParameter({ shell }: Context, name: string): string | undefined {
  switch (name) {
    case "?":
      return String(shell.status);
    case "$":
      return String(shell.rootPid);
    case "!":
      return shell.lastBackground === undefined ? undefined : String(shell.lastBackground);
    case "#":
      return String(shell.parameters.length);
    case "-":
      return flagsOf(shell);
    case "0":
      return shell.name;
    default:
      return /^\d+$/.test(name) ? shell.parameters[Number(name) - 1] : undefined;
  }
}

function flagsOf(shell: Context["shell"]): string {
  let flags = "";
  if (shell.flavour === "bash") flags += "h";
  for (const [letter, name] of OPTION_LETTERS) if (shell.options[name]) flags += letter;
  if (shell.isInteractive) flags += "i";
  if (shell.flavour === "bash") flags += shell.isInteractive ? "mBH" : "B";
  if (shell.readsInput) flags += "s";
  if (shell.runsArgument && shell.flavour !== "dash") flags += "c";
  return flags;
}
