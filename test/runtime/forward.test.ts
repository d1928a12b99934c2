/** Forwarded ports: their commits, and their ends. */
import { expect, test } from "vitest";
import type { ForwardClient, ForwardedClient } from "../../src/runtime/runtime.ts";
import type { ClusterAccess } from "../../src/storage/store.ts";
import { engine, PODS, withPod } from "./echo-pod.ts";
import type { Isolate } from "./isolates.ts";

class FakeTunnel implements ForwardClient {
  isClosed = false;
  hasEnded = false;
  #events: Parameters<ForwardClient["begin"]>[0] | null = null;

  begin(events: Parameters<ForwardClient["begin"]>[0]): void {
    this.#events = events;
  }

  close(): void {
    this.isClosed = true;
  }

  connect(port: number): FakeConnection {
    const connection = new FakeConnection(port);
    this.#events!.open(connection);
    return connection;
  }

  leave(): void {
    this.#events!.lost();
  }
}

class FakeConnection implements ForwardedClient {
  readonly port: number;
  isClosed = false;
  received = "";
  problem: string | undefined;
  #wake = () => {};
  #waiting = "";

  constructor(port: number) {
    this.port = port;
  }

  begin(wake: () => void): void {
    this.#wake = wake;
  }

  take(): { data: string; isEnd: boolean } | null {
    if (this.#waiting === "") return null;
    const data = this.#waiting;
    this.#waiting = "";
    return { data, isEnd: false };
  }

  send(data: string): void {
    this.received += data;
  }

  end(problem?: string): void {
    this.isClosed = true;
    this.problem = problem;
  }

  type(data: string): void {
    this.#waiting += data;
    this.#wake();
  }
}

async function forward(isolate: Isolate, access?: ClusterAccess): Promise<FakeTunnel> {
  const answer = await isolate.send("GET", `${PODS}/web/portforward`, undefined, access ? { access } : {});
  if (answer.type !== "forward") throw new Error(`no tunnel but ${JSON.stringify(answer)}`);
  const tunnel = new FakeTunnel();
  void answer.forward.run(tunnel).then(() => {
    tunnel.hasEnded = true;
  });
  return tunnel;
}

test("connections are independent, and each is answered in its order", async () => {
  const { sandbox, isolate } = await withPod();
  const tunnel = await forward(isolate);
  const connections = Array.from({ length: 10 }, () => tunnel.connect(80));
  for (const [n, connection] of connections.entries()) connection.type(`first ${n}\nsec`);
  await sandbox.clock.pass(100);
  for (const [n, connection] of connections.entries()) connection.type(`ond ${n}\n`);
  await sandbox.clock.pass(100);
  expect(connections.map(({ received }) => received)).toEqual(connections.map((_, n) => `first ${n}\nsecond ${n}\n`));
});

test("a port without a server refuses one connection, and the tunnel goes on", async () => {
  const { sandbox, isolate } = await withPod();
  const tunnel = await forward(isolate);
  const refused = tunnel.connect(81);
  await sandbox.clock.pass(100);
  expect(refused).toMatchObject({
    isClosed: true,
    problem: "error forwarding port 81 to pod web: connection refused",
  });
  const connection = tunnel.connect(80);
  connection.type("bye\n");
  await sandbox.clock.pass(100);
  expect(connection).toMatchObject({ received: "bye\n", isClosed: true, problem: undefined });
  expect(tunnel.isClosed).toBe(false);
});

test("a flood of requests waits its turn, and all of it is answered", async () => {
  const { sandbox, isolate } = await withPod();
  const tunnel = await forward(isolate);
  const connections = Array.from({ length: 100 }, () => tunnel.connect(80));
  await sandbox.clock.pass(100);
  for (let round = 0; round < 10; round++) {
    for (const connection of connections) connection.type(`${round}\n`);
    await sandbox.clock.pass(10);
  }
  const answered = () => connections.filter(({ received }) => received === "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n").length;
  expect(answered()).toBeLessThan(100);
  await sandbox.clock.pass(20_000);
  expect(answered()).toBe(100);
});

test("an open tunnel without bytes commits nothing, and costs nothing when its client has gone", async () => {
  const { sandbox, isolate } = await withPod();
  const tunnel = await forward(isolate);
  tunnel.connect(80);
  const { roundTrips } = await sandbox.count(() => sandbox.clock.pass(30_000));
  expect(roundTrips).not.toContain("commit");
  tunnel.leave();
  await sandbox.clock.pass(100);
  expect(tunnel.hasEnded).toBe(true);
  expect((await sandbox.count(() => sandbox.clock.pass(60_000))).roundTrips).toEqual([]);
});

test("a tunnel ends with its pod, though another isolate deleted it", async () => {
  const { sandbox, isolate } = await withPod();
  const tunnel = await forward(isolate);
  await sandbox.clock.pass(1000);
  await sandbox.isolate({ engine }).request("DELETE", `${PODS}/web?gracePeriodSeconds=0`);
  await sandbox.clock.pass(12_000);
  expect(tunnel).toMatchObject({ isClosed: true, hasEnded: true });
});

test("a tunnel ends with its credential", async () => {
  const { sandbox, isolate } = await withPod();
  const tunnel = await forward(isolate, await sandbox.credential("guest"));
  await sandbox.clock.pass(1000);
  await sandbox.organization.revokeCredential(sandbox.clusterId, "cred-guest");
  await sandbox.clock.pass(12_000);
  expect(tunnel).toMatchObject({ isClosed: true, hasEnded: true });
});
