/** A store's errors when the database does not answer, refuses, or its answer is lost. */

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { MAX_SERIALIZATION_TRIES } from "../../src/lib/limits.ts";
import type { DatabaseFailure } from "../../src/storage/postgres/client.ts";
import { createPostgresStores } from "../../src/storage/postgres/stores.ts";
import { CommitUnknownError, StoreSizeError, StoreUnavailableError } from "../../src/storage/store.ts";
import { newCluster, START_MS, snapshotOf, Writer } from "../contract/fixtures.ts";
import { harnessOn, openPgliteDatabase, type TestDatabase } from "./database.ts";

/** The effect of the proxy between store and database on the next requests. */
type Fault =
  | { kind: "none" }
  /** The database gets the request, and its answer is lost: before its first byte, or half-way. */
  | { kind: "answer-lost"; sentBytes: number }
  /** The request is lost without an error. */
  | { kind: "silence" }
  /** The request never arrives. */
  | { kind: "request-lost" }
  | { kind: "answer"; status: number; body: string };

const ANSWER_LOST: Fault = { kind: "answer-lost", sentBytes: 0 };
const ANSWER_CUT: Fault = { kind: "answer-lost", sentBytes: 20 };

const refusal = (code: string): Fault => ({
  kind: "answer",
  status: 400,
  body: JSON.stringify({ message: "x", code }),
});

