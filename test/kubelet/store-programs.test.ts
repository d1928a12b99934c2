/** Servers of data that courses use beside databases: their clients and APIs work in pods. */
import { beforeAll, expect, it } from "vitest";
import { ConformanceCluster } from "../conformance/cluster.ts";

let cluster: ConformanceCluster;

beforeAll(async () => {
  cluster = await ConformanceCluster.create();
  await cluster.newNamespace();
});

async function start(name: string, container: object): Promise<void> {
  await cluster.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: { containers: [{ name: "c", ...container }] },
  });
  await cluster.pass(60_000);
  const pod = await cluster.get({ apiVersion: "v1", kind: "Pod", metadata: { name } });
  expect(pod.status.phase, JSON.stringify(pod.status.containerStatuses)).toBe("Running");
}

async function run(pod: string, ...command: string[]): Promise<string> {
  const { stdout, stderr, code } = await cluster.exec(pod, "c", command);
  return code === 0 ? stdout : `${stdout}${stderr}exit ${code}\n`;
}

it("etcd: keys, ranges, health, members, snapshots", async () => {
  await start("etcd", { image: "quay.io/coreos/etcd:v3.5.9" });
  const etcdctl = (...args: string[]) => run("etcd", "etcdctl", ...args);
  expect(await etcdctl("put", "foo", "bar")).toBe("OK\n");
  expect(await etcdctl("put", "foo2", "baz")).toBe("OK\n");
  expect(await etcdctl("get", "foo")).toBe("foo\nbar\n");
  expect(await etcdctl("get", "--prefix", "foo", "--print-value-only")).toBe("bar\nbaz\n");
  expect(await etcdctl("get", "foo", "--keys-only")).toBe("foo\n\n");
  expect(await etcdctl("get", "foo", "foo2")).toBe("foo\nbar\n");
  expect(await etcdctl("get", "foo", "-w", "json")).toContain('"kvs":[{"key":"Zm9v","create_revision":2');
  expect(await etcdctl("endpoint", "health")).toMatch(/^127\.0\.0\.1:2379 is healthy: successfully committed/);
  expect(await etcdctl("--endpoints=http://127.0.0.1:2379", "endpoint", "status", "-w", "table")).toMatch(
    /\| +ENDPOINT +\| +ID +\|[\s\S]*\| http:\/\/127\.0\.0\.1:2379 \| 8e9e05c52164694d \|/,
  );
  expect(await etcdctl("member", "list")).toMatch(/^8e9e05c52164694d, started, default, http:/);
  expect(await etcdctl("snapshot", "save", "/tmp/s.db")).toContain("Snapshot saved at /tmp/s.db\n");
  expect(await etcdctl("del", "--prefix", "foo")).toBe("2\n");
  expect(await etcdctl("get", "--prefix", "")).toBe("");
  expect(await run("etcd", "etcdutl", "snapshot", "status", "/tmp/s.db", "-w", "table")).toMatch(/\| +3 +\| +2 \|/);
  expect(await etcdctl("--endpoints=10.0.0.1:2379", "get", "a")).toMatch(/context deadline exceeded\nexit 1\n$/);
  expect(await etcdctl("gett")).toBe('Error: unknown command "gett" for "etcdctl"\nexit 1\n');
});

