/** Runs a script with the interpreter of JavaScript. */
import { node } from "../../../src/programs/javascript/index.ts";
import { type Run, type RunOptions, runProgram } from "../support/run-program.ts";

export { scriptsOf } from "../support/run-program.ts";

/** The version whose output is recorded. */
export const NODE_VERSION = "24.21.0";
/** The folder of the scripts; it stands in stack traces. */
export const FOLDER = "/tmp/sandbar-node";
/** Standard input of the scripts. */
export const INPUT = "first line\nsecond line\n";

/** Runs a script from a file. */
export function runNode(source: string, options: Partial<RunOptions> & { file?: string } = {}): Run {
  const { file = `${FOLDER}/main.js`, files, env, ...rest } = options;
  return runProgram(node, {
    argv: ["node", file],
    files: { [file]: Buffer.from(source, "utf8").toString("latin1"), ...files },
    env: { NODE_VERSION, ...env },
    ...rest,
  });
}
