/**
 * Replication. A primary sends each write to its replicas before it answers. A replica compares its state with that of
 * the primary before it answers, and takes a whole copy if they differ; without the primary it answers from its copy.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { Answer } from "../../../shell/question.ts";
import { type Address, databases, log, optionsIn, primaryOf } from "./state.ts";

/** How long a server waits for another one, ms. */
const LINK_TIMEOUT_MS = 1000;
/** Pause of a replica that does not reach its primary, ms. */
const RETRY_MS = 5000;

interface Position {
  /** A name of the primary's history. */
  history: string;
  /** Number of its writes. */
  offset: number;
}

function positionOf({ state }: ProcessView): Position {
  const known = state["position"];
  return isJsonObject(known)
    ? { history: String(known["history"]), offset: Number(known["offset"]) }
    : { history: "", offset: 0 };
}

function setPosition({ state }: ProcessView, { history, offset }: Position): void {
  state["position"] = { history, offset };
}

/** Replicas that answered last, by address. */
function replicasOf({ state }: ProcessView): Address[] {
  return (state["replicas"] as unknown as Address[] | undefined) ?? [];
}

function message(process: ProcessView, to: Address, replication: JsonObject, password?: string): Answer | undefined {
  const body = { replication, ...(password !== undefined && { password }) };
  return process.ask({ type: "message", ...to, protocol: "redis", body, timeoutMs: LINK_TIMEOUT_MS });
}

/** Draws the name of a new history, for a primary that has none. */
function beginHistory(process: ProcessView): void {
  const { history, offset } = positionOf(process);
  if (history === "")
    setPosition(process, { history: `${process.random().toString(16)}${process.random().toString(16)}`, offset });
}

/** Sends a write of the primary to its replicas. A replica that does not answer is gone. */
export function propagate(process: ProcessView, args: readonly string[], db: number): void {
  beginHistory(process);
  const { history, offset } = positionOf(process);
  const next = { history, offset: offset + 1 };
  setPosition(process, next);
  const replicas = replicasOf(process);
  if (replicas.length === 0) return;
  const kept = replicas.filter((replica) => {
    const answer = message(process, replica, { write: [...args], db, ...next });
    return answer?.type === "message";
  });
  if (kept.length < replicas.length) process.state["replicas"] = kept as unknown as JsonValue;
}

/** The question of a replica, which its primary answers with `{ isSame }` or a copy. */
function askPrimary(process: ProcessView, primary: Address): Answer | undefined {
  const { masterauth, port } = optionsIn(process);
  const replica = { host: process.host.podAddresses[0] ?? "127.0.0.1", port: Number(port) };
  return message(process, primary, { replica, ...positionOf(process) }, masterauth);
}

/** Takes the primary's answer; false: there is no link. */
function takeAnswer(process: ProcessView, answer: Answer | undefined): boolean {
  const { state } = process;
  const wasUp = state["isLinkUp"] === true;
  const body = answer?.type === "message" && isJsonObject(answer.body) ? answer.body : undefined;
  const copy = body?.["copy"];
  const isUp = body !== undefined && body["error"] === undefined;
  state["isLinkUp"] = isUp;
  if (isJsonObject(copy)) {
    state["databases"] = copy["databases"] ?? {};
    setPosition(process, copy as unknown as Position);
  }
  if (isUp && !wasUp) {
    log(process, "MASTER <-> REPLICA sync started");
    log(process, "MASTER <-> REPLICA sync: Finished with success");
  } else if (wasUp && !isUp) log(process, "Connection with master lost.");
  return isUp;
}

/** Brings a replica up to date while it serves a request. */
export function synchronize(process: ProcessView, primary: Address): boolean {
  return takeAnswer(process, askPrimary(process, primary));
}

/** The first contact of a replica: "answer" while it waits, or when to try again. */
export function contact(process: ProcessView): "answer" | number | undefined {
  const { state, nowMs } = process;
  const primary = primaryOf(process);
  if (!primary || state["isLinkUp"] === true) return undefined;
  const nextMs = Number(state["contactAtMs"] ?? 0);
  if (nowMs < nextMs) return nextMs;
  if (state["contacting"] !== true) log(process, `Connecting to MASTER ${primary.host}:${primary.port}`);
  state["contacting"] = true;
  const answer = askPrimary(process, primary);
  if (!answer) return "answer";
  delete state["contacting"];
  if (takeAnswer(process, answer)) return undefined;
  log(process, linkProblem(answer), "#");
  state["contactAtMs"] = nowMs + RETRY_MS;
  return nowMs + RETRY_MS;
}

function linkProblem(answer: Answer): string {
  if (answer.type === "message" && isJsonObject(answer.body))
    return `MASTER aborted replication with an error: ${String(answer.body["error"])}`;
  const why = answer.type === "failed" ? answer.why : "refused";
  if (why === "unknownName" || why === "noRecord") return "Unable to connect to MASTER: Success";
  return why === "timeout"
    ? "Timeout connecting to the MASTER..."
    : "Error condition on socket for SYNC: Connection refused";
}

/** Answers another server. `apply` runs a write. */
export function answerServer(
  process: ProcessView,
  { write, db, replica, history, offset }: JsonObject,
  apply: (args: readonly string[], db: number) => void,
): JsonObject {
  const own = positionOf(process);
  if (Array.isArray(write)) {
    const isNext = own.history === history && own.offset === Number(offset) - 1;
    // A replica that missed a write takes a copy with its next answer.
    if (isNext && primaryOf(process)) {
      apply(write.map(String), Number(db));
      setPosition(process, { history: String(history), offset: Number(offset) });
    }
    return {};
  }
  if (!isJsonObject(replica)) return {};
  beginHistory(process);
  const address = { host: String(replica["host"]), port: Number(replica["port"]) };
  const known = replicasOf(process).some(({ host, port }) => host === address.host && port === address.port);
  if (!known) {
    process.state["replicas"] = [...replicasOf(process), address] as unknown as JsonValue;
    log(process, `Replica ${address.host}:${address.port} asks for synchronization`);
    log(process, `Synchronization with replica ${address.host}:${address.port} succeeded`);
  }
  const position = positionOf(process);
  if (position.history === history && position.offset === offset) return { isSame: true };
  return { copy: { databases: databases(process) as unknown as JsonObject, ...position } };
}

/** Follows a primary, or becomes one. */
export function follow(process: ProcessView, primary: Address | undefined): void {
  const { state } = process;
  delete state["isLinkUp"];
  delete state["contactAtMs"];
  delete state["contacting"];
  delete state["replicas"];
  if (primary) state["primary"] = { ...primary };
  else delete state["primary"];
}

export interface ReplicationFacts {
  /** Nothing is counted for a server without replicas. */
  offset: number;
  history: string;
  replicas: readonly Address[];
  primary: Address | undefined;
  isLinkUp: boolean;
}

/** Facts that INFO and ROLE show; a replica asks its primary whether it is there. */
export function replicationFacts(process: ProcessView): ReplicationFacts {
  const primary = primaryOf(process);
  const isLinkUp = primary !== undefined && synchronize(process, primary);
  beginHistory(process);
  const { history, offset } = positionOf(process);
  const replicas = replicasOf(process);
  return { history, offset: primary || replicas.length > 0 ? offset : 0, replicas, primary, isLinkUp };
}
