/**
 * The control plane with every kind and controller. Each request is checked: no 5xx, no exception, no more than a
 * counted amount of work, and no change by a request that was refused, only reads, or is a dry run.
 */

import { isProtobuf } from "../../src/apiserver/body.ts";
import { installDocument } from "../../src/apiserver/openapi/built-in.ts";
import type { ApiOutcome, ApiRequest, ProvidedAnswer, User, WatchPlan } from "../../src/apiserver/request.ts";
import { withInfo } from "../../src/apiserver/request-info.ts";
import { buildBase } from "../../src/cluster/base/index.ts";
import type { ClusterTransaction } from "../../src/cluster/cluster-transaction.ts";
import { type Need, needKey } from "../../src/cluster/needs.ts";
import type { ClusterSettings } from "../../src/cluster/settings.ts";
import type { CommittedWrites } from "../../src/cluster/snapshot.ts";
import { Snapshot } from "../../src/cluster/snapshot.ts";
import { advance, begin, handleRequest } from "../../src/control-plane/index.ts";
import { parseJson } from "../../src/lib/json.ts";
import { installAllSoftware } from "../support/software.ts";

installAllSoftware();

const START_MS = Date.parse("2026-01-01T00:00:00Z");
/** Time between two requests: enough for controllers to act on the one before. */
const PAUSE_MS = 700;
/** Object reads that one request may cost, besides a few for each existing object. */
const READS_PER_REQUEST = 2_000;
const READS_PER_OBJECT = 40;
const MAX_NEED_ROUNDS = 8;
/** Commits of full size that the due work of one request may need within the pause. */
const MAX_COMMITS = 8;

export const ADMIN: User = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

/** One request as plain data, so that a finding can be shown, sent again and kept. */
export interface FuzzRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers?: Record<string, string>;
  body?: string;
  user?: User;
}

export interface Verdict {
  status: number;
  body: string;
  problems: string[];
}

const settings: ClusterSettings = {
  nodes: [{ name: "node-1" }, { name: "node-2" }],
  latency: "instant",
  unknownImages: "run",
  caCertificate: "CA",
};
const base = buildBase(settings);

function freshWorld(): Snapshot {
  const meta = {
    ...{ id: "fuzzed", version: 1, revision: base.objects.length, compactedRevision: 0 },
    ...{ timeMs: START_MS, offsetMs: 0, nextDueAtMs: null, baseId: base.id, seed: "seed", createdAtMs: START_MS },
    ...{ counters: '{"random":0}', settings: JSON.stringify(settings) },
  };
  return Snapshot.load(meta, base, []);
}

/**
 * A real API server answers 500 to some wrong requests, with its plain error and no reason (as recorded: `failed to
 * create typed patch object`). A bug has a reason or is thrown. 501 is the answer for features that do not exist, 504
 * the answer for an unreachable webhook or a time limit.
 */
function isDeliberate(status: number, body: string): boolean {
  if (status === 501 || status === 504) return true;
  return status === 500 && !/^reason:|"reason":"InternalError"/m.test(body);
}

export class FuzzCluster {
  readonly snapshot = freshWorld();
  readonly #commits: CommittedWrites[] = [];
  #nowMs = START_MS;

