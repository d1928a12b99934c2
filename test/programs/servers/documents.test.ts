import { describe, expect, it } from "vitest";
import { Container } from "./container.ts";

const shared = new Container("mongo:8.0");

function evaluate(server: Container, script: string, ...args: string[]): string {
  const { out, err } = server.exec(["mongosh", "--quiet", ...args, "--eval", script], (question) =>
    server.asNetwork(question),
  );
  return out + err;
}

describe("mongo", () => {
  it("starts and says so", () => {
    expect(shared.out).toContain('"msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}\n');
    expect([...shared.ports]).toEqual([27_017]);
  });

  it.each(
    [
      ["db.runCommand('ping')", "{ ok: 1 }\n"],
      ["db.adminCommand({ ping: 1 }).ok", "1\n"],
      ['db.users.insertOne({ _id: 1, name: "anna", age: 30 })', "{\n  acknowledged: true,\n  insertedId: 1\n}\n"],
      [
        "db.users.insertMany([{ _id: 2, name: 'ben', age: 25 }, { _id: 3, name: 'eve', tags: ['x', 'y'] }])",
        "{\n  acknowledged: true,\n  insertedIds: {\n    '0': 2,\n    '1': 3\n  }\n}\n",
      ],
      [
        "db.users.insertOne({ name: 'zoe', _id: 2 })",
        "MongoServerError: E11000 duplicate key error collection: test.users index: _id_ dup key: { _id: 2 }\n",
      ],
      ["db.users.find({ age: { $gt: 26 } })", "[\n  { _id: 1, name: 'anna', age: 30 }\n]\n"],
      [
        "db.users.find({}, { name: 1, _id: 0 }).sort({ name: -1 }).limit(2)",
        "[\n  { name: 'eve' },\n  { name: 'ben' }\n]\n",
      ],
      ["db.users.find({ tags: 'x', name: /^E/i }).toArray()", "[\n  { _id: 3, name: 'eve', tags: [ 'x', 'y' ] }\n]\n"],
      ["db.users.countDocuments({ age: { $exists: true } })", "2\n"],
      [
        "db.users.updateOne({ _id: 1 }, { $inc: { age: 1 }, $set: { 'home.city': 'Bern' } })",
        "{\n  acknowledged: true,\n  insertedId: null,\n  matchedCount: 1,\n  modifiedCount: 1,\n  upsertedCount: 0\n}\n",
      ],
      ["db.users.findOne({ 'home.city': 'Bern' })", "{ _id: 1, name: 'anna', age: 31, home: { city: 'Bern' } }\n"],
      [
        "db.users.deleteOne({ name: 'ben' }); db.users.countDocuments()",
        "{ acknowledged: true, deletedCount: 1 }\n2\n",
      ],
      ["db.users.find({ a: { $where: 1 } })", "MongoServerError: unknown operator: $where\n"],
      ["for (;;) {}", /^ReferenceError|^SyntaxError/],
      ["show collections", "users\n"],
    ].map(([script, expected]) => ({ script: String(script), expected })),
  )("$script", ({ script, expected }) => {
    const output = evaluate(shared, script);
    if (expected instanceof RegExp) expect(output).toMatch(expected);
    else expect(output).toBe(expected);
  });

  it("keeps documents in /data/db", () => {
    evaluate(shared, "db.kept.insertOne({ _id: 7 })");
    const second = new Container("mongo:8.0", { files: Object.fromEntries(shared.files.entries) });
    expect(evaluate(second, "db.kept.countDocuments()")).toBe("1\n");
    expect(evaluate(new Container("mongo:8.0"), "db.kept.countDocuments()")).toBe("0\n");
  });

  it("asks for the user that the environment names", () => {
    const env = { MONGO_INITDB_ROOT_USERNAME: "root", MONGO_INITDB_ROOT_PASSWORD: "secret" };
    const server = new Container("mongo:7", { env });
    expect(evaluate(server, "db.a.countDocuments()")).toBe("MongoServerError: Command count requires authentication\n");
    expect(evaluate(server, "db.a.countDocuments()", "-u", "root", "-p", "secret")).toBe("0\n");
    expect(evaluate(server, "db.a.countDocuments()", "-u", "root", "-p", "no")).toBe(
      "MongoServerError: Authentication failed.\n",
    );
    expect(new Container("mongo:7", { env: { MONGO_INITDB_ROOT_USERNAME: "root" } }).status).toBe(1);
  });
});

