/** Runs a script with the interpreter of Python. */
import { python } from "../../../src/programs/python/index.ts";
import { type Run, type RunOptions, runProgram } from "../support/run-program.ts";

export { scriptsOf } from "../support/run-program.ts";

export function runPython(source: string, options: Partial<RunOptions> = {}): Run {
  return runProgram(python, { argv: ["python3", "-c", source], ...options });
}
