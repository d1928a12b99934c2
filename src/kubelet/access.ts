/**
 * Logs, commands and connections to running containers, as the API server asks its kubelet for them.
 * Kubernetes: pkg/kubelet/server/server.go, pkg/kubelet/kubelet_pods.go (`GetKubeletContainerLogs`,
 * `validateContainerLogStatus`)
 */
import type { ContainerAccess, ContainerTarget, LogOptions } from "../cluster/container-access.ts";
import type { Transaction } from "../cluster/transaction.ts";
import type { Bytes } from "../files/entry.ts";
import { ApiError } from "../lib/api-error.ts";
import { BULK_FEED_BYTES, PIPE_BUFFER_BYTES, SESSION_LEASE_MS } from "../lib/container-limits.ts";
import type { SessionInput, SessionOutput } from "../lib/session-pieces.ts";
import { earliest } from "../lib/time.ts";
import { containerNamed, type PodContainer, type PodContext } from "./context.ts";
import { forward, portProblem } from "./forward.ts";
import { lookContext } from "./look-context.ts";
import { execProblem } from "./runtime/exec-problem.ts";
import type { LiveContainer } from "./runtime/live.ts";
import { newLog, readLines, startOfCursor } from "./runtime/log.ts";
import { Look } from "./runtime/look.ts";
import { loadLog, loadRun, storeRun } from "./runtime/run.ts";
import {
  CONTAINER_SESSION,
  newSession,
  type OpenSession,
  type SessionPosition,
  sessionId,
  sessionPosition,
  takeSession,
} from "./runtime/session.ts";
import { type SessionPod, sessionPodOf } from "./runtime/session-pod.ts";
import { software } from "./runtime/software.ts";

/** The exit code of a command whose container ended. */
const KILLED = 137;
/** The answer to a client whose session is gone. */
const NO_SESSION: SessionOutput = { stdout: "", stderr: "", exitCode: KILLED };

export const containerAccess: ContainerAccess = {
  portProblem,
  forward,

  readLog(tx, target, options) {
    const { context, container } = found(tx, target);
    const start = options.cursor === undefined ? startOfLog(target, container, options) : startOfCursor(options.cursor);
    const isRunning = isRunningContainer(container) && start === container.record.starts;
    if (!isRunning) {
      const log = loadLog(tx, target.pod, target.container, start) ?? newLog(start);
      return readLines(log, options, { isOver: true });
    }
    const look = new Look(context);
    // Its last lines may come with its end, which its kubelet has not seen yet.
    const live =
      look.open(container) ?? look.processes.ended.find((one) => one.container.spec.name === target.container);
    const page = readLines(live?.log ?? loadLog(tx, target.pod, target.container, start) ?? newLog(start), options, {
      isOver: look.processes.find(target.container) === undefined,
      ...wakeOf(earliest(look.processes.nextMs, look.probes.nextMs)),
    });
    look.keep();
    return page;
  },

  exec(tx, target, options) {
    const { pod, live } = running(tx, target);
    const problem = execProblem(live, options.command);
    if (problem !== undefined)
      throw new ApiError(
        "InternalError",
        `Internal error occurred: error executing command in container: ${problem.replace(/^rpc error: code = \w+ desc = /, "")}: unknown`,
      );
    const { machine } = software();
    const start = {
      ...live.run.defaults,
      ...(options.tty && { env: withTerminal(live.run.defaults.env) }),
      argv: options.command,
      stdin: options.stdin ? ("open" as const) : ("none" as const),
      ...(options.tty && { terminal: options.terminal ?? { columns: 80, rows: 24 } }),
    };
    pod.processes.wakeLoop(live, tx.nowMs);
    const session = machine.startSession(live.run.machine, start);
    return begin(pod, live, session);
  },

  attach(tx, target, options) {
    const { metadata } = target.pod;
    const absent = `container ${target.container} not found in pod ${metadata.name}_${metadata.namespace}`;
    const { pod, live } = running(tx, target, absent);
    if (options.terminal) {
      software().machine.resize(live.run.machine, CONTAINER_SESSION, options.terminal, live.system);
    }
    return begin(pod, live, CONTAINER_SESSION);
  },

  exchange(tx, target, id, input) {
    const position = sessionPosition(id);
    const { found, container } = foundForSession(tx, target);
    const isPresent = isRunningContainer(container) && container.record.starts === position.start;
    const pod = isPresent ? found.begin() : undefined;
    const live = pod?.open(container);
    const ended = pod?.processes.ended.find((one) => one.container.spec.name === target.container);
    if (pod && ended) return lastOutput(pod, ended, position);
    if (!pod || !live) return leftOver(tx, target, position);
    const before = pod.outline();
    const output = exchangeWith(pod, live, position, input);
    pod.store(before);
    return output;
  },

  closeSession(tx, target, id) {
    const position = sessionPosition(id);
    const { found, container } = foundForSession(tx, target);
    const pod = found.begin();
    const live = isRunningContainer(container) ? pod.open(container) : undefined;
    if (!live || live.run.start !== position.start) return;
    close(live, position);
    pod.touch(live);
    pod.store();
  },
};

