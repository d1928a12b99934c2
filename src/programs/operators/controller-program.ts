/**
 * Controllers as programs: a server that also keeps the cluster in the state that objects ask for. It reads with its own
 * ServiceAccount, writes the difference, and waits until an object of its resources changes: nothing is due in between.
 */
import { isJsonObject, type JsonObject } from "../../lib/json.ts";
import type { HeldLease, ProcessView, Program, Step, Wait } from "../../shell/program.ts";
import { Client, type Reply, type RequestOptions, ServerError } from "../kubectl/core/client.ts";
import { drive, Failure, type Session, type Steps } from "../kubectl/core/session.ts";
import { printLines } from "../servers/log.ts";
import { type ServerOptions, server } from "../servers/server.ts";
import { type Election, elect, LEASES, release } from "./leader-election.ts";
import { podTarget } from "./pod-target.ts";

export interface ControllerProgram {
  server: ServerOptions;
  /** Its name in the user agent, which names its entries of managedFields. */
  agent: string;
  /** `core/secrets`: a change of one of their objects leads to the next run. They may depend on the last run. */
  resources: readonly string[] | ((process: ProcessView) => readonly string[]);
  /** From a change to the run that follows it, ms: a chart's many objects lead to one run. 0 if absent. */
  settleMs?: number;
  /**
   * Writes the difference between the objects as they are and as they should be. Returns the instant of the next run.
   * Absent: it only takes part in its election.
   */
  reconcile?(api: Api): Steps<number | undefined>;
  /** The election that it must win before it acts; absent or undefined: it acts at once. */
  leader?(process: ProcessView): Election | undefined;
  /** A line of its log. */
  line(process: ProcessView, level: "info" | "error", text: string): string;
}

/** The API as a controller uses it. */
export interface Api {
  client: Client;
  session: Session;
  process: ProcessView;
  /** The instant at which this run began: a run is repeated from its start, and its requests must stay the same. */
  nowMs: number;
  /** The namespace of the pod. */
  namespace: string;
  /** Writes to the log. */
  log(level: "info" | "error", text: string): void;
}

/** Pauses after a run that was refused. Then only a change leads to another run. */
const RETRY_MS = [1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000];

const MAX_ROUNDS = 6;
const ROUND_MS = 100;

type WaitStep = Extract<Step, { type: "wait" }>;

class WritingClient extends Client {
  hasWritten = false;

  override *fetch(path: string, options: RequestOptions = {}): Steps<Reply> {
    if ((options.method ?? "GET") !== "GET") this.hasWritten = true;
    return yield* super.fetch(path, options);
  }
}

