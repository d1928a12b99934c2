/**
 * A watch of an aggregated API. The objects of its server are in no log of the cluster, so the server's list is read again
 * when the cluster has changed, and each difference to the list before is an event. An object that changed between the
 * client's list and its watch is ADDED.
 */
import type { RequestTransaction, Transaction } from "../cluster/transaction.ts";
import { textOfBytes } from "../lib/bytes.ts";
import { isJsonObject, type JsonObject, JsonSyntaxError, type JsonValue, parseJson } from "../lib/json.ts";
import { listOptions } from "./list-options.ts";
import type { ApiOutcome, ApiRequest, WatchNews } from "./request.ts";
import { watchTimeoutMs } from "./verbs/watch.ts";

/** Asks the server with this query. */
type Ask = (tx: Transaction, query: URLSearchParams) => ApiOutcome;

const OPTIONS_OF_WATCHES = [
  ...["watch", "resourceVersion", "resourceVersionMatch", "sendInitialEvents", "allowWatchBookmarks"],
  ...["timeoutSeconds", "limit", "continue"],
];

/** The watch, or the server's refusal to list. Throws Invalid or BadRequest. */
export function aggregatedWatch(tx: RequestTransaction, request: ApiRequest, ask: Ask): ApiOutcome {
  const options = listOptions(request.query, { isWatch: true });
  const query = new URLSearchParams(request.query);
  for (const name of OPTIONS_OF_WATCHES) query.delete(name);
  const first = ask(tx, query);
  const list = listOf(first);
  if (!list) return first;

  const differences = new Differences();
  const sendsInitial = options.sendInitialEvents ?? !options.resourceVersion;
  const initial = differences.events(list, sendsInitial ? 0 : (options.resourceVersion ?? 0));
  if (sendsInitial && options.allowWatchBookmarks && request.query.has("sendInitialEvents")) {
    initial.push(endOfInitialEvents(list));
  }
  return {
    type: "watch",
    watch: {
      ...{ keyPrefix: "", initial, afterRevision: tx.revision, needsPrograms: true },
      ...{ render: () => null, bookmark: () => null, expired: () => "" },
      look(later): WatchNews {
        const next = listOf(ask(later, query));
        return next ? { lines: differences.events(next).join(""), isOver: false } : { lines: "", isOver: true };
      },
      timeoutMs: watchTimeoutMs(options, request.requestId),
      contentType: "application/json",
    },
  };
}

function listOf(outcome: ApiOutcome): JsonObject | undefined {
  if (outcome.type !== "response" || outcome.response.status !== 200) return undefined;
  const { body, isBytes } = outcome.response;
  try {
    const list = parseJson(isBytes ? textOfBytes(body) : body);
    return isJsonObject(list) && (Array.isArray(list["items"]) || Array.isArray(list["rows"])) ? list : undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** An object of a list, or a row of a table. */
interface Entry {
  shown: JsonObject;
  resourceVersion: string;
}

/** Compares each list with the one before. */
class Differences {
  #known = new Map<string, Entry>();
  /** Tables send their columns with the first row only. */
  #sentColumns = false;

  /** @param sinceVersion Objects of the first list up to this version are not news. */
  events(list: JsonObject, sinceVersion = 0): string[] {
    const entries = entriesOf(list);
    const isFirst = sinceVersion > 0 && this.#known.size === 0;
    const lines = [...this.#known]
      .filter(([uid]) => !entries.has(uid))
      .map(([, entry]) => this.#line("DELETED", list, entry));
    const changed = [...entries].filter(([uid, { resourceVersion }]) => {
      if (isFirst) return Number(resourceVersion) > sinceVersion;
      return this.#known.get(uid)?.resourceVersion !== resourceVersion;
    });
    changed.sort(([, a], [, b]) => Number(a.resourceVersion) - Number(b.resourceVersion));
    for (const [uid, entry] of changed)
      lines.push(this.#line(this.#known.has(uid) ? "MODIFIED" : "ADDED", list, entry));
    this.#known = entries;
    return lines;
  }

  #line(type: string, list: JsonObject, { shown, resourceVersion }: Entry): string {
    const { kind = "", apiVersion = "" } = list;
    if (!isTable(list)) {
      const named = { kind: String(kind).replace(/List$/, ""), apiVersion, ...shown };
      return `${JSON.stringify({ type, object: named })}\n`;
    }
    const columnDefinitions = this.#sentColumns ? null : (list["columnDefinitions"] ?? null);
    this.#sentColumns = true;
    const table = { kind, apiVersion, metadata: { resourceVersion }, columnDefinitions, rows: [shown] };
    return `${JSON.stringify({ type, object: table })}\n`;
  }
}

function isTable(list: JsonObject): boolean {
  return Array.isArray(list["rows"]);
}

/** The entries by uid. */
function entriesOf(list: JsonObject): Map<string, Entry> {
  const all = (isTable(list) ? list["rows"] : list["items"]) as readonly JsonValue[];
  return new Map(
    all.filter(isJsonObject).map((shown) => {
      const { uid, resourceVersion } = metadataOf(isTable(list) ? shown["object"] : shown);
      return [String(uid ?? ""), { shown, resourceVersion: String(resourceVersion ?? "") }];
    }),
  );
}

function metadataOf(object: JsonValue | undefined): JsonObject {
  const metadata = isJsonObject(object) ? object["metadata"] : undefined;
  return isJsonObject(metadata) ? metadata : {};
}

function endOfInitialEvents(list: JsonObject): string {
  const { resourceVersion = "" } = metadataOf(list);
  const kind = String(list["kind"] ?? "").replace(/List$/, "");
  const metadata = { resourceVersion, annotations: { "k8s.io/initial-events-end": "true" } };
  const object = { kind, apiVersion: list["apiVersion"] ?? "", metadata };
  return `${JSON.stringify({ type: "BOOKMARK", object })}\n`;
}
