/** Entrypoints of images: they prepare the container and then run the command in their place. */
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import { executablePath } from "../base/executable-path.ts";

/** Runs its arguments, with the image's own program in front of flags and configuration files: the entrypoint of bash, python, redis, … */
export const execEntrypoint: Program = {
  run(process): Step {
    const [first = "", ...rest] = process.argv.slice(1);
    const own = ownProgram(process);
    return {
      type: "exec",
      argv: (first.startsWith("-") || first.endsWith(".conf")) && own ? [own, first, ...rest] : [first, ...rest],
    };
  },
};

/** The program that the script puts in front of flags: `set -- redis-server "$@"`. */
function ownProgram(process: ProcessView): string | undefined {
  const path = executablePath(process);
  return path && /set -- (\S+)/.exec(process.files.read(path))?.[1];
}
