import { describe, expect, it } from "vitest";
import { file } from "../../../src/images/tree.ts";
import { Container } from "./container.ts";

/** What redis-cli prints without a terminal. */
function cli(server: Container, ...args: string[]): string {
  const { out, err } = server.exec(["redis-cli", ...args], (question) => server.asNetwork(question));
  return (out + err).replace(/\n$/, "");
}

/** The steps of the table follow each other. */
const shared = new Container("redis:8");

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

  it("a replica reads from its primary and refuses writes", () => {
    const primary = new Container("redis");
    cli(primary, "SET", "k", "v");
    const replica = new Container("redis", {
      args: ["redis-server", "--replicaof", "redis-primary", "6379"],
      network: (question) => primary.asNetwork(question),
    });
    expect(cli(replica, "GET", "k")).toBe("v");
    expect(cli(replica, "SET", "k", "w")).toBe("READONLY You can't write against a read only replica.\n");
    expect(cli(replica, "INFO", "replication")).toContain("role:slave");
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
