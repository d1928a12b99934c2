/**
 * The part of a pod's processes on which their future depends while nothing happens outside. A key in the middle of a line
 * leaves it as it is: then the instant at which the pod is due needs no other look ahead.
 */
import type { Machine, Process } from "../../shell/machine-state.ts";
import type { PodProcesses } from "./pod-processes.ts";

/** A text that is equal before and after an event if the processes do the same from then on, until the next event. */
export function outlineOf(processes: PodProcesses): string {
  return JSON.stringify(
    [...processes.all].map(({ run }) => [run.tasks, run.wakeAtMs, run.unseen, machineOutline(run.machine)]),
  );
}

function machineOutline(machine: Machine): object {
  const { processes, files, pipes, namedPipes, listeners, nextPid, exit } = machine;
  return {
    files,
    pipes,
    namedPipes,
    listeners,
    nextPid,
    exit,
    processes: Object.values(processes).map(processOutline),
  };
}

/** A process that waits for input and signals only does nothing by itself: its variables do not matter. */
function processOutline({ state, shell, streak: _streak, ...rest }: Process): object {
  const waitsForInput = rest.waits?.length && rest.waits.every(({ type }) => type === "readable" || type === "signal");
  return waitsForInput ? rest : { ...rest, state, shell };
}
