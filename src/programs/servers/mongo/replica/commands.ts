/** Commands of replica sets. Source: https://www.mongodb.com/docs/manual/reference/command/nav-replication/ */
import type { JsonObject, JsonValue } from "../../../../lib/json.ts";
import type { ProcessView } from "../../../../shell/program.ts";
import type { Command, CommandContext } from "../commands/command.ts";
import { objectIn, objectsIn } from "../commands/command.ts";
import { MongoError } from "../errors.ts";
import { dateValue, numberOf } from "../values.ts";
import { type View, viewOf } from "./election.ts";
import { askMember, selfIn, sendState } from "./members.ts";
import { type Member, type ReplicaConfig, type ReplicaState, readState, setName, writeState } from "./state.ts";

/** From an initiation to the first election of several members, ms. */
const FIRST_ELECTION_MS = 10_000;

function requireSet(process: ProcessView, words: string): string {
  const name = setName(process);
  if (name === undefined) throw new MongoError(words, "NoReplicationEnabled");
  return name;
}

function requireView(process: ProcessView): View {
  requireSet(process, "not running with --replSet");
  const view = viewOf(process);
  if (!view) throw new MongoError("no replset config has been received", "NotYetInitialized");
  return view;
}

/** Members of a configuration with their defaults. @throws MongoError */
function membersOf(given: JsonValue | undefined): Member[] {
  const members = objectsIn(given).map((each, i): Member => {
    const arbiterOnly = each["arbiterOnly"] === true;
    return {
      _id: numberOf(each["_id"]) ?? i,
      host: withPort(String(each["host"] ?? "")),
      arbiterOnly,
      hidden: each["hidden"] === true,
      priority: numberOf(each["priority"]) ?? (arbiterOnly ? 0 : 1),
      votes: numberOf(each["votes"]) ?? 1,
    };
  });
  if (members.length === 0)
    throw new MongoError("Replica set configuration must contain at least one member", "InvalidReplicaSetConfig");
  for (const [i, { _id, host }] of members.entries()) {
    const twin = members.findIndex((other, j) => j < i && (other.host === host || other._id === _id));
    if (twin >= 0)
      throw new MongoError(
        `Found two member configurations with same ${members[twin]?.host === host ? "host" : "_id"} field, members.${twin}.host == members.${i}.host == ${host}`,
        "InvalidReplicaSetConfig",
      );
  }
  return members;
}

const withPort = (host: string): string => (/:\d+$/.test(host) ? host : `${host}:27017`);

function initiate({ process, command }: CommandContext): JsonObject {
  const name = requireSet(process, "This node was not started with replication enabled.");
  if (readState(process)) throw new MongoError("already initialized", "AlreadyInitialized");
  const given = objectIn(command["replSetInitiate"]);
  const me = `${process.host.hostname}:27017`;
  const isDefault = Object.keys(given).length === 0;
  if (!isDefault && given["_id"] !== name)
    throw new MongoError(
      `Rejecting initiate with a set name that differs from command line set name, initiate set name: ${String(given["_id"])}, command line set name: ${name}`,
      "InvalidReplicaSetConfig",
    );
  const members = membersOf(isDefault ? [{ _id: 0, host: me }] : given["members"]);
  const self = selfIn(process, members);
  if (!self)
    throw new MongoError(
      `No host described in new configuration with {version: 1, term: 0} for replica set ${name} maps to this node`,
      "NodeNotFound",
    );
  checkReachable(process, members, self, name);
  const config: ReplicaConfig = { _id: name, version: 1, members, replicaSetId: drawId(process) };
  const delayMs = members.length > 1 ? FIRST_ELECTION_MS : 0;
  const electionAtMs = process.nowMs + delayMs;
  const state: ReplicaState = { config, term: 0, electionAtMs, optime: 1, wroteAtMs: process.nowMs };
  writeState(process, state);
  for (const { host } of members) if (host !== self.host) sendState(process, host, state, { all: {} });
  viewOf(process);
  return isDefault ? { info2: "no configuration specified. Using a default configuration for the set", me } : {};
}

const drawId = (process: ProcessView): string =>
  [0, 1, 2].map(() => process.random().toString(16).padStart(8, "0")).join("");

