/** Followed logs and sessions: their effect in the cluster, their cost, and their ends. */
import { expect, test } from "vitest";
import { byteString } from "../../src/lib/bytes.ts";
import { SESSION_LEASE_MS } from "../../src/lib/container-limits.ts";
import type { SessionInput, SessionOutput } from "../../src/lib/session-pieces.ts";
import type { SessionConnection, SessionResult } from "../../src/runtime/runtime.ts";
import type { ClusterAccess } from "../../src/storage/store.ts";
import { openSessions } from "../support/echo-containers.ts";
import { engine, PODS, withPod } from "./echo-pod.ts";
import type { Isolate, Sandbox } from "./isolates.ts";

const SECOND_MS = 1_000;

/** The client's side of a session. */
class FakeConnection implements SessionConnection {
  isClosed = false;
  stdout = "";
  stderr = "";
  result: SessionResult | null = null;
  ended = false;
  #wake = () => {};
  #input: SessionInput = {};

  begin(wake: () => void): void {
    this.#wake = wake;
  }

  opened(): void {}

  waiting(maxBytes: number): SessionInput | null {
    const { stdin = "", endOfStdin, resize } = this.#input;
    if (stdin === "" && !endOfStdin && !resize) return null;
    const isLast = stdin.length <= maxBytes;
    return {
      ...(stdin !== "" && { stdin: stdin.slice(0, maxBytes) }),
      ...(endOfStdin && isLast && { endOfStdin }),
      ...(resize && { resize }),
    };
  }

  taken({ endOfStdin, stdin = "" }: SessionInput, bytes: number): void {
    const left = (this.#input.stdin ?? "").slice(bytes);
    const hasEnded = endOfStdin && bytes === stdin.length;
    this.#input = { stdin: left, ...(!hasEnded && this.#input.endOfStdin && { endOfStdin: true }) };
  }

  send({ stdout, stderr }: Pick<SessionOutput, "stdout" | "stderr">): void {
    this.stdout += stdout;
    this.stderr += stderr;
  }

  end(result: SessionResult): void {
    this.result = result;
  }

  type(stdin: string): void {
    this.#input = { ...this.#input, stdin: (this.#input.stdin ?? "") + stdin };
    this.#wake();
  }

  endInput(): void {
    this.#input = { ...this.#input, endOfStdin: true };
    this.#wake();
  }

  leave(): void {
    this.isClosed = true;
    this.#wake();
  }
}

async function execIn(isolate: Isolate, command: string[], access?: ClusterAccess): Promise<FakeConnection> {
  const query = new URLSearchParams([...command.map((word) => ["command", word]), ["stdin", "true"]]);
  const answer = await isolate.send("GET", `${PODS}/web/exec?${query}`, undefined, access ? { access } : {});
  if (answer.type !== "session") throw new Error(`no session but ${JSON.stringify(answer)}`);
  const connection = new FakeConnection();
  void answer.session.run(connection).then(() => {
    connection.ended = true;
  });
  return connection;
}

/** The open sessions as the store has them. */
async function storedSessions(sandbox: Sandbox): Promise<string[]> {
  const isolate = sandbox.isolate({ engine });
  const found = await isolate.runtime.read(sandbox.access, (state) => openSessions(state, "default", "web"), {
    waitUntil: () => {},
  });
  return found!.value;
}

/** Reads a stream like a client. */
class LogReader {
  text = "";
  ended = false;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
    void this.#read();
  }

  async #read(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) break;
      this.text += byteString(value);
    }
    this.ended = true;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

async function follow(isolate: Isolate, query = "", access?: ClusterAccess): Promise<LogReader> {
  const target = `${PODS}/web/log?follow=true&${query}`;
  const answer = await isolate.send("GET", target, undefined, access ? { access } : {});
  if (answer.type !== "stream") throw new Error(`no stream but ${JSON.stringify(answer)}`);
  return new LogReader(answer.body);
}

// ---- Logs

test("a log is read in one round trip", async () => {
  const { sandbox, isolate } = await withPod();
  await sandbox.clock.pass(3 * SECOND_MS);

  const { result, roundTrips } = await sandbox.count(() => isolate.send("GET", `${PODS}/web/log`));

  expect(result).toMatchObject({ type: "response", response: { status: 200, body: "line 1\nline 2\nline 3\n" } });
  expect(roundTrips).toEqual(["sync"]);
});

