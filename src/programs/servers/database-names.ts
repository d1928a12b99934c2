/** The name under which a client was called. */
import type { ProcessView } from "../../shell/program.ts";

export function baseName({ argv }: ProcessView): string {
  return (argv[0] ?? "").replace(/^.*\//, "");
}
