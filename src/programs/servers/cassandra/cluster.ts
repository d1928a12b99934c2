/**
 * The nodes of a cluster. A node asks its seeds when it starts and takes their data. Statements that change data go to all
 * nodes that answer, so each node holds everything.
 */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { Data } from "./keyspaces.ts";

export const CQL_PORT = 9042;
const PEER_TIMEOUT_MS = 500;

export interface Node {
  address: string;
  hostId: string;
  rack: string;
  datacenter: string;
}

const folderOf = ({ env, files }: ProcessView): string =>
  files.find("/cassandra_data")?.type === "directory"
    ? "/cassandra_data"
    : (env["CASSANDRA_DATA"] ?? "/var/lib/cassandra");

interface Stored {
  hostId: string;
  data: Data;
}

function read(process: ProcessView): Stored | undefined {
  const path = `${folderOf(process)}/data/keyspaces.json`;
  if (!process.files.find(path)) return undefined;
  const content = process.files.read(path);
  process.charge(Math.ceil(content.length / 200));
  return JSON.parse(textOfBytes(content)) as Stored;
}

function write(process: ProcessView, stored: Stored): void {
  const folder = `${folderOf(process)}/data`;
  if (!process.files.find(folder)) process.files.makeDirectory(folder);
  process.files.write(`${folder}/keyspaces.json`, bytesOfText(JSON.stringify(stored)));
}

/** Makes the node's own number at the first start. */
export function beginNode(process: ProcessView): void {
  if (read(process)) return;
  const hex = [0, 1, 2, 3].map(() => process.random().toString(16).padStart(8, "0")).join("");
  const hostId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
  write(process, { hostId, data: { keyspaces: {}, version: 0 } });
}

export function readData(process: ProcessView): Data {
  return read(process)?.data ?? { keyspaces: {}, version: 0 };
}

function writeData(process: ProcessView, data: Data): void {
  write(process, { hostId: read(process)?.hostId ?? "", data });
}

export function selfOf(process: ProcessView): Node {
  const { env, host } = process;
  return {
    address: host.podAddresses[0] ?? "127.0.0.1",
    hostId: read(process)?.hostId ?? "",
    rack: env["CASSANDRA_RACK"] ?? "rack1",
    datacenter: env["CASSANDRA_DC"] ?? "datacenter1",
  };
}

/** Nodes that this one knows, with itself. */
export function nodesOf(process: ProcessView): Node[] {
  const known = process.state["nodes"] as unknown as Node[] | undefined;
  const self = selfOf(process);
  return [self, ...(known ?? []).filter(({ hostId }) => hostId !== self.hostId)];
}

/** Takes nodes that another one knows. A node that has another address now keeps only that one. */
function learn(process: ProcessView, nodes: readonly Node[]): void {
  const all = new Map(nodesOf(process).map((node) => [node.hostId, node]));
  for (const node of nodes) all.set(node.hostId, node);
  process.state["nodes"] = [...all.values()] as unknown as JsonValue;
}

function ask(process: ProcessView, host: string, body: JsonObject): JsonObject | undefined {
  const answer = process.ask({
    type: "message",
    host,
    port: CQL_PORT,
    protocol: "cassandra",
    body: { peer: body },
    timeoutMs: PEER_TIMEOUT_MS,
  });
  return answer?.type === "message" && isJsonObject(answer.body) ? answer.body : undefined;
}

/** Learns nodes from one that asks; it is there, and the next question about the others is asked anew. */
function welcome(process: ProcessView, nodes: readonly Node[]): void {
  const before = new Set(nodesOf(process).map(({ hostId, address }) => hostId + address));
  learn(process, nodes);
  if (nodes.some(({ hostId, address }) => !before.has(hostId + address))) delete process.state["gossip"];
}

/** Answers another node. */
export function answerNode(process: ProcessView, { join, data, leave }: JsonObject): JsonObject {
  if (typeof leave === "string") {
    process.state["nodes"] = nodesOf(process).filter(({ hostId }) => hostId !== leave) as unknown as JsonValue;
    return {};
  }
  if (isJsonObject(data)) {
    const given = data as unknown as Data;
    if (given.version > readData(process).version) writeData(process, given);
    return {};
  }
  if (Array.isArray(join)) welcome(process, join as unknown as Node[]);
  return { nodes: nodesOf(process) as unknown as JsonValue, data: readData(process) as unknown as JsonValue };
}

/** How long a node relies on what it heard of the others, ms. */
const GOSSIP_MS = 60_000;

/** Meets the seeds and the nodes that it knows, unless it has done so lately. Returns the addresses that answer. */
export function gossip(process: ProcessView): Set<string> {
  const { state, nowMs } = process;
  const known = state["gossip"];
  if (isJsonObject(known) && nowMs - Number(known["atMs"]) < GOSSIP_MS && Array.isArray(known["up"]))
    return new Set(known["up"].map(String));
  const up = meetAll(process);
  state["gossip"] = { atMs: nowMs, up: [...up] };
  return up;
}

function meetAll(process: ProcessView): Set<string> {
  const self = selfOf(process);
  const up = new Set([self.address]);
  const seeds = (process.env["CASSANDRA_SEEDS"] ?? "").split(/[,\s]+/).filter(Boolean);
  const isMet = new Set<string>([self.hostId]);
  for (const host of seeds) greet(process, host, up, isMet);
  // Nodes that were learned on the way are met too.
  for (let next = unmet(process, isMet); next; next = unmet(process, isMet)) {
    isMet.add(next.hostId);
    greet(process, next.address, up, isMet);
  }
  return up;
}

const unmet = (process: ProcessView, isMet: ReadonlySet<string>): Node | undefined =>
  nodesOf(process).find(({ hostId }) => !isMet.has(hostId));

function greet(process: ProcessView, host: string, up: Set<string>, isMet: Set<string>): void {
  const answer = ask(process, host, { join: nodesOf(process) as unknown as JsonValue });
  if (!answer) return;
  const nodes = answer["nodes"] as unknown as Node[];
  learn(process, nodes);
  // The first node of an answer is the one that answers.
  const [node] = nodes;
  if (node) {
    up.add(node.address);
    isMet.add(node.hostId);
  }
  const data = answer["data"] as unknown as Data;
  if (data.version > readData(process).version) writeData(process, data);
}

/** Keeps a change and sends it to all other nodes. */
export function spread(process: ProcessView, data: Data): void {
  data.version++;
  writeData(process, data);
  const self = selfOf(process);
  for (const { address, hostId } of nodesOf(process))
    if (hostId !== self.hostId) ask(process, address, { data: data as unknown as JsonObject });
}

/** Leaves the cluster: `nodetool decommission`, and a drained pod that is scaled down. */
export function leaveCluster(process: ProcessView): void {
  const self = selfOf(process);
  for (const { address, hostId } of nodesOf(process))
    if (hostId !== self.hostId) ask(process, address, { leave: self.hostId });
}