describe("memcached", () => {
  it("stores values until they expire", () => {
    const server = new Container("memcached:1.6");
    const send = (data: string) => {
      const answer = server.serve({ type: "connect", protocol: "tcp", port: 11_211, from: "10.0.0.1", data });
      return answer.type === "connected" ? answer.data : answer.type;
    };
    expect(send("set a 0 10 3\r\nabc\r\nget a\r\n")).toBe("STORED\r\nVALUE a 0 3\r\nabc\r\nEND\r\n");
    expect(send("add a 0 0 1\r\nx\r\nset n 0 0 1\r\n4\r\nincr n 5\r\n")).toBe("NOT_STORED\r\nSTORED\r\n9\r\n");
    server.nowMs += 10_000;
    expect(send("get a n\r\n")).toBe("VALUE n 0 1\r\n9\r\nEND\r\n");
    expect(send("bogus\r\n")).toBe("ERROR\r\n");
  });
});

describe("rabbitmq", () => {
  it("starts, and its tools report on it", () => {
    const server = new Container("rabbitmq:4.2");
    expect(server.out).toContain("Server startup complete; 3 plugins started.\n");
    const run = (...argv: string[]) => server.exec(argv, (question) => server.asNetwork(question));
    expect(run("rabbitmq-diagnostics", "-q", "ping").out).toBe("Ping succeeded\n");
    expect(run("rabbitmqctl", "status").out).toContain("RabbitMQ version: 4.2.9\n");
    expect(run("rabbitmqctl", "nonsense").status).toBe(64);
    const refused = server.exec(["rabbitmqctl", "status"], () => ({ type: "failed", why: "refused", afterMs: 1 }));
    expect(refused.status).toBe(69);
  });

  it("keeps messages in queues until a consumer acknowledges them, durable ones over a restart", () => {
    const server = new Container("rabbitmq:4.2");
    const login = { user: "guest", password: "guest" };
    const ask = (body: Record<string, string | number | boolean>, on = server) => {
      const answer = on.message("amqp", { ...login, ...body }, 5672);
      return answer.type === "message" ? answer.body : answer;
    };
    expect(ask({ action: "declareQueue", queue: "jobs", isDurable: true })).toEqual({ name: "jobs", ready: 0 });
    expect(ask({ action: "publish", exchange: "", routingKey: "jobs", body: "a", isPersistent: true })).toEqual({
      count: 1,
    });
    expect(ask({ action: "publish", exchange: "", routingKey: "nowhere", body: "b" })).toEqual({ count: 0 });
    expect(ask({ action: "take", queue: "jobs", consumer: "one" })).toMatchObject({ body: "a", isRedelivered: false });
    expect(ask({ action: "take", queue: "jobs", consumer: "two" })).toEqual({});
    server.nowMs += 61_000;
    expect(ask({ action: "take", queue: "jobs", consumer: "two" })).toMatchObject({ body: "a", isRedelivered: true });
    const restarted = new Container("rabbitmq:4.2", { files: Object.fromEntries(server.files.entries) });
    expect(ask({ action: "get", queue: "jobs" }, restarted)).toMatchObject({ body: "a" });
    expect(ask({ action: "get", queue: "nope" })).toMatchObject({ error: { code: 404 } });
    expect(server.message("amqp", { action: "get", queue: "jobs", user: "guest", password: "x" }, 5672)).toMatchObject({
      body: { error: { code: 403 } },
    });
  });

  it("routes by exchanges", () => {
    const server = new Container("rabbitmq:4.2");
    const ask = (body: Record<string, string>) => {
      const answer = server.message("amqp", { user: "guest", password: "guest", ...body }, 5672);
      return answer.type === "message" ? answer.body : answer;
    };
    ask({ action: "declareExchange", exchange: "logs", type: "topic" });
    for (const queue of ["all", "errors"]) ask({ action: "declareQueue", queue });
    ask({ action: "bind", queue: "all", exchange: "logs", routingKey: "#" });
    ask({ action: "bind", queue: "errors", exchange: "logs", routingKey: "*.error" });
    expect(ask({ action: "publish", exchange: "logs", routingKey: "web.error", body: "x" })).toEqual({ count: 2 });
    expect(ask({ action: "publish", exchange: "logs", routingKey: "web.info", body: "y" })).toEqual({ count: 1 });
  });
});
