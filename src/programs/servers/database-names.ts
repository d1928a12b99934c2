/** The name under which a client was called. */
import type { ProcessView } from "../../shell/program.ts";

export function baseName({ argv }: ProcessView): string {
  return (argv[0] ?? "").replace(/^.*\//, "");
}

/** The id of a client's session. It is not random: a probe that draws random numbers is never skipped. */
export function sessionOf({ host, pid, nowMs }: ProcessView): string {
  return `${host.hostname}/${pid}/${nowMs}`;
}
