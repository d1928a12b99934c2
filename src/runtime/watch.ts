/**
 * One open watch as a stream. It owns a cursor into the change log and renders all later changes in order: from memory,
 * or from the store where memory does not reach back far enough. A slow client's cursor stays behind; nothing is
 * buffered.
 */
import { keptSinceMs } from "../apiserver/expiry.ts";
import type { LoggedChange, WatchPlan } from "../apiserver/request.ts";
import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import type { ObjectKey } from "../kinds/kind.ts";
import {
  HISTORY_PAGE_BYTES,
  MAX_WATCH_MS,
  WATCH_BOOKMARK_MS,
  WATCH_BUFFER_BYTES,
  WATCH_KEEPALIVE_MS,
  WATCH_LAST_BOOKMARK_MS,
  WATCH_POLL_MS,
} from "../lib/limits.ts";
import { parseObject } from "../schema/parse-object.ts";
import type { Caller, ClusterAccess, ClusterStore, LogRow } from "../storage/store.ts";
import type { CachedCluster } from "./cached-cluster.ts";
import type { Clock } from "./clock.ts";
import { loadContainers, type PastState, stateAt } from "./provide.ts";
import type { RequestScope } from "./queued-request.ts";
import type { Watcher, WatchHub } from "./watch-hub.ts";

export interface WatchOptions {
  plan: WatchPlan;
  access: ClusterAccess;
  /** Ends the watch when the caller's credential is revoked. */
  caller: Caller;
  store: ClusterStore;
  scope: RequestScope;
  cached: CachedCluster;
  hub: WatchHub;
  clock: Clock;
  /** Begins a transaction at the present that is dropped. */
  look(): ClusterTransaction;
  /** Called once when the watch is over. */
  onEnd(): void;
}

/** The stream of a watch: lines in the log's order, each once. */
export function openWatch(options: WatchOptions): ReadableStream<Uint8Array> {
  const watch = new Watch(options);
  options.scope.signal?.addEventListener("abort", () => watch.finish());
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) => watch.pull(controller),
      cancel: () => watch.finish(),
    },
    { highWaterMark: WATCH_BUFFER_BYTES, size: (chunk) => chunk.byteLength },
  );
}

/** JSON allows blanks before a value, so clients that read line by line parse the next line as usual. */
const KEEPALIVE = " ";

class Watch implements Watcher {
  readonly access: ClusterAccess;
  readonly caller: Caller;
  readonly scope: RequestScope;
  readonly pollMs = WATCH_POLL_MS;
  authenticatedAtMs: number;
  readonly #options: WatchOptions;
  readonly #encoder = new TextEncoder();
  readonly #deadlineMs: number;
  #bookmarkAtMs: number;
  #keepaliveAtMs: number;
  /** Everything up to this revision was delivered. */
  #cursor: number;
  #initial: string[];
  /** The state at the cursor while the log is read from the store: it gives the objects before each change. */
  #past: PastState | null = null;
  #hasBegun = false;
  /** The version of the cluster at the last look at objects outside of the log, and when the next one is allowed. */
  #seenVersion = -1;
  #lookAtMs = 0;
  /** No more lines will come. */
  #ended = false;
  #finished = false;

  constructor(options: WatchOptions) {
    const { plan, access, caller, scope, clock, hub } = options;
    const now = clock.now();
    this.#options = options;
    this.access = access;
    this.caller = caller;
    this.scope = scope;
    this.authenticatedAtMs = now;
    this.#deadlineMs = now + Math.min(plan.timeoutMs, MAX_WATCH_MS);
    this.#bookmarkAtMs = nextBookmarkMs(now, this.#deadlineMs);
    this.#keepaliveAtMs = now + WATCH_KEEPALIVE_MS;
    this.#cursor = plan.afterRevision;
    this.#initial = plan.initial;
    hub.join(this);
  }

  end(): void {
    this.#ended = true;
  }