test("fifty followed logs show each line when it is written, and cost one query a second together", async () => {
  const { sandbox, isolate } = await withPod();
  const logs = await Promise.all(Array.from({ length: 50 }, () => follow(isolate)));

  const { roundTrips } = await sandbox.count(() => sandbox.clock.pass(10.5 * SECOND_MS));

  const lines = Array.from({ length: 10 }, (_, n) => `line ${n + 1}\n`).join("");
  expect(logs.map(({ text }) => text)).toEqual(logs.map(() => lines));
  expect(roundTrips.every((operation) => operation === "sync")).toBe(true);
  expect(roundTrips.length).toBeLessThanOrEqual(12);
  await Promise.all(logs.map((log) => log.cancel()));
  expect((await sandbox.count(() => sandbox.clock.pass(60 * SECOND_MS))).roundTrips).toEqual([]);
});

test("a followed log ends after its bytes", async () => {
  const { sandbox, isolate } = await withPod();
  const log = await follow(isolate, "limitBytes=10");
  await sandbox.clock.pass(5 * SECOND_MS);
  expect(log).toMatchObject({ text: "line 1\nlin", ended: true });
});

test("a followed log ends with its pod, though another isolate deleted it", async () => {
  const { sandbox, isolate } = await withPod();
  const log = await follow(isolate);
  await sandbox.clock.pass(2.5 * SECOND_MS);
  await sandbox.isolate({ engine }).request("DELETE", `${PODS}/web?gracePeriodSeconds=0`);
  await sandbox.clock.pass(3 * SECOND_MS);
  expect(log.ended).toBe(true);
});

test("a followed log ends with its credential", async () => {
  const { sandbox, isolate } = await withPod();
  const access = await sandbox.credential("guest");
  const log = await follow(isolate, "", access);
  await sandbox.clock.pass(2.5 * SECOND_MS);
  await sandbox.organization.revokeCredential(sandbox.clusterId, "cred-guest");
  await sandbox.clock.pass(3 * SECOND_MS);
  expect(log.ended).toBe(true);
});

// ---- Sessions

test("an exec is committed, and its output with it: two round trips for a short command", async () => {
  const { sandbox, isolate } = await withPod();

  const { result, roundTrips } = await sandbox.count(async () => {
    const connection = await execIn(isolate, ["exit", "3"]);
    await sandbox.clock.pass(100);
    return connection;
  });

  expect(result).toMatchObject({ stdout: "out\n", stderr: "err\n", result: { type: "exit", code: 3 }, ended: true });
  expect(roundTrips).toEqual(["sync", "commit", "commit"]);
  expect(await storedSessions(sandbox)).toEqual([]);
});

test("each input is a commit that other isolates see, and inputs that come meanwhile go together", async () => {
  const { sandbox, isolate } = await withPod();
  const connection = await execIn(isolate, ["cat"]);
  await sandbox.clock.pass(100);
  expect(await storedSessions(sandbox)).toEqual(["cat"]);

  const { roundTrips } = await sandbox.count(async () => {
    for (const piece of ["a", "b", "c"]) connection.type(piece);
    await sandbox.clock.pass(10);
  });

  expect(connection.stdout).toBe("abc");
  expect(roundTrips.filter((operation) => operation === "commit")).toHaveLength(1);
  connection.endInput();
  await sandbox.clock.pass(100);
  expect(connection).toMatchObject({ result: { type: "exit", code: 0 }, ended: true });
});

test("megabytes of input go in few and bounded pieces", async () => {
  const { sandbox, isolate } = await withPod();
  const connection = await execIn(isolate, ["wc"]);
  await sandbox.clock.pass(100);

  const { roundTrips } = await sandbox.count(async () => {
    for (let pieces = 0; pieces < 20; pieces++) {
      connection.type("x".repeat(1_000_000));
      await sandbox.clock.pass(10);
    }
    connection.endInput();
    await sandbox.clock.pass(1000);
  });

  expect(connection).toMatchObject({ stdout: "20000000\n", result: { type: "exit", code: 0 } });
  expect(roundTrips.filter((operation) => operation === "commit")).toHaveLength(4);
});

