/** The shells, as entries of the registry of programs. Their evaluator is in this folder. */
import type { ShellFlavour } from "./contract.ts";
import type { ShellProgram } from "./processes.ts";

function shellProgram(shell: ShellFlavour | "default"): ShellProgram {
  return {
    shell,
    run() {
      throw new Error("a shell is run by the machine");
    },
  };
}

/** Programs by name. `sh` is the shell that the image has behind this name. */
export const SHELL_PROGRAMS: Readonly<Record<string, ShellProgram>> = {
  sh: shellProgram("default"),
  bash: shellProgram("bash"),
  dash: shellProgram("dash"),
  ash: shellProgram("busybox"),
  // The scripts and sessions of courses use what zsh and bash share.
  zsh: shellProgram("bash"),
};
