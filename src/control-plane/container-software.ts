/**
 * The code that runs containers, as one module that the runtime imports when a cluster first needs it: shells, tools,
 * servers.
 */
import { findImageProgram } from "../images/find.ts";
import { installSoftware } from "../kubelet/runtime/software.ts";
import { findExecutable } from "../shell/executables.ts";
import * as machine from "../shell/machine.ts";
import { SHELL_PROGRAMS } from "../shell/shells.ts";

/** Makes the code available to the kubelet of this isolate. */
export function installContainerSoftware(): void {
  installSoftware({ machine, findExecutable, findProgram });
}

function findProgram(name: string) {
  return (Object.hasOwn(SHELL_PROGRAMS, name) ? SHELL_PROGRAMS[name] : undefined) ?? findImageProgram(name);
}
