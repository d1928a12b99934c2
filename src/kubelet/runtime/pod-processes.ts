/**
 * The processes of one pod in memory: all its containers that run, which share a network and advance together. Opened
 * from the stored state, changed, and saved, or dropped where the kubelet only looks ahead.
 */
import { MAX_STEPS_PER_LOOK } from "../../lib/container-limits.ts";
import { cloneJson } from "../../lib/json.ts";
import { earliest } from "../../lib/time.ts";
import { WORK } from "../../lib/work.ts";
import type { ProcessEnd } from "../../shell/contract.ts";
import { cpuTimesOf } from "../../shell/load.ts";
import type { ProcessFacts, SignalName } from "../../shell/program.ts";
import type { Answer, Question, ServedAnswer, ServedRequest } from "../../shell/question.ts";
import { imageOf } from "../container-image.ts";
import { containersOf, type PodContainer, type PodContext } from "../context.ts";
import { PodVolumes } from "../mounts/pod-volumes.ts";
import type { VolumeTrees } from "../mounts/volume-trees.ts";
import { noteCost } from "../usage/request-cost.ts";
import { noteRound, wakeLoop } from "../usage/request-loops.ts";
import { AwaitedObjects } from "./awaited-objects.ts";
import { openFiles, openLater } from "./container-files.ts";
import type { Happening } from "./happening.ts";
import { afterOutput, isPortTaken, type LiveContainer, logOf, moveClock, stepsOfOutput, takeOutput } from "./live.ts";
import { answerLocally, isLocal } from "./local-network.ts";
import { endLog, newLog } from "./log.ts";
import { ProcessNamespaces } from "./process-namespace.ts";
import { processStart, RUNC, variablesOf } from "./process-start.ts";
import { type ContainerRun, loadRun, storeLog, storeRun } from "./run.ts";
import { software } from "./software.ts";
import { StepBudget } from "./step-budget.ts";
import { hostFacts, systemOf } from "./system.ts";
import type { Task } from "./task.ts";
import { abortTask, endedTasks, endTask } from "./task-end.ts";

/** Answers a question to the world outside the pod; undefined: it stays open. */
export type Outside = (live: LiveContainer, question: Question) => Answer | undefined;

/** Requests that one request to this pod may lead to, one inside the other. */
const MAX_CHAIN = 8;
/** Octets of a termination message that are read. */
const MAX_MESSAGE_BYTES = 4096;

export class PodProcesses {
  readonly context: PodContext;
  readonly #outside: Outside;
  readonly #live = new Map<string, LiveContainer>();
  /** Containers whose processes have ended since the stored state. */
  readonly ended: LiveContainer[] = [];
  /** What happened on the side, or before this sync. */
  #late: Happening[] = [];
  readonly #volumes: PodVolumes;
  readonly #namespaces: ProcessNamespaces;
  readonly awaited = new AwaitedObjects(() => this.#live.values());
  /** The instant that the processes have reached, ms. */
  #nowMs = 0;
  readonly steps: StepBudget;
  /** The processes asked the world outside of the pod, which may have changed it. */
  hasAsked = false;

  constructor(
    context: PodContext,
    { outside, maxSteps = MAX_STEPS_PER_LOOK }: { outside: Outside; maxSteps?: number },
  ) {
    this.context = context;
    this.#outside = outside;
    this.steps = new StepBudget(context.tx, maxSteps);
    this.#volumes = new PodVolumes(context, () => this.#nowMs);
    this.#namespaces = new ProcessNamespaces(context, {
      ...{ live: this.#live, trees: this.#volumes.trees, touch: (live) => this.moveTo(live, this.#nowMs) },
    });
    for (const container of containersOf(context)) this.#open(container);
  }

