/**
 * Interpreters and compilers whose language is not simulated. They tell their version, end at the end of an empty
 * input, and refuse a program with a line that says why.
 */
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import { refuse } from "../base/unavailable.ts";
import { printLines } from "./log.ts";

export interface InterpreterFacts {
  /** `Ruby`: in the line of the refusal. */
  language: string;
  /** Printed for `--version` and the like, by the image's environment. */
  version: (process: ProcessView) => string;
  versionFlags?: readonly string[];
  /** Printed by an interactive start. */
  banner?: (process: ProcessView) => readonly string[];
}

export function interpreter({
  language,
  version,
  versionFlags = ["--version", "-v", "version"],
  banner,
}: InterpreterFacts): Program {
  return {
    run(process): Step {
      const args = process.argv.slice(1);
      if (args[0] !== undefined && versionFlags.includes(args[0])) {
        printLines(process, 1, [version(process)]);
        return { type: "exit", status: 0 };
      }
      if (args.length === 0) {
        const isInteractive = process.isTerminal(0);
        if (isInteractive && process.state["greeted"] !== true) {
          process.state["greeted"] = true;
          printLines(process, 1, banner?.(process) ?? [version(process)]);
        }
        const input = process.read(0, { upTo: "\n" });
        if (input === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
        if (input.trim() === "") return { type: "exit", status: 0 };
      }
      return refuse(process, `programs in ${language}`);
    },
  };
}