/** @throws MongoError unless all other members answer and are free */
function checkReachable(process: ProcessView, members: readonly Member[], self: Member, name: string): void {
  for (const { host } of members) {
    if (host === self.host) continue;
    const report = askMember(process, host);
    const problem =
      "problem" in report
        ? report.problem
        : report.set !== name
          ? `replica set name mismatch: ${report.set}`
          : report.state && `${host} is already initialized`;
    if (problem)
      throw new MongoError(
        `replSetInitiate quorum check failed because not all proposed set members responded affirmatively: ${host} failed with ${problem}`,
        "NodeNotFound",
      );
  }
}

function reconfigure({ process, command }: CommandContext): JsonObject {
  const view = requireView(process);
  const force = command["force"] === true;
  if (!view.isPrimary && !force)
    throw new MongoError(
      "New config is rejected :: caused by :: replSetReconfig should only be run on a writable PRIMARY. Current state SECONDARY;",
      "NotWritablePrimary",
    );
  const given = objectIn(command["replSetReconfig"]);
  const before = view.state.config;
  const members = membersOf(given["members"]);
  const version = numberOf(given["version"]) ?? before.version + 1;
  if (version <= before.version && !force)
    throw new MongoError(
      `New replica set configuration version must be greater than old, but ${version} is not greater than ${before.version}`,
      "NewReplicaSetConfigurationIncompatible",
    );
  for (const { host } of members) {
    if (before.members.some((each) => each.host === host)) continue;
    const report = askMember(process, host);
    if ("problem" in report && !force)
      throw new MongoError(
        `Quorum check failed because not enough voting nodes responded; required ${Math.floor(members.length / 2) + 1} but only the following ${view.states.size} voting nodes responded; the following nodes did not respond affirmatively: ${host} failed with ${report.problem}`,
        "NodeNotFound",
      );
  }
  const config = { ...before, version: Math.max(version, before.version + 1), members };
  const state = { ...view.state, config };
  writeState(process, state);
  for (const { host } of members) if (host !== view.self?.host) sendState(process, host, state);
  viewOf(process);
  return {};
}

function stepDown({ process, command }: CommandContext): JsonObject {
  const view = requireView(process);
  if (!view.isPrimary) throw new MongoError("not primary so can't step down", "NotWritablePrimary");
  if (view.states.size < 2) throw new MongoError("No electable secondaries caught up", "IllegalOperation");
  const seconds = numberOf(command["replSetStepDown"]) ?? 60;
  writeState(process, { ...view.state, steppedDownUntilMs: process.nowMs + seconds * 1000 });
  viewOf(process);
  return {};
}

function shownConfig({ _id, version, members, replicaSetId }: ReplicaConfig, term: number): JsonObject {
  return {
    _id,
    version,
    term,
    members: members.map(({ _id: id, host, arbiterOnly, hidden, priority, votes }) => ({
      _id: id,
      host,
      arbiterOnly,
      buildIndexes: true,
      hidden,
      priority,
      tags: {},
      secondaryDelaySecs: { $numberLong: "0" },
      votes,
    })),
    protocolVersion: { $numberLong: "1" },
    writeConcernMajorityJournalDefault: true,
    settings: {
      chainingAllowed: true,
      heartbeatIntervalMillis: 2000,
      heartbeatTimeoutSecs: 10,
      electionTimeoutMillis: 10_000,
      catchUpTimeoutMillis: -1,
      catchUpTakeoverDelayMillis: 30_000,
      getLastErrorModes: {},
      getLastErrorDefaults: { w: 1, wtimeout: 0 },
      replicaSetId: { $oid: replicaSetId },
    },
  };
}

const timestamp = (atMs: number): JsonObject => ({ $timestamp: { t: Math.floor(atMs / 1000), i: 1 } });
const optimeOf = (state: ReplicaState): JsonObject => ({
  ts: timestamp(state.wroteAtMs),
  t: { $numberLong: String(state.term) },
});

