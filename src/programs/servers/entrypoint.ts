/** Entrypoints of images: they prepare the container and then run the command in their place. */
import type { ProcessView, Program, Step } from "../../shell/program.ts";

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
function ownProgram({ files, argv, env }: ProcessView): string | undefined {
  const name = argv[0] ?? "";
  const folders = name.includes("/") ? [""] : (env["PATH"] ?? "").split(":").map((folder) => `${folder}/`);
  const path = folders.map((folder) => `${folder}${name}`).find((candidate) => files.find(candidate)?.type === "file");
  return path && /set -- (\S+)/.exec(files.read(path))?.[1];
}