/** The variables of a session with a terminal: the runtime adds `TERM`, and runc the home folder after it. */
function withTerminal({ HOME, ...others }: Readonly<Record<string, string>>): Record<string, string> {
  return { ...others, TERM: "xterm", ...(HOME !== undefined && { HOME }) };
}

function found(tx: Transaction, target: ContainerTarget): { context: PodContext; container: PodContainer } {
  const context = lookContext(tx, target.pod);
  const container = context && containerNamed(context, target.container);
  if (!context || !container) throw waitingToStart(target, "ContainerCreating");
  return { context, container };
}

function foundForSession(tx: Transaction, target: ContainerTarget) {
  const found = sessionPodOf(tx, target.pod);
  const container = found && containerNamed(found.context, target.container);
  if (!found || !container) throw waitingToStart(target, "ContainerCreating");
  return { found, container };
}

function isRunningContainer({ record }: PodContainer): boolean {
  return record.shows === "running" && record.end === undefined;
}

/** Throws NotFound, in words that differ between `exec` and `attach`, unless the container runs. */
function running(
  tx: Transaction,
  target: ContainerTarget,
  absent = `container not found ("${target.container}")`,
): { pod: SessionPod; live: LiveContainer } {
  const found = sessionPodOf(tx, target.pod);
  const container = found && containerNamed(found.context, target.container);
  if (found && container && isRunningContainer(container)) {
    const pod = found.begin();
    const live = pod.open(container);
    if (live) return { pod, live };
  }
  throw new ApiError("NotFound", absent);
}

function begin(pod: SessionPod, live: LiveContainer, session: number): string {
  const { nowMs } = pod.context;
  closeLost(pod, live);
  const opened = newSession(live.run.sessions ?? [], session, nowMs);
  live.run.sessions = [...(live.run.sessions ?? []), opened];
  pod.touch(live);
  pod.store();
  return sessionId(live.run.start, opened.id);
}

function exchangeWith(
  pod: SessionPod,
  live: LiveContainer,
  position: SessionPosition,
  input: SessionInput,
): SessionOutput {
  const { machine } = software();
  const { run, system } = live;
  const opened = run.sessions?.find(({ id }) => id === position.id);
  if (!opened) return NO_SESSION;
  opened.usedAtMs = pod.context.nowMs;
  closeLost(pod, live);
  if (input.stdin || input.endOfStdin || input.resize) pod.processes.wakeLoop(live, pod.context.nowMs);
  if (input.resize) machine.resize(run.machine, opened.session, input.resize, system);
  const { stdin = "" } = input;
  const stdinTakenBytes = feed(pod, live, opened.session, stdin);
  if (input.endOfStdin && stdinTakenBytes === stdin.length) {
    endInput(live, opened.session);
    pod.touch(live);
  }
  const output = { ...takeSession(opened), stdinTakenBytes };
  // There is room again, so the process may go on at once.
  if (machine.hasOutput(run.machine, opened.session)) return { ...output, wakeAtMs: pod.context.nowMs };
  const end = machine.sessionEnd(run.machine, opened.session) ?? run.machine.exit;
  if (!end) return { ...output, ...wakeOf(pod.wakeAtMs) };
  close(live, position);
  return { ...output, exitCode: opened.session === CONTAINER_SESSION ? 0 : end.status };
}

/** Hands input to a process as far as it reads it. Returns the bytes that it, or its pipe, took. */
function feed(pod: SessionPod, live: LiveContainer, session: number, stdin: Bytes): number {
  const { machine } = software();
  const { run, system } = live;
  let takenBytes = 0;
  do {
    const room = machine.inputRoom(run.machine, session);
    // A process that has read all of a piece gets larger ones, because each read takes a part of its time.
    const isReading = takenBytes > 0 && room >= PIPE_BUFFER_BYTES;
    const piece = stdin.slice(takenBytes, takenBytes + (isReading ? BULK_FEED_BYTES : room));
    if (piece !== "") machine.input(run.machine, session, piece, system);
    takenBytes += piece.length;
    pod.touch(live);
    if (piece === "") break;
  } while (takenBytes < stdin.length);
  return takenBytes;
}

