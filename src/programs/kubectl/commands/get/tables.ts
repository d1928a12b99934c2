/** `get` without an output format, or with `-o wide`. */
import { humanDuration } from "../../../../lib/duration.ts";
import type { JsonObject } from "../../../../lib/json.ts";
import { AS_TABLE, ServerError } from "../../core/client.ts";
import type { Call } from "../../core/command.ts";
import { qualifiedName, type Resource, shownName } from "../../core/discovery.ts";
import { metadataOf, nameOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { Failure, type Steps } from "../../core/session.ts";
import type { Target } from "../../core/targets.ts";
import { printColumns, type TableOptions, tableRows } from "../../printers/table.ts";
import { fetchAll, fetchObjects, report } from "./fetch.ts";
import { missingField, type SortKey, sortedBy, sortKeyOf } from "./sorting.ts";

interface FoundTable {
  resource: Resource;
  table: JsonObject;
}

/** One table for all objects of a type that follow one another. */
export function* printTables(call: Call, targets: readonly Target[]): Steps<number> {
  const { session, flags } = call;
  const { found, failed } = flags.is("server-print")
    ? yield* fetchTables(call, targets)
    : yield* plainTables(call, targets);
  if (flags.text("sort-by") !== "" && found.length > 1) checkSortable(found, sortKeyOf(flags.text("sort-by")));
  const types = new Set(found.map(({ resource }) => qualifiedName(resource)));
  let isFirst = true;
  for (const group of groupedByType(found)) {
    const options = tableOptions(call, group[0]!.resource, flags.is("show-kind") || types.size > 1);
    const rows = group.flatMap(({ table }) => tableRows(sorted(call, table), { ...options, hasHeaders: false }));
    if (rows.length === 0) continue;
    if (options.hasHeaders) rows.unshift(...tableRows({ ...group[0]!.table, rows: [] }, options));
    if (!isFirst && options.hasHeaders) session.print("\n");
    session.print(printColumns(rows));
    isFirst = false;
  }
  if (isFirst && failed.length === 0 && !flags.is("ignore-not-found")) reportNothing(call, targets);
  return report(call, failed);
}

function reportNothing(call: Call, targets: readonly Target[]): void {
  const { session, flags, target } = call;
  const isInNamespace = !flags.is("all-namespaces") && targets.every(({ resource }) => resource.isNamespaced);
  session.warn(isInNamespace ? `No resources found in ${target.namespace} namespace.\n` : "No resources found\n");
}

function* fetchTables(call: Call, targets: readonly Target[]): Steps<{ found: FoundTable[]; failed: ServerError[] }> {
  const found: FoundTable[] = [];
  const failed: ServerError[] = [];
  for (const target of targets) {
    try {
      found.push({ resource: target.resource, table: yield* fetchAll(call, target, AS_TABLE, "rows") });
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      failed.push(error);
    }
  }
  return { found, failed };
}

/** `--server-print=false`: names and ages only. */
function* plainTables(call: Call, targets: readonly Target[]): Steps<{ found: FoundTable[]; failed: ServerError[] }> {
  const { found, failed } = yield* fetchObjects(call, targets);
  const columnDefinitions = [
    { name: "Name", type: "string", format: "name" },
    { name: "Age", type: "string" },
  ];
  const tables = found.map(({ resource, object }) => {
    const created = metadataOf(object)["creationTimestamp"];
    const age = created ? humanDuration(call.session.nowMs - Date.parse(String(created))) : "<unknown>";
    return { resource, table: { columnDefinitions, rows: [{ cells: [nameOf(object), age], object }] } };
  });
  return { found: tables, failed };
}

export function tableOptions({ flags }: Call, resource: Resource, showsKind: boolean): TableOptions {
  return {
    hasHeaders: !flags.is("no-headers"),
    isWide: flags.text("output") === "wide",
    showsNamespace: flags.is("all-namespaces") && resource.isNamespaced,
    showsLabels: flags.is("show-labels"),
    labelColumns: flags.list("label-columns"),
    namePrefix: showsKind ? shownName(resource, "") : "",
  };
}

/** kubectl sorts several results by a field of the results themselves, which they rarely have. */
function checkSortable(found: readonly FoundTable[], key: SortKey): void {
  if (found.every(({ table }) => key.path(table).length === 0)) throw missingField(key);
}

/** The rows in the order of `--sort-by`; none if it cannot be read, as kubectl ignores that error. */
export function sorted({ flags }: Call, table: JsonObject): JsonObject {
  const text = flags.text("sort-by");
  const rows = objectsIn(table["rows"]);
  if (text === "" || rows.length < 2) return table;
  try {
    return { ...table, rows: sortedBy(rows, (row) => objectIn(row["object"]), sortKeyOf(text)) };
  } catch (error) {
    if (error instanceof Failure) return { ...table, rows: [] };
    throw error;
  }
}

function groupedByType(found: readonly FoundTable[]): FoundTable[][] {
  const groups: FoundTable[][] = [];
  for (const one of found) {
    const last = groups.at(-1);
    if (last?.[0]?.resource === one.resource) last.push(one);
    else groups.push([one]);
  }
  return groups;
}