describe("a database behind a bad connection", () => {
  let database: TestDatabase;
  let proxy: Server;
  let proxyUrl: string;
  const faults: Fault[] = [];
  let requests = 0;

  beforeAll(async () => {
    database = await openPgliteDatabase();
    proxy = createServer(async (request, response) => {
      requests++;
      const fault = faults.shift() ?? { kind: "none" };
      const body = await bodyOf(request);
      if (fault.kind === "request-lost") return request.socket.destroy();
      if (fault.kind === "silence") return;
      if (fault.kind === "answer") {
        response.writeHead(fault.status, { "content-type": "application/json" });
        return response.end(fault.body);
      }
      const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => name.startsWith("neon-")));
      const answer = await fetch(database.endpoint.fetchEndpoint, {
        method: "POST",
        body,
        headers: headers as HeadersInit,
      });
      const text = await answer.text();
      if (fault.kind === "none") return response.writeHead(answer.status).end(text);
      if (fault.sentBytes === 0) return request.socket.destroy();
      response.writeHead(answer.status, { "content-length": Buffer.byteLength(text) });
      response.write(text.slice(0, fault.sentBytes), () => request.socket.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/sql`;
  });
  afterEach(() => expect(faults.splice(0)).toEqual([]));
  afterAll(async () => {
    proxy?.closeAllConnections();
    proxy?.close();
    await database?.close();
  });

  /** A cluster that is created over the good connection and opened over the bad one. */
  async function openBadly(timeoutMs?: number, onFailure?: (failure: DatabaseFailure) => void) {
    const good = await newCluster(harnessOn(database).open({ now: () => START_MS }));
    // The driver finds its endpoint by host and port, so the bad connection has its own.
    const through = new URL(database.endpoint.connectionString);
    through.port = new URL(proxyUrl).port;
    const stores = createPostgresStores({
      ...{ connectionString: through.href, fetchEndpoint: proxyUrl, now: () => START_MS, timeoutMs },
      ...(onFailure && { onFailure }),
    });
    const { clusterId, tokenHash } = good;
    requests = 0;
    return { good, stores, bad: stores.cluster({ via: "credential", clusterId, tokenHash }) };
  }

  for (const [how, fault] of Object.entries({ "before its first byte": ANSWER_LOST, "half-way": ANSWER_CUT })) {
    test(`a commit whose answer is lost ${how} was applied: it is found, and not repeated`, async () => {
      const { bad, good } = await openBadly();
      const commit = new Writer(bad).commitOf([{ key: "/pods/shop/a" }]);
      faults.push(fault);
      await expect(bad.commit(commit)).rejects.toThrow(CommitUnknownError);
      expect(await bad.findCommit(commit.commitId)).toBe(2);
      expect(await bad.commit(commit)).toEqual({ outcome: "applied", version: 2, compactedRevision: 0 });
      expect((await good.store.history({ afterRevision: 0, maxBytes: 1e6 }))!.log).toHaveLength(1);
      expect(requests).toBe(3);
    });
  }

  test("a commit that never arrived is not found, and cannot arrive later", async () => {
    const { bad, good } = await openBadly();
    const commit = new Writer(bad).commitOf([{ key: "/pods/shop/a" }]);
    faults.push({ kind: "request-lost" });
    await expect(bad.commit(commit)).rejects.toThrow(CommitUnknownError);
    expect(await bad.findCommit(commit.commitId)).toBeNull();
    expect(await good.store.commit(commit)).toMatchObject({ outcome: "conflict" });
    expect((await snapshotOf(good.store, null)).rows).toEqual([]);
  });

  test("when the connection breaks, all calls except a commit may be retried", async () => {
    const { bad, stores, good } = await openBadly();
    faults.push(ANSWER_LOST);
    await expect(bad.sync(null)).rejects.toThrow(StoreUnavailableError);
    faults.push(ANSWER_CUT);
    await expect(bad.sync(null)).rejects.toThrow(StoreUnavailableError);
    faults.push({ kind: "answer", status: 502, body: "Bad Gateway" });
    await expect(bad.history({ afterRevision: 0, maxBytes: 1 })).rejects.toThrow(StoreUnavailableError);
    faults.push({ kind: "request-lost" });
    await expect(stores.organization(good.tenant.keyHash).organization()).rejects.toThrow(StoreUnavailableError);
    faults.push({ kind: "request-lost" });
    expect(await stores.ping()).toBe(false);
    expect(await stores.ping()).toBe(true);
  });

  test("a refusal by the endpoint is distinguished from a lost answer", async () => {
    const { bad, good } = await openBadly();
    const commit = new Writer(bad).commitOf([{ key: "/pods/shop/a" }]);
    const answer = (status: number): Fault => ({
      kind: "answer",
      status,
      body: JSON.stringify({ message: "no", code: null }),
    });
    const expected: [Fault, new (...given: never[]) => Error, new (...given: never[]) => Error][] = [
      [answer(413), StoreSizeError, StoreSizeError],
      [answer(507), CommitUnknownError, StoreSizeError],
      [answer(429), StoreUnavailableError, StoreUnavailableError],
      [answer(401), StoreUnavailableError, StoreUnavailableError],
      [answer(403), StoreUnavailableError, StoreUnavailableError],
      [answer(404), StoreUnavailableError, StoreUnavailableError],
      [answer(400), CommitUnknownError, StoreUnavailableError],
      [answer(500), CommitUnknownError, StoreUnavailableError],
      [answer(503), CommitUnknownError, StoreUnavailableError],
      [refusal("54000"), StoreSizeError, StoreSizeError],
    ];
    for (const [fault, ofCommit, ofRead] of expected) {
      faults.push(fault);
      await expect(bad.commit(commit), JSON.stringify(fault)).rejects.toThrow(ofCommit);
      faults.push(fault);
      await expect(bad.sync(null), JSON.stringify(fault)).rejects.toThrow(ofRead);
    }
    expect((await snapshotOf(good.store, null)).rows).toEqual([]);
    expect((await bad.commit(commit)).outcome).toBe("applied");
  });

  test("a missing answer ends with a timeout", async () => {
    const { bad, stores, good } = await openBadly(200);
    faults.push({ kind: "silence" });
    await expect(bad.commit(new Writer(bad).commitOf([]))).rejects.toThrow(CommitUnknownError);
    faults.push({ kind: "silence" });
    await expect(bad.sync(null)).rejects.toThrow(StoreUnavailableError);
    faults.push({ kind: "silence" });
    await expect(stores.organization(good.tenant.keyHash).listApiKeys({ limit: 1 })).rejects.toThrow(
      StoreUnavailableError,
    );
  });

  test("a full disk has its own error, and failures of the database are logged without the sent values", async () => {
    const failures: DatabaseFailure[] = [];
    const { bad } = await openBadly(undefined, (failure) => failures.push(failure));
    faults.push(refusal("53100"));
    const commit = new Writer(bad).commitOf([{ key: "/secrets/shop/password", body: '{"secret":"s3cret"}' }]);
    await expect(bad.commit(commit)).rejects.toMatchObject({ name: "StoreUnavailableError", reason: "full" });
    faults.push(refusal("53300"));
    await expect(bad.sync(null)).rejects.toMatchObject({ reason: "overloaded" });
    faults.push({ kind: "request-lost" });
    await expect(bad.sync(null)).rejects.toMatchObject({ reason: "unreachable" });
    faults.push(refusal("42P01"));
    await expect(bad.sync(null), "a bug is logged where it is caught").rejects.toMatchObject({ code: "42P01" });
    expect(failures).toEqual([
      { operation: "commit", sqlState: "53100", message: "the database's disk is full" },
      { operation: "sync", sqlState: "53300", message: "the database refused for load" },
      { operation: "sync", sqlState: null, message: "the database did not answer" },
    ]);
  });

  test("SQLSTATE decides the type of an error", async () => {
    const { bad } = await openBadly();
    const commit = () => bad.commit(new Writer(bad).commitOf([]));
    for (const code of ["53300", "57014", "55P03"]) {
      faults.push(refusal(code));
      await expect(commit(), `${code}: rolled back`).rejects.toThrow(StoreUnavailableError);
    }
    for (const code of ["08006", "57P01", "XX000"]) {
      faults.push(refusal(code));
      await expect(commit(), `${code}: who knows`).rejects.toThrow(CommitUnknownError);
      faults.push(refusal(code));
      await expect(bad.sync(null)).rejects.toThrow(StoreUnavailableError);
    }
    faults.push({ kind: "answer", status: 504, body: "Gateway Timeout" });
    await expect(commit()).rejects.toThrow(CommitUnknownError);
    for (const code of ["42P01", "23514", "28P01"]) {
      faults.push(refusal(code));
      await expect(commit(), `${code}: a bug stays itself`).rejects.toMatchObject({ code, name: "NeonDbError" });
    }
  });

  test("a serialization failure or deadlock is retried a few times", async () => {
    const { bad } = await openBadly();
    faults.push(refusal("40001"), refusal("40P01"));
    expect(await new Writer(bad).write([{ key: "/pods/shop/a" }])).toMatchObject({ outcome: "applied" });
    expect(requests).toBe(3);
    for (let i = 0; i < MAX_SERIALIZATION_TRIES; i++) faults.push(refusal("40001"));
    await expect(bad.sync(null)).rejects.toThrow(StoreUnavailableError);
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
