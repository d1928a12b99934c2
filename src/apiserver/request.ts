/** Requests and outcomes of the API server. Pure data: the edge turns it into HTTP. */
import type { Need } from "../cluster/needs.ts";
import type { ObjectChange } from "../cluster/object-change.ts";
import type { RequestTransaction } from "../cluster/transaction.ts";
import type { User } from "../cluster/user.ts";
import type { JsonObject } from "../lib/json.ts";
import type { SigningKey } from "../lib/signing/jwt.ts";
import type { KubernetesObject } from "../schema/types.ts";
import type { RequestInfo, RequestTarget } from "./request-info.ts";
import type { ForwardPlan, LogPlan, SessionPlan } from "./streams.ts";

export type { User } from "../cluster/user.ts";

/** The sender of a request, as known before the cluster's state is read. */
export type RequestCaller =
  | { type: "user"; user: User }
  /** The bearer of a ServiceAccount's token, which the API server verifies itself. */
  | { type: "bearer"; token: string };

/** The part of a request that is known before its caller is authenticated and its body is read. */
export interface RequestHead extends RequestTarget {
  /** Parsed once, from method, path and query. */
  info: RequestInfo;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  requestId: string;
}

/** One request of the Kubernetes API. */
export interface ApiRequest extends RequestHead {
  /** The body: bytes of protobuf, else text; empty without a body. */
  body: string | Uint8Array;
  caller: RequestCaller;
  /** Cluster time minus this is the caller's time (ms). */
  offsetMs: number;
  /** The present in real time (ms), if the transaction's time may be behind it. Absent: the transaction's time. */
  receivedAtMs?: number;
  /** The newest revision known to be older than `keptSinceMs`; earlier revisions have expired. Absent if unknown. */
  keptRevision?: number;
}

export interface ApiResponse {
  status: number;
  headers: Record<string, string>;
  /** Text; with `isBytes` one character (code 0 to 255) for each byte. */
  body: string;
  isBytes?: true;
}

/** A change in the log, for watches. */
export interface LoggedChange extends Readonly<ObjectChange> {
  readonly revision: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The new stored state; for a deletion the last state. */
  readonly body: string;
  /** `body`, parsed. */
  readonly object: KubernetesObject;
}

/** A watch to open: the runtime delivers changes in order through `render`. */
export interface WatchPlan {
  /** `<group>/<plural>/` or `<group>/<plural>/<namespace>/`: changes of other keys are not of interest. */
  keyPrefix: string;
  /** Lines to send first (initial events, their bookmark). */
  initial: string[];
  /** Changes after this revision are delivered. */
  afterRevision: number;
  /**
   * The line(s) for one change (with selector transitions), or null when the watcher does not see it. `nowMs` is cluster
   * time, for the ages in tables. Call it in order, once per change: tables send their columns with the first row only.
   * `look` begins a transaction that is dropped, in which webhooks convert objects.
   */
  render(change: LoggedChange, nowMs: number, look?: () => RequestTransaction): string | null;
  /** Programs in pods convert the objects, so their code must be loaded. */
  needsPrograms: boolean;
  /**
   * For objects that are in no log: reads them again in a transaction that is dropped. It replaces the log, and is called
   * after the cluster has changed.
   */
  look?(tx: RequestTransaction): WatchNews;
  /** A BOOKMARK line, or null when the client did not ask for bookmarks. */
  bookmark(revision: number): string | null;
  /** The line that ends the watch when its revision is no longer there (410 Expired). */
  expired(oldestRevision: number): string;
  timeoutMs: number;
  contentType: string;
}

/** The result of a look at objects outside of the log. */
export interface WatchNews {
  lines: string;
  /** The objects can no longer be read: the watch ends. */
  isOver: boolean;
}

/** The additions of a cluster's custom resources to an OpenAPI document. */
export type CustomDocument =
  /** Additions to the index of version 3: hashes by path. */
  | { form: "index"; hashes: Readonly<Record<string, string>> }
  /** A separate document of version 3. It refers to schemas of metadata, which it does not contain. */
  | { form: "v3"; document: JsonObject; hash: string }
  /** Additions to the document of version 2; `protobuf` gives them as a message that can be appended. */
  | { form: "v2"; paths: JsonObject; definitions: JsonObject; hash: string; protobuf(): Uint8Array };

/** The number of requests with the same labels. */
export interface RequestCount {
  labels: Readonly<Record<string, string>>;
  value: number;
}

export type ProvidedAnswer =
  /** `stateAt`: objects in key order, or `expired`. */
  | readonly KubernetesObject[]
  | "expired"
  | { type: "signingKey"; key: SigningKey }
  /** Null: no such credential, or no longer. */
  | { type: "identity"; user: User | null }
  | { type: "requestCounts"; counts: readonly RequestCount[] }
  | { type: "newRevision" }
  | { type: "containers" | "document" };

/** Answers to needs, by `needKey`. */
export type Provided = ReadonlyMap<string, ProvidedAnswer>;

export type ApiOutcome =
  /**
   * An OpenAPI document that the caller may read: `name` is `v2`, `v3` or `v3/<path>` such as `v3/apis/apps/v1`.
   * `custom` has the additions of the cluster's own resources.
   */
  | { type: "openapi"; name: string; custom?: CustomDocument }
  | { type: "response"; response: ApiResponse }
  | { type: "watch"; watch: WatchPlan }
  | { type: "log"; log: LogPlan }
  | { type: "session"; session: SessionPlan }
  | { type: "forward"; forward: ForwardPlan }
  /** Run the request again, from the same state, with this provided. */
  | { type: "needs"; need: Need };
