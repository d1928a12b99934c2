import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { file } from "../../../src/images/tree.ts";
import type { Answer, Question } from "../../../src/shell/question.ts";
import { Container } from "./container.ts";
import { sectionsOf } from "./redis/sections.ts";

/** What redis-cli prints without a terminal. */
function cli(server: Container, ...args: string[]): string {
  const { out, err } = server.exec(["redis-cli", ...args], (question) => server.asNetwork(question));
  return (out + err).replace(/\n$/, "");
}

/** The steps of the table follow each other. */
const shared = new Container("redis:8");

const folder = join(import.meta.dirname, "redis");
const recorded = JSON.parse(readFileSync(join(folder, "recorded.json"), "utf8")) as Record<string, string[]>;

describe("commands as recorded from redis-server 7.0", () => {
  it.each(sectionsOf(readFileSync(join(folder, "commands.txt"), "utf8")))("$name", ({ name, commands }) => {
    const server = new Container("redis:7.0");
    const shown = commands.map((command) => {
      const { out, err } = server.exec(["redis-cli", "--no-raw", ...command.split(" ")]);
      return { command, shown: out + err };
    });
    expect(shown).toEqual(commands.map((command, i) => ({ command, shown: recorded[name]?.[i] })));
  });
});

describe("redis", () => {
  it("starts and says so", () => {
    const server = new Container("redis:7.2");
    expect(server.out).toContain("1:M 01 May 2026 10:00:00.000 * Ready to accept connections tcp\n");
    expect([...server.ports]).toEqual([6379]);
    expect(cli(server, "ping")).toBe("PONG");
  });

  it.each(
    [
      ["SET a 1", "OK"],
      ["GET a", "1"],
      ["GET none", ""],
      ["INCR a", "2"],
      ["APPEND a x", "2"],
      ["INCR a", "ERR value is not an integer or out of range\n"],
      ["SET b 1 NX", "OK"],
      ["SET b 2 NX", ""],
      ["EXISTS a b c", "2"],
      ["TTL a", "-1"],
      ["TTL c", "-2"],
      ["EXPIRE a 60", "1"],
      ["TTL a", "60"],
      ["TYPE a", "string"],
      ["RPUSH l a b c", "3"],
      ["LPUSH l z", "4"],
      ["LRANGE l 0 -1", "z\na\nb\nc"],
      ["LPOP l", "z"],
      ["LLEN l", "3"],
      ["LINDEX l -1", "c"],
      ["GET l", "WRONGTYPE Operation against a key holding the wrong kind of value\n"],
      ["HSET h name anna age 30", "2"],
      ["HGET h name", "anna"],
      ["HGETALL h", "name\nanna\nage\n30"],
      ["HINCRBY h age 2", "32"],
      ["HDEL h age", "1"],
      ["HLEN h", "1"],
      ["SADD s a b a", "2"],
      ["SISMEMBER s a", "1"],
      ["SCARD s", "2"],
      ["SREM s a", "1"],
      ["SMEMBERS s", "b"],
      ["ZADD z 2 b 1 a", "2"],
      ["ZRANGE z 0 -1", "a\nb"],
      ["ZRANGE z 0 -1 WITHSCORES", "a\n1\nb\n2"],
      ["ZSCORE z b", "2"],
      ["ZRANGEBYSCORE z (1 +inf", "b"],
      ["ZINCRBY z 5 a", "6"],
      ["ZRANK z a", "1"],
      ["KEYS *", "a\nb\nh\nl\ns\nz"],
      ["DBSIZE", "6"],
      ["DEL a b", "2"],
      ["FLUSHALL", "OK"],
      ["DBSIZE", "0"],
      ["CONFIG GET maxmemory", "maxmemory\n0"],
      ["NONSENSE x", "ERR unknown command 'NONSENSE', with args beginning with: 'x' \n"],
      ["GET", "ERR wrong number of arguments for 'get' command\n"],
    ].map((pair, i) => [i, ...pair] as const),
  )("step %i: %s gives %j", (_step, command, expected) => {
    expect(cli(shared, ...command.split(" "))).toBe(expected);
  });

  it("forgets keys when their time is over", () => {
    const server = new Container("redis");
    cli(server, "SET", "k", "v", "EX", "10");
    server.nowMs += 9_000;
    expect(cli(server, "GET", "k")).toBe("v");
    server.nowMs += 1_000;
    expect(cli(server, "GET", "k")).toBe("");
  });

  it("keeps its data in /data: a snapshot at the end, or each command with appendonly", () => {
    const first = new Container("redis");
    cli(first, "SET", "k", "kept");
    expect(first.send("TERM").status).toBe(0);
    expect(first.out).toContain("DB saved on disk");
    const second = new Container("redis", { files: Object.fromEntries(first.files.entries) });
    expect(cli(second, "GET", "k")).toBe("kept");

    const third = new Container("redis", { args: ["redis-server", "--appendonly", "yes"] });
    cli(third, "RPUSH", "l", "a", "b c");
    const fourth = new Container("redis", {
      args: ["redis-server", "--appendonly", "yes"],
      files: Object.fromEntries(third.files.entries),
    });
    expect(cli(fourth, "LRANGE", "l", "0", "-1")).toBe("a\nb c");
  });

  it("asks for its password, and reads its configuration from a file", () => {
    const server = new Container("redis", {
      args: ["redis-server", "/etc/redis.conf"],
      files: { "/etc/redis.conf": file("requirepass secret\nmaxmemory 2mb\n") },
    });
    expect(cli(server, "GET", "k")).toBe("NOAUTH Authentication required.\n");
    expect(cli(server, "-a", "secret", "CONFIG", "GET", "maxmemory")).toBe("maxmemory\n2097152");
  });

  it("queues the commands of a transaction, and drops them if a watched key has changed", () => {
    const server = new Container("redis:7.0");
    const lines = (input: string) => server.exec(["redis-cli", "--no-raw"], undefined, input).out;
    expect(lines("MULTI\nSET a 1\nINCR a\nEXEC\n")).toBe("OK\nQUEUED\nQUEUED\n1) OK\n2) (integer) 2\n");
    expect(lines("MULTI\nSET a\nSET a 5\nEXEC\nGET a\n")).toBe(
      "OK\n(error) ERR wrong number of arguments for 'set' command\nQUEUED\n(error) EXECABORT Transaction discarded because of previous errors.\n\"2\"\n",
    );
    expect(lines("WATCH a\nSET a 3\nMULTI\nSET a 9\nEXEC\nGET a\n")).toBe('OK\nOK\nOK\nQUEUED\n(nil)\n"3"\n');
    expect(lines("WATCH a\nMULTI\nSET a 9\nEXEC\nGET a\n")).toBe('OK\nOK\nQUEUED\n1) OK\n"9"\n');
    expect(lines("MULTI\nSET a 7\nDISCARD\nGET a\n")).toBe('OK\nQUEUED\nOK\n"9"\n');
  });

  it("sends messages to subscribers of a channel or a pattern", () => {
    const server = new Container("redis:7.0");
    const send = (body: Record<string, string | string[]>) => {
      const answer = server.message("redis", { db: 0, ...body });
      return answer.type === "message" ? answer.body : answer;
    };
    expect(send({ args: ["SUBSCRIBE", "news"], session: "s1" })).toEqual({
      reply: [["subscribe", "news", 1]],
      isListening: true,
    });
    send({ args: ["PSUBSCRIBE", "n*"], session: "s2" });
    expect(send({ args: ["PUBLISH", "news", "hi"] })).toEqual({ reply: 2 });
    expect(send({ poll: "s1" })).toEqual({ reply: [["message", "news", "hi"]] });
    expect(send({ poll: "s2" })).toEqual({ reply: [["pmessage", "n*", "news", "hi"]] });
    expect(cli(server, "PUBSUB", "CHANNELS")).toBe("news");
    server.nowMs += 61_000;
    expect(send({ args: ["PUBLISH", "news", "hi"] })).toEqual({ reply: 0 });
  });

  it("a replica has what its primary has, refuses writes, and keeps the data when the primary is gone", () => {
    const servers = new Map<string, Container>();
    const network = (question: Question): Answer => {
      const server = "host" in question ? servers.get(question.host) : undefined;
      return server?.asNetwork(question) ?? { type: "failed", why: "unknownName", afterMs: 1 };
    };
    const start = (name: string, ...args: string[]) => {
      const options = { args: ["redis-server", ...args], host: { podAddresses: [name] }, network };
      servers.set(name, new Container("redis:7.2", options));
      return servers.get(name) as Container;
    };
    const primary = start("one");
    cli(primary, "SET", "k", "v");
    const replica = start("two", "--replicaof", "one", "6379");
    expect(replica.out).toContain("MASTER <-> REPLICA sync: Finished with success");
    expect(cli(primary, "INFO", "replication")).toContain("slave0:ip=two,port=6379,state=online");
    expect(cli(replica, "GET", "k")).toBe("v");
    expect(cli(replica, "SET", "k", "w")).toBe("READONLY You can't write against a read only replica.\n");
    expect(cli(replica, "INFO", "replication")).toMatch(/role:slave[\s\S]*master_link_status:up/);
    cli(primary, "SET", "k", "last");
    const sentinel = new Container("redis:7.2", {
      args: ["redis-sentinel", "/etc/sentinel.conf"],
      files: { "/etc/sentinel.conf": file("sentinel monitor mymaster one 6379 1\n") },
      network,
    });
    const address = () => cli(sentinel, "-p", "26379", "SENTINEL", "get-master-addr-by-name", "mymaster");
    expect(address()).toBe("one\n6379");
    servers.delete("one");
    expect(cli(replica, "INFO", "replication")).toContain("master_link_status:down");
    expect(cli(replica, "GET", "k")).toBe("last");
    expect(address()).toBe("two\n6379");
    expect(cli(replica, "SET", "k", "w")).toBe("OK");
  });

  it("evicts keys beyond maxmemory, or refuses writes", () => {
    const server = new Container("redis:7.2", { args: ["redis-server", "--maxmemory", "910kb"] });
    const value = "x".repeat(10_000);
    expect(cli(server, "SET", "a", value)).toBe("OK");
    cli(server, "SET", "b", value);
    expect(cli(server, "SET", "c", value)).toBe("OOM command not allowed when used memory > 'maxmemory'.\n");
    cli(server, "CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    expect(cli(server, "SET", "c", value)).toBe("OK");
    expect(cli(server, "EXISTS", "a")).toBe("0");
    expect(cli(server, "INFO", "stats")).toContain("evicted_keys:1");
  });

  it("a slow command holds up the server", () => {
    const server = new Container("redis:6.2");
    expect(server.message("redis", { args: ["DEBUG", "SLEEP", "30"], db: 0 })).toMatchObject({ afterMs: 30_001 });
    expect(server.message("redis", { args: ["PING"], db: 0 })).toMatchObject({ afterMs: 30_001 });
    server.nowMs += 30_000;
    expect(server.message("redis", { args: ["PING"], db: 0 })).toMatchObject({ afterMs: 1 });
  });

  it("Bitnami's image takes its options from variables", () => {
    expect(new Container("bitnami/redis:7.2").status).toBe(1);
    const server = new Container("bitnami/redis:7.2", { env: { REDIS_PASSWORD: "secret" } });
    expect(cli(server, "GET", "k")).toBe("NOAUTH Authentication required.\n");
    expect(cli(server, "-a", "secret", "SET", "k", "v")).toBe("OK");
    const { out } = server.exec(["redis-benchmark", "-a", "secret", "-q", "-t", "set,get", "-n", "1000"]);
    expect(out).toMatch(/^SET: \d+\.\d\d requests per second, p50=\S+ msec\nGET: /);
  });

  it("speaks its protocol to raw clients", () => {
    const server = new Container("redis");
    const data = "*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\nPING\r\n";
    expect(server.serve({ type: "connect", protocol: "tcp", data, port: 6379, from: "10.0.0.1" })).toMatchObject({
      data: "$2\r\nhi\r\n+PONG\r\n",
    });
  });

  it("redis-cli tells why it cannot connect", () => {
    const server = new Container("redis");
    const { err, status } = server.exec(["redis-cli", "-h", "nowhere", "ping"], () => ({
      type: "failed",
      why: "unknownName",
      afterMs: 1,
    }));
    expect([err, status]).toEqual(["Could not connect to Redis at nowhere:6379: Name or service not known\n", 1]);
  });
});
