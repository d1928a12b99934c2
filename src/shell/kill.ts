/** Signals from process to process, also between machines that share a process namespace. Linux: kernel/signal.c */
import type { Credentials } from "../files/entry.ts";
import type { NeighbourSignal, SignalOutcome, System } from "./contract.ts";
import { FIRST_PID, type Machine, type Process } from "./machine-state.ts";
import { sendSignalInside } from "./processes.ts";
import type { ProcessFacts } from "./program.ts";

/** Sends a signal. `facts` lists the machine's processes with the workers that servers show. */
export function signalWith(
  machine: Machine,
  system: System,
  { target, name, sender, senderPid }: NeighbourSignal,
  facts: () => readonly ProcessFacts[],
): SignalOutcome {
  const targets = Object.values(machine.processes).filter((each) => isTarget(each, target, senderPid));
  const allowed = targets.filter((each) => maySignal(sender, each.credentials.uid));
  for (const each of allowed) if (machine.processes[each.pid]) sendSignalInside(machine, each, name, system);
  if (allowed.length > 0 && target > 0) return "sent";
  const worker = target > 0 && targets.length === 0 ? facts().find(({ pid }) => pid === target) : undefined;
  const isAllowed = allowed.length > 0 || (worker !== undefined && maySignal(sender, worker.uid));
  const here = isAllowed ? "sent" : targets.length > 0 || worker ? "denied" : "missing";
  if (here !== "missing" && target > 0) return here;
  const elsewhere = system.neighbours?.signal({ target, name, sender, senderPid }) ?? "missing";
  return here === "sent" || elsewhere === "missing" ? here : elsewhere;
}

function isTarget({ pid, group }: Process, target: number, senderPid: number): boolean {
  if (target === -1) return pid !== FIRST_PID && pid !== senderPid;
  return target > 0 ? pid === target : group === -target;
}

/** Whether a process with these credentials may send signals to one of a user. Linux: `kill_ok_by_cred` */
function maySignal(sender: Credentials, uid: number): boolean {
  return sender.uid === uid || sender.capabilities.includes("KILL");
}
