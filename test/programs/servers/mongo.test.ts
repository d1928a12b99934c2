/** MongoDB: its shell, its commands, aggregation, users and replica sets. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Question } from "../../../src/shell/question.ts";
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
      ['db.users.insertOne({ _id: 1, name: "anna", age: 30 })', "{ acknowledged: true, insertedId: 1 }\n"],
      [
        "db.users.insertMany([{ _id: 2, name: 'ben', age: 25 }, { _id: 3, name: 'eve', tags: ['x', 'y'] }])",
        "{ acknowledged: true, insertedIds: { '0': 2, '1': 3 } }\n",
      ],
      [
        "db.users.insertOne({ name: 'zoe', _id: 2 })",
        "MongoServerError: E11000 duplicate key error collection: test.users index: _id_ dup key: { _id: 2 }\n",
      ],
      ["db.users.find({ age: { $gt: 26 } })", "[ { _id: 1, name: 'anna', age: 30 } ]\n"],
      ["db.users.find({}, { name: 1, _id: 0 }).sort({ name: -1 }).limit(2)", "[ { name: 'eve' }, { name: 'ben' } ]\n"],
      ["db.users.find({ tags: 'x', name: /^E/i }).toArray()", "[ { _id: 3, name: 'eve', tags: [ 'x', 'y' ] } ]\n"],
      ["db.users.countDocuments({ age: { $exists: true } })", "2\n"],
      [
        "db.users.updateOne({ _id: 1 }, { $inc: { age: 1 }, $set: { 'home.city': 'Bern' } })",
        "{\n  acknowledged: true,\n  insertedId: null,\n  matchedCount: 1,\n  modifiedCount: 1,\n  upsertedCount: 0\n}\n",
      ],
      ["db.users.findOne({ 'home.city': 'Bern' })", "{ _id: 1, name: 'anna', age: 31, home: { city: 'Bern' } }\n"],
      ["db.users.deleteOne({ name: 'ben' }); db.users.countDocuments()", "2\n"],
      ["db.users.find({ a: { $where: 1 } })", "MongoServerError[BadValue]: unknown operator: $where\n"],
      [
        "for (let i = 0; i < 3; i++) db.n.insertOne({ _id: i, even: i % 2 === 0 })",
        "{ acknowledged: true, insertedId: 2 }\n",
      ],
      ["db.n.find({ even: true }).map((each) => each._id)", "[ 0, 2 ]\n"],
      ["db.n.updateMany({}, { $push: { log: { $each: [1, 2] } } }).modifiedCount", "3\n"],
      ["db.n.createIndex({ even: 1 }); db.n.getIndexes().map(({ name }) => name)", "[ '_id_', 'even_1' ]\n"],
      ["db.n.distinct('log')", "[ 1, 2 ]\n"],
      ["db.n.findOneAndUpdate({ _id: 0 }, { $set: { z: 1 } }, { returnDocument: 'after' }).z", "1\n"],
      ["print('hi'); new Date(0)", "hi\nISODate('1970-01-01T00:00:00.000Z')\n"],
      ["nope", "ReferenceError: nope is not defined\n"],
      ["db.nope()", "TypeError: db.nope is not a function\n"],
      ["use shop; db.getName()", "switched to db shop\nshop\n"],
      ["show collections", "n\nusers\n"],
      ["db.hello().isWritablePrimary", "true\n"],
      ["rs.status()", "MongoServerError[NoReplicationEnabled]: not running with --replSet\n"],
    ].map(([script, expected]) => ({ script: String(script), expected })),
  )("$script", ({ script, expected }) => {
    expect(evaluate(shared, script)).toBe(expected);
  });

  it("reads scripts line by line, and shows what it is connected to", () => {
    const lines = "use shop\ndb.a.insertOne({ _id: 1 })\nconst x = {\n  a: 1,\n}\nx.a\nnope()\n";
    const { out, status } = shared.exec(["mongosh", "--quiet"], (question) => shared.asNetwork(question), lines);
    expect(out).toBe(
      "test> switched to db shop\nshop> { acknowledged: true, insertedId: 1 }\nshop> ... ... shop> 1\nshop> ReferenceError: nope is not defined\nshop> \n",
    );
    expect(status).toBe(0);
  });

  it("keeps documents in /data/db", () => {
    evaluate(shared, "db.kept.insertOne({ _id: 7 })");
    const second = new Container("mongo:8.0", { files: Object.fromEntries(shared.files.entries) });
    expect(evaluate(second, "db.kept.countDocuments()")).toBe("1\n");
    expect(evaluate(new Container("mongo:8.0"), "db.kept.countDocuments()")).toBe("0\n");
  });

  it("asks for the user that the environment names, and keeps others to their roles", () => {
    const env = { MONGO_INITDB_ROOT_USERNAME: "root", MONGO_INITDB_ROOT_PASSWORD: "secret" };
    const server = new Container("mongo:7", { env });
    expect(evaluate(server, "db.a.countDocuments()")).toBe(
      "MongoServerError[Unauthorized]: Command count requires authentication\n",
    );
    const root = ["-u", "root", "-p", "secret"];
    expect(evaluate(server, "db.a.countDocuments()", ...root)).toBe("0\n");
    expect(evaluate(server, "1", "-u", "root", "-p", "no")).toBe("MongoServerError: Authentication failed.\n");
    const user = "db.getSiblingDB('shop').createUser({ user: 'app', pwd: 'x', roles: ['readWrite'] })";
    expect(evaluate(server, user, ...root)).toBe("{ ok: 1 }\n");
    const app = ["mongodb://app:x@127.0.0.1/shop"];
    expect(evaluate(server, "db.a.insertOne({ _id: 1 }).acknowledged", ...app)).toBe("true\n");
    expect(evaluate(server, "db.getSiblingDB('other').a.find()", ...app)).toContain("not authorized on other");
    expect(new Container("mongo:7", { env: { MONGO_INITDB_ROOT_USERNAME: "root" } }).status).toBe(1);
  });

  it("the older shell prints JSON", () => {
    const server = new Container("mongo:4.4");
    const { out } = server.exec(
      ["mongo", "--quiet", "--eval", "db.a.insert({ _id: 1, n: 'x' }); printjson(db.a.findOne()); db.a.find()"],
      (question) => server.asNetwork(question),
    );
    expect(out).toBe('{ "_id" : 1, "n" : "x" }\n{ "_id" : 1, "n" : "x" }\n');
  });
});

describe("aggregation", () => {
  const server = new Container("mongo:8.0");
  beforeAll(() => {
    evaluate(
      server,
      `db.orders.insertMany([
        { _id: 1, customer: 'a', items: [{ sku: 'x', qty: 2, price: 5 }, { sku: 'y', qty: 1, price: 20 }], at: ISODate('2026-01-05T10:00:00Z') },
        { _id: 2, customer: 'b', items: [{ sku: 'x', qty: 4, price: 5 }], at: ISODate('2026-02-07T10:00:00Z') },
        { _id: 3, customer: 'a', items: [], at: ISODate('2026-02-08T10:00:00Z') },
      ]);
      db.customers.insertMany([{ _id: 'a', name: 'Anna' }, { _id: 'b', name: 'Ben' }])`,
    );
  });

  it.each([
    ["[{ $match: { customer: 'a' } }, { $count: 'n' }]", '[{"n":2}]'],
    [
      "[{ $unwind: '$items' }, { $group: { _id: '$items.sku', sold: { $sum: '$items.qty' } } }, { $sort: { _id: 1 } }]",
      '[{"_id":"x","sold":6},{"_id":"y","sold":1}]',
    ],
    [
      "[{ $unwind: '$items' }, { $group: { _id: '$customer', total: { $sum: { $multiply: ['$items.qty', '$items.price'] } } } }, { $sort: { total: -1, _id: 1 } }]",
      '[{"_id":"a","total":30},{"_id":"b","total":20}]',
    ],
    [
      "[{ $lookup: { from: 'customers', localField: 'customer', foreignField: '_id', as: 'who' } }, { $project: { _id: 0, name: { $arrayElemAt: ['$who.name', 0] } } }, { $limit: 2 }]",
      '[{"name":"Anna"},{"name":"Ben"}]',
    ],
    [
      "[{ $group: { _id: { month: { $month: '$at' } }, n: { $sum: 1 }, first: { $first: '$_id' }, all: { $push: '$customer' } } }, { $sort: { '_id.month': 1 } }]",
      '[{"_id":{"month":1},"n":1,"first":1,"all":["a"]},{"_id":{"month":2},"n":2,"first":2,"all":["b","a"]}]',
    ],
    [
      "[{ $addFields: { count: { $size: '$items' } } }, { $project: { count: 1, big: { $cond: [{ $gt: ['$count', 1] }, 'yes', 'no'] } } }, { $skip: 1 }]",
      '[{"_id":2,"count":1,"big":"no"},{"_id":3,"count":0,"big":"no"}]',
    ],
    ["[{ $sortByCount: '$customer' }]", '[{"_id":"a","count":2},{"_id":"b","count":1}]'],
    [
      "[{ $group: { _id: null, mean: { $avg: { $size: '$items' } }, most: { $max: '$_id' } } }]",
      '[{"_id":null,"mean":1,"most":3}]',
    ],
    [
      "[{ $unwind: { path: '$items', preserveNullAndEmptyArrays: true } }, { $project: { sku: '$items.sku' } }]",
      '[{"_id":1,"sku":"x"},{"_id":1,"sku":"y"},{"_id":2,"sku":"x"},{"_id":3}]',
    ],
    [
      "[{ $bucket: { groupBy: '$_id', boundaries: [0, 2, 10], output: { n: { $sum: 1 } } } }]",
      '[{"_id":0,"n":1},{"_id":2,"n":2}]',
    ],
    [
      "[{ $project: { day: { $dateToString: { format: '%Y-%m-%d', date: '$at' } } } }, { $limit: 1 }]",
      '[{"_id":1,"day":"2026-01-05"}]',
    ],
  ])("%s", (pipeline, expected) => {
    expect(evaluate(server, `JSON.stringify(db.orders.aggregate(${pipeline}).toArray())`)).toBe(`${expected}\n`);
  });

  it("refuses what it does not know", () => {
    expect(evaluate(server, "db.orders.aggregate([{ $foo: 1 }])")).toBe(
      "MongoServerError[Location40324]: Unrecognized pipeline stage name: '$foo'\n",
    );
  });
});

describe("mongo-express", () => {
  it("shows databases to clients that log in", () => {
    evaluate(shared, "db.getSiblingDB('shop').orders.insertOne({ _id: 1 })");
    const express = new Container("mongo-express:1.0.2", {
      env: { ME_CONFIG_MONGODB_SERVER: "mongo" },
      network: (question) => shared.asNetwork(question),
    });
    const headers = { authorization: `Basic ${btoa("admin:pass")}` };
    expect(express.get("/")).toBe("401 Unauthorized");
    expect(express.get("/", { headers })).toContain('<a href="/db/shop/">shop</a>');
    expect(express.get("/db/shop/orders", { headers })).toContain('{"_id":1}');
    const alone = new Container("mongo-express:1.0.2");
    expect(alone.get("/", { headers })).toContain("500 Could not connect to the database: MongoNetworkError");
  });
});

/** Members of a set by their names; a member that is taken away is unknown. */
function replicaSet(count: number): {
  members: Map<string, Container>;
  shell: (at: number, script: string, ...args: string[]) => string;
} {
  const members = new Map<string, Container>();
  const network = (question: Question) => {
    const member = "host" in question ? members.get(question.host.split(".")[0] ?? "") : undefined;
    return member ? member.asNetwork(question) : ({ type: "failed", why: "unknownName", afterMs: 1 } as const);
  };
  for (let i = 0; i < count; i++) {
    const command = ["mongod", "--replSet", "rs0", "--bind_ip_all"];
    members.set(`mongo-${i}`, new Container("mongo:7", { command, host: { hostname: `mongo-${i}` }, network }));
  }
  const shell = (at: number, script: string, ...args: string[]) => {
    const member = members.get(`mongo-${at}`);
    const asked = (question: Question) =>
      "host" in question && question.host === "127.0.0.1" && member ? member.asNetwork(question) : network(question);
    const { out, err } = member?.exec(["mongosh", "--quiet", ...args, "--eval", script], asked) ?? {
      out: "",
      err: "gone",
    };
    return out + err;
  };
  return { members, shell };
}

