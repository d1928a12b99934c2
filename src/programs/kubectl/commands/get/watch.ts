/**
 * `get --watch`: the objects are read again each second. State that survives a restart: the version and the last row of
 * each object, and the widths of the columns.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import { AS_TABLE, ServerError } from "../../core/client.ts";
import type { Call } from "../../core/command.ts";
import { shownName } from "../../core/discovery.ts";
import { metadataOf, nameOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { Failure, type Steps } from "../../core/session.ts";
import type { Target } from "../../core/targets.ts";
import type { ObjectPrinter } from "../../printers/print.ts";
import { columnWidths, printColumns, tableRows } from "../../printers/table.ts";
import { compactJson } from "../../printers/yaml.ts";
import { fetchAll } from "./fetch.ts";
import { sorted, tableOptions } from "./tables.ts";

const POLL_MS = 1_000;

const LONGEST_EVENT = "MODIFIED".length;

type EventType = "ADDED" | "MODIFIED" | "DELETED";

/** An object as one poll saw it. */
interface Seen {
  version: string;
  /** The row, or the object. */
  shown: JsonObject;
}

interface WatchState {
  seen: Record<string, Seen>;
  widths: number[];
  startedMs: number;
  hasPrinted: boolean;
}

interface News {
  type: EventType;
  shown: JsonObject;
}

export function* watch(call: Call, targets: readonly Target[], print: ObjectPrinter | undefined): Steps<number> {
  const { session, flags } = call;
  const [target] = targets;
  if (!target || new Set(targets.map(({ resource }) => resource)).size > 1) {
    throw new Failure("error: you may only specify a single resource type");
  }
  const before = isJsonObject(session.resume) ? (session.resume as unknown as WatchState) : undefined;
  const startedMs = before?.startedMs ?? session.nowMs;
  const isTable = !print && flags.text("output") !== "name";
  if (!before && flags.text("sort-by") !== "" && flags.is("watch")) {
    session.warn("warning: --watch requested, --sort-by will be ignored for watch events received\n");
  }
  const { table, seen } = yield* look(call, target, isTable);
  const news = newsOf(seen, before?.seen, flags.is("watch-only"));
  const state: WatchState = { seen, widths: before?.widths ?? [], startedMs, hasPrinted: before?.hasPrinted ?? false };
  if (isTable) printRows(call, target, table, news, state);
  else printObjects(call, target, news, print, state);
  const limitMs = flags.text("request-timeout") === "0" ? 0 : flags.duration("request-timeout");
  if (limitMs > 0 && session.nowMs + POLL_MS >= startedMs + limitMs) {
    yield { type: "sleep", ms: Math.max(0, startedMs + limitMs - session.nowMs) };
    return 0;
  }
  yield { type: "sleep", ms: POLL_MS };
  yield { type: "restart", state: state as unknown as JsonValue };
  return 0;
}

/** The objects now: rows of a table, or whole objects. */
function* look(call: Call, target: Target, isTable: boolean): Steps<{ table: JsonObject; seen: Record<string, Seen> }> {
  try {
    const rows = isTable ? "rows" : "items";
    const answer = yield* fetchAll(call, target, isTable ? AS_TABLE : "application/json", rows);
    const table = isTable && !call.session.resume ? sorted(call, answer) : answer;
    const isSingle = !isTable && target.name !== undefined;
    const type = { apiVersion: answer["apiVersion"] ?? "", kind: String(answer["kind"]).replace(/List$/, "") };
    const all = isSingle ? [answer] : objectsIn(table[rows]).map((one) => (isTable ? one : { ...type, ...one }));
    const seen = all.map((shown) => {
      const metadata = metadataOf(isTable ? objectIn(shown["object"]) : shown);
      const version = String(metadata["resourceVersion"] ?? "");
      return [String(metadata["uid"] ?? metadata["name"] ?? ""), { version, shown }] as const;
    });
    return { table, seen: Object.fromEntries(seen) };
  } catch (error) {
    const isGone = error instanceof ServerError && error.reason === "NotFound";
    if (isGone && call.session.resume) return { table: {}, seen: {} };
    throw error;
  }
}

function newsOf(now: Record<string, Seen>, before: Record<string, Seen> | undefined, isWatchOnly: boolean): News[] {
  const news = Object.entries(now).flatMap(([uid, { version, shown }]): News[] => {
    if (!before) return isWatchOnly ? [] : [{ type: "ADDED", shown }];
    const known = before[uid];
    if (!known) return [{ type: "ADDED", shown }];
    return known.version === version ? [] : [{ type: "MODIFIED", shown }];
  });
  const gone = Object.entries(before ?? {}).filter(([uid]) => !now[uid]);
  return [...news, ...gone.map(([, { shown }]): News => ({ type: "DELETED", shown }))];
}

function printRows(call: Call, target: Target, table: JsonObject, news: readonly News[], state: WatchState): void {
  const { session, flags } = call;
  if (news.length === 0) return;
  const options = tableOptions(call, target.resource, flags.is("show-kind"));
  const showsEvents = flags.is("output-watch-events");
  const hasHeaders = options.hasHeaders && !state.hasPrinted;
  const rows = tableRows({ ...table, rows: news.map(({ shown }) => shown) }, { ...options, hasHeaders });
  const events = [...(hasHeaders ? ["EVENT"] : []), ...news.map(({ type }) => type.padEnd(LONGEST_EVENT))];
  const lines = showsEvents ? rows.map((row, i) => [events[i]!, ...row]) : rows;
  state.widths = columnWidths(lines, state.widths);
  state.hasPrinted = true;
  session.print(printColumns(lines, state.widths));
}

function printObjects(
  call: Call,
  { resource }: Target,
  news: readonly News[],
  print: ObjectPrinter | undefined,
  state: WatchState,
): void {
  const { session, flags } = call;
  const output = flags.text("output").toLowerCase();
  for (const { type, shown } of news) {
    const isYaml = output === "yaml" && state.hasPrinted;
    state.hasPrinted = true;
    if (isYaml) session.print("---\n");
    if (flags.is("output-watch-events") && output === "json") {
      session.print(`{"type":"${type}","object":${compactJson(shown)}}\n`);
    } else {
      session.print(print ? print(shown) : `${shownName(resource, nameOf(shown))}\n`);
    }
  }
}
