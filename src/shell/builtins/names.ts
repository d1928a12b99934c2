/** Names of builtins by shell. The builtins themselves are in `registry.ts`. */
import type { ShellFlavour } from "../contract.ts";

const COMMON =
  ". : [ alias bg break cd command continue echo eval exec exit export false fg getopts hash jobs kill local printf pwd read readonly return set shift test times trap true type ulimit umask unalias unset wait";
const BASH =
  "builtin caller declare dirs disown enable help history let mapfile popd pushd readarray shopt source suspend typeset logout bind complete compgen compopt fc";

export const BUILTIN_NAMES: Readonly<Record<ShellFlavour, readonly string[]>> = {
  bash: `${COMMON} ${BASH}`.split(" "),
  dash: COMMON.split(" "),
  busybox: `${COMMON} [[ help history let source`.split(" "),
};

/** Special builtins of POSIX: assignments before them stay, and their errors end the shell. */
const SPECIAL = ". : break continue eval exec exit export readonly return set shift times trap unset".split(" ");

export function isSpecialBuiltin(name: string): boolean {
  return SPECIAL.includes(name);
}

/** Whether the shell has a builtin of this name. */
export function isBuiltin(flavour: ShellFlavour, name: string): boolean {
  return BUILTIN_NAMES[flavour].includes(name);
}