  #open(container: PodContainer): void {
    const { record, spec } = container;
    if (record.shows !== "running" || record.end !== undefined) return;
    const stored = loadRun(this.context.tx, this.context.pod, spec.name);
    if (stored?.start !== record.starts) return;
    const run = cloneJson(stored);
    this.#nowMs = Math.max(this.#nowMs, run.machine.nowMs);
    const { unseen = [] } = run;
    delete run.unseen;
    const live = this.#add(container, run);
    this.#late.push(...unseen);
    if (!unseen.some(({ type }) => type === "exit")) return;
    live.isChanged = true;
    this.#live.delete(spec.name);
    this.ended.push(live);
    this.#namespaces.ended(live);
  }

  #add(container: PodContainer, run: ContainerRun): LiveContainer {
    const image = imageOf(this.context, container);
    const host = hostFacts(this.context, container, image);
    const neighbours = this.#namespaces.neighboursOf(container.spec);
    const own = (): readonly ProcessFacts[] => software().machine.processFacts(run.machine, live.system);
    const processes = neighbours ? () => [...own(), ...neighbours.facts()] : own;
    const files = openLater(this.context, container, {
      ...{ volumes: this.#volumes, image, host, environment: run.defaults.env, nowMs: () => this.#nowMs },
      ...{ processes, ownProcesses: own, cpuTime: () => cpuTimesOf(run.machine), isNew: false },
      mountsOfProcess: this.#namespaces.mountsOfProcess(container.spec),
    });
    const isTaken = (port: number, protocol: "tcp" | "udp") =>
      isPortTaken(this.#live.values(), live, { port, protocol });
    const answerNow = (question: Question) => this.#answerNow(live, question);
    const system = systemOf(host, files, {
      image,
      isPortTaken: isTaken,
      answerNow,
      ...(neighbours && { neighbours }),
    });
    const live: LiveContainer = { container, run, files, system, isChanged: false };
    this.#live.set(container.spec.name, live);
    return live;
  }

  get all(): Iterable<LiveContainer> {
    return this.#live.values();
  }
  find(name: string): LiveContainer | undefined {
    return this.#live.get(name);
  }

  /** When a process goes on, or the time of a command is over, ms. */
  get nextMs(): number | undefined {
    let next: number | undefined;
    for (const { run } of this.#live.values()) {
      next = earliest(
        next,
        run.rounds?.rests ? undefined : run.wakeAtMs,
        ...run.tasks.map(({ deadlineMs }) => deadlineMs),
      );
    }
    return next;
  }

  // ---- Events from outside

  /** Starts process 1 of a container, or tells the runtime's error. */
  start(container: PodContainer, atMs: number): { problem: string } | { happenings: Happening[] } {
    const { machine } = software();
    const { pod, tx } = this.context;
    const { record, spec } = container;
    tx.spend(WORK.containerStart);
    this.#nowMs = Math.max(this.#nowMs, atMs);
    const image = imageOf(this.context, container);
    const variables = variablesOf(this.context, container, { image, volumes: this.#volumes });
    const host = hostFacts(this.context, container, image);
    const files = openFiles(this.context, container, {
      ...{ volumes: this.#volumes, image, host, environment: variables, nowMs: () => this.#nowMs, isNew: true },
      processes: () => [],
    });
    if ("problem" in files) return { problem: RUNC + files.problem };
    const outcome = processStart(this.context, container, { image, files, variables });
    if ("problem" in outcome) return outcome;
    const targetProblem = this.#namespaces.targetProblem(spec);
    if (targetProblem !== undefined) return { problem: targetProblem };
    const firstPid = this.#namespaces.firstPid(spec);
    const seed = `${pod.metadata.uid}/${spec.name}/${record.starts}`;
    const live = this.#add(container, {
      start: record.starts,
      machine: machine.newMachine(outcome.start, { nowMs: atMs, seed, ...(firstPid !== undefined && { firstPid }) }),
      defaults: outcome.defaults,
      tasks: [],
    });
    live.log = newLog(record.starts);
    this.#namespaces.started(live);
    return { happenings: this.#settle(live, atMs) };
  }

  /** Sends a signal to process 1. */
  signal(name: string, signal: SignalName, atMs: number, end: { wasOomKilled?: boolean } = {}): Happening[] {
    const live = this.#live.get(name);
    if (!live) return [];
    const { machine } = software();
    this.wakeLoop(live, atMs);
    if (signal === "KILL") machine.killMachine(live.run.machine, end);
    else machine.signal(live.run.machine, machine.firstPidOf(live.run.machine), signal, live.system);
    return this.#settle(live, atMs);
  }

  /** Starts the command of a hook or a probe. */
  startTask(live: LiveContainer, command: readonly string[], task: Omit<Task, "session" | "output">): Happening[] {
    const { machine } = software();
    this.wakeLoop(live, task.startedAtMs);
    const start = { ...live.run.defaults, argv: command, stdin: "none" as const };
    const session = machine.startSession(live.run.machine, start);
    live.run.tasks.push({ ...task, session, output: "" });
    return this.#settle(live, task.startedAtMs);
  }

  /** Gives a request to the container of the pod that listens on the port; undefined if none does. */
  serve(request: ServedRequest, atMs: number): { answer: ServedAnswer | undefined; happenings: Happening[] } {
    const { machine } = software();
    for (const live of this.#live.values()) {
      this.moveTo(live, atMs);
      const before = live.run.machine.steps;
      const answer = noteCost(this.context, live, (run) => machine.serve(run, live.system, request.port, request));
      this.steps.left -= live.run.machine.steps - before;
      if (answer === undefined) continue;
      // In the middle of a question, the process that asks has no answer yet and would ask again.
      // The caller of that process runs it on, and then the other containers.
      return { answer, happenings: this.#questions > 0 ? [] : this.#settle(live, atMs) };
    }
    return { answer: undefined, happenings: [] };
  }

  /** As `serve`, in the middle of another exchange. */
  serveLater(request: ServedRequest): ServedAnswer | undefined {
    const { answer, happenings } = this.serve(request, this.context.nowMs);
    this.#late.push(...happenings);
    return answer;
  }

  /** What happened on the side since the last call. */
  takeLate(): Happening[] {
    const late = this.#late;
    this.#late = [];
    return late;
  }

  /** Leaves what happened to the kubelet: it sees it at its next sync of the pod. */
  leave(happenings: readonly Happening[]): void {
    for (const happening of happenings) {
      const live = [...this.#live.values(), ...this.ended].find(
        ({ container }) => container.spec.name === happening.container,
      );
      if (!live || happening.type === "asked" || happening.type === "grown") continue;
      live.run.unseen = [...(live.run.unseen ?? []), happening];
      live.isChanged = true;
    }
  }

  /** Files have changed from outside: runs the processes that wait for them. */
  touchAll(atMs: number): Happening[] {
    const [first] = this.#live.values();
    return first ? this.#settle(first, atMs) : [];
  }

  /** Runs what became possible in the container by an event from outside. */
  touched(live: LiveContainer, atMs: number): Happening[] {
    return this.#settle(live, atMs);
  }

  /** Lets time pass to `nextMs`, which must not be later than `atMs`, and runs what goes on then. */
  wake(atMs: number): Happening[] {
    const happenings: Happening[] = [];
    for (const live of [...this.#live.values()]) {
      const isDue = (instant: number | undefined) => instant !== undefined && instant <= atMs;
      for (const task of [...live.run.tasks])
        if (isDue(task.deadlineMs)) happenings.push(abortTask(this, live, { task, atMs }));
      if (isDue(live.run.wakeAtMs)) happenings.push(...this.#settle(live, atMs));
    }
    return happenings;
  }

  /** No steps were left: the processes missed the time up to `atMs`. */
  fallBehind(atMs: number): void {
    for (const live of this.#live.values()) {
      this.moveTo(live, atMs);
      if (live.run.wakeAtMs !== undefined && live.run.wakeAtMs < atMs) live.run.wakeAtMs = atMs;
    }
  }

  /** Questions that are being answered now, one within the other. */
  #questions = 0;

  /** Before an event in the container: a loop of requests that rests goes on. */
  wakeLoop(live: LiveContainer, atMs: number): void {
    this.moveTo(live, atMs);
    if (!live.run.rounds?.rests) return;
    wakeLoop(this.context, live);
    if (live.run.wakeAtMs !== undefined) live.run.wakeAtMs = Math.max(live.run.wakeAtMs, atMs);
  }

  /** Moves the clocks of the container and of the pod's files. */
  moveTo(live: LiveContainer, atMs: number): void {
    moveClock(live, atMs);
    this.#nowMs = Math.max(this.#nowMs, atMs);
  }

  /** Runs a container, and then the others that this concerns, until all of them wait. */
  #settle(first: LiveContainer, atMs: number): Happening[] {
    const happenings = this.#runOne(first, atMs);
    if ([...this.#live.values()].every((live) => live === first)) return happenings;
    // Containers of a pod share volumes: one may wait for a file of another.
    for (let progress = true; progress && !this.steps.isSpent; ) {
      progress = false;
      for (const live of [...this.#live.values()]) {
        if (live === first && !progress) continue;
        const before = live.run.machine.steps;
        happenings.push(...this.#runOne(live, atMs));
        if (live.run.machine.steps !== before) progress = true;
      }
    }
    return happenings;
  }

  #runOne(live: LiveContainer, atMs: number): Happening[] {
    const { machine } = software();
    const { run, container } = live;
    if (run.rounds?.rests) return [];
    const { memoryBytes: heldBytes = 0 } = run.machine;
    const happenings: Happening[] = [];
    this.moveTo(live, atMs);
    this.#namespaces.spread(live);
    for (;;) {
      const before = run.machine.steps;
      const result = machine.run(run.machine, live.system, Math.max(this.steps.left, 0));
      this.steps.left -= run.machine.steps - before;
      this.#namespaces.spread(live);
      this.awaited.note(live);
      const logged = takeOutput(this.context, live);
      this.steps.left -= stepsOfOutput(logged);
      if (result.exit) {
        happenings.push(...this.#end(live, result.exit));
        return happenings;
      }
      const open = result.questions.filter(({ pid, question }) => {
        this.#questions++;
        const answer = this.#answer(live, question, atMs, happenings);
        this.#questions--;
        if (answer) machine.answer(run.machine, pid, answer);
        if (answer) noteRound(this.context, live, question, answer);
        return !answer;
      });
      if (open.length > 0) happenings.push({ type: "asked", container: live.container.spec.name, atMs });
      const goesOnMs = afterOutput(logged, atMs);
      run.wakeAtMs = result.isSpent ? atMs : earliest(result.wakeAtMs, goesOnMs);
      if (open.length === result.questions.length) break;
    }
    // Commands of probes hold memory for a moment only.
    const holdsMore = (run.machine.memoryBytes ?? 0) > heldBytes && run.tasks.length === 0;
    if (this.#volumes.hasNewsOfDisk() || holdsMore)
      happenings.push({ type: "grown", container: container.spec.name, atMs });
    happenings.push(...endedTasks(live, atMs));
    return happenings;
  }

  #answer(live: LiveContainer, question: Question, atMs: number, happenings: Happening[]): Answer | undefined {
    if (!("host" in question && isLocal(question.host, this.context.state.podIp))) {
      const answer = this.#outside(live, question);
      if (answer && question.type !== "resolve") this.hasAsked = true;
      return answer;
    }
    const local = answerLocally(question, (request) => {
      const served = this.serve(request, atMs);
      happenings.push(...served.happenings);
      return served.answer;
    });
    const isRefused = local.type === "failed" && local.why === "refused";
    // On the host's network, other pods and forwarded ports of the node are behind the same addresses.
    return isRefused && this.context.pod.spec.hostNetwork ? this.#outside(live, question) : local;
  }

  /** A server asks on while it answers. A chain that leads back to the same pod too often ends with a time-out. */
  #answerNow(live: LiveContainer, question: Question): Answer {
    if (this.#questions >= MAX_CHAIN) return { type: "failed", why: "timeout", afterMs: 0 };
    this.#questions++;
    const answer = this.#answer(live, question, this.#nowMs, this.#late);
    this.#questions--;
    return answer ?? { type: "failed", why: "timeout", afterMs: 0 };
  }

  #end(live: LiveContainer, end: ProcessEnd): Happening[] {
    const container = live.container.spec.name;
    const message = this.#volumes.terminationMessage(live.container).slice(0, MAX_MESSAGE_BYTES);
    endLog(logOf(this.context, live), end.atMs);
    for (const opened of live.run.sessions ?? []) {
      opened.exitCode = software().machine.sessionEnd(live.run.machine, opened.session)?.status ?? end.status;
    }
    const tasks = live.run.tasks.map((task) => endTask(live, task, { atMs: end.atMs, exitCode: 137 }));
    this.#live.delete(container);
    this.ended.push(live);
    this.#namespaces.ended(live);
    return [...tasks, { type: "exit", container, atMs: end.atMs, end, ...(message && { message }) }];
  }

  get trees(): VolumeTrees {
    return this.#volumes.trees;
  }

  /** Writes what changed. */
  save(): { hasChangedFiles: boolean } {
    const { tx, pod } = this.context;
    const hasChangedFiles = Object.keys(this.#volumes.trees.changed).length > 0;
    this.#volumes.save();
    for (const live of [...this.ended, ...this.#live.values()]) {
      const { name } = live.container.spec;
      if (live.log) storeLog(tx, pod, name, live.log);
      if (!live.isChanged) continue;
      const isKept = this.#live.has(name) || live.run.unseen || live.run.sessions?.length;
      storeRun(tx, pod, name, isKept ? live.run : undefined);
    }
    return { hasChangedFiles };
  }
}
