/**
 * Computes rounds of a shell's loop instead of running them. The loop must be proven to do the same in every round
 * (`shell/rounds`), and two rounds that were run must agree with the computed ones in every byte. The state then moves
 * by its growth, and what the rounds write is made from the model.
 */
import { FileError } from "../../files/errors.ts";
import type { FileSystem } from "../../files/file-system.ts";
import { cloneJson, equalJson, type JsonValue } from "../../lib/json.ts";
import { WORK } from "../../lib/work.ts";
import type { Written } from "../../programs/rounds.ts";
import type { ProvenLoop } from "../../shell/rounds/find.ts";
import type { ProbeTimeline } from "../probes/timeline.ts";
import { passMarksOfRounds } from "../usage/cpu-marks.ts";
import type { LiveContainer } from "./live.ts";
import { logOf } from "./live.ts";
import type { PodProcesses } from "./pod-processes.ts";
import { type RoundFiles, roundFiles } from "./round-files.ts";
import { linesOfRound } from "./round-lines.ts";
import { writeRounds } from "./round-writer.ts";
import { CONTAINER_SESSION } from "./session.ts";
import { differences, type Growth, grow, isEven } from "./skip-growth.ts";
import { isQuiet } from "./skip-state.ts";
import { software } from "./software.ts";

/** Fewer rounds are run. */
const MIN_ROUNDS = 8;
const SAMPLES = 3;
/** Comparisons that fail before the loop is given up in this advance. */
const MAX_FAILURES = 3;

interface Sample {
  atMs: number;
  state: JsonValue;
  variables: ReadonlyMap<string, string>;
  files: RoundFiles;
  /** Number of the next line of the log. */
  line: number;
}

export class LoopSkipper {
  readonly #processes: PodProcesses;
  readonly #probes: ProbeTimeline;
  #samples: Sample[] = [];
  #failures = 0;

  constructor(processes: PodProcesses, probes: ProbeTimeline) {
    this.#processes = processes;
    this.#probes = probes;
  }

  /** Called before processes wake. `untilMs`: the end of the advance or the next other event; it may be infinite. */
  skip(untilMs: number): "skipped" | "never" | undefined {
    if (this.#failures >= MAX_FAILURES || this.#probes.nextMs !== undefined) return undefined;
    const live = onlyLoop(this.#processes);
    const loop = live && software().rounds.loopOf(live.run.machine);
    const variables = loop && software().rounds.variablesOf(loop);
    if (!live || !loop || !variables || !printsToLog(live, loop)) {
      this.#samples = [];
      return undefined;
    }
    const files = roundFiles(live, loop);
    if (!files) return this.#fail();
    this.#processes.context.tx.spend(WORK.comparedState);
    const log = logOf(this.#processes.context, live);
    this.#samples.push({
      ...{ atMs: live.run.machine.nowMs, variables, files, line: log.dropped + log.lines.length },
      state: cloneJson(stateOf(live, loop)) as unknown as JsonValue,
    });
    if (this.#samples.length < SAMPLES) return undefined;
    const [first, second, third] = this.#samples as [Sample, Sample, Sample];
    this.#samples = [second, third];
    const growth = this.#growthOf(live, loop, [first, second, third]);
    if (!growth) return this.#fail();
    return this.#jump(live, loop, { growth, periodMs: third.atMs - second.atMs, untilMs });
  }

  #fail(): undefined {
    this.#failures++;
    this.#samples = [];
  }

  /** The growth of one round, if two rounds agree with the model; otherwise undefined. */
  #growthOf(live: LiveContainer, loop: ProvenLoop, [first, second, third]: [Sample, Sample, Sample]) {
    const [before, after] = [differences(first.state, second.state), differences(second.state, third.state)];
    if (!before || !after || !isEven(before, after) || after.has("/machine/draws")) return undefined;
    const agree = this.#agrees(live, loop, first, second) && this.#agrees(live, loop, second, third);
    return agree ? after : undefined;
  }

  /** Whether the round between two samples wrote what the model says. */
  #agrees(live: LiveContainer, { model }: ProvenLoop, before: Sample, after: Sample): boolean {
    const variables = new Map(before.variables);
    const written = software().rounds.runRound(model, variables, after.atMs);
    if (![...after.variables].every(([name, value]) => variables.get(name) === value)) return false;
    const log = logOf(this.#processes.context, live);
    const lines = linesOfRound(written);
    if (!lines || before.line < log.dropped || Object.keys(log.open).length > 0) return false;
    const printed = log.lines.slice(before.line - log.dropped, after.line - log.dropped);
    const expected = lines.lines.map(([stream, text]) => [after.atMs, stream, text]);
    return equalJson(printed as JsonValue, expected as JsonValue) && filesAgree(written, before.files, after.files);
  }

