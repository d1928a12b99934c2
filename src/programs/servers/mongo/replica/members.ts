/** Messages between the members of a replica set. */
import { isJsonObject, type JsonObject } from "../../../../lib/json.ts";
import type { ProcessView } from "../../../../shell/program.ts";
import { Databases } from "../store.ts";
import { type Member, type ReplicaState, readState, setName, writeState } from "./state.ts";

/** How long a member waits for another one, ms. */
const HEARTBEAT_TIMEOUT_MS = 500;

/** The report of a member on itself. */
export interface Report {
  /** The member's state; undefined: it has no configuration yet. */
  state?: ReplicaState;
  set: string;
  instance: string;
}

/** Sends a message to another member; undefined: it does not answer, and why. */
function tell(process: ProcessView, host: string, message: JsonObject): JsonObject | { problem: string } {
  const [, name = host, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  const answer = process.ask({
    type: "message",
    host: name,
    port: Number(port ?? 27_017),
    protocol: "mongo",
    body: { member: message },
    timeoutMs: HEARTBEAT_TIMEOUT_MS,
  });
  if (answer?.type === "message" && isJsonObject(answer.body)) return answer.body;
  const why = answer?.type === "failed" ? answer.why : "timeout";
  return {
    problem:
      why === "unknownName" || why === "noRecord"
        ? `Could not find address for ${host}: SocketException: onInvoke :: caused by :: Host not found (authoritative)`
        : why === "refused"
          ? `Error connecting to ${host} :: caused by :: Connection refused`
          : `Couldn't get a connection within the time limit of ${HEARTBEAT_TIMEOUT_MS}ms`,
  };
}

function reportOf(process: ProcessView): Report {
  const state = readState(process);
  process.state["instance"] ??= `${process.random()}-${process.random()}`;
  return {
    set: setName(process) ?? "",
    instance: String(process.state["instance"]),
    ...(state && { state }),
  };
}

/** The report of another member. */
export function askMember(process: ProcessView, host: string): Report | { problem: string } {
  const answer = tell(process, host, { report: true });
  return "problem" in answer ? { problem: String(answer["problem"]) } : (answer as unknown as Report);
}

/** Sends a state, with files of the data folder, and returns whether the member took it. */
export function sendState(
  process: ProcessView,
  host: string,
  state: ReplicaState,
  files: { changed?: JsonObject; all?: JsonObject } = {},
): boolean {
  const answer = tell(process, host, { state: state as unknown as JsonObject, ...files });
  return "taken" in answer && answer["taken"] === true;
}

/** Answers a message of another member. */
export function answerMember(process: ProcessView, message: JsonObject): JsonObject {
  const { state, changed, all } = message;
  if (!isJsonObject(state)) return reportOf(process) as unknown as JsonObject;
  const given = state as unknown as ReplicaState;
  const own = readState(process);
  if (setName(process) !== given.config._id) return { taken: false };
  // A change of files applies to the state right before it.
  if (isJsonObject(changed) && own?.optime !== given.optime - 1) return { taken: false };
  const databases = new Databases(process);
  if (isJsonObject(changed)) databases.take(changed, false);
  if (isJsonObject(all)) databases.take(all, true);
  const optime = isJsonObject(changed) || isJsonObject(all) ? given.optime : (own?.optime ?? 0);
  writeState(process, {
    ...given,
    optime,
    ...(own?.steppedDownUntilMs && { steppedDownUntilMs: own.steppedDownUntilMs }),
  });
  return { taken: true };
}

/** The entry of this process in a configuration. */
export function selfIn(process: ProcessView, members: readonly Member[]): Member | undefined {
  const { hostname, podAddresses } = process.host;
  const byName = members.find(({ host }) => {
    const name = host.replace(/:\d+$/, "");
    return (
      name === hostname ||
      name.split(".")[0] === hostname ||
      podAddresses.includes(name) ||
      /^(localhost|127\.0\.0\.1)$/.test(name)
    );
  });
  if (byName) return byName;
  const { instance } = reportOf(process);
  return members.find(({ host }) => {
    const report = askMember(process, host);
    return "instance" in report && report.instance === instance;
  });
}
