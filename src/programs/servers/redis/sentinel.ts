/**
 * Redis Sentinel. It looks at its primaries when a client asks for one, and promotes a replica if the primary does not
 * answer then. Source: https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/
 */
import { isJsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { parseInfo } from "./info.ts";
import { type Address, log, optionsIn, versionOf } from "./state.ts";
import { OK, RedisError, type Reply } from "./store.ts";

interface Monitored extends Address {
  name: string;
  quorum: number;
  password?: string;
  replicas: Address[];
}

const TIMEOUT_MS = 1000;

const monitored = ({ state }: ProcessView): Monitored[] =>
  (state["monitored"] as unknown as Monitored[] | undefined) ?? [];

/** Reads `sentinel monitor` and `sentinel auth-pass` of the configuration. */
export function beginSentinel(process: ProcessView): void {
  const found = new Map<string, Monitored>();
  for (const line of (optionsIn(process)["sentinel"] ?? "").split("\n")) {
    const [verb, name = "", ...rest] = line.split(/\s+/);
    const known = found.get(name);
    if (verb === "monitor")
      found.set(name, {
        name,
        host: rest[0] ?? "",
        port: Number(rest[1] ?? 6379),
        quorum: Number(rest[2] ?? 1),
        replicas: [],
      });
    if (verb === "auth-pass" && known) known.password = rest[0] ?? "";
  }
  process.state["monitored"] = [...found.values()] as unknown as JsonValue;
  log(process, `Sentinel ID is ${"0".repeat(32)}${process.random().toString(16).padStart(8, "0")}`);
  for (const { name, host, port, quorum } of found.values())
    log(process, `+monitor master ${name} ${host} ${port} quorum ${quorum}`, "#");
}

function ask(
  process: ProcessView,
  to: Address,
  args: readonly string[],
  password: string | undefined,
): Reply | undefined {
  const body = { args: [...args], db: 0, ...(password !== undefined && { password }) };
  const answer = process.ask({
    type: "message",
    host: to.host,
    port: to.port,
    protocol: "redis",
    body,
    timeoutMs: TIMEOUT_MS,
  });
  return answer?.type === "message" && isJsonObject(answer.body) ? (answer.body["reply"] as Reply) : undefined;
}

/** Facts of a server's INFO; undefined if it does not answer. */
function factsOf(process: ProcessView, to: Address, password: string | undefined): Map<string, string> | undefined {
  const text = ask(process, to, ["INFO", "replication"], password);
  return typeof text === "string" ? parseInfo(text) : undefined;
}

/** Looks at the primary, remembers its replicas, and promotes one of them if it is gone. */
function look(process: ProcessView, master: Monitored): boolean {
  const facts = factsOf(process, master, master.password);
  if (facts) {
    const lines = [...facts].filter(([name]) => /^slave\d+$/.test(name)).map(([, value]) => value);
    const replicas = lines.map((line) => ({
      host: /ip=([^,]+)/.exec(line)?.[1] ?? "",
      port: Number(/port=(\d+)/.exec(line)?.[1] ?? 6379),
    }));
    if (replicas.length > 0) master.replicas = replicas;
    return true;
  }
  log(process, `+sdown master ${master.name} ${master.host} ${master.port}`, "#");
  return failOver(process, master);
}

function failOver(process: ProcessView, master: Monitored): boolean {
  const alive = master.replicas.filter((replica) => factsOf(process, replica, master.password));
  const [next, ...others] = alive;
  if (!next) return false;
  ask(process, next, ["REPLICAOF", "NO", "ONE"], master.password);
  for (const other of others) ask(process, other, ["REPLICAOF", next.host, String(next.port)], master.password);
  log(process, `+switch-master ${master.name} ${master.host} ${master.port} ${next.host} ${next.port}`, "#");
  master.replicas = [...others];
  master.host = next.host;
  master.port = next.port;
  return true;
}

function described(process: ProcessView, { name, host, port, quorum, replicas }: Monitored, isUp: boolean): Reply {
  return [
    ...["name", name, "ip", host, "port", String(port), "runid", "0".repeat(40)],
    ...["flags", isUp ? "master" : "s_down,master", "num-slaves", String(replicas.length)],
    ...["num-other-sentinels", "0", "quorum", String(quorum), "failover-timeout", "180000"],
    ...["down-after-milliseconds", optionsIn(process)["down-after-milliseconds"] ?? "30000"],
  ];
}

/** @throws RedisError */
export function answerSentinel(process: ProcessView, [name = "", verb = "", ...args]: readonly string[]): Reply {
  const upper = name.toUpperCase();
  if (upper === "PING") return { status: "PONG" };
  if (upper === "INFO") return sentinelInfo(process);
  if (/^(AUTH|CLIENT|SELECT|QUIT)$/.test(upper)) return OK;
  if (upper !== "SENTINEL")
    throw new RedisError(
      `ERR unknown command '${name}', with args beginning with: ${[verb, ...args].map((arg) => `'${arg}' `).join("")}`,
    );
  const all = monitored(process);
  const known = () => {
    const master = all.find((each) => each.name === args[0]);
    if (!master) throw new RedisError("ERR No such master with that name");
    return master;
  };
  switch (verb.toUpperCase()) {
    case "MASTERS":
      return all.map((each) => described(process, each, look(process, each)));
    case "MASTER":
      return described(process, known(), look(process, known()));
    case "GET-MASTER-ADDR-BY-NAME": {
      const master = all.find((each) => each.name === args[0]);
      if (!master) return null;
      look(process, master);
      return [master.host, String(master.port)];
    }
    case "SLAVES":
    case "REPLICAS": {
      const master = known();
      look(process, master);
      return master.replicas.map(({ host, port }) => [
        "name",
        `${host}:${port}`,
        "ip",
        host,
        "port",
        String(port),
        "flags",
        "slave",
        "master-host",
        master.host,
      ]);
    }
    case "SENTINELS":
      known();
      return [];
    case "CKQUORUM":
      known();
      return { status: "OK 1 usable Sentinels. Quorum and failover authorization can be reached" };
    case "FAILOVER": {
      const master = known();
      look(process, master);
      return failOver(process, master) ? OK : { error: "NOGOODSLAVE No suitable replica to promote" };
    }
    case "RESET":
      return all.length;
    case "MYID":
      return "0".repeat(40);
    default:
      throw new RedisError(`ERR unknown subcommand '${verb}'. Try SENTINEL HELP.`);
  }
}

function sentinelInfo(process: ProcessView): Reply {
  const masters = monitored(process).map((each, i) => {
    const isUp = look(process, each);
    return `master${i}:name=${each.name},status=${isUp ? "ok" : "sdown"},address=${each.host}:${each.port},slaves=${each.replicas.length},sentinels=1\r\n`;
  });
  return `# Server\r\nredis_version:${versionOf(process)}\r\nredis_mode:sentinel\r\n\r\n# Sentinel\r\nsentinel_masters:${masters.length}\r\nsentinel_tilt:0\r\nsentinel_running_scripts:0\r\n${masters.join("")}`;
}