const CONFIG = "{ _id: 'rs0', members: [0, 1, 2].map((i) => ({ _id: i, host: 'mongo-' + i + '.mongo:27017' })) }";

describe("a replica set", () => {
  const { members, shell } = replicaSet(3);
  const roles = (at = 0) => shell(at, "rs.status().members.map(({ stateStr }) => stateStr).join()");

  it("is initiated, elects a primary and copies what is written", () => {
    expect(shell(0, "rs.status()")).toBe("MongoServerError[NotYetInitialized]: no replset config has been received\n");
    expect(shell(0, `rs.initiate(${CONFIG})`)).toBe("{ ok: 1 }\n");
    expect(shell(0, `rs.initiate(${CONFIG})`)).toBe("MongoServerError[AlreadyInitialized]: already initialized\n");
    expect(roles()).toBe("SECONDARY,SECONDARY,SECONDARY\n");
    for (const member of members.values()) member.nowMs += 11_000;
    expect(roles()).toBe("PRIMARY,SECONDARY,SECONDARY\n");
    expect(shell(0, "db.a.insertOne({ _id: 1 })")).toBe("{ acknowledged: true, insertedId: 1 }\n");
    expect(shell(1, "db.a.find()")).toBe("[ { _id: 1 } ]\n");
    expect(shell(1, "db.a.insertOne({ _id: 2 })")).toBe("MongoServerError[NotWritablePrimary]: not primary\n");
    const uri = "mongodb://mongo-1.mongo,mongo-2.mongo/?replicaSet=rs0";
    expect(shell(1, "db.a.insertOne({ _id: 2 })", uri)).toBe("{ acknowledged: true, insertedId: 2 }\n");
  });

  it("elects another primary when the first is gone, and brings that one up to date when it is back", () => {
    const first = members.get("mongo-0");
    members.delete("mongo-0");
    expect(roles(1)).toBe("(not reachable/healthy),PRIMARY,SECONDARY\n");
    expect(shell(1, "db.a.insertOne({ _id: 3 })")).toBe("{ acknowledged: true, insertedId: 3 }\n");
    if (first) members.set("mongo-0", first);
    expect(roles(1)).toBe("SECONDARY,PRIMARY,SECONDARY\n");
    expect(shell(0, "db.a.countDocuments()")).toBe("3\n");
    members.delete("mongo-1");
    members.delete("mongo-2");
    expect(shell(0, "db.hello().isWritablePrimary")).toBe("false\n");
  });

  it("names the member that does not answer", () => {
    const set = replicaSet(2);
    expect(set.shell(0, `rs.initiate(${CONFIG})`)).toContain(
      "replSetInitiate quorum check failed because not all proposed set members responded affirmatively: mongo-2.mongo:27017 failed with",
    );
    expect(set.shell(0, "rs.initiate()")).toContain("info2: 'no configuration specified.");
    expect(set.shell(0, "rs.add('mongo-1.mongo:27017')")).toBe("{ ok: 1 }\n");
    expect(set.shell(0, "rs.conf().members.length")).toBe("2\n");
  });
});
