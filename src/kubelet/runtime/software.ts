/**
 * The code that runs processes: the shell and the programs. It is large, so an isolate loads it only when a cluster
 * needs it. Pure code asks for it here and gets `Needed` until the runtime has installed it.
 */
import { Needed } from "../../cluster/needs.ts";
import type * as rounds from "../../programs/rounds.ts";
import type { ShellFlavour } from "../../shell/contract.ts";
import type * as executables from "../../shell/executables.ts";
import type * as machine from "../../shell/machine.ts";
import type { Program } from "../../shell/program.ts";
import type * as loops from "../../shell/rounds/find.ts";
import type * as requests from "../../shell/rounds/requests.ts";

export interface Software {
  machine: typeof machine;
  /** Loops of shells whose rounds can be computed, or that only send requests. */
  rounds: typeof rounds & typeof loops & typeof requests;
  findExecutable: typeof executables.findExecutable;
  /** `shell` decides whose tools they are: those of GNU or of busybox. */
  findProgram(name: string, shell: ShellFlavour): Program | undefined;
}

let installed: Software | undefined;

/** Throws `Needed` as long as this isolate has not loaded the code. */
export function software(): Software {
  if (!installed) throw new Needed({ type: "containers" });
  return installed;
}

export function installSoftware(loaded: Software): void {
  installed = loaded;
}
