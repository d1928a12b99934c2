/**
 * Who is primary. Members ask each other when a command needs to know it, instead of sending heartbeats all the time. A
 * majority that answers elects the member with the highest priority and the newest data.
 */
import type { ProcessView } from "../../../../shell/program.ts";
import { Databases } from "../store.ts";
import { askMember, selfIn, sendState } from "./members.ts";
import { type Member, type ReplicaState, readState, writeState } from "./state.ts";

export interface View {
  state: ReplicaState;
  /** Undefined: the configuration does not name this member. */
  self: Member | undefined;
  /** States of the members that answer, with this one; problems of the others. */
  states: Map<string, ReplicaState | undefined>;
  problems: Map<string, string>;
  isPrimary: boolean;
}

/** Asks all members, elects a primary if there is none, and brings secondaries up to date. */
export function viewOf(process: ProcessView): View | undefined {
  const known = readState(process);
  if (!known) return undefined;
  let state = known;
  const self = selfIn(process, state.config.members);
  const states = new Map<string, ReplicaState | undefined>();
  const problems = new Map<string, string>();
  for (const { host } of state.config.members) {
    if (host === self?.host) {
      states.set(host, state);
      continue;
    }
    const report = askMember(process, host);
    if ("problem" in report) problems.set(host, report.problem);
    else {
      states.set(host, report.state);
      if (report.state && isNewer(report.state, state)) state = { ...report.state, ...ownFields(known) };
    }
  }
  if (state !== known) writeState(process, state);
  const view: View = { state, self, states, problems, isPrimary: false };
  elect(process, view);
  view.isPrimary = self !== undefined && view.state.primary === self.host;
  if (view.isPrimary) catchUp(process, view);
  return view;
}

/** Fields that a member keeps when it takes the state of another one. */
const ownFields = ({ optime, steppedDownUntilMs }: ReplicaState): Partial<ReplicaState> => ({
  optime,
  ...(steppedDownUntilMs !== undefined && { steppedDownUntilMs }),
});

function isNewer(one: ReplicaState, other: ReplicaState): boolean {
  if (one.config.replicaSetId !== other.config.replicaSetId) return false;
  return (
    one.config.version > other.config.version || (one.config.version === other.config.version && one.term > other.term)
  );
}

function hasMajority({ state, states }: View): boolean {
  const votes = (members: readonly Member[]) => members.reduce((sum, each) => sum + each.votes, 0);
  const all = votes(state.config.members);
  return votes(state.config.members.filter(({ host }) => states.has(host))) * 2 > all;
}

function elect(process: ProcessView, view: View): void {
  const { state, states } = view;
  const { nowMs } = process;
  if (!hasMajority(view) || nowMs < state.electionAtMs) {
    delete state.primary;
    return;
  }
  const isCandidate = ({ host, priority, arbiterOnly }: Member) => {
    const own = states.get(host);
    return priority > 0 && !arbiterOnly && own !== undefined && (own.steppedDownUntilMs ?? 0) <= nowMs;
  };
  const candidates = state.config.members.filter(isCandidate);
  const optimeOf = ({ host }: Member) => states.get(host)?.optime ?? 0;
  const newest = Math.max(...candidates.map(optimeOf));
  const [best] = candidates
    .filter((each) => optimeOf(each) === newest)
    .sort((a, b) => b.priority - a.priority || a._id - b._id);
  const present = candidates.find(({ host }) => host === state.primary);
  // A member of a higher priority takes over once it has the newest data.
  if (!best || (present && optimeOf(present) === newest && present.priority >= best.priority)) return;
  const elected: ReplicaState = { ...state, primary: best.host, term: state.term + 1, electedAtMs: nowMs };
  view.state = elected;
  for (const { host } of elected.config.members) {
    const own = states.get(host);
    if (host === view.self?.host) writeState(process, elected);
    else if (states.has(host)) sendState(process, host, elected);
    if (states.has(host)) states.set(host, { ...elected, optime: own?.optime ?? 0 });
  }
}

/** Sends the configuration and all data to members that are behind. */
function catchUp(process: ProcessView, { state, states, self }: View): void {
  for (const [host, other] of states) {
    if (host === self?.host || (other && other.optime === state.optime && !isNewer(state, other))) continue;
    const isArbiter = state.config.members.some((each) => each.host === host && each.arbiterOnly);
    const files = isArbiter ? {} : { all: new Databases(process).files() };
    if (sendState(process, host, state, files)) states.set(host, { ...state });
  }
}

/** Numbers a write of the primary and sends its files to the secondaries. */
export function replicate(process: ProcessView, { states, self }: View, databases: Databases): void {
  const state = readState(process);
  if (!state || databases.written.size === 0) return;
  const next = { ...state, optime: state.optime + 1, wroteAtMs: process.nowMs };
  writeState(process, next);
  const changed = databases.files(databases.written);
  for (const host of states.keys()) {
    const isArbiter = next.config.members.some((each) => each.host === host && each.arbiterOnly);
    if (host !== self?.host && !isArbiter) sendState(process, host, next, { changed });
  }
}