function status({ process }: CommandContext): JsonObject {
  const { state, states, problems, self, isPrimary } = requireView(process);
  const uptime = Math.floor((process.nowMs - Number(process.state["startedAtMs"] ?? process.nowMs)) / 1000);
  const members = state.config.members.map((member): JsonObject => {
    const { _id, host, arbiterOnly } = member;
    const problem = problems.get(host);
    const [code, name] =
      problem !== undefined
        ? [8, "(not reachable/healthy)"]
        : host === state.primary
          ? [1, "PRIMARY"]
          : arbiterOnly
            ? [7, "ARBITER"]
            : [2, "SECONDARY"];
    const isSelf = host === self?.host;
    return {
      _id,
      name: host,
      health: problem === undefined ? 1 : 0,
      state: code,
      stateStr: name,
      uptime: problem === undefined ? uptime : 0,
      ...(!arbiterOnly && {
        optime: optimeOf(states.get(host) ?? { ...state, wroteAtMs: 0, term: -1 }),
        optimeDate: dateValue(problem === undefined ? state.wroteAtMs : 0),
      }),
      ...(!isSelf && {
        lastHeartbeat: dateValue(process.nowMs),
        lastHeartbeatRecv: dateValue(process.nowMs),
        pingMs: { $numberLong: "0" },
        lastHeartbeatMessage: problem ?? "",
      }),
      syncSourceHost: name === "SECONDARY" && state.primary !== undefined ? state.primary : "",
      infoMessage: "",
      ...(name === "PRIMARY" && {
        electionTime: timestamp(state.electedAtMs ?? 0),
        electionDate: dateValue(state.electedAtMs ?? 0),
      }),
      configVersion: state.config.version,
      configTerm: state.term,
      ...(isSelf && { self: true, lastHeartbeatMessage: "" }),
    };
  });
  return {
    set: state.config._id,
    date: dateValue(process.nowMs),
    myState: isPrimary ? 1 : self?.arbiterOnly ? 7 : 2,
    term: { $numberLong: String(state.term) },
    syncSourceHost: isPrimary ? "" : (state.primary ?? ""),
    heartbeatIntervalMillis: { $numberLong: "2000" },
    majorityVoteCount: Math.floor(state.config.members.length / 2) + 1,
    writeMajorityCount: Math.floor(state.config.members.length / 2) + 1,
    votingMembersCount: state.config.members.filter(({ votes }) => votes > 0).length,
    members,
  };
}

function hello({ process, command }: CommandContext): JsonObject {
  const flag = "isMaster" in command || "ismaster" in command ? "ismaster" : "isWritablePrimary";
  const common = {
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: dateValue(process.nowMs),
    logicalSessionTimeoutMinutes: 30,
    connectionId: 1,
    minWireVersion: 0,
    maxWireVersion: 25,
    readOnly: false,
  };
  if (setName(process) === undefined) return { [flag]: true, ...common };
  const view = viewOf(process);
  if (!view)
    return {
      [flag]: false,
      secondary: false,
      info: "Does not have a valid replica set config",
      isreplicaset: true,
      ...common,
    };
  const { state, self, isPrimary } = view;
  const hosts = state.config.members.filter(({ arbiterOnly, hidden }) => !arbiterOnly && !hidden);
  const arbiters = state.config.members.filter(({ arbiterOnly }) => arbiterOnly);
  return {
    hosts: hosts.map(({ host }) => host),
    ...(arbiters.length > 0 && { arbiters: arbiters.map(({ host }) => host) }),
    setName: state.config._id,
    setVersion: state.config.version,
    [flag]: isPrimary,
    secondary: !isPrimary && self?.arbiterOnly !== true,
    ...(state.primary !== undefined && { primary: state.primary }),
    ...(self?.arbiterOnly && { arbiterOnly: true }),
    me: self?.host ?? "",
    ...(isPrimary && { electionId: { $oid: `7fffffff${String(state.term).padStart(16, "0")}` } }),
    lastWrite: { opTime: optimeOf(state), lastWriteDate: dateValue(state.wroteAtMs) },
    ...common,
  };
}

export const REPLICA_COMMANDS: Readonly<Record<string, Command>> = {
  hello: { isOpen: true, run: hello },
  isMaster: { isOpen: true, run: hello },
  ismaster: { isOpen: true, run: hello },
  replSetInitiate: { isAdministration: true, run: initiate },
  replSetReconfig: { isAdministration: true, run: reconfigure },
  replSetStepDown: { isAdministration: true, run: stepDown },
  replSetGetStatus: { isAdministration: true, run: status },
  replSetGetConfig: {
    isAdministration: true,
    run: ({ process }) => {
      const { state } = requireView(process);
      return { config: shownConfig(state.config, state.term) };
    },
  },
};
