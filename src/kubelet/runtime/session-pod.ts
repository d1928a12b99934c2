/** A pod's processes as a session uses them, and where they are: in the stored state, or open in this transaction. */
import type { Transaction } from "../../cluster/transaction.ts";
import { earliest } from "../../lib/time.ts";
import type { Pod } from "../../schema/index.ts";
import type { PodContainer, PodContext } from "../context.ts";
import { lookContext } from "../look-context.ts";
import type { LiveContainer } from "./live.ts";
import { Look } from "./look.ts";
import { openProcesses } from "./outside.ts";
import type { PodProcesses } from "./pod-processes.ts";
import { software } from "./software.ts";

export interface SessionPod {
  readonly context: PodContext;
  readonly processes: PodProcesses;
  open(container: PodContainer): LiveContainer | undefined;
  /** Runs what an event from outside made possible. */
  touch(live: LiveContainer): void;
  /** The outline before an event, for `store`. */
  outline(): string | undefined;
  store(before?: string): void;
  /** When the processes go on by themselves, ms. */
  readonly wakeAtMs: number | undefined;
}

/** Undefined if no kubelet has accepted the pod. */
export function sessionPodOf(tx: Transaction, pod: Pod): { context: PodContext; begin(): SessionPod } | undefined {
  const open = openProcesses(tx, pod);
  if (open) return { context: open.context, begin: () => new AskingPod(open) };
  const context = lookContext(tx, pod);
  return context && { context, begin: () => new LookedAtPod(context) };
}

class LookedAtPod extends Look implements SessionPod {
  get wakeAtMs(): number | undefined {
    return earliest(this.processes.nextMs, this.probes.nextMs);
  }
}

/**
 * A process of this very pod asks for the session and waits for the answer. The processes of the session run when the
 * pod goes on, and are stored with it.
 */
class AskingPod implements SessionPod {
  readonly context: PodContext;
  readonly processes: PodProcesses;

  constructor(processes: PodProcesses) {
    this.processes = processes;
    this.context = processes.context;
  }

  open({ spec }: PodContainer): LiveContainer | undefined {
    return this.processes.find(spec.name);
  }

  touch(live: LiveContainer): void {
    live.isChanged = true;
  }

  outline(): undefined {}

  store(): void {}

  get wakeAtMs(): number | undefined {
    const { machine } = software();
    const all = [...this.processes.all];
    if (all.some(({ run, system }) => machine.canGoOn(run.machine, system))) return this.context.nowMs;
    return earliest(...all.map(({ run }) => machine.nextInstant(run.machine)));
  }
}
