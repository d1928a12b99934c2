/**
 * The way of a request through an isolate: sync (identity and changes), step, and commit if something changed. A read
 * with nothing due is one round trip to the store, everything else at most two.
 */

import { keptSinceMs } from "../apiserver/expiry.ts";
import { installDocument } from "../apiserver/openapi/built-in.ts";
import type {
  ApiOutcome,
  ApiRequest,
  ApiResponse,
  Provided,
  ProvidedAnswer,
  RequestHead,
  User,
  WatchPlan,
} from "../apiserver/request.ts";
import { withInfo } from "../apiserver/request-info.ts";
import { errorResponse } from "../apiserver/status.ts";
import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import { type Need, needKey } from "../cluster/needs.ts";
import { takeRevision } from "../control-plane/take-revision.ts";
import { ApiError } from "../lib/api-error.ts";
import { unreachable } from "../lib/assert.ts";
import { toHex } from "../lib/encoding.ts";
import { MAX_NEED_ROUNDS, MAX_REQUEST_BURST, MAX_REQUESTS_PER_SECOND } from "../lib/limits.ts";
import { sha256 } from "../lib/signing/sha256.ts";
import { inOnePart } from "../lib/work.ts";
import type { Caller, ClusterAccess, ClusterStore, Stores } from "../storage/store.ts";
import { type Advance, type AdvanceRequest, advanceCluster } from "./advance-cluster.ts";
import { Bases } from "./bases.ts";
import { secretHash } from "./cached-cluster.ts";
import { ANONYMOUS, requestCaller, type ShownSecret } from "./callers.ts";
import { type Clock, systemClock } from "./clock.ts";
import { ClusterCache } from "./cluster-cache.ts";
import { type ClusterContext, createClusterContext } from "./cluster-context.ts";
import { change, type ManyClustersQuery, type QueryOutcome, read, readMany } from "./cluster-queries.ts";
import type { ClusterChange, ClusterQuery, QueryContext, QueryResult } from "./cluster-visit.ts";
import { tooManyRequests } from "./commit-queue.ts";
import type { StreamContext } from "./container-stream.ts";
import type { Engine } from "./engine.ts";
import { type Forward, openForward } from "./forward.ts";
import { IsolateTurns } from "./isolate-turns.ts";
import { openLog } from "./log-stream.ts";
import { provide } from "./provide.ts";
import { type Budget, newBudget, type QueuedAnswer, queuedRequest, type RequestScope } from "./queued-request.ts";
import { type Rate, RateLimit } from "./rate-limit.ts";
import { readCopy } from "./read-copy.ts";
import { openSession, type Session } from "./session.ts";
import { asRefusal, failureOfRead } from "./unavailable.ts";
import { openWatch } from "./watch.ts";

export type { Forward, ForwardClient, ForwardedClient } from "./forward.ts";
export type { RequestScope } from "./queued-request.ts";
export type { Session, SessionConnection, SessionResult } from "./session.ts";

/** A request whose caller is not known yet. */
export interface IncomingRequest extends Omit<RequestHead, "info"> {
  shown: ShownSecret;
  /** Called at most once, and not before the caller is authenticated. Throws RequestEntityTooLarge. */
  readBody(): Promise<ApiRequest["body"]>;
}

export type KubernetesAnswer = Answered & {
  /**
   * How far the answer lies behind the present while the cluster catches up with overdue work; absent at the present.
   */
  behindMs?: number;
};

type Answered =
  | { type: "response"; response: ApiResponse }
  | Extract<ApiOutcome, { type: "openapi" }>
  | { type: "stream"; contentType: string; body: ReadableStream<Uint8Array> }
  /** A session in a container, to be run once the client's connection is open. */
  | { type: "session"; session: Session }
  | { type: "forward"; forward: Forward }
  /** The credential opens nothing here. */
  | { type: "unauthorized" };

export interface RuntimeOptions {
  stores: Stores;
  engine: Engine;
  clock?: Clock;
  /** The built-in OpenAPI document with this name (`v2`, `v3/apis/apps/v1`), or null. Default: no documents. */
  document?: (name: string) => Promise<string | null>;
  /** Bound of the cache in bytes; for tests. */
  maxCacheBytes?: number;
  /** Rate of each credential's requests; for tests. */
  rate?: Rate;
  /** Receives errors that stop a cluster's due work or a commit, for the log. */
  onHindrance?: (error: unknown, clusterId: string) => void;
}

