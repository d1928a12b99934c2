/** Programs that an image holds and that cannot run here: they say so, and never act as if a right or a file were missing. */
import type { ProcessView, Program, Step } from "../../shell/program.ts";

/** Exit status of a program that cannot run here; EX_UNAVAILABLE of sysexits.h. */
const UNAVAILABLE = 69;

/** Prints why, and ends. `what`: "programs in Ruby", "this program". */
export function refuse(process: ProcessView, what: string): Step {
  const name = (process.argv[0] ?? "").replace(/^.*\//, "");
  process.write(2, `${name}: this cluster simulates containers, and ${what} cannot run in it\n`);
  return { type: "exit", status: UNAVAILABLE };
}

/** Stands for a program that is not written. */
export const unavailable: Program = { run: (process) => refuse(process, "this program") };
