/**
 * `get --watch`: a list, and then the events of a watch. State that survives a restart: the position in the watch, and
 * the columns of the table with their widths.
 * Source: k8s.io/kubectl pkg/cmd/get/get.go (`watch`)
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import { AS_TABLE } from "../../core/client.ts";
import type { Call } from "../../core/command.ts";
import { pathOf, shownName } from "../../core/discovery.ts";
import { metadataOf, nameOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { Failure, type Steps } from "../../core/session.ts";
import type { Target } from "../../core/targets.ts";
import type { ObjectPrinter } from "../../printers/print.ts";
import { columnWidths, printColumns, tableRows } from "../../printers/table.ts";
import { compactJson } from "../../printers/yaml.ts";
import { fetchAll, selectionOf } from "./fetch.ts";
import { sorted, tableOptions } from "./tables.ts";

const LONGEST_EVENT = "MODIFIED".length;

interface Event {
  type: string;
  /** The row, or the object. */
  shown: JsonObject;
}

interface WatchState {
  target: Target;
  /** The position in the watch; null before its first event. */
  cursor: JsonValue;
  /** The columns of the table. */
  columns: JsonValue;
  widths: number[];
  hasPrinted: boolean;
  /** By `--request-timeout`. */
  endsAtMs?: number;
}

/** Goes on with a watch that has begun; undefined if none has. */
export function resumedWatch(call: Call, print: ObjectPrinter | undefined): Steps<number> | undefined {
  const { resume } = call.session;
  return isJsonObject(resume) ? follow(call, resume as unknown as WatchState, print, []) : undefined;
}

export function* watch(call: Call, targets: readonly Target[], print: ObjectPrinter | undefined): Steps<number> {
  const { session, flags } = call;
  const [target] = targets;
  if (!target || new Set(targets.map(({ resource }) => resource)).size > 1) {
    throw new Failure("error: you may only specify a single resource type");
  }
  if (flags.text("sort-by") !== "" && flags.is("watch")) {
    session.warn("warning: --watch requested, --sort-by will be ignored for watch events received\n");
  }
  const limitMs = flags.text("request-timeout") === "0" ? 0 : flags.duration("request-timeout");
  const { columns, objects } = yield* look(call, target, !print && flags.text("output") !== "name");
  const isBounded = limitMs > 0 ? { endsAtMs: session.startedAtMs + limitMs } : {};
  const state: WatchState = { target, cursor: null, columns, widths: [], hasPrinted: false, ...isBounded };
  if (!flags.is("watch-only")) {
    const added = objects.map((shown) => ({ type: "ADDED", shown }));
    show(call, added, print, state);
  }
  return yield* follow(call, state, print, objects);
}

/** Prints the next events. `listed` are the objects that were printed before the watch began. */
function* follow(
  call: Call,
  state: WatchState,
  print: ObjectPrinter | undefined,
  listed: readonly JsonObject[],
): Steps<number> {
  const { client, flags } = call;
  const { target, cursor, endsAtMs } = state;
  const isTable = !print && flags.text("output") !== "name";
  const path = pathOf(target.resource, target.namespace);
  const named = target.name === undefined ? {} : { fieldSelector: `metadata.name=${target.name}` };
  const query = { ...selectionOf(call), ...named };
  const isBounded = endsAtMs === undefined ? {} : { untilMs: endsAtMs };
  const accept = isTable ? AS_TABLE : "application/json";
  const piece = yield* client.watch(path, { cursor, query, accept, ...isBounded });
  if (!piece) return 0;
  const events = piece.events.flatMap((event) => eventsIn(event, isTable, state));
  show(call, cursor === null ? sinceListed(events, listed, isTable) : events, print, state);
  if (piece.cursor === undefined) return 0;
  yield { type: "restart", state: { ...state, cursor: piece.cursor } as unknown as JsonValue };
  return 0;
}

/** The objects now: rows of a table, or whole objects. */
function* look(call: Call, target: Target, isTable: boolean): Steps<{ columns: JsonValue; objects: JsonObject[] }> {
  const rows = isTable ? "rows" : "items";
  const answer = yield* fetchAll(call, target, isTable ? AS_TABLE : "application/json", rows);
  const columns = answer["columnDefinitions"] ?? [];
  if (isTable) return { columns, objects: objectsIn(sorted(call, answer)[rows]) };
  if (target.name !== undefined) return { columns, objects: [answer] };
  const type = { apiVersion: answer["apiVersion"] ?? "", kind: String(answer["kind"]).replace(/List$/, "") };
  return { columns, objects: objectsIn(answer[rows]).map((one) => ({ ...type, ...one })) };
}

/** An event of the server has an object, or a table of rows, whose columns come with the first one. */
function eventsIn({ type, object }: JsonObject, isTable: boolean, state: WatchState): Event[] {
  const shown = objectIn(object);
  if (!isTable) return [{ type: String(type), shown }];
  if (Array.isArray(shown["columnDefinitions"])) state.columns = shown["columnDefinitions"];
  return objectsIn(shown["rows"]).map((row) => ({ type: String(type), shown: row }));
}

/** A watch begins with all objects. Objects that were listed are no news, unless they have changed in between. */
function sinceListed(events: readonly Event[], listed: readonly JsonObject[], isTable: boolean): Event[] {
  const idOf = (shown: JsonObject) => metadataOf(isTable ? objectIn(shown["object"]) : shown);
  const known = new Map(listed.map((shown) => [idOf(shown)["uid"], shown]));
  const news: Event[] = [];
  for (const event of events) {
    const { uid, resourceVersion } = idOf(event.shown);
    const before = known.get(uid);
    known.delete(uid);
    if (!before) news.push(event);
    else if (idOf(before)["resourceVersion"] !== resourceVersion) news.push({ ...event, type: "MODIFIED" });
  }
  return [...[...known.values()].map((shown) => ({ type: "DELETED", shown })), ...news];
}

function show(call: Call, events: readonly Event[], print: ObjectPrinter | undefined, state: WatchState): void {
  if (events.length === 0) return;
  if (print || call.flags.text("output") === "name") printObjects(call, events, print, state);
  else printRows(call, events, state);
}

function printRows(call: Call, events: readonly Event[], state: WatchState): void {
  const { session, flags } = call;
  const options = tableOptions(call, state.target.resource, flags.is("show-kind"));
  const hasHeaders = options.hasHeaders && !state.hasPrinted;
  const table = { columnDefinitions: state.columns, rows: events.map(({ shown }) => shown) };
  const rows = tableRows(table, { ...options, hasHeaders });
  const types = [...(hasHeaders ? ["EVENT"] : []), ...events.map(({ type }) => type.padEnd(LONGEST_EVENT))];
  const lines = flags.is("output-watch-events") ? rows.map((row, i) => [types[i]!, ...row]) : rows;
  state.widths = columnWidths(lines, state.widths);
  state.hasPrinted = true;
  session.print(printColumns(lines, state.widths));
}

function printObjects(
  { session, flags }: Call,
  events: readonly Event[],
  print: ObjectPrinter | undefined,
  state: WatchState,
): void {
  const output = flags.text("output").toLowerCase();
  for (const { type, shown } of events) {
    const isYaml = output === "yaml" && state.hasPrinted;
    state.hasPrinted = true;
    if (isYaml) session.print("---\n");
    if (flags.is("output-watch-events") && output === "json") {
      session.print(`{"type":"${type}","object":${compactJson(shown)}}\n`);
    } else {
      session.print(print ? print(shown) : `${shownName(state.target.resource, nameOf(shown))}\n`);
    }
  }
}