  #jump(
    live: LiveContainer,
    loop: ProvenLoop,
    { growth, periodMs, untilMs }: { growth: Growth; periodMs: number; untilMs: number },
  ): "skipped" | "never" | undefined {
    const { run } = live;
    const { context } = this.#processes;
    const files = roundFiles(live, loop)!;
    const grows = [...files.values()].some(({ appends }) => appends);
    if (grows && isLimited(this.#processes)) return undefined;
    // A write that fails for want of room ends a shell with errexit, and no other.
    const mayEnd = grows && loop.shell.shell?.options["errexit"] === true;
    if (untilMs === Number.POSITIVE_INFINITY) return mayEnd ? undefined : "never";
    const startMs = run.machine.nowMs;
    const wanted = Math.floor((untilMs - startMs) / periodMs);
    const variables = software().rounds.variablesOf(loop)!;
    const written = writeRounds({
      ...{ model: loop.model, variables, startMs, periodMs, rounds: wanted, minRounds: MIN_ROUNDS },
      ...{ files, log: logOf(context, live), maxOperations: this.#processes.steps.left },
    });
    if (!written) return undefined;
    this.#processes.steps.left -= written.operations;
    const usedBeforeMs = run.machine.usedCpuMs ?? 0;
    moveState(live, loop, growth, written.rounds);
    const cpuMsPerRound = ((run.machine.usedCpuMs ?? 0) - usedBeforeMs) / written.rounds;
    passMarksOfRounds(run, { startMs, periodMs, rounds: written.rounds, cpuMsPerRound });
    for (const [name, value] of variables) {
      const variable = loop.shell.shell!.variables[name];
      if (variable && !loop.model.read.has(name)) variable.value = value;
    }
    this.#processes.moveTo(live, run.machine.nowMs);
    if (run.wakeAtMs !== undefined) run.wakeAtMs += written.rounds * periodMs;
    storeFiles(live.files.filesFor(loop.shell.credentials, loop.shell.pid), files, written.contents);
    this.#samples = [];
    return "skipped";
  }
}

/** The container whose loop is all that goes on in the pod. */
function onlyLoop(processes: PodProcesses): LiveContainer | undefined {
  const all = [...processes.all];
  const awake = all.filter(({ run }) => run.wakeAtMs !== undefined);
  const [live] = awake;
  if (!live || awake.length > 1 || !isQuiet(processes) || live.run.sessions?.length) return undefined;
  const waitsForFile = ({ run }: LiveContainer) =>
    Object.values(run.machine.processes).some(({ waits }) => waits?.some(({ type }) => type === "file"));
  return all.some((other) => other !== live && waitsForFile(other)) ? undefined : live;
}

/** The streams of the loop are those of the container, and no client is connected to them. */
function printsToLog({ run }: LiveContainer, { shell }: ProvenLoop): boolean {
  return [1, 2].every((fd) => {
    const file = run.machine.files[shell.fds[fd] ?? -1];
    return (
      file?.type === "output" && file.session === CONTAINER_SESSION && file.stream === (fd === 1 ? "stdout" : "stderr")
    );
  });
}

/** Files of pods with limits of their size grow in steps: the kubelet evicts such a pod at an instant that others see. */
function isLimited({ context }: PodProcesses): boolean {
  const { containers, initContainers = [], volumes = [] } = context.pod.spec;
  const isBound = [...containers, ...initContainers].some(({ resources }) => resources?.limits?.["ephemeral-storage"]);
  return isBound || volumes.some(({ emptyDir }) => emptyDir?.sizeLimit);
}

/** The state that decides about what follows. The pause is a new process in each round, and the model has the variables. */
function stateOf({ run }: LiveContainer, { shell, pause, model }: ProvenLoop) {
  const variables = { ...shell.shell!.variables };
  for (const name of [...model.counters.keys(), ...model.assigned]) {
    if (variables[name]) variables[name] = { ...variables[name], value: "" };
  }
  const machine = { ...run.machine, processes: {} };
  return { machine, pause, shell: { ...shell, shell: { ...shell.shell!, variables } } };
}

function moveState({ run }: LiveContainer, { shell, pause }: ProvenLoop, growth: Growth, rounds: number): void {
  const { machine } = run;
  delete machine.processes[pause.pid];
  grow({ machine, pause, shell } as unknown as JsonValue, growth, rounds);
  machine.processes[pause.pid] = pause;
}

function filesAgree(written: readonly Written[], before: RoundFiles, after: RoundFiles): boolean {
  const contents = new Map([...before].map(([path, { content }]) => [path, content]));
  for (const { target, data } of written) {
    if (target.type !== "file") continue;
    contents.set(target.path, (target.appends ? (contents.get(target.path) ?? "") : "") + data);
  }
  return [...after].every(([path, { content }]) => contents.get(path) === content);
}

function storeFiles(files: FileSystem, known: RoundFiles, contents: ReadonlyMap<string, string>): void {
  for (const [path, content] of contents) {
    try {
      files.write(known.get(path)!.absolute, content);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
  }
}
