/**
 * Process namespaces that containers of a pod share: all of them (`shareProcessNamespace`, `hostPID`), or an ephemeral
 * container that of its target. Each container keeps a machine of its own; pids are unique in the namespace.
 * Kubernetes: pkg/kubelet/util/util.go (`NamespacesForPod`)
 */
import type { Credentials } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import type { MountTable } from "../../files/walk.ts";
import { goQuote } from "../../lib/go-quote.ts";
import type { Container, EphemeralContainer, Pod } from "../../schema/index.ts";
import type { NeighbourSignal, Neighbours } from "../../shell/contract.ts";
import type { ProcessFacts } from "../../shell/program.ts";
import type { PodContext } from "../context.ts";
import type { VolumeTrees } from "../mounts/volume-trees.ts";
import type { LiveContainer } from "./live.ts";
import { nodeProcesses, nodeRoot } from "./node-processes.ts";
import { pauseProcess, pauseRoot } from "./pause-process.ts";
import { software } from "./software.ts";

/** Pids that the threads of a runtime take while it starts a container in a namespace that exists already. */
const RUNTIME_THREADS = 6;
/** The first container of a pod begins after pause and the threads of its runtime. */
const FIRST_SHARED_PID = 2 + RUNTIME_THREADS;

type Spec = Container | EphemeralContainer;

/** Partners of a namespace. `target`: an ephemeral container and the container that it looks at. */
type Sharing = { type: "none" } | { type: "pod" | "node" } | { type: "target"; container: string };

export class ProcessNamespaces {
  readonly #context: PodContext;
  readonly #live: ReadonlyMap<string, LiveContainer>;
  readonly #trees: VolumeTrees;
  readonly #touch: (live: LiveContainer) => void;

  /** `touch` is called before a container is changed from another one. */
  constructor(
    context: PodContext,
    {
      live,
      trees,
      touch,
    }: { live: ReadonlyMap<string, LiveContainer>; trees: VolumeTrees; touch: (live: LiveContainer) => void },
  ) {
    this.#context = context;
    this.#live = live;
    this.#trees = trees;
    this.#touch = touch;
  }

