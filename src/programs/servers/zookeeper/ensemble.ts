/**
 * The servers of an ensemble. They ask each other when a client asks one of them, instead of sending pings all the time.
 * A majority that answers elects the server with the newest tree and the highest number.
 */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { configOf, type Member } from "./config.ts";
import { applyChange, type Change, EPOCH, newTree, type Outcome, type Tree } from "./tree.ts";

const PEER_TIMEOUT_MS = 500;

export type Mode = "standalone" | "leader" | "follower" | "looking";

interface Report {
  zxid: number;
  /** Number of the leader that it knows, and the epoch of its election. */
  leader?: number;
  epoch: number;
}

function treePath(process: ProcessView): string {
  return `${configOf(process).dataFolder}/version-2/snapshot.0`;
}

export function readTree(process: ProcessView): Tree {
  const path = treePath(process);
  if (!process.files.find(path)) return newTree(process.nowMs);
  const content = process.files.read(path);
  process.charge(Math.ceil(content.length / 200));
  return JSON.parse(textOfBytes(content)) as Tree;
}

export function writeTree(process: ProcessView, tree: Tree): void {
  const path = treePath(process);
  const folder = path.replace(/\/[^/]*$/, "");
  if (!process.files.find(folder)) process.files.makeDirectory(folder);
  process.files.write(path, bytesOfText(JSON.stringify(tree)));
}

function reportOf(process: ProcessView): Report {
  const known = process.state["election"];
  const { leader, epoch } = isJsonObject(known) ? known : { leader: undefined, epoch: undefined };
  return {
    zxid: readTree(process).zxid,
    ...(typeof leader === "number" && { leader }),
    epoch: Number(epoch ?? Math.floor(readTree(process).zxid / EPOCH)),
  };
}

function ask(process: ProcessView, { host, port }: Member, body: JsonObject): JsonObject | undefined {
  const answer = process.ask({
    type: "message",
    host,
    port,
    protocol: "zookeeper",
    body: { peer: body },
    timeoutMs: PEER_TIMEOUT_MS,
  });
  return answer?.type === "message" && isJsonObject(answer.body) ? answer.body : undefined;
}

/** Answers another server of the ensemble: it takes a tree or the news of an election, or reports on itself. */
export function answerPeer(process: ProcessView, { tree, election }: JsonObject): JsonObject {
  if (isJsonObject(tree)) writeTree(process, tree as unknown as Tree);
  if (isJsonObject(election)) process.state["election"] = election;
  if (tree !== undefined || election !== undefined) return {};
  return { ...reportOf(process), tree: readTree(process) as unknown as JsonValue };
}

export interface View {
  mode: Mode;
  tree: Tree;
  /** Other servers that answer. */
  peers: readonly Member[];
  epoch: number;
}

/** The present state of the ensemble as this server sees it. Its own tree is brought up to date. */
export function viewOf(process: ProcessView): View {
  const { members, id } = configOf(process);
  const own = readTree(process);
  if (members.length === 0 || id === undefined) return { mode: "standalone", tree: own, peers: [], epoch: 0 };
  const reports = new Map<number, Report>([[id, reportOf(process)]]);
  const peers: Member[] = [];
  let tree = own;
  for (const member of members) {
    if (member.id === id) continue;
    const answer = ask(process, member, {});
    if (!answer) continue;
    peers.push(member);
    const report = answer as unknown as Report & { tree?: Tree };
    reports.set(member.id, report);
    if (report.tree && report.zxid > tree.zxid) tree = report.tree;
  }
  if (reports.size * 2 <= members.length) return { mode: "looking", tree: own, peers, epoch: 0 };
  const { leader, epoch } = leaderOf(reports);
  for (const peer of peers)
    if (reports.get(peer.id)?.leader !== leader) ask(process, peer, { election: { leader, epoch } });
  process.state["election"] = { leader, epoch };
  if (tree !== own) writeTree(process, tree);
  return { mode: leader === id ? "leader" : "follower", tree, peers, epoch };
}

/** The leader that is there, or a new one in a new epoch. */
function leaderOf(reports: ReadonlyMap<number, Report>): { leader: number; epoch: number } {
  const epoch = Math.max(...[...reports.values()].map((report) => report.epoch));
  const known = [...reports.values()].find((report) => report.epoch === epoch && report.leader !== undefined)?.leader;
  if (known !== undefined && reports.has(known)) return { leader: known, epoch };
  const [best] = [...reports].sort(([a, x], [b, y]) => y.zxid - x.zxid || b - a);
  return { leader: best?.[0] ?? 0, epoch: epoch + 1 };
}

/** Makes a change at all servers that answer. */
export function change(process: ProcessView, view: View, given: Change): Outcome {
  const { tree, peers, epoch } = view;
  const first = epoch * EPOCH;
  const zxid = Math.max(tree.zxid, first) + 1;
  const outcome = applyChange(tree, given, zxid, process.nowMs);
  if ("problem" in outcome) return outcome;
  writeTree(process, tree);
  for (const peer of peers) ask(process, peer, { tree: tree as unknown as JsonObject });
  return outcome;
}
