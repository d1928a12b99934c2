/** Servers that run in several pods: ZooKeeper and Cassandra. */
import { describe, expect, it } from "vitest";
import type { Answer, Question } from "../../../src/shell/question.ts";
import { Container } from "./container.ts";

/** Containers by their names; one that is taken away is unknown. */
class Network {
  readonly containers = new Map<string, Container>();

  ask = (question: Question): Answer => {
    const found = "host" in question ? this.containers.get(question.host.split(".")[0] ?? "") : undefined;
    return found?.asNetwork(question) ?? { type: "failed", why: "unknownName", afterMs: 1 };
  };

  run(name: string, ...argv: string[]): string {
    const own = this.containers.get(name);
    const isOwn = (question: Question) => "host" in question && /^(localhost|127\.0\.0\.1)$/.test(question.host);
    const { out, err } = own?.exec(argv, (question) =>
      isOwn(question) ? own.asNetwork(question) : this.ask(question),
    ) ?? {
      out: "",
      err: "gone",
    };
    return out + err;
  }
}

describe("ZooKeeper", () => {
  const network = new Network();
  const servers = [1, 2, 3].map((id) => `server.${id}=zk-${id}:2888:3888;2181`).join(" ");
  for (const id of [1, 2, 3]) {
    const env = { ZOO_MY_ID: String(id), ZOO_SERVERS: servers, ZOO_4LW_COMMANDS_WHITELIST: "*" };
    network.containers.set(`zk-${id}`, new Container("zookeeper:3.9", { env, network: network.ask }));
  }
  const cli = (id: number, ...words: string[]) =>
    network.run(`zk-${id}`, "zkCli.sh", ...words).split("type:None path:null\n")[1];
  const word = (id: number, data: string) => {
    const server = network.containers.get(`zk-${id}`);
    const answer = server?.serve({ type: "connect", protocol: "tcp", port: 2181, from: "10.0.0.9", data });
    return answer?.type === "connected" ? answer.data : "gone";
  };

  it("keeps a tree at all servers", () => {
    expect(cli(1, "create", "/app", "one")).toBe("Created /app\n");
    expect(cli(2, "get", "/app")).toBe("one\n");
    expect(cli(3, "create", "-s", "/app/job-", "x")).toBe("Created /app/job-0000000000\n");
    expect(cli(1, "ls", "/app")).toBe("[job-0000000000]\n");
    expect(cli(1, "set", "/app", "two")).toBe("");
    expect(cli(1, "delete", "/app")).toBe("Node not empty: /app\n");
    expect(cli(1, "get", "/nope")).toBe("Node does not exist: /nope\n");
    expect(cli(2, "stat", "/app")).toContain("dataVersion = 1\n");
  });

  it("has one leader, and serves while a majority is there", () => {
    const modes = () => [1, 2, 3].map((id) => /Mode: (\w+)/.exec(word(id, "srvr"))?.[1] ?? "none");
    expect(modes().sort()).toEqual(["follower", "follower", "leader"]);
    const leader = modes().indexOf("leader") + 1;
    expect(word(leader, "ruok")).toBe("imok");
    network.containers.delete(`zk-${leader}`);
    expect(modes().sort()).toEqual(["follower", "leader", "none"]);
    const [left = 1, other = 2] = [1, 2, 3].filter((id) => id !== leader);
    expect(cli(left, "get", "/app")).toBe("two\n");
    network.containers.delete(`zk-${other}`);
    expect(word(left, "srvr")).toBe("This ZooKeeper instance is not currently serving requests\n");
    expect(word(left, "ruok")).toBe("imok");
  });
});

describe("Cassandra", () => {
  const network = new Network();
  const start = (name: string) => {
    const env = { CASSANDRA_SEEDS: "one" };
    network.containers.set(
      name,
      new Container("cassandra:5.0", {
        env,
        host: { podAddresses: [name] },
        network: network.ask,
        seed: name.charCodeAt(0),
      }),
    );
  };
  const cql = (node: string, text: string) => network.run(node, "cqlsh", "-e", text);

  it("joins its seeds, and every node has the rows", () => {
    start("one");
    cql("one", "CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 2}");
    expect(
      cql("one", "CREATE TABLE shop.orders (customer text, at int, total decimal, PRIMARY KEY (customer, at))"),
    ).toBe("");
    cql("one", "INSERT INTO shop.orders (customer, at, total) VALUES ('anna', 2, 7.5)");
    start("two");
    expect(network.run("two", "nodetool", "status")).toMatch(/UN {2}one .*\nUN {2}two /);
    cql("two", "INSERT INTO shop.orders (customer, at, total) VALUES ('anna', 1, 3)");
    expect(cql("one", "USE shop; SELECT * FROM orders WHERE customer = 'anna'")).toBe(
      "\n customer | at | total\n----------+----+-------\n     anna |  1 |     3\n     anna |  2 |   7.5\n\n(2 rows)\n",
    );
    network.containers.delete("two");
    network.containers.get("one")!.nowMs += 61_000;
    expect(network.run("one", "nodetool", "status")).toMatch(/UN {2}one .*\nDN {2}two /);
  });

  it("refuses statements as Cassandra does", () => {
    expect(cql("one", "SELECT * FROM nope")).toContain("InvalidRequest: Error from server: code=2200");
    expect(cql("one", "SELEC 1")).toContain("SyntaxException: line 1:0 no viable alternative at input 'SELEC'");
    expect(cql("one", "INSERT INTO shop.orders (customer) VALUES ('x')")).toContain(
      "clustering key parts are missing: at",
    );
  });
});
