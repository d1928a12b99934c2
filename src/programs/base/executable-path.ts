/** The file that a process was started from: scripts and configured programs read themselves. */
import type { ProcessView } from "../../shell/program.ts";
import { resolvePath } from "./paths.ts";

/** Its path by argv[0] and PATH; undefined if it is not there any more. */
export function executablePath({ argv, env, cwd, files }: ProcessView): string | undefined {
  const name = argv[0] ?? "";
  const candidates = name.includes("/")
    ? [resolvePath(cwd, name)]
    : (env["PATH"] ?? "").split(":").map((folder) => `${folder}/${name}`);
  return candidates.find((candidate) => files.find(candidate)?.type === "file");
}
