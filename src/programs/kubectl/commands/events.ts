/**
 * `kubectl events`
 * Source: k8s.io/kubectl pkg/cmd/events/events.go, event_printer.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { ALL_NAMESPACES, type Call, type Command, PRINT } from "../core/command.ts";
import type { Resource } from "../core/discovery.ts";
import { goSort } from "../core/go-sort.ts";
import { metadataOf, nameOf, namespaceOf } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { Failure, type Steps } from "../core/session.ts";
import { intervalText } from "../describe/events.ts";
import { textAt } from "../describe/fields.ts";
import { type ObjectPrinter, objectPrinter } from "../printers/print.ts";
import { columnWidths, printColumns } from "../printers/table.ts";
import { structText } from "../printers/yaml.ts";

export const events: Command = {
  words: ["events"],
  flags: [
    ...PRINT,
    ALL_NAMESPACES,
    { name: "watch", short: "w", type: "bool" },
    { name: "for", type: "string" },
    { name: "types", type: "list" },
    { name: "no-headers", type: "bool" },
    { name: "chunk-size", type: "int", default: "500" },
  ],
  *run(call) {
    const { session, flags, target } = call;
    const fieldSelector = yield* selectorOf(call);
    const print = printerOf(call);
    const types = flags.list("types").map((type) => type.toLowerCase());
    if (types.some((type) => type !== "normal" && type !== "warning")) {
      throw new Failure("error: valid --types are Normal or Warning");
    }
    const isWanted = (event: JsonObject) => types.length === 0 || types.includes(textAt(event, "type").toLowerCase());
    if (flags.is("watch")) return yield* follow(call, isWanted, fieldSelector);
    const all = yield* listed(call, fieldSelector);
    const shown = all.filter(isWanted);
    if (shown.length === 0) {
      session.warn(
        flags.is("all-namespaces") ? "No events found.\n" : `No events found in ${target.namespace} namespace.\n`,
      );
      return 0;
    }
    const sorted = goSort([...shown], (a, b) => timeOf(a) < timeOf(b));
    if (print) session.print(print({ kind: "EventList", apiVersion: "v1", metadata: {}, items: sorted }));
    // kubectl prints no names of a list of events.
    else if (flags.text("output") !== "name")
      session.print(printColumns([...headers(call), ...sorted.map((event) => rowOf(call, event))]));
    return 0;
  },
};

const FORMATS =
  "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml";

/** Undefined for the table and for names. Throws Failure. */
function printerOf({ flags, session }: Call): ObjectPrinter | undefined {
  const output = flags.text("output");
  if (output.toLowerCase() === "json" && !flags.is("show-managed-fields"))
    return (object) => structText(ordered(object));
  if (output !== "wide") return objectPrinter(flags, session, FORMATS);
  throw new Failure(
    `error: unable to match a printer suitable for the output format "wide", allowed formats are: ${FORMATS}`,
  );
}

/** Fields in the order of Go's struct. */
function ordered(object: JsonObject): JsonObject {
  const items = object["items"];
  if (Array.isArray(items)) return { ...object, items: items.filter(isJsonObject).map(ordered) };
  const inOrder = (value: JsonObject, order: readonly string[]) =>
    Object.fromEntries(
      [...new Set([...order, ...Object.keys(value)])].flatMap((key) =>
        value[key] === undefined || key === "managedFields" ? [] : [[key, value[key]]],
      ),
    );
  const metadata = inOrder(metadataOf(object), METADATA_ORDER);
  const involvedObject = inOrder(objectIn(object["involvedObject"]), REFERENCE_ORDER);
  return inOrder({ ...object, metadata, involvedObject }, EVENT_ORDER);
}

const EVENT_ORDER = [
  "kind",
  "apiVersion",
  "metadata",
  "involvedObject",
  "reason",
  "message",
  "source",
  "firstTimestamp",
  "lastTimestamp",
  "count",
  "type",
  "eventTime",
  "series",
  "action",
  "related",
  "reportingComponent",
  "reportingInstance",
];
const METADATA_ORDER = ["name", "generateName", "namespace", "uid", "resourceVersion", "creationTimestamp", "labels"];
const REFERENCE_ORDER = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];