type ParsedRequest = IncomingRequest & RequestHead;

/** Beyond any revision: the store checks the credential and returns no rows. */
const NO_REVISION = Number.MAX_SAFE_INTEGER;

const UNIDENTIFIED = { type: "unidentified" } as const;

const RATE: Rate = { burst: MAX_REQUEST_BURST, perSecond: MAX_REQUESTS_PER_SECOND };

/** The state that one request carries along. */
interface RequestContext {
  cluster: ClusterContext;
  access: ClusterAccess;
  store: ClusterStore;
  scope: RequestScope;
  /** The request's budget of overdue work, for all its passes through the queue. */
  budget: Budget;
}

export class Runtime {
  readonly #stores: Stores;
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #rateLimit: RateLimit;
  readonly #turns: IsolateTurns;
  readonly #loadDocument: (name: string) => Promise<void>;
  /** The cached clusters of this isolate. */
  readonly cache: ClusterCache;

  constructor(options: RuntimeOptions) {
    const { stores, engine, clock = systemClock, maxCacheBytes, rate = RATE, onHindrance = () => {} } = options;
    const { document = async () => null } = options;
    this.#rateLimit = new RateLimit(rate, clock);
    this.#turns = new IsolateTurns(clock);
    this.#stores = this.#turns.observe(stores);
    this.#engine = engine;
    this.#clock = clock;
    this.#loadDocument = async (name) => installDocument(name, await document(name));
    const shared = { bases: new Bases(), engine, clock, loadDocument: this.#loadDocument };
    this.cache = new ClusterCache(
      (id) => createClusterContext(id, { ...shared, stores: this.#stores, turns: this.#turns, onHindrance }),
      maxCacheBytes,
    );
  }

  /** Answers a request of the Kubernetes API. Refusals are responses; an exception is a bug. */
  async kubernetes(access: ClusterAccess, incoming: IncomingRequest, scope: RequestScope): Promise<KubernetesAnswer> {
    const request: ParsedRequest = withInfo(incoming);
    try {
      this.#rateLimit.spend(rateKey(access, request.shown));
      return await this.cache.use(access.clusterId, async (cluster) => {
        const store = this.#stores.cluster(access);
        const known = cluster.cached.loaded === null ? await this.#answerWithoutLoading(request, store) : null;
        const answer = known ?? (await this.#answer(request, { cluster, access, store, scope, budget: newBudget() }));
        if (answer.type !== "unauthorized") cluster.requests.add(request, statusOf(answer), cluster.cached.loaded);
        return answer;
      });
    } catch (error) {
      const refusal = asRefusal(error);
      if (!refusal) throw error;
      return { type: "response", response: errorResponse(refusal) };
    }
  }

  /** The answer to a request without a credential: version and health, else a refusal. It depends on no cluster. */
  anonymous(request: IncomingRequest): KubernetesAnswer {
    return this.#engine.answerWithoutObjects(withInfo(request), ANONYMOUS) ?? { type: "unauthorized" };
  }

  /** Queries a cluster, at the present if the budget reaches it; null when the access opens nothing. */
  read<R>(access: ClusterAccess, query: ClusterQuery<R>, scope: RequestScope): Promise<QueryResult<R> | null> {
    return read(access, query, this.#inspection(scope));
  }

  /** Lets real time pass; ends early when the client goes away. */
  pause(delayMs: number, { signal }: RequestScope): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(delayMs, end);
      signal?.addEventListener("abort", end, { once: true });
      function end(): void {
        cancel();
        signal?.removeEventListener("abort", end);
        resolve();
      }
    });
  }

  /** See `readMany` in cluster-queries.ts. */
  readMany<R>(inspection: ManyClustersQuery<R>, scope: RequestScope): Promise<Map<string, QueryOutcome<R>> | null> {
    return readMany(inspection, this.#inspection(scope));
  }

  /** Lets a cluster's time run ahead of real time: see `advanceCluster`. */
  advance(access: ClusterAccess, request: AdvanceRequest, scope: RequestScope): Promise<Advance | "another" | null> {
    return advanceCluster(access, request, this.#inspection(scope));
  }

  /** Changes a cluster in one commit, after all due work; null when the access is not valid. See `change`. */
  change<R>(access: ClusterAccess, task: ClusterChange<R>, scope: RequestScope): Promise<{ value: R } | null> {
    return change(access, task, this.#inspection(scope));
  }

  #inspection(scope: RequestScope): QueryContext {
    return { cache: this.cache, engine: this.#engine, clock: this.#clock, stores: this.#stores, scope };
  }

  /**
   * Forgets a deleted cluster and ends its watches in this isolate at once; other isolates find out at their next poll.
   */
  clusterDeleted(clusterId: string): void {
    const cluster = this.cache.peek(clusterId);
    if (!cluster) return;
    cluster.watches.endAll();
    this.cache.drop(cluster);
  }

  /** Ends the watches of a revoked credential in this isolate at once; other isolates find out at their next polls. */
  credentialRevoked(clusterId: string, credentialId: string): void {
    const isRevoked = (caller: Caller) => caller.type === "user" && caller.credentialId === credentialId;
    this.cache.peek(clusterId)?.watches.endAll((watcher) => isRevoked(watcher.caller));
  }

  /** Answers discovery, documents and the like without loading the cluster: the store only checks the credential. */
  async #answerWithoutLoading(request: ParsedRequest, store: ClusterStore): Promise<KubernetesAnswer | null> {
    const { shown } = request;
    const caller = shown.type === "secret" ? UNIDENTIFIED : ({ type: "bearer", token: shown.token } as const);
    const outcome = this.#engine.answerWithoutObjects(request, caller);
    if (!outcome) return null;
    const authentication = await store.history({ afterRevision: NO_REVISION, maxBytes: 1 });
    return authentication ? outcome : { type: "unauthorized" };
  }

  async #answer(request: ParsedRequest, context: RequestContext): Promise<KubernetesAnswer> {
    const { cluster } = context;
    const provided = new Map<string, ProvidedAnswer>();
    let body: ApiRequest["body"] | undefined;
    for (let round = 0; round < MAX_NEED_ROUNDS; round++) {
      const authentication = await this.#authenticate(request, context);
      if (authentication === null) return { type: "unauthorized" };
      const { offsetMs } = cluster.cached.snapshot.meta;
      const caller = requestCaller(authentication.caller, request.shown);
      if (caller === null) return { type: "unauthorized" };
      body ??= await request.readBody();
      const receivedAtMs = this.#clock.now();
      const keptRevision = cluster.cached.retention.revisionAt(keptSinceMs(receivedAtMs));
      const asked: ApiRequest = { ...request, body, caller, offsetMs, receivedAtMs, keptRevision };
      const carriedOut = await this.#carryOut(asked, provided, authentication.isAuthenticated, context);
      if (carriedOut.type === "unauthorized") return carriedOut;
      const { outcome, behindMs } = carriedOut;
      const delay = behindMs > 0 ? { behindMs } : {};
      if (outcome.type === "watch") return { ...this.#watch(outcome.watch, authentication.caller, context), ...delay };
      if (outcome.type === "log" || outcome.type === "session") {
        const stream = this.#streamContext(authentication.caller, context);
        const answer = outcome.type === "log" ? openLog(outcome.log, stream) : openSession(outcome.session, stream);
        return { ...answer, ...delay };
      }
      if (outcome.type === "forward") {
        return { ...openForward(outcome.forward, this.#streamContext(authentication.caller, context)), ...delay };
      }
      if (outcome.type !== "needs") return { ...outcome, ...delay };
      provided.set(needKey(outcome.need), await this.#provide(outcome.need, context));
    }
    throw new ApiError("InternalError", `a request asked for data more than ${MAX_NEED_ROUNDS} times`);
  }

  #provide(need: Need, context: RequestContext): Promise<ProvidedAnswer> {
    const { cached, requests } = context.cluster;
    const identify = (token: string) => this.#identify(token, context);
    const takeRevision = (after: number) => this.#takeRevision(after, context);
    const loadDocument = this.#loadDocument;
    const own = { snapshot: cached.snapshot, store: context.store, requests };
    return provide(need, { ...own, identify, loadDocument, takeRevision });
  }

  /** Throws what the commit throws. */
  async #takeRevision(after: number, { cluster, access, store, scope, budget }: RequestContext): Promise<void> {
    const task = (transaction: ClusterTransaction) => inOnePart(() => takeRevision(transaction, after));
    const queued = queuedRequest(access, null, { isAuthenticated: true, whenBehind: "postpone", task, budget });
    const answer = await cluster.queue.submit(queued, store, scope);
    if (answer.type === "failed") throw answer.error;
  }

  /** The user of another credential of the cluster; null when it is not valid. */
  async #identify(token: string, { access }: RequestContext): Promise<User | null> {
    const store = this.#stores.cluster({ via: "credential", clusterId: access.clusterId, tokenHash: hashOf(token) });
    const { meta } = this.cache.peek(access.clusterId)!.cached.snapshot;
    const authentication = await store.sync({ version: meta.version, revision: meta.revision });
    if (authentication.outcome === "unauthorized") return null;
    const caller = requestCaller(authentication.caller, { type: "secret" });
    return caller?.type === "user" ? caller.user : null;
  }

  /**
   * The caller; null when the credential is not valid. A sync confirms the credential of a read. Where a commit follows
   * anyway and this isolate remembers the caller, the commit confirms the credential: that saves a round trip.
   */
  async #authenticate(
    request: ParsedRequest,
    { cluster: { cached }, access, store }: RequestContext,
  ): Promise<{ caller: Caller; isAuthenticated: boolean } | null> {
    const remembered = cached.loaded === null ? "unknown" : cached.rememberedCaller(access);
    if (remembered !== "unknown") {
      if (cached.isDue || !this.#engine.isRead(request)) return { caller: remembered, isAuthenticated: false };
    }
    const authentication = await cached.sync(access, store);
    return authentication.outcome === "ok" ? { caller: authentication.caller, isAuthenticated: true } : null;
  }

  /** Reads answer from the copy when nothing is due; everything else goes through the commit queue. */
  async #carryOut(
    request: ApiRequest,
    provided: Provided,
    isAuthenticated: boolean,
    { cluster, access, store, scope, budget }: RequestContext,
  ): Promise<Extract<QueuedAnswer, { type: "outcome" | "unauthorized" }>> {
    const { cached, queue } = cluster;
    const isRead = this.#engine.isRead(request);
    if (isAuthenticated && isRead) {
      const context = { cached, engine: this.#engine, clock: this.#clock, turns: this.#turns };
      const outcome = await readCopy(context, request, provided);
      if (outcome) return { type: "outcome", outcome, behindMs: 0 };
    }
    const whenBehind = isRead ? "answer" : "postpone";
    const queued = queuedRequest(access, request, { isAuthenticated, provided, whenBehind, budget });
    const answer = await queue.submit(queued, store, scope);
    if (answer.type === "outcome") return answer;
    if (answer.type === "failed") throw isRead ? failureOfRead(answer.error) : answer.error;
    return { type: "unauthorized" };
  }

  #watch(plan: WatchPlan, caller: Caller, { cluster, access, store, scope }: RequestContext): KubernetesAnswer {
    if (cluster.watches.isFull) throw tooManyRequests();
    // The watch outlives its handler and needs the copy until it ends.
    const held = this.cache.hold(access.clusterId);
    const body = openWatch({
      plan,
      access,
      caller,
      store,
      scope,
      cached: cluster.cached,
      hub: cluster.watches,
      clock: this.#clock,
      look: () => {
        const transaction = this.#engine.begin(cluster.cached.snapshot);
        this.#engine.advance(transaction, this.#clock.now());
        return transaction;
      },
      onEnd: () => this.cache.release(held),
    });
    return { type: "stream", contentType: plan.contentType, body };
  }

  #streamContext(caller: Caller, context: RequestContext): StreamContext {
    const { cluster, access, store, scope } = context;
    const own = { engine: this.#engine, clock: this.#clock, cache: this.cache };
    return { ...own, cluster, access, caller, store, scope, provide: (need) => this.#provide(need, context) };
  }
}

/** Tokens are remembered by their hashes, because tokens are long and a client may send many forged ones. */
function hashOf(token: string): string {
  return toHex(sha256(new TextEncoder().encode(token)));
}

function statusOf(answer: Exclude<KubernetesAnswer, { type: "unauthorized" }>): number {
  return answer.type === "response" ? answer.response.status : 200;
}

/** The key of the rate limit: ServiceAccounts' tokens count separately, although they share one signing key. */
function rateKey(access: ClusterAccess, shown: ShownSecret): string {
  switch (shown.type) {
    case "secret":
      return secretHash(access);
    case "serviceAccountToken":
      return hashOf(shown.token);
    default:
      return unreachable(shown, "a shown secret");
  }
}