it("Elasticsearch: health, documents, searches", async () => {
  const env = [
    { name: "discovery.type", value: "single-node" },
    { name: "xpack.security.enabled", value: "false" },
  ];
  await start("es", { image: "docker.elastic.co/elasticsearch/elasticsearch:8.13.4", env });
  const curl = (...args: string[]) => run("es", "curl", "-s", ...args);
  const json = ["-H", "Content-Type: application/json"];
  const at = (path: string) => `http://localhost:9200${path}`;
  expect(await curl(at("/"))).toMatch(/"number":"8\.13\.4"/);
  expect(await curl(at("/_cluster/health?pretty"))).toMatch(
    /^\{\n {2}"cluster_name" : "docker-cluster",\n {2}"status" : "green",/,
  );
  expect(await curl("-XPUT", at("/books"))).toBe('{"acknowledged":true,"shards_acknowledged":true,"index":"books"}');
  expect(await curl("-XPUT", at("/books"))).toContain("resource_already_exists_exception");
  const add = (id: number, title: string, pages: number) =>
    curl("-XPUT", at(`/books/_doc/${id}`), ...json, "-d", JSON.stringify({ title, pages }));
  expect(await add(1, "The snow crash", 470)).toContain('"_id":"1","_version":1,"result":"created"');
  expect(await add(1, "Snow crash", 470)).toContain('"_version":2,"result":"updated"');
  await add(2, "Brave new world", 268);
  expect(await curl(at("/books/_doc/2"))).toContain('"found":true,"_source":{"title":"Brave new world","pages":268}');
  expect(await curl(at("/books/_search?q=title:snow"))).toMatch(/"total":\{"value":1,"relation":"eq"\}.*"_id":"1"/);
  const query = {
    query: { bool: { must: [{ match: { title: "new" } }], filter: [{ range: { pages: { lt: 300 } } }] } },
  };
  expect(await curl("-XPOST", at("/books/_search"), ...json, "-d", JSON.stringify(query))).toMatch(/"value":1.*Brave/);
  expect(await curl(at("/books/_count"))).toMatch(/^\{"count":2,/);
  expect(await curl(at("/_cat/indices?v"))).toMatch(/^health status index uuid.*\nyellow open {3}books /);
  const bulk = '{"index":{"_index":"logs"}}\n{"m":"a"}\n{"delete":{"_index":"books","_id":"2"}}\n';
  expect(await curl("-XPOST", at("/_bulk"), ...json, "--data-binary", bulk)).toMatch(
    /"errors":false.*"status":201.*"status":200/,
  );
  expect(await curl(at("/nope/_search"))).toMatch(/index_not_found_exception.*"status":404/);
  expect(await curl("-XDELETE", at("/books"))).toBe('{"acknowledged":true}');
});

it("Elasticsearch 8 asks for HTTPS and a password", async () => {
  const env = [{ name: "ELASTIC_PASSWORD", value: "secret" }];
  await start("secure", { image: "elasticsearch:8.13.4", env });
  expect(await run("secure", "curl", "-s", "http://localhost:9200")).toMatch(/^exit 5[26]\n$/);
  expect(await run("secure", "curl", "-sk", "https://localhost:9200")).toMatch(
    /missing authentication credentials.*401/,
  );
  expect(await run("secure", "curl", "-sk", "-u", "elastic:secret", "https://localhost:9200")).toMatch(
    /You Know, for Search/,
  );
});

it("Kafka: topics, producers, consumers, groups", async () => {
  await start("kafka", { image: "apache/kafka:3.9.0" });
  const at = ["--bootstrap-server", "localhost:9092"];
  const topics = (...args: string[]) => run("kafka", "/opt/kafka/bin/kafka-topics.sh", ...at, ...args);
  const line = (text: string) => run("kafka", "sh", "-c", text);
  expect(await topics("--create", "--topic", "demo", "--partitions", "2")).toBe("Created topic demo.\n");
  expect(await topics("--create", "--topic", "demo")).toMatch(
    /^Error while executing topic command : Topic 'demo' already exists\.\n[\s\S]*exit 1\n$/,
  );
  expect(await topics("--list")).toBe("demo\n");
  expect(await topics("--describe", "--topic", "demo")).toMatch(
    /^Topic: demo\tTopicId: \S{22}\tPartitionCount: 2\t[\s\S]*Partition: 1\tLeader: 1/,
  );
  const producer = "/opt/kafka/bin/kafka-console-producer.sh --bootstrap-server localhost:9092 --topic demo";
  expect(await line(`printf 'a\\nb\\nc\\n' | ${producer}`)).toBe(">>>>");
  const consumer = "/opt/kafka/bin/kafka-console-consumer.sh --bootstrap-server localhost:9092 --topic demo";
  const all = await line(`${consumer} --from-beginning --max-messages 3 2>&1`);
  expect(all.split("\n").sort()).toEqual(["", "Processed a total of 3 messages", "a", "b", "c"]);
  expect(await line(`${consumer} --group g --timeout-ms 2000 2>&1`)).toBe("Processed a total of 0 messages\n");
  await line(`echo d | ${producer}`);
  expect(await line(`${consumer} --group g --max-messages 1`)).toBe("d\n");
  expect(await line("kafka-consumer-groups --bootstrap-server localhost:9092 --describe --group g")).toMatch(
    /g +demo +1 +2 +2 +0/,
  );
  expect(await topics("--delete", "--topic", "demo")).toBe("");
  expect(await topics("--list")).toBe("");
});