/** Output of a session whose container has ended just now. */
function lastOutput(pod: SessionPod, ended: LiveContainer, position: SessionPosition): SessionOutput {
  const { run } = ended;
  const opened = run.sessions?.find(({ id }) => id === position.id);
  run.sessions = run.sessions?.filter((one) => one !== opened);
  ended.isChanged = true;
  pod.store();
  return opened ? outputAfterEnd(opened) : NO_SESSION;
}

function outputAfterEnd({ stdout, stderr, order, session, exitCode }: OpenSession): SessionOutput {
  return { stdout, stderr, order, exitCode: session === CONTAINER_SESSION ? 0 : (exitCode ?? KILLED) };
}

/** Output of a session whose container has ended meanwhile. */
function leftOver(tx: Transaction, { pod, container }: ContainerTarget, position: SessionPosition): SessionOutput {
  const stored = loadRun(tx, pod, container);
  const opened = stored?.start === position.start && stored.sessions?.find(({ id }) => id === position.id);
  if (!stored || !opened) return NO_SESSION;
  const sessions = stored.sessions?.filter((one) => one !== opened) ?? [];
  storeRun(tx, pod, container, sessions.length > 0 || stored.unseen ? { ...stored, sessions } : undefined);
  return outputAfterEnd(opened);
}

function close({ run, system, container }: LiveContainer, position: SessionPosition): void {
  const opened = run.sessions?.find(({ id }) => id === position.id);
  if (!opened) return;
  run.sessions = run.sessions?.filter((one) => one !== opened);
  if (opened.session !== CONTAINER_SESSION) software().machine.closeSession(run.machine, opened.session, system);
  else endInput({ run, container }, CONTAINER_SESSION);
}

/** Closes the sessions whose isolate was lost together with their client. */
function closeLost(pod: SessionPod, live: LiveContainer): void {
  for (const { id, usedAtMs } of live.run.sessions ?? []) {
    const isLost = pod.context.nowMs - usedAtMs >= SESSION_LEASE_MS;
    if (isLost) close(live, { start: live.run.start, id });
  }
}

/** The input of process 1 ends with its first client if the container says so (`stdinOnce`), and not otherwise. */
function endInput({ run, container }: Pick<LiveContainer, "run" | "container">, session: number): void {
  if (session === CONTAINER_SESSION && !container.spec.stdinOnce) return;
  software().machine.endInput(run.machine, session);
}

function wakeOf(wakeAtMs: number | undefined): { wakeAtMs?: number } {
  return wakeAtMs === undefined ? {} : { wakeAtMs };
}

/** The start whose output is wanted. Throws BadRequest in the kubelet's words if there is none. */
function startOfLog(target: ContainerTarget, { record }: PodContainer, { previous }: LogOptions): number {
  const { container, pod } = target;
  const [last, beforeLast] = record.terminations;
  const isShown = record.shows === "terminated";
  const earlier = isShown ? beforeLast : last;
  if (previous) {
    if (earlier) return earlier.start ?? record.starts - 1;
    const text = `previous terminated container ${quote(container)} in pod ${quote(pod.metadata.name)} not found`;
    throw new ApiError("BadRequest", text);
  }
  if (record.shows === "running") return record.starts;
  if (last) return last.start ?? record.starts;
  throw waitingToStart(target, record.waiting?.reason ?? waitingReason(target));
}

function waitingReason({ pod }: ContainerTarget): string {
  return pod.spec.initContainers?.length ? "PodInitializing" : "ContainerCreating";
}

function waitingToStart({ container, pod }: ContainerTarget, reason: string): ApiError {
  const what = `container ${quote(container)} in pod ${quote(pod.metadata.name)} is waiting to start`;
  const texts: Record<string, string> = {
    ErrImagePull: "image can't be pulled",
    ImagePullBackOff: "trying and failing to pull image",
  };
  return new ApiError("BadRequest", `${what}: ${texts[reason] ?? reason}`);
}

function quote(text: string | undefined): string {
  return JSON.stringify(text ?? "");
}