test("input waits for a process that reads slowly, at no cost", async () => {
  const { sandbox, isolate } = await withPod();
  const connection = await execIn(isolate, ["slow"]);
  await sandbox.clock.pass(100);

  const { roundTrips } = await sandbox.count(async () => {
    connection.type("x".repeat(5 * 1024));
    connection.endInput();
    await sandbox.clock.pass(10 * SECOND_MS);
  });

  expect(connection).toMatchObject({ stdout: "5120\n", result: { type: "exit", code: 0 } });
  expect(roundTrips.filter((operation) => operation === "commit").length).toBeLessThanOrEqual(8);
});

test("a process that goes on by itself is looked at when it does", async () => {
  const { sandbox, isolate } = await withPod();
  const connection = await execIn(isolate, ["ticks", "3"]);
  await sandbox.clock.pass(1.5 * SECOND_MS);
  expect(connection.stdout).toBe("tick 1\n");
  await sandbox.clock.pass(2 * SECOND_MS);
  expect(connection).toMatchObject({ stdout: "tick 1\ntick 2\ntick 3\n", result: { type: "exit", code: 0 } });
});

test("twenty idle sessions cost a query every ten seconds, and write only to renew their leases", async () => {
  const { sandbox, isolate } = await withPod();
  const connections = await Promise.all(Array.from({ length: 20 }, () => execIn(isolate, ["cat"])));
  await sandbox.clock.pass(30 * SECOND_MS);

  const minute = await sandbox.count(() => sandbox.clock.pass(60 * SECOND_MS));
  expect(minute.roundTrips.every((operation) => operation === "sync")).toBe(true);
  expect(minute.roundTrips.length).toBeLessThanOrEqual(8);

  await sandbox.clock.pass(2 * SESSION_LEASE_MS);
  expect(await storedSessions(sandbox)).toHaveLength(20);
  for (const connection of connections) connection.leave();
  await sandbox.clock.pass(SECOND_MS);
  expect(connections.every(({ ended }) => ended)).toBe(true);
  expect(await storedSessions(sandbox)).toEqual([]);
});

test("a client that goes away leaves no process behind", async () => {
  const { sandbox, isolate } = await withPod();
  const connection = await execIn(isolate, ["cat"]);
  await sandbox.clock.pass(100);
  connection.leave();
  await sandbox.clock.pass(100);
  expect(connection).toMatchObject({ result: null, ended: true });
  expect(await storedSessions(sandbox)).toEqual([]);
});

test("a session ends with its pod, as if it was killed", async () => {
  const { sandbox, isolate } = await withPod();
  const connection = await execIn(isolate, ["cat"]);
  await sandbox.clock.pass(100);
  await sandbox.isolate({ engine }).request("DELETE", `${PODS}/web?gracePeriodSeconds=0`);
  await sandbox.clock.pass(3 * SECOND_MS);
  expect(connection).toMatchObject({ result: { type: "exit", code: 137 }, ended: true });
});

test("a session ends with its credential, and its process with the session's lease", async () => {
  const { sandbox, isolate } = await withPod();
  const access = await sandbox.credential("guest");
  const connection = await execIn(isolate, ["cat"], access);
  await sandbox.clock.pass(100);
  await sandbox.organization.revokeCredential(sandbox.clusterId, "cred-guest");
  await sandbox.clock.pass(3 * SECOND_MS);
  expect(connection).toMatchObject({ ended: true, result: { type: "failed" } });
});

test("a program that is missing is a failure on the open connection", async () => {
  const { sandbox, isolate } = await withPod();
  const connection = await execIn(isolate, ["nope"]);
  await sandbox.clock.pass(100);
  expect(connection.result).toMatchObject({ type: "failed", error: { reason: "InternalError" } });
});

test("an isolate that dies in mid-stream leaves a process that ends with its session's lease", async () => {
  const { sandbox, isolate } = await withPod();
  let isDead = false;
  const never = () => new Promise<never>(() => {});
  const dying = sandbox.isolate({
    engine,
    tamper: (store) => ({
      ...store,
      sync: (known) => (isDead ? never() : store.sync(known)),
      commit: (commit) => (isDead ? never() : store.commit(commit)),
    }),
  });
  await execIn(dying, ["cat"]);
  await sandbox.clock.pass(100);
  expect(await storedSessions(sandbox)).toEqual(["cat"]);
  isDead = true;

  await sandbox.clock.pass(SESSION_LEASE_MS);
  const next = await execIn(isolate, ["line"]);
  await sandbox.clock.pass(100);
  expect(next.stdout).toBe("$ ");
  expect(await storedSessions(sandbox)).toEqual(["line"]);
});