/** The field selector of `--for TYPE/NAME`. Throws Failure. */
function* selectorOf(call: Call): Steps<string> {
  const wanted = call.flags.text("for");
  if (wanted === "") return "";
  const parts = wanted.split("/");
  if (parts.length === 1) throw new Failure("error: --for must be in resource/name form");
  if (parts.length > 2) throw new Failure("error: arguments in resource/name form may not have more than one slash");
  const [type = "", name = ""] = parts;
  const resources = yield* call.resources();
  const resource = resources.find(type);
  if (!resource) throw new Failure(`the server doesn't have a resource type ${JSON.stringify(type)}`);
  return name === "" ? "" : selectorFor(resource, name);
}

function selectorFor({ group, version, kind }: Resource, name: string): string {
  const apiVersion = group === "" ? version : `${group}/${version}`;
  return `involvedObject.kind=${kind},involvedObject.apiVersion=${apiVersion},involvedObject.name=${name}`;
}

function pathOf({ flags, target }: Call): string {
  return flags.is("all-namespaces") ? "/api/v1/events" : `/api/v1/namespaces/${target.namespace}/events`;
}

function* listed(call: Call, fieldSelector: string): Steps<JsonObject[]> {
  const { client } = call;
  const query = { limit: "500", ...(fieldSelector !== "" && { fieldSelector }) };
  const items: JsonObject[] = [];
  for (let from: string | undefined; ; ) {
    const page = yield* client.json(pathOf(call), {
      query: { ...query, ...(from !== undefined && { continue: from }) },
    });
    items.push(...objectsIn(page["items"]).map((item) => ({ apiVersion: "v1", kind: "Event", ...item })));
    const next = objectIn(page["metadata"])["continue"];
    if (typeof next !== "string" || next === "") return items;
    from = next;
  }
}

function timeOf(event: JsonObject): number {
  const time = textAt(event, "series.lastObservedTime") || textAt(event, "lastTimestamp") || textAt(event, "eventTime");
  return time === "" ? 0 : Date.parse(time);
}

function headers({ flags }: Call): string[][] {
  if (flags.is("no-headers")) return [];
  const columns = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
  return [flags.is("all-namespaces") ? ["NAMESPACE", ...columns] : columns];
}

function rowOf({ flags, session }: Call, event: JsonObject): string[] {
  const about = `${textAt(event, "involvedObject.kind")}/${textAt(event, "involvedObject.name")}`;
  const cells = [textAt(event, "type"), textAt(event, "reason"), about, textAt(event, "message").trim()];
  const row = [intervalText(event, session.nowMs), ...cells];
  return flags.is("all-namespaces") ? [namespaceOf(event), ...row] : row;
}

/** What survives a restart of `--watch`. */
interface WatchState {
  /** The position in the watch; null before its first events. */
  cursor: JsonValue;
  /** Widths of the columns so far. */
  widths: number[];
}

/** Prints the events of a watch. It begins with all present ones. */
function* follow(call: Call, isWanted: (event: JsonObject) => boolean, fieldSelector: string): Steps<number> {
  const { session, flags, client } = call;
  const print = printerOf(call);
  const before = session.resume as unknown as WatchState | undefined;
  const { cursor, widths } = before ?? { cursor: null, widths: [] };
  const limitMs = flags.text("request-timeout") === "0" ? 0 : flags.duration("request-timeout");
  const piece = yield* client.watch(pathOf(call), {
    cursor,
    ...(fieldSelector !== "" && { query: { fieldSelector } }),
    ...(limitMs > 0 && { untilMs: session.startedAtMs + limitMs }),
  });
  if (!piece) return 0;
  // Events end after an hour, which is no news.
  const present = piece.events.filter(({ type }) => type !== "DELETED").map(({ object }) => objectIn(object));
  let known = widths;
  for (const event of present.filter(isWanted)) known = show(call, event, print, known);
  if (piece.cursor === undefined) return 0;
  yield { type: "restart", state: { cursor: piece.cursor, widths: known } satisfies WatchState };
  return 0;
}

/** Prints one event; the headings come before the first one. Returns the widths of the columns. */
function show(call: Call, event: JsonObject, print: ObjectPrinter | undefined, widths: number[]): number[] {
  const { session, flags } = call;
  if (print) session.print(print(event));
  else if (flags.text("output") === "name") session.print(`event/${nameOf(event)}\n`);
  if (print || flags.text("output") === "name") return widths;
  const rows = [...(widths.length === 0 ? headers(call) : []), rowOf(call, event)];
  const known = columnWidths(rows, widths);
  session.print(printColumns(rows, known));
  return known;
}
