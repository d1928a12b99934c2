/** Several isolates over one store, like several Workers over one database. */
import { admit, validateAdmission } from "../../src/apiserver/admission/index.ts";
import { answerWithoutObjects, handleInParts, isRead } from "../../src/apiserver/handle.ts";
import type { ClusterTransaction } from "../../src/cluster/cluster-transaction.ts";
import { ControllerManager } from "../../src/control-plane/controller-manager.ts";
import type { Controller } from "../../src/controllers/controller.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { resourceId } from "../../src/kinds/kind.ts";
import { newCluster } from "../../src/platform/clusters.ts";
import { sha256Hex } from "../../src/platform/secrets.ts";
import type { Engine, ObjectlessOutcome } from "../../src/runtime/engine.ts";
import { type KubernetesAnswer, Runtime } from "../../src/runtime/runtime.ts";
import { createMemoryStores } from "../../src/storage/memory/stores.ts";
import type { ClusterAccess, ClusterStore, Stores } from "../../src/storage/store.ts";
import { ManualClock } from "./manual-clock.ts";

/** Writes `data.seen` into ConfigMaps with `data.after`: milliseconds after their creation. */
const echo: Controller = {
  name: "echo",
  manager: "echo",
  latencyMs: 1,
  watches: [{ resource: resourceId(configMapKind), map: (change) => [change.key] }],
  reconcile(tx, key, nowMs) {
    const configMap = tx.getByKey(key) as { metadata: { creationTimestamp: string }; data?: Record<string, string> };
    const after = configMap?.data?.["after"];
    if (after === undefined || configMap.data?.["seen"] !== undefined) return;
    const dueAtMs = Date.parse(configMap.metadata.creationTimestamp) + Number(after);
    if (nowMs < dueAtMs) return dueAtMs;
    tx.update(configMapKind, configMap as never, (draft) => {
      draft.data = { ...draft.data, seen: String(nowMs) };
    });
  },
};

const engine = new ControllerManager([echo], { admit, validateAdmission });

export const testEngine: Engine = {
  answerWithoutObjects: (request, caller) => answerWithoutObjects(request, caller) as ObjectlessOutcome | undefined,
  isRead,
  begin: (snapshot) => engine.begin(snapshot),
  advance: (tx, nowMs) => engine.advance(tx, nowMs + tx.writeSet.offsetMs),
  advanceInParts: (tx, nowMs, limits) => engine.advanceInParts(tx, nowMs + tx.writeSet.offsetMs, limits),
  advanceTimeInParts: (tx, deltaMs) => engine.advanceTimeInParts(tx, deltaMs),
  postponeOverdue: (tx, nowMs) => engine.postponeOverdue(tx, nowMs + tx.writeSet.offsetMs),
  *handleInParts(tx, request, provided) {
    const outcome = yield* handleInParts(tx, request, provided);
    yield* tx.flushInParts();
    return outcome;
  },
};

/** Each write of the controller is charged with this number of additional units of work. */
export function costlyEngine(work: number): typeof testEngine {
  const costly: Controller = {
    ...echo,
    reconcile(tx, key, nowMs) {
      const { writeSet } = tx as ClusterTransaction;
      const before = writeSet.pendingCount;
      const againAtMs = echo.reconcile(tx, key, nowMs);
      if (writeSet.pendingCount > before) writeSet.work += work;
      return againAtMs;
    },
  };
  return engineOf([costly]);
}

/** Throws at each ConfigMap with `data.breaks`. */
export const faultyEngine: typeof testEngine = (() => {
  const faulty: Controller = {
    ...echo,
    name: "faulty",
    reconcile(tx, key) {
      const configMap = tx.getByKey(key) as { data?: Record<string, string> } | undefined;
      if (configMap?.data?.["breaks"] !== undefined) throw new TypeError("a planted mistake");
    },
  };
  return engineOf([echo, faulty]);
})();

export function engineOf(controllers: readonly Controller[]): typeof testEngine {
  const engine = new ControllerManager(controllers, { admit, validateAdmission });
  return {
    ...testEngine,
    begin: (snapshot) => engine.begin(snapshot),
    advanceInParts: (tx, nowMs, limits) => engine.advanceInParts(tx, nowMs + tx.writeSet.offsetMs, limits),
    advanceTimeInParts: (tx, deltaMs) => engine.advanceTimeInParts(tx, deltaMs),
  };
}

/** Errors that production only logs are failures here, unless a test causes them. */
function rethrow(error: unknown): never {
  throw error;
}

const KEY_HASH = "a".repeat(64);

export interface WorldOptions {
  /** Intercepts all calls of a cluster's store to count, delay or fail them. */
  tamper?: (store: ClusterStore) => ClusterStore;
  engine?: typeof testEngine;
  onHindrance?: (error: unknown) => void;
}

/** One database with one organization and one cluster. */
export class Sandbox {
  readonly clock = new ManualClock();
  readonly roundTrips: string[] = [];
  readonly stores: Stores;
  clusterId = "";
  access!: ClusterAccess;

  private constructor() {
    this.stores = createMemoryStores({
      now: () => this.clock.now(),
      onRoundTrip: (operation) => this.roundTrips.push(operation),
    });
  }