  /** Another cluster in the same state. */
  cached(): FuzzCluster {
    const cached = new FuzzCluster();
    for (const commit of this.#commits) cached.#adopt(commit);
    cached.#nowMs = this.#nowMs;
    return cached;
  }

  /** The current text of an object. */
  body(key: string): string | undefined {
    return begin(this.snapshot).bodyOf(key as Parameters<ClusterTransaction["bodyOf"]>[0]);
  }

  send(request: FuzzRequest): Verdict {
    const problems: string[] = [];
    this.#nowMs += PAUSE_MS;
    try {
      this.#advance();
    } catch (error) {
      return { status: 0, body: "", problems: [`the simulation threw: ${stackOf(error)}`] };
    }
    const tx = begin(this.snapshot);
    advance(tx, this.#nowMs);
    const reads = countReads(tx);
    try {
      const answer = this.#answer(tx, request, problems);
      this.#judge(tx, request, answer, reads.count, problems);
      return { ...answer, problems };
    } catch (error) {
      return { status: 0, body: "", problems: [`threw: ${stackOf(error)}`] };
    }
  }

  /** Runs the due work of controllers, in as many commits as necessary. */
  #advance(): void {
    for (let commits = 0; commits < MAX_COMMITS; commits++) {
      const tx = begin(this.snapshot);
      const { complete } = advance(tx, this.#nowMs);
      this.#commit(tx);
      if (complete) return;
    }
    throw new Error(`what is due is not done after ${MAX_COMMITS} commits`);
  }

  #answer(tx: ClusterTransaction, request: FuzzRequest, problems: string[]): { status: number; body: string } {
    const apiRequest = toApiRequest(request);
    const provided = new Map<string, ProvidedAnswer>();
    for (let round = 0; round < MAX_NEED_ROUNDS; round++) {
      const outcome: ApiOutcome = handleRequest(tx, apiRequest, provided);
      switch (outcome.type) {
        case "response":
          return outcome.response;
        case "openapi":
          return { status: 200, body: "" };
        case "watch":
          this.#readWatch(outcome.watch, problems);
          return { status: 200, body: "" };
        case "log":
        case "session":
        case "forward":
          return { status: 200, body: "" };
        case "needs":
          provided.set(needKey(outcome.need), answerTo(outcome.need));
      }
    }
    problems.push("it never stops asking for things");
    return { status: 200, body: "" };
  }

  /** The events that the watch would have delivered for all past changes. */
  #readWatch(plan: WatchPlan, problems: string[]): void {
    for (const change of this.snapshot.recent.since(base.objects.length) ?? []) {
      if (!change.key.startsWith(plan.keyPrefix)) continue;
      parseLines(plan.render(change, this.#nowMs) ?? "", problems);
    }
    for (const line of [...plan.initial, plan.bookmark(5) ?? "", plan.expired(5)]) parseLines(line, problems);
  }

  #judge(
    tx: ClusterTransaction,
    request: FuzzRequest,
    { status, body }: { status: number; body: string },
    reads: number,
    problems: string[],
  ): void {
    const isProxied = /\/proxy(\/|\?|$)/.test(request.target);
    if (status >= 500 && !isProxied && !isDeliberate(status, body))
      problems.push(`status ${status}: ${body.slice(0, 400)}`);
    if (status < 200) problems.push(`status ${status}`);
    const allowed = READS_PER_REQUEST + READS_PER_OBJECT * [...this.snapshot.entries()].length;
    if (reads > allowed) problems.push(`${reads} looks at objects, where ${allowed} are enough`);
    const difference = tx.writeSet.difference();
    // The program behind a proxy decides about its answer, and each request may change its pod.
    const mayWrite = isProxied || (status < 400 && isWrite(request));
    if (difference && !mayWrite) {
      problems.push(`a ${status} to ${request.method} changed ${difference.rows.map(({ key }) => key).join(", ")}`);
    }
    for (const change of difference?.log ?? []) if (!isJson(change.body)) problems.push(`${change.key} is no JSON`);
    if (mayWrite) this.#commit(tx);
  }

  #commit(tx: ClusterTransaction): void {
    if (!tx.writeSet.difference()) return;
    this.#adopt(tx.writeSet.committed());
  }

  #adopt(commit: CommittedWrites): void {
    this.#commits.push(commit);
    this.snapshot.adopt(commit);
  }
}

/** No past states, no other credentials, and the same signing key for every cluster. */
function answerTo(need: Need): ProvidedAnswer {
  switch (need.type) {
    case "stateAt":
      return "expired";
    case "signingKey":
      return { type: "signingKey", key: { keyId: "fuzz.0123456789ABCDEFGHIJKLMNO", privateKey: "1".repeat(64) } };
    case "identity":
      return { type: "identity", user: null };
    case "newRevision":
      return { type: "newRevision" };
    case "requestCounts":
      return { type: "requestCounts", counts: [] };
    case "containers":
      installAllSoftware();
      return { type: "containers" };
    case "document":
      installDocument(need.name, null);
      return { type: "document" };
    case "images":
      throw new Error("an organization without images has no repositories");
  }
}

function toApiRequest({ method, target, headers = {}, body = "", user = ADMIN }: FuzzRequest): ApiRequest {
  const url = new URL(target, "http://server");
  const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  // A protobuf body has one character per byte here.
  const sent = isProtobuf(lowerCase["content-type"]) ? new Uint8Array(Buffer.from(body, "latin1")) : body;
  return {
    ...withInfo({ method, path: url.pathname, query: url.searchParams }),
    ...{ body: sent, requestId: "request-1", offsetMs: 0 },
    caller: { type: "user", user },
    headers: { "user-agent": "fuzzer/v1", accept: "application/json", ...lowerCase },
  };
}

/** Whether the request may change state. The body of a DELETE overrides its query, dry run included. */
function isWrite({ method, target, body = "" }: FuzzRequest): boolean {
  const isDryRun = new URL(target, "http://server").searchParams.has("dryRun");
  const mayBeDry = method !== "DELETE" || body === "";
  return !(isDryRun && mayBeDry) && ["POST", "PUT", "PATCH", "DELETE"].includes(method);
}

function countReads(tx: ClusterTransaction): { count: number } {
  const reads = { count: 0 };
  const { writeSet } = tx;
  const object = writeSet.object.bind(writeSet);
  writeSet.object = (key) => {
    reads.count++;
    return object(key);
  };
  return reads;
}

function parseLines(lines: string, problems: string[]): void {
  for (const line of lines.split("\n")) {
    if (line !== "" && !isJson(line)) problems.push(`a line of a watch is no JSON: ${line.slice(0, 200)}`);
  }
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