export function controllerProgram(controller: ControllerProgram): Program {
  const { server: options, agent, resources, settleMs = 0, reconcile, line, leader } = controller;
  const base = server(options);
  function* attempt(session: Session): Steps<number> {
    const { process } = session;
    const log = (level: "info" | "error", text: string) =>
      session.once(() => printLines(process, options.logFd ?? 2, [line(process, level, text)]));
    const target = podTarget(session, agent);
    const watching = process.state;
    const nowMs = Number(isJsonObject(watching["run"]) ? watching["run"]["startedMs"] : process.nowMs);
    if (!target) return 0;
    const client = new WritingClient(target, (text) => log("info", text.trim()));
    try {
      const election = leader?.(process);
      if (election) {
        const candidate = { client: new Client(target, () => {}), session, nowMs, namespace: target.namespace };
        const outcome = yield* elect(candidate, election);
        if (outcome.type === "follows") return follow(watching, outcome.retryAtMs);
        watching["holds"] = { ...outcome.holds };
      }
      const api = { client, session, process, nowMs, namespace: target.namespace, log };
      const nextAtMs = reconcile && (yield* reconcile(api));
      delete watching["failures"];
      // Objects that this run wrote concern parts of it that came before: it runs once more, until nothing is written.
      const rounds = client.hasWritten ? Number(watching["rounds"] ?? 0) + 1 : 0;
      watching["rounds"] = rounds;
      if (rounds > 0 && rounds < MAX_ROUNDS) watching["nextAtMs"] = process.nowMs + ROUND_MS;
      else if (nextAtMs === undefined) delete watching["nextAtMs"];
      else watching["nextAtMs"] = nextAtMs;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      log("error", error instanceof ServerError ? error.statusMessage : error.message);
      const failures = Number(watching["failures"] ?? 0);
      watching["failures"] = failures + 1;
      const pauseMs = RETRY_MS[failures];
      if (pauseMs === undefined) delete watching["nextAtMs"];
      else watching["nextAtMs"] = process.nowMs + pauseMs;
    }
    return 0;
  }

  function* stop(session: Session): Steps<number> {
    const target = podTarget(session, agent);
    const { holds, stopsAtMs } = session.process.state;
    if (!target || !isJsonObject(holds)) return 0;
    try {
      yield* release(new Client(target, () => {}), holds as unknown as HeldLease, Number(stopsAtMs));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
    return 0;
  }

  return {
    ...base,
    run(process): Step {
      const step = base.run(process);
      const { state } = process;
      if (step.type !== "wait") return step;
      if (state["phase"] === "stopping" && leader?.(process)?.releases) return releasing(process, step, stop);
      if (state["phase"] !== "up") return step;
      const settlesAtMs = settlingUntil(process, settleMs);
      if (process.nowMs < settlesAtMs) {
        return { type: "wait", for: [...step.for, ...held(process), { type: "time", atMs: settlesAtMs }] };
      }
      const kept = isJsonObject(state["run"]) ? state["run"] : {};
      kept["startedMs"] ??= process.nowMs;
      state["run"] = kept;
      const outcome = drive(process, attempt, kept);
      if (outcome.type === "wait") return { type: "wait", for: [...step.for, ...held(process), ...outcome.for] };
      delete state["run"];
      delete state["settlesAtMs"];
      if (outcome.type === "exit" && outcome.status !== 0) return outcome;
      const own = typeof resources === "function" ? resources(process) : resources;
      const watched = leader?.(process) ? [...own, LEASES] : own;
      const waits: Wait[] = [...step.for, ...held(process), { type: "objects", resources: watched }];
      if (typeof state["nextAtMs"] === "number") waits.push({ type: "time", atMs: state["nextAtMs"] });
      return { type: "wait", for: waits };
    },
  };
}

/** The instant at which the next run begins. A run that has begun, and the first one, do not wait. */
function settlingUntil({ state, nowMs }: ProcessView, settleMs: number): number {
  if (settleMs === 0 || isJsonObject(state["run"])) return nowMs;
  state["settlesAtMs"] ??= state["rounds"] === undefined ? nowMs : nowMs + settleMs;
  return Number(state["settlesAtMs"]);
}

/** The program waits for the end of the leader. One that was the leader ends: it must not act beside the next one. */
function follow(state: JsonObject, retryAtMs: number | undefined): number {
  if (state["holds"]) return 1;
  if (retryAtMs === undefined) delete state["nextAtMs"];
  else state["nextAtMs"] = retryAtMs;
  return 0;
}

/** Gives up the Lease while the process stops. */
function releasing(process: ProcessView, step: WaitStep, stop: (session: Session) => Steps<number>): Step {
  const { state } = process;
  state["stopsAtMs"] ??= process.nowMs;
  const kept = isJsonObject(state["release"]) ? state["release"] : {};
  state["release"] = kept;
  const outcome = drive(process, stop, kept);
  return outcome.type === "wait" ? { type: "wait", for: [...step.for, ...outcome.for] } : step;
}

/** The Lease that the process holds, as a wait. */
function held({ state }: ProcessView): Wait[] {
  const { holds } = state;
  return isJsonObject(holds) ? [{ type: "lease", ...(holds as unknown as HeldLease) }] : [];
}