  static async create(): Promise<Sandbox> {
    const sandbox = new Sandbox();
    const createdAtMs = sandbox.clock.now();
    const key = { id: "key-1", name: "key", prefix: "sbk_", createdAtMs, keyHash: KEY_HASH };
    await sandbox.stores.admin().createOrganization({ id: "org-1", name: "school", createdAtMs }, key, null);
    const cluster = newCluster({ seed: "seed" }, { caCertificate: null, now: () => createdAtMs });
    await sandbox.organization.createCluster(cluster, null);
    sandbox.clusterId = cluster.id;
    sandbox.access = await sandbox.credential("admin");
    sandbox.roundTrips.length = 0;
    return sandbox;
  }

  get organization() {
    return this.stores.organization(KEY_HASH);
  }

  /** A credential of an administrator with this name. */
  async credential(user: string): Promise<ClusterAccess> {
    const tokenHash = sha256Hex(user);
    const row = { id: `cred-${user}`, clusterId: this.clusterId, user, groups: ["system:masters"] };
    const times = { createdAtMs: this.clock.now(), expiresAtMs: null };
    await this.organization.createCredential({ ...row, ...times, tokenHash }, null);
    return { via: "credential", clusterId: this.clusterId, tokenHash };
  }

  isolate({ tamper = (store) => store, engine = testEngine, onHindrance = rethrow }: WorldOptions = {}): Isolate {
    const stores: Stores = { ...this.stores, cluster: (access) => tamper(this.stores.cluster(access)) };
    const runtime = new Runtime({ stores, engine, clock: this.clock, onHindrance });
    return new Isolate(this.access, runtime);
  }

  /** Round trips of what `work` does. */
  async count<T>(work: () => Promise<T>): Promise<{ result: T; roundTrips: string[] }> {
    const before = this.roundTrips.length;
    const result = await work();
    return { result, roundTrips: this.roundTrips.slice(before) };
  }
}

export interface Answer {
  status: number;
  body: {
    kind?: string;
    reason?: string;
    message?: string;
    details?: { retryAfterSeconds?: number };
    metadata: { name?: string; resourceVersion: string; uid?: string };
    spec?: { replicas?: number };
    data?: Record<string, string>;
    items: { metadata: { name: string; resourceVersion: string } }[];
  };
}

interface SendOptions {
  access?: ClusterAccess;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

let requests = 0;

export class Isolate {
  readonly #access: ClusterAccess;
  readonly runtime: Runtime;

  /** `access` is the default credential of requests. */
  constructor(access: ClusterAccess, runtime: Runtime) {
    this.#access = access;
    this.runtime = runtime;
  }

  /** Sends a request without waiting for time to pass. */
  send(method: string, target: string, body?: unknown, options: SendOptions = {}) {
    const { pathname, searchParams } = new URL(target, "https://sandbar.test");
    const headers = { ...(body !== undefined && { "content-type": contentType(method) }), ...options.headers };
    return this.runtime.kubernetes(
      options.access ?? this.#access,
      {
        ...{ method, path: pathname, query: searchParams, headers },
        readBody: async () => (body === undefined ? "" : JSON.stringify(body)),
        requestId: `request-${++requests}`,
        shown: { type: "secret" },
      },
      { waitUntil: () => {}, ...(options.signal && { signal: options.signal }) },
    );
  }

  async request(method: string, target: string, body?: unknown, options?: SendOptions): Promise<Answer> {
    const answer = await this.send(method, target, body, options);
    if (answer.type === "unauthorized") return { status: 401, body: {} as Answer["body"] };
    if (answer.type !== "response") throw new Error(`${method} ${target} was answered with a ${answer.type}`);
    const { status, body: text } = answer.response;
    return { status, body: JSON.parse(text || "null") as Answer["body"] };
  }

  createConfigMap(name: string, data: Record<string, string> = {}): Promise<Answer> {
    return this.request("POST", CONFIG_MAPS, configMap(name, data));
  }

  async watch(query: string, options: { access?: ClusterAccess; signal?: AbortSignal } = {}): Promise<WatchReader> {
    return new WatchReader(await this.send("GET", `${CONFIG_MAPS}?watch=true&${query}`, undefined, options));
  }
}

export const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

export function configMap(name: string, data: Record<string, string> = {}) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
}

function contentType(method: string): string {
  return method === "PATCH" ? "application/merge-patch+json" : "application/json";
}

export interface WatchEvent {
  type: string;
  name: string;
  revision: number;
  code?: number;
}

/** Reads a watch like a client, line by line, as fast as possible. */
export class WatchReader {
  readonly events: WatchEvent[] = [];
  ended = false;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(answer: KubernetesAnswer) {
    if (answer.type !== "stream") {
      throw new Error(`no watch but ${answer.type === "response" ? answer.response.body : answer.type}`);
    }
    this.#reader = answer.body.getReader();
    void this.#read();
  }

  /** `ADDED a`, in order, without bookmarks. */
  get seen(): string[] {
    return this.events.filter(({ type }) => type !== "BOOKMARK").map(({ type, name }) => `${type} ${name}`);
  }

  get lastRevision(): number {
    return this.events.at(-1)?.revision ?? 0;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop()!;
      for (const line of lines) this.events.push(readEvent(line));
    }
    this.ended = true;
  }
}

function readEvent(line: string): WatchEvent {
  const { type, object } = JSON.parse(line) as {
    type: string;
    object: { code?: number; metadata: { name: string; resourceVersion: string } };
  };
  const { name, resourceVersion } = object.metadata;
  return { type, name, revision: Number(resourceVersion), ...(object.code !== undefined && { code: object.code }) };
}