  /** The pid that the first process of a container gets; undefined if it begins its own namespace. */
  firstPid(spec: Spec): number | undefined {
    const sharing = this.#sharingOf(spec);
    if (sharing.type === "none" || (sharing.type === "target" && sharing.container === spec.name)) return undefined;
    const first = sharing.type === "node" ? firstPidOnNode(this.#context.pod) : FIRST_SHARED_PID;
    const pids = this.#members(spec).map(({ run }) => run.machine.nextPid);
    return Math.max(first, this.#context.state.nextPid ?? 0, ...pids);
  }

  /** containerd's error for a target that does not run. */
  targetProblem(spec: Spec): string | undefined {
    const sharing = this.#sharingOf(spec);
    if (sharing.type !== "target" || sharing.container === spec.name || this.#live.has(sharing.container)) return;
    return `invalid target container: container ${goQuote(sharing.container)} is not running`;
  }

  /** Called when a container has started: the runtime's threads took pids too. */
  started(live: LiveContainer): void {
    if (live.run.machine.firstPid === undefined) return;
    live.run.machine.nextPid += RUNTIME_THREADS - 1;
    this.spread(live);
  }

  /** Gives all machines of the namespace the same next pid. Called before and after one of them has run. */
  spread(live: LiveContainer): void {
    const members = this.#members(live.container.spec);
    if (members.length < 2) return;
    const next = Math.max(...members.map(({ run }) => run.machine.nextPid));
    for (const { run } of members) run.machine.nextPid = next;
  }

  /** The container has ended. The namespace of a target ends with it; other namespaces live on. */
  ended(live: LiveContainer): void {
    const { spec } = live.container;
    const sharing = this.#sharingOf(spec);
    if (sharing.type === "pod" || sharing.type === "node") {
      const { state } = this.#context;
      state.nextPid = Math.max(state.nextPid ?? 0, live.run.machine.nextPid);
    }
    if (sharing.type !== "target" || sharing.container !== spec.name) return;
    for (const other of this.#members(spec)) {
      if (other === live) continue;
      this.#touch(other);
      software().machine.killMachine(other.run.machine);
    }
  }

  /** Processes of the same namespace outside the container's machine; undefined if it shares none. */
  neighboursOf(spec: Spec): Neighbours | undefined {
    if (this.#sharingOf(spec).type === "none") return undefined;
    return { facts: () => this.#facts(spec), signal: (signal) => this.#signal(spec, signal) };
  }

  /** The mounts of another process of the namespace. Throws EACCES as `ptrace_may_access` of Linux forbids it. */
  mountsOfProcess(spec: Spec): ((pid: number, who: Credentials) => MountTable | undefined) | undefined {
    const sharing = this.#sharingOf(spec);
    if (sharing.type === "none") return undefined;
    return (pid, who) => {
      for (const { run, files } of this.#others(spec)) {
        const process = run.machine.processes[pid];
        if (!process) continue;
        if (!mayTrace(who, process.credentials)) throw new FileError("EACCES", `/proc/${pid}/root`);
        return files.mounts;
      }
      if (sharing.type !== "pod" && sharing.type !== "node") return undefined;
      if (!this.#fixed(spec).some((process) => process.pid === pid)) return undefined;
      if (!who.capabilities.includes("SYS_PTRACE") && sharing.type === "node") {
        throw new FileError("EACCES", `/proc/${pid}/root`);
      }
      return sharing.type === "pod" ? pauseRoot : nodeRoot(this.#trees, this.#context.node);
    };
  }

  #facts(spec: Spec): ProcessFacts[] {
    const others = this.#others(spec).flatMap(({ run, system }) =>
      software().machine.processFacts(run.machine, system),
    );
    return [...this.#fixed(spec), ...others].sort((a, b) => a.pid - b.pid);
  }

  /** Processes that no container of the pod has started. Pause ignores signals, and the node's own are restarted. */
  #fixed(spec: Spec): readonly ProcessFacts[] {
    const { type } = this.#sharingOf(spec);
    if (type === "pod") return [pauseProcess(this.#context)];
    return type === "node" ? nodeProcesses(this.#context.node) : [];
  }

  #signal(spec: Spec, signal: NeighbourSignal): "sent" | "denied" | "missing" {
    const outcomes = this.#others(spec).map((other) => {
      this.#touch(other);
      const { neighbours: _neighbours, ...alone } = other.system;
      return software().machine.signalFrom(other.run.machine, alone, signal);
    });
    const fixed = this.#fixed(spec).find(({ pid }) => pid === signal.target);
    if (fixed) {
      const { sender } = signal;
      outcomes.push(sender.uid === fixed.uid || sender.capabilities.includes("KILL") ? "sent" : "denied");
    }
    return (["sent", "denied"] as const).find((outcome) => outcomes.includes(outcome)) ?? "missing";
  }

  #sharingOf(spec: Spec): Sharing {
    const { hostPID, shareProcessNamespace, ephemeralContainers = [] } = this.#context.pod.spec;
    if (hostPID) return { type: "node" };
    if (shareProcessNamespace) return { type: "pod" };
    const target = "targetContainerName" in spec ? spec.targetContainerName : undefined;
    if (target) return { type: "target", container: target };
    const isTarget = ephemeralContainers.some(({ targetContainerName }) => targetContainerName === spec.name);
    return isTarget ? { type: "target", container: spec.name } : { type: "none" };
  }

  #members(spec: Spec): LiveContainer[] {
    const sharing = this.#sharingOf(spec);
    const all = [...this.#live.values()];
    if (sharing.type === "none") return all.filter(({ container }) => container.spec.name === spec.name);
    return all.filter(({ container }) => {
      const other = this.#sharingOf(container.spec);
      if (other.type !== sharing.type) return false;
      return other.type !== "target" || sharing.type !== "target" || other.container === sharing.container;
    });
  }

  #others(spec: Spec): LiveContainer[] {
    return this.#members(spec).filter(({ container }) => container.spec.name !== spec.name);
  }
}

/** Linux: kernel/ptrace.c (`__ptrace_may_access`), security/commoncap.c (`cap_ptrace_access_check`) */
function mayTrace(who: Credentials, target: Credentials): boolean {
  if (who.capabilities.includes("SYS_PTRACE")) return true;
  const isSameUser = who.uid === target.uid && who.gid === target.gid;
  return isSameUser && target.capabilities.every((capability) => who.capabilities.includes(capability));
}

/** Pods of a node begin at different pids, the same after each replay. */
function firstPidOnNode({ metadata }: Pod): number {
  const digits = (metadata.uid ?? "").replaceAll("-", "").slice(0, 6);
  return 3000 + ((Number.parseInt(digits, 16) || 0) % 20_000);
}
