/** ZooKeeper's server: four-letter words, requests of its client, and its ensemble. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { json, splitPath, text } from "../http.ts";
import { plainTime } from "../log.ts";
import { type HttpRequest, type MessageRequest, type RawRequest, server } from "../server.ts";
import { configOf } from "./config.ts";
import { answerPeer, change, readTree, type View, viewOf, writeTree } from "./ensemble.ts";
import { type Change, childrenOf, nodeAt } from "./tree.ts";

const ADMIN_PORT = 8080;
const isOld = ({ env }: Pick<ProcessView, "env">): boolean => /^3\.4/.test(env["ZOO_VERSION"] ?? "");

/** `2026-05-01 10:00:00,000 [myid:1] - INFO  [main:QuorumPeerConfig@136] - text` */
function line(process: ProcessView, source: string, message: string): string {
  const { id } = configOf(process);
  return `${plainTime(process.nowMs).replace(".", ",")} [myid:${id ?? ""}] - INFO  [${source}] - ${message}`;
}

export const zookeeper = server({
  ports: (process) => [configOf(process).clientPort, ...(isOld(process) ? [] : [ADMIN_PORT])],
  logFd: 1,
  startMs: 800,
  banner: (process) => [
    line(
      process,
      "main:QuorumPeerConfig@134",
      `Reading configuration from: ${process.argv.findLast((arg) => arg.endsWith(".cfg")) ?? ""}`,
    ),
    configOf(process).members.length > 0
      ? line(process, "main:QuorumPeerMain@127", "Starting quorum peer")
      : line(process, "main:ZooKeeperServerMain@96", "Starting server"),
  ],
  begin: (process) => {
    process.state["startedAtMs"] = process.nowMs;
    writeTree(process, readTree(process));
  },
  ready: (process) => [
    line(process, "main:NIOServerCnxnFactory@94", `binding to port 0.0.0.0/0.0.0.0:${configOf(process).clientPort}`),
  ],
  stop: { ms: 100, status: 143 },
  raw: answerWord,
  message: answer,
  http: adminAnswer,
  memoryBytes: () => 180_000_000,
});

function versionOf({ env }: ProcessView): string {
  return env["ZOO_VERSION"] ?? "3.9.4";
}

const hex = (zxid: number): string => `0x${zxid.toString(16)}`;

function answerWord(process: ProcessView, { data = "", port }: RawRequest): ServedAnswer {
  if (port === ADMIN_PORT || data === "") return { type: "connected", data: "", afterMs: 1 };
  const word = data.trim().slice(0, 4);
  const { words } = configOf(process);
  const isAllowed = words === "*" || words.split(/[,\s]+/).includes(word);
  if (!/^(ruok|srvr|stat|mntr|conf|envi|isro|cons|dump|wchs)$/.test(word))
    return { type: "connected", data: "", afterMs: 1 };
  if (!isAllowed)
    return { type: "connected", data: `${word} is not executed because it is not in the whitelist.\n`, afterMs: 1 };
  return { type: "connected", data: wordText(process, word), afterMs: 2 };
}

function wordText(process: ProcessView, word: string): string {
  if (word === "ruok") return "imok";
  const view = viewOf(process);
  if (view.mode === "looking") return "This ZooKeeper instance is not currently serving requests\n";
  const { tree, mode } = view;
  const count = Object.keys(tree.nodes).length;
  const built = "built on 2025-07-25 00:00 UTC";
  switch (word) {
    case "isro":
      return "rw";
    case "conf": {
      const { clientPort, dataFolder, id } = configOf(process);
      return `clientPort=${clientPort}\ndataDir=${dataFolder}/version-2\ndataLogDir=${dataFolder}/version-2\ntickTime=2000\nmaxClientCnxns=60\nminSessionTimeout=4000\nmaxSessionTimeout=40000\nserverId=${id ?? 0}\n`;
    }
    case "mntr":
      return `zk_version\t${versionOf(process)}, ${built}\nzk_server_state\t${mode}\nzk_num_alive_connections\t1\nzk_outstanding_requests\t0\nzk_znode_count\t${count}\nzk_watch_count\t0\n${mode === "leader" ? `zk_followers\t${view.peers.length}\nzk_synced_followers\t${view.peers.length}\n` : ""}`;
    case "srvr":
    case "stat": {
      const clients = word === "stat" ? "Clients:\n /127.0.0.1:40000[0](queued=0,recved=1,sent=0)\n\n" : "";
      return `Zookeeper version: ${versionOf(process)}, ${built}\n${clients}Latency min/avg/max: 0/0/0\nReceived: 1\nSent: 0\nConnections: 1\nOutstanding: 0\nZxid: ${hex(tree.zxid)}\nMode: ${mode}\nNode count: ${count}\n`;
    }
    default:
      return "";
  }
}

/** The body is `{ action, path, … }` of a client, or `{ peer }` of another server. */
function answer(process: ProcessView, { protocol, body }: MessageRequest): ServedAnswer {
  if (protocol !== "zookeeper" || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 1 };
  const { peer } = body;
  if (isJsonObject(peer)) return { type: "message", body: answerPeer(process, peer), afterMs: 1 };
  const view = viewOf(process);
  // Without a majority the server closes the connection.
  if (view.mode === "looking") return { type: "failed", why: "reset", afterMs: 1 };
  return { type: "message", body: perform(process, view, body), afterMs: 3 };
}

function perform(process: ProcessView, view: View, body: JsonObject): JsonObject {
  const { action } = body;
  const path = String(body["path"] ?? "/").replace(/(.)\/$/, "$1");
  if (action === "create" || action === "set" || action === "delete" || action === "deleteall") {
    const wanted: Change = {
      type: action,
      path,
      ...(body["data"] !== undefined && { data: String(body["data"]) }),
      ...(typeof body["version"] === "number" && { version: body["version"] }),
      ...(body["isSequential"] === true && { isSequential: true }),
    };
    return { ...change(process, view, wanted) };
  }
  const node = nodeAt(view.tree, path);
  if (!node) return { problem: `Node does not exist: ${path}` };
  return { node: { ...node }, children: childrenOf(view.tree, path), path };
}

function adminAnswer(process: ProcessView, request: HttpRequest): ServedAnswer {
  if (request.port !== ADMIN_PORT) return { type: "failed", why: "reset", afterMs: 1 };
  const [, command] = /^\/commands\/(\w+)$/.exec(splitPath(request.path).path) ?? [];
  if (command === "ruok") return json(200, { command: "ruok", error: null });
  if (command === "srvr" || command === "stat" || command === "monitor") {
    const { mode, tree } = viewOf(process);
    return json(200, {
      version: versionOf(process),
      server_stats: { server_state: mode },
      node_count: Object.keys(tree.nodes).length,
      command,
      error: null,
    });
  }
  return text(404, "");
}