  /** Leaves the hub: the stream is closed or no longer read. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#ended = true;
    this.#options.hub.leave(this);
    this.#options.onEnd();
  }

  /** Called when the client has room: enqueues the next lines as soon as there are any. */
  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const { hub, clock } = this.#options;
    try {
      while (!this.#finished) {
        const lines = await this.#next();
        if (this.#finished) return;
        if (lines !== "") {
          this.#keepaliveAtMs = clock.now() + WATCH_KEEPALIVE_MS;
          return controller.enqueue(this.#encoder.encode(lines));
        }
        if (this.#ended) break;
        await hub.wait(this, Math.min(this.#deadlineMs, this.#bookmarkAtMs, this.#keepaliveAtMs));
      }
    } catch (error) {
      console.error(JSON.stringify({ level: "error", message: "a watch ended early", error: String(error) }));
    }
    if (this.#finished) return;
    this.finish();
    controller.close();
  }

  /** The next lines; empty when nothing new happened. */
  async #next(): Promise<string> {
    const { clock, plan, cached } = this.#options;
    if (this.#initial.length > 0) return takeLines(this.#initial);
    if (this.#ended) return "";
    if (plan.needsPrograms) await loadContainers();
    const now = clock.now();
    const { meta } = cached.snapshot;
    if (!plan.look && this.#cursor < meta.compactedRevision) return this.#expire();

    const lines = plan.look ? this.#look(plan.look, now) : await this.#renderLog();
    if (lines !== "") return lines;
    if (now >= this.#deadlineMs) this.#ended = true;
    if (now >= this.#bookmarkAtMs) {
      this.#bookmarkAtMs = nextBookmarkMs(now, this.#deadlineMs);
      return plan.bookmark(this.#cursor) ?? KEEPALIVE;
    }
    return now >= this.#keepaliveAtMs && !this.#ended ? KEEPALIVE : "";
  }

  /** Looks again at objects outside of the log if the cluster has changed, at most as often as the watches poll. */
  #look(look: NonNullable<WatchPlan["look"]>, now: number): string {
    const { version } = this.#options.cached.snapshot.meta;
    if (version === this.#seenVersion || now < this.#lookAtMs) return "";
    this.#seenVersion = version;
    this.#lookAtMs = now + WATCH_POLL_MS;
    const { lines, isOver } = look(this.#options.look());
    if (isOver) this.#ended = true;
    return lines;
  }

  async #renderLog(): Promise<string> {
    const { recent, meta } = this.#options.cached.snapshot;
    const changes = recent.since(this.#cursor);
    return changes ? this.#renderRecent(changes, meta.revision) : await this.#renderStored();
  }

  #renderRecent(changes: readonly LoggedChange[], newestRevision: number): string {
    this.#past = null;
    this.#hasBegun = true;
    let lines = "";
    for (const change of changes) {
      lines += this.#render(change);
      this.#cursor = change.revision;
      if (lines.length > WATCH_BUFFER_BYTES) return lines;
    }
    this.#cursor = Math.max(this.#cursor, newestRevision);
    return lines;
  }

  /**
   * Renders a page of the log from the store. Selectors need the object before each change, so the past state is
   * updated.
   */
  async #renderStored(): Promise<string> {
    const { plan, store, cached, clock } = this.#options;
    const { keyPrefix } = plan;
    const known = cached.snapshot.meta.revision;
    if (!this.#past) {
      // Versions expire only for a watch that begins. A watch that has begun may be slow.
      const begins = this.#cursor === plan.afterRevision && !this.#hasBegun;
      const expiry = begins ? { keptSinceMs: keptSinceMs(clock.now()) } : {};
      const past = await stateAt({ revision: this.#cursor, keyPrefix, ...expiry }, cached.snapshot, store);
      if (past === "expired") return this.#expire();
      this.#hasBegun = true;
      this.#past = past;
    }
    const page = await store.history({ afterRevision: this.#cursor, maxBytes: HISTORY_PAGE_BYTES, keyPrefix });
    if (!page) {
      this.#ended = true;
      return "";
    }
    if (page.compactedRevision > this.#cursor) return this.#expire();
    let lines = "";
    for (const row of page.log) {
      lines += this.#render(historic(row, this.#past));
      this.#cursor = row.revision;
    }
    if (!page.more) this.#cursor = Math.max(this.#cursor, known);
    return lines;
  }

  #render(change: LoggedChange): string {
    const { plan, cached } = this.#options;
    if (!change.key.startsWith(plan.keyPrefix)) return "";
    return plan.render(change, cached.clusterNowMs(), this.#options.look) ?? "";
  }

  #expire(): string {
    this.#ended = true;
    return this.#options.plan.expired(this.#options.cached.snapshot.meta.compactedRevision);
  }
}

/** A log row as a change of the past state, which it updates. */
function historic(row: LogRow, state: PastState): LoggedChange {
  const key = row.key as ObjectKey;
  const object = parseObject(row.body);
  const before = state.get(key);
  const after = row.type === "DELETED" ? undefined : object;
  if (after) state.set(key, after);
  else state.delete(key);
  return { key, revision: row.revision, type: row.type, body: row.body, object, before, after };
}

/** Takes lines from the front: at least one, up to the size of a buffer. */
function takeLines(lines: string[]): string {
  let taken = "";
  let count = 0;
  while (count < lines.length && taken.length < WATCH_BUFFER_BYTES) taken += lines[count++];
  lines.splice(0, count);
  return taken;
}

/**
 * Bookmarks come regularly and shortly before the end, so that a client that reconnects has little to catch up with.
 */
function nextBookmarkMs(nowMs: number, deadlineMs: number): number {
  const regularMs = nowMs + WATCH_BOOKMARK_MS;
  const lastMs = deadlineMs - WATCH_LAST_BOOKMARK_MS;
  return lastMs > nowMs ? Math.min(regularMs, lastMs) : regularMs;
}
