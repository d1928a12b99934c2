/** The runtime's errors for commands in a running container that cannot start. */

import { digestOf } from "../../lib/hash.ts";
import type { LiveContainer } from "./live.ts";
import { executableProblem } from "./process-start.ts";

/**
 * The command that a probe or a hook runs. The catalogue does not know which programs an image outside of it has, so
 * `true` stands for a program that is missing there.
 */
export function taskCommand({ run, files, system }: LiveContainer, command: readonly string[]): readonly string[] {
  if (!system.standInFor) return command;
  return executableProblem(command[0] ?? "", run.defaults, files) === undefined ? command : ["true"];
}

/** containerd's and runc's words with the prefix of their API; undefined if the command can start. */
export function execProblem({ container, run, files }: LiveContainer, command: readonly string[]): string | undefined {
  const problem = executableProblem(command[0] ?? "", run.defaults, files);
  if (problem === undefined) return undefined;
  const exec = digestOf(`${container.record.id}/${run.machine.steps}/${command.join(" ")}`);
  return `rpc error: code = Unknown desc = failed to exec in container: failed to start exec "${exec}": OCI runtime exec failed: exec failed: unable to start container process: ${problem}`;
}
