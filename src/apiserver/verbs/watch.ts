/**
 * WATCH: the changes of a collection after a revision. An object that begins to match the selector is ADDED; an object
 * that no longer matches is DELETED.
 */

import type { RequestTransaction } from "../../cluster/transaction.ts";
import { apiVersion, type KindDefinition, type ObjectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import { escapeHtml } from "../../lib/canonical-json.ts";
import { DEFAULT_WATCH_MS, MAX_WATCH_MS } from "../../lib/limits.ts";
import { hash32 } from "../../lib/prng.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import type { VerbContext } from "../context.ts";
import { oldestRevision } from "../expiry.ts";
import { type ListOptions, listOptions } from "../list-options.ts";
import type { ApiOutcome, LoggedChange } from "../request.ts";
import { presentAtRead } from "../respond.ts";
import { aliveOnly, type Selection, selectionOf } from "../selection.ts";
import { refusalStatusOf } from "../status.ts";
import { partialObject, tableOf } from "../tables.ts";
import { shiftTimes } from "../time-edge.ts";

type EventType = LoggedChange["type"];

export function watch(context: VerbContext): ApiOutcome {
  const { tx, kind, info, request } = context;
  const selection = namedSelection(context, selectionOf(kind, request.query));
  const options = listOptions(request.query, { isWatch: true });
  const { resourceVersion } = options;
  const startsNow = resourceVersion === undefined || resourceVersion === 0;
  const oldest = oldestRevision(tx, request);
  if (!startsNow && resourceVersion < oldest) return expiredOutcome(kind, resourceVersion, oldest);

  const sendsInitial = options.sendInitialEvents ?? startsNow;
  const renderer = new EventRenderer(context);
  const namespace = info.namespace || undefined;
  return {
    type: "watch",
    watch: {
      keyPrefix: `${resourceId(kind)}/${namespace === undefined || !kind.namespaced ? "" : `${namespace}/`}`,
      initial: sendsInitial
        ? initialEvents(context, aliveOnly(kind, selection, context.tx.nowMs), options, renderer)
        : [],
      afterRevision: startsNow || sendsInitial ? tx.revision : resourceVersion,
      render(change, nowMs, look) {
        renderer.look = look;
        return renderChange(change, nowMs, selection, renderer);
      },
      needsPrograms: kind.custom?.withConversion !== undefined,
      bookmark: (revision) => (options.allowWatchBookmarks ? renderer.bookmark(revision) : null),
      expired: (oldest) => expiredLine(kind, resourceVersion ?? tx.revision, oldest),
      timeoutMs: watchTimeoutMs(options, request.requestId),
      contentType: "application/json",
    },
  };
}

/** The deprecated paths below `/watch/` name one object. */
function namedSelection({ info, request }: VerbContext, selection: Selection): Selection {
  if (!info.isNamed) return selection;
  if (request.query.get("fieldSelector") && selection.name !== info.name) {
    throw new ApiError("BadRequest", "fieldSelector metadata.name doesn't match requested name");
  }
  return {
    ...selection,
    selectsAll: false,
    isByNameOnly: selection.isByNameOnly || selection.selectsAll,
    name: info.name,
    matches: (object, kindNow) => object.metadata.name === info.name && selection.matches(object, kindNow),
  };
}

/**
 * The watch's timeout. The default is random between 30 and 60 minutes, so that clients do not all reconnect at once. A
 * negative timeout ends the watch at once.
 */
export function watchTimeoutMs(options: ListOptions, requestId: string): number {
  const asked = options.timeoutSeconds;
  if (asked) return Math.max(0, Math.min(asked * 1000, MAX_WATCH_MS));
  return Math.min(DEFAULT_WATCH_MS + (hash32(requestId) % DEFAULT_WATCH_MS), MAX_WATCH_MS);
}

function initialEvents(
  context: VerbContext,
  selection: Selection,
  options: ListOptions,
  renderer: EventRenderer,
): string[] {
  const { tx, kind, info } = context;
  const lines: string[] = [];
  const keys = tx.keys(resourceId(kind), (kind.namespaced && info.namespace) || undefined);
  if (selection.readsOwnFields) kind.codec?.prefetch?.(keys.map((key) => tx.getByKey(key)!));
  for (const key of keys) {
    if (selection.name !== undefined && parseKey(key).name !== selection.name) continue;
    if (!selection.selectsAll && !selection.matches(tx.getByKey(key)!)) continue;
    lines.push(renderer.stored("ADDED", key));
  }
  const announcesEnd = options.sendInitialEvents === true && options.allowWatchBookmarks;
  if (announcesEnd) lines.push(renderer.bookmark(tx.revision, { "k8s.io/initial-events-end": "true" }));
  return lines;
}

function renderChange(
  change: LoggedChange,
  nowMs: number,
  selection: Selection,
  renderer: EventRenderer,
): string | null {
  if (selection.selectsAll) return renderer.changed(change.type, change, nowMs);
  if (selection.name !== undefined && parseKey(change.key).name !== selection.name) return null;
  if (selection.isByNameOnly) return renderer.changed(change.type, change, nowMs);
  const { before, after } = change;
  return renderer.orError(() => {
    const kind = selection.readsOwnFields ? renderer.kindNow() : undefined;
    const matchedBefore = before !== undefined && selection.matches(before, kind);
    const matchesNow = after !== undefined && selection.matches(after, kind);
    if (matchesNow) return renderer.changed(matchedBefore ? "MODIFIED" : "ADDED", change, nowMs);
    return matchedBefore ? renderer.changed("DELETED", change, nowMs) : null;
  });
}

/** Writes events as lines of JSON, in the form that the client asked for. */
class EventRenderer {
  readonly #context: VerbContext;
  /** Tables send their columns with the first row only. */
  #sentColumns = false;
  /** Begins a transaction for webhooks; the request's own is over when changes are rendered. */
  look: (() => RequestTransaction) | undefined;

  constructor(context: VerbContext) {
    this.#context = context;
  }

  /** The event of a currently stored object. */
  stored(type: EventType, key: ObjectKey): string {
    const { tx } = this.#context;
    if (this.#passesBodies) return line(type, tx.bodyOf(key)!);
    return this.#object(type, tx.getByKey(key)!, tx.nowMs);
  }

  changed(type: EventType, change: LoggedChange, nowMs: number): string {
    if (type !== "DELETED") {
      return this.#passesBodies ? line(type, change.body) : this.#object(type, change.object, nowMs);
    }
    // The last state that the watcher could see, with the version of the change that hid the object.
    const last = change.before ?? change.object;
    const metadata = { ...last.metadata, resourceVersion: String(change.revision) };
    return this.#object(type, { ...last, metadata }, nowMs);
  }

  bookmark(revision: number, annotations?: Record<string, string>): string {
    const { kind, representation } = this.#context;
    const metadata = { resourceVersion: String(revision), ...(annotations && { annotations }) };
    const named =
      representation.form === "object"
        ? { kind: kind.kind, apiVersion: apiVersion(kind), metadata }
        : { ...partialObject({ kind: "", apiVersion: "", metadata }, { representation, offsetMs: 0 }) };
    if (representation.form !== "table") return line("BOOKMARK", JSON.stringify(named));
    const table = { kind: "Table", apiVersion: named.apiVersion, metadata: { resourceVersion: String(revision) } };
    return line(
      "BOOKMARK",
      JSON.stringify({ ...table, columnDefinitions: null, rows: [{ cells: [], object: named }] }),
    );
  }

  get #passesBodies(): boolean {
    const { representation, request, kind } = this.#context;
    return representation.form === "object" && request.offsetMs === 0 && !kind.presentAtRead;
  }

  /** The kind whose webhook can be called now. */
  kindNow(): KindDefinition {
    const { kind } = this.#context;
    if (!this.look || !kind.custom?.withConversion) return kind;
    return this.look().kinds.byPath(kind.group, kind.version, kind.plural) ?? kind;
  }

  /** The line that `render` returns, or the event of the refusal that it throws. */
  orError<T>(render: () => T): T | string {
    try {
      return render();
    } catch (error) {
      if (error instanceof ApiError) return line("ERROR", JSON.stringify(refusalStatusOf(error)));
      throw error;
    }
  }

  #object(type: EventType, storedObject: KubernetesObject, nowMs: number): string {
    const kind = this.kindNow();
    return this.orError(() => this.#shown(type, kind, presentAtRead(kind, storedObject, nowMs), nowMs));
  }

  #shown(type: EventType, kind: KindDefinition, object: KubernetesObject, nowMs: number): string {
    const { representation, request } = this.#context;
    const options = { representation, nowMs, offsetMs: request.offsetMs };
    switch (representation.form) {
      case "object":
        return line(type, JSON.stringify(shiftTimes(kind.schema, object, -request.offsetMs)));
      case "partial":
        return line(type, JSON.stringify(partialObject(object, options)));
      case "table": {
        const withColumns = !this.#sentColumns;
        this.#sentColumns = true;
        const { resourceVersion } = object.metadata;
        return line(type, JSON.stringify(tableOf(kind, [object], { resourceVersion }, { ...options, withColumns })));
      }
    }
  }
}

function line(type: EventType | "BOOKMARK" | "ERROR", object: string): string {
  return `{"type":"${type}","object":${escapeHtml(object)}}\n`;
}

/** The event for an expired version. Kubernetes watches Events without its cache, so their message differs. */
function expiredLine(kind: KindDefinition, asked: number, oldest: number): string {
  const why = kind.isExpired
    ? "The resourceVersion for the provided watch is too old."
    : `too old resource version: ${asked} (${oldest})`;
  const status = refusalStatusOf(new ApiError("Expired", why));
  return line("ERROR", JSON.stringify(status));
}

/** Clients expect the refusal as an ERROR event, after which the watch ends. */
function expiredOutcome(kind: KindDefinition, asked: number, oldest: number): ApiOutcome {
  return {
    type: "response",
    response: {
      status: 200,
      headers: { "content-type": "application/json", "cache-control": "no-cache, private" },
      body: expiredLine(kind, asked, oldest),
    },
  };
}
