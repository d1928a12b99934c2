/**
 * The kernel that a container sees: its node's, or that of a sandbox which its RuntimeClass asks for.
 * gVisor: pkg/sentry/kernel/syslog.go, pkg/sentry/syscalls/linux/linux64.go
 */
import { runtimeClassKind } from "../../kinds/node/runtime-class.ts";
import { Random } from "../../lib/prng.ts";
import type { KernelFacts } from "../../shell/program.ts";
import type { PodContext } from "../context.ts";

/** The handler of gVisor's runtime in the configuration of containerd. */
const GVISOR_HANDLER = "runsc";
const NODE_VERSION = "#1 SMP PREEMPT_DYNAMIC";

const GVISOR_STEPS = [
  "Synthesizing system calls...",
  "Mounting deweydecimalfs...",
  "Moving files to filing cabinet...",
  "Digging up root...",
  "Constructing home...",
  "Segmenting fault lines...",
  "Creating bureaucratic processes...",
  "Searching for needles in stacks...",
  "Preparing for the zombie uprising...",
  "Reading process obituaries...",
  "Forking spaghetti code...",
  "Gathering forks...",
  "Daemonizing children...",
  "Waiting for children...",
  "Creating cloned children...",
  "Feeding the init monster...",
  "Granting licence to kill(2)...",
  "Letting the watchdogs out...",
  "Searching for socket adapter...",
  "Recruiting cron-ies...",
  "Reticulating splines...",
  "Rewriting operating system in Javascript...",
  "Checking naughty and nice process list...",
  "Creating process schedule...",
  "Committing treasure map to memory...",
  "Conjuring /dev/null black hole...",
  "Consulting tar man page...",
  "Generating random numbers by fair dice roll...",
  "Verifying that no non-zero bytes made their way into /dev/zero...",
];
/** Steps that gVisor chooses from the list above. */
const CHOSEN_STEPS = 10;

export function kernelOf({ tx, pod, node }: PodContext): KernelFacts {
  const { runtimeClassName } = pod.spec;
  const handler = runtimeClassName ? tx.get(runtimeClassKind, "", runtimeClassName)?.handler : undefined;
  if (handler !== GVISOR_HANDLER) {
    return { kernelRelease: node.status.nodeInfo?.kernelVersion ?? "", kernelVersion: NODE_VERSION };
  }
  return {
    kernelRelease: "4.19.0-gvisor",
    kernelVersion: "#1 SMP Sun Jan 10 15:06:54 PST 2016",
    kernelLog: gvisorLog(pod.metadata.uid ?? ""),
  };
}

/** The log of a sandbox's start: the same steps at each look at the same pod. */
function gvisorLog(podUid: string): string {
  const random = new Random(podUid);
  const left = [...GVISOR_STEPS];
  const chosen = Array.from({ length: CHOSEN_STEPS }, () => left.splice(random.below(left.length), 1)[0]!);
  let micros = 0;
  return ["Starting gVisor...", ...chosen, "Setting up VFS...", "Setting up FUSE...", "Ready!"]
    .map((step, i) => {
      if (i > 0) micros += random.below(500_000);
      return `[${(micros / 1_000_000).toFixed(6).padStart(12)}] ${step}\n`;
    })
    .join("");
}
