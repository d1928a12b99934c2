/**
 * The code that runs containers, as one module that the runtime imports when a cluster first needs it: shells, tools,
 * servers.
 */
import { findImageProgram } from "../images/find.ts";
import { installSoftware } from "../kubelet/runtime/software.ts";
import { unavailable } from "../programs/base/unavailable.ts";
import { containerPrograms } from "../programs/index.ts";
import * as rounds from "../programs/rounds.ts";
import type { ShellFlavour } from "../shell/contract.ts";
import { findExecutable } from "../shell/executables.ts";
import * as machine from "../shell/machine.ts";
import type { Program } from "../shell/program.ts";
import * as loops from "../shell/rounds/find.ts";
import { SHELL_PROGRAMS } from "../shell/shells.ts";

/** Makes the code available to the kubelet of this isolate. */
export function installContainerSoftware(): void {
  installSoftware({ machine, findExecutable, findProgram, rounds: { ...rounds, ...loops } });
}

/** Programs of an image go before tools, and busybox's own tools before those of GNU. Unwritten ones say that they are. */
function findProgram(name: string, shell: ShellFlavour): Program {
  const own = Object.hasOwn(SHELL_PROGRAMS, name) ? SHELL_PROGRAMS[name] : findImageProgram(name);
  const ofBusybox = shell === "busybox" ? containerPrograms.find(`busybox/${name}`) : undefined;
  return own ?? ofBusybox ?? containerPrograms.find(name) ?? unavailable;
}
