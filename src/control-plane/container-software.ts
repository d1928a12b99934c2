/**
 * The code that runs containers, as one module that the runtime imports when a cluster first needs it: shells, tools,
 * servers. Large programs are further modules (`software/`), which it asks for when a container runs one.
 */
import { Needed } from "../cluster/needs.ts";
import { findImageProgram } from "../images/find.ts";
import { installSoftware } from "../kubelet/runtime/software.ts";
import { unavailable } from "../programs/base/unavailable.ts";
import { containerPrograms } from "../programs/index.ts";
import { partOf } from "../programs/parts.ts";
import * as rounds from "../programs/rounds.ts";
import type { ShellFlavour } from "../shell/contract.ts";
import { findExecutable } from "../shell/executables.ts";
import * as machine from "../shell/machine.ts";
import type { Program } from "../shell/program.ts";
import * as loops from "../shell/rounds/find.ts";
import * as requests from "../shell/rounds/requests.ts";
import { SHELL_PROGRAMS } from "../shell/shells.ts";

/** Makes the code available to the kubelet of this isolate. */
export function installContainerSoftware(): void {
  installSoftware({ machine, findExecutable, findProgram, rounds: { ...rounds, ...loops, ...requests } });
}

const installedPrograms = new Map<string, Program>();

/** Makes the programs of a part available in this isolate. */
export function installPrograms(programs: Readonly<Record<string, Program>>): void {
  for (const [name, program] of Object.entries(programs)) installedPrograms.set(name, program);
}

/** Programs of an image go before tools, and busybox's own tools before those of GNU. Unwritten ones say that they are. */
function findProgram(name: string, shell: ShellFlavour): Program {
  const own = Object.hasOwn(SHELL_PROGRAMS, name) ? SHELL_PROGRAMS[name] : findImageProgram(name);
  const ofBusybox = shell === "busybox" ? containerPrograms.find(`busybox/${name}`) : undefined;
  return own ?? ofBusybox ?? containerPrograms.find(name) ?? programOfPart(name) ?? unavailable;
}

/** Throws `Needed` as long as this isolate has not loaded the part. */
function programOfPart(name: string): Program | undefined {
  const part = partOf(name);
  const program = installedPrograms.get(name);
  if (part !== undefined && !program) throw new Needed({ type: "containers", part });
  return program;
}
