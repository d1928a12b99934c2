/** Cassandra's server: it joins its cluster and answers cqlsh and nodetool. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { plainTime } from "../log.ts";
import { type MessageRequest, server } from "../server.ts";
import { answerNode, beginNode, CQL_PORT, gossip, leaveCluster, nodesOf, readData, selfOf, spread } from "./cluster.ts";
import { CqlError, parseCql } from "./cql-parser.ts";
import { execute } from "./keyspaces.ts";

function line(process: ProcessView, source: string, message: string): string {
  return `INFO  [main] ${plainTime(process.nowMs).replace(".", ",")} ${source} - ${message}`;
}

export const cassandra: Program = server({
  ports: () => [7000, 7199, CQL_PORT],
  logFd: 1,
  startMs: 15_000,
  banner: (process) => [
    line(process, "YamlConfigurationLoader.java:89", "Configuration location: file:/etc/cassandra/cassandra.yaml"),
    line(process, "CassandraDaemon.java:507", `Hostname: ${process.host.hostname}:7000:7001`),
  ],
  begin: beginNode,
  ready: (process) => [
    line(process, "StorageService.java:2806", `Node /${selfOf(process).address} state jump to NORMAL`),
    line(process, "Server.java:159", `Starting listening for CQL clients on /0.0.0.0:${CQL_PORT} (unencrypted)...`),
    line(process, "CassandraDaemon.java:738", "Startup complete"),
  ],
  message: answer,
  stop: { status: 143, ms: 2000 },
  memoryBytes: () => 400_000_000,
});

/** The body is `{ cql, keyspace }`, `{ tool }` of nodetool, or `{ peer }` of another node. */
function answer(process: ProcessView, { protocol, body }: MessageRequest): ServedAnswer {
  if (protocol !== "cassandra" || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 1 };
  const { peer, tool } = body;
  if (isJsonObject(peer)) return { type: "message", body: answerNode(process, peer), afterMs: 1 };
  const up = gossip(process);
  if (tool === "decommission" || tool === "drain") {
    if (tool === "decommission") leaveCluster(process);
    return { type: "message", body: {}, afterMs: 500 };
  }
  if (tool !== undefined) {
    const nodes = nodesOf(process).map((node) => ({ ...node, isUp: up.has(node.address) }));
    return { type: "message", body: { nodes } as unknown as JsonValue, afterMs: 5 };
  }
  return { type: "message", body: run(process, body), afterMs: 5 };
}

function run(process: ProcessView, body: JsonObject): JsonObject {
  const data = readData(process);
  try {
    if (body["describe"] === true) return { data: data as unknown as JsonValue };
    const statement = parseCql(String(body["cql"] ?? ""));
    if (!statement) return {};
    const result = execute(data, statement, String(body["keyspace"] ?? ""), process.nowMs);
    if ("isChange" in result && result.isChange) spread(process, data);
    return { result: result as unknown as JsonValue };
  } catch (error) {
    if (!(error instanceof CqlError)) throw error;
    return { error: { kind: error.kind, message: error.message } };
  }
}
