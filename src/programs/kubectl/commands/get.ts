/**
 * `kubectl get`
 * Source: k8s.io/kubectl pkg/cmd/get/get.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { readableJsonPath } from "../../../lib/json-path.ts";
import { AS_TABLE, ServerError, serverError } from "../core/client.ts";
import { ALL_NAMESPACES, type Call, type Command, FIELD_SELECTOR, FILES, PRINT, SELECTOR } from "../core/command.ts";
import { pathOf, qualifiedName, type Resource, shownName } from "../core/discovery.ts";
import { type Named, namedBy, nameOf, namespaceOf, objectsInFiles, resourceOfObject } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { Failure, type Steps } from "../core/session.ts";
import { objectPrinter } from "../printers/print.ts";
import { printColumns, type TableOptions, tableRows } from "../printers/table.ts";

interface Target extends Named {
  namespace: string;
}

export const get: Command = {
  words: ["get"],
  flags: [
    ...FILES,
    ...PRINT,
    SELECTOR,
    ALL_NAMESPACES,
    FIELD_SELECTOR,
    { name: "watch", short: "w", type: "bool" },
    { name: "watch-only", type: "bool" },
    { name: "no-headers", type: "bool" },
    { name: "show-labels", type: "bool" },
    { name: "show-kind", type: "bool" },
    { name: "label-columns", short: "L", type: "list" },
    { name: "sort-by", type: "string" },
    { name: "ignore-not-found", type: "bool" },
    { name: "chunk-size", type: "int", default: "500" },
    { name: "raw", type: "string" },
    { name: "server-print", type: "bool", default: "true", isUnwritten: true },
    { name: "subresource", type: "string" },
  ],
  *run(call) {
    const { flags, session } = call;
    if (flags.has("raw")) return yield* getRaw(call);
    if (call.args.length === 0 && flags.list("filename").length === 0 && !flags.has("kustomize")) {
      throw new Failure(
        'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee \'kubectl get -h\' for help and examples',
      );
    }
    const targets = yield* targetsOf(call);
    const print = objectPrinter(flags);
    const isWatch = flags.is("watch") || flags.is("watch-only");
    if (isWatch && (print || targets.length > 1)) {
      throw new Failure("error: a watch of several types, or with an output format, is not simulated");
    }
    if (isWatch) return yield* watchTable(call, targets[0]!);
    if (print) return yield* printObjects(call, targets, print);
    if (flags.text("output") === "name") {
      const { found, failed } = yield* fetchObjects(call, targets);
      for (const { resource, object } of found) session.print(`${shownName(resource, nameOf(object))}\n`);
      return report(call, failed);
    }
    return yield* printTables(call, targets);
  },
};

function* getRaw({ flags, client, session }: Call): Steps<number> {
  const reply = yield* client.fetch(flags.text("raw"), { accept: "application/json, */*" });
  if (reply.status >= 400) throw serverError(reply);
  session.print(reply.text);
  return 0;
}

function* targetsOf(call: Call): Steps<Target[]> {
  const { flags, target } = call;
  const namespace = flags.is("all-namespaces") ? "" : target.namespace;
  if (flags.list("filename").length === 0 && !flags.has("kustomize")) {
    const named = yield* namedBy(call, call.args);
    if (flags.is("all-namespaces") && named.some(({ name }) => name !== undefined)) {
      throw new Failure("error: a resource cannot be retrieved by name across all namespaces");
    }
    return named.map((one) => ({ ...one, namespace }));
  }
  const resources = yield* call.resources();
  const objects = yield* objectsInFiles(call);
  return objects.map((file) => ({
    resource: resourceOfObject(file, resources),
    name: nameOf(file.object),
    namespace: namespaceOf(file.object) || namespace,
  }));
}

function queryOf({ flags }: Call, { name }: Named): Record<string, string | undefined> {
  if (name !== undefined) return {};
  return {
    ...(flags.text("selector") && { labelSelector: flags.text("selector") }),
    ...(flags.text("field-selector") && { fieldSelector: flags.text("field-selector") }),
    ...(flags.int("chunk-size") > 0 && { limit: flags.text("chunk-size") }),
    ...(flags.has("sort-by") && !flags.text("output") && { includeObject: "Object" }),
  };
}

function requestPath({ flags }: Call, { resource, name, namespace }: Target): string {
  return pathOf(resource, namespace, name, flags.text("subresource") || undefined);
}

/** The parts of a list, page by page, as one. */
function* fetchAll(call: Call, target: Target, accept: string, rows: "items" | "rows"): Steps<JsonObject> {
  const path = requestPath(call, target);
  const query = queryOf(call, target);
  const first = yield* call.client.json(path, { accept, query });
  const all = Array.isArray(first[rows]) ? [...first[rows]] : [];
  let metadata = first["metadata"];
  while (isJsonObject(metadata) && metadata["continue"]) {
    const next = yield* call.client.json(path, { accept, query: { ...query, continue: String(metadata["continue"]) } });
    if (Array.isArray(next[rows])) all.push(...next[rows]);
    metadata = next["metadata"];
  }
  return target.name === undefined || rows === "rows" ? { ...first, [rows]: all } : first;
}

interface Found {
  resource: Resource;
  object: JsonObject;
}

/** The objects of all targets; refusals do not stop the others. */
function* fetchObjects(call: Call, targets: readonly Target[]): Steps<{ found: Found[]; failed: ServerError[] }> {
  const found: Found[] = [];
  const failed: ServerError[] = [];
  for (const target of targets) {
    try {
      const { resource } = target;
      const answer = yield* fetchAll(call, target, "application/json", "items");
      if (target.name !== undefined) {
        found.push({ resource, object: answer });
        continue;
      }
      const { apiVersion, kind, items } = answer;
      const itemKind = String(kind).replace(/List$/, "");
      for (const item of objectsIn(items)) {
        found.push({ resource, object: { apiVersion: apiVersion!, kind: itemKind, ...item } });
      }
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      failed.push(error);
    }
  }
  return { found, failed };
}

/** Prints refusals. Returns the exit code. */
function report({ session, flags }: Call, failed: readonly ServerError[]): number {
  const shown = failed.filter(({ reason }) => !(flags.is("ignore-not-found") && reason === "NotFound"));
  for (const error of shown) session.warn(`${error.message}\n`);
  return shown.length > 0 ? 1 : 0;
}

function* printObjects(call: Call, targets: readonly Target[], print: (object: JsonObject) => string): Steps<number> {
  const { session } = call;
  const { found, failed } = yield* fetchObjects(call, targets);
  const isSingle = targets.length === 1 && targets[0]!.name !== undefined;
  if (isSingle) {
    if (found[0]) session.print(print(found[0].object));
    return report(call, failed);
  }
  const items = found.map(({ object }) => object);
  if (failed.length === 0 || items.length > 0) {
    session.print(print({ apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } }));
  }
  return report(call, failed);
}

/** One table for each type, or one for all objects of a type that follow one another. */
function* printTables(call: Call, targets: readonly Target[]): Steps<number> {
  const { session, flags } = call;
  const types = new Set(targets.map(({ resource }) => qualifiedName(resource)));
  const failed: ServerError[] = [];
  let printed = 0;
  for (const group of groupedByType(targets)) {
    const { resource } = group[0]!;
    const showsKind = flags.is("show-kind") || types.size > 1;
    const options = tableOptions(call, resource, showsKind);
    const rows: string[][] = [];
    for (const target of group) {
      try {
        const table = sorted(call, yield* fetchAll(call, target, AS_TABLE, "rows"));
        const all = tableRows(table, options);
        const isEmpty = all.length <= (options.hasHeaders ? 1 : 0);
        if (!isEmpty) rows.push(...(rows.length > 0 && options.hasHeaders ? all.slice(1) : all));
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        failed.push(error);
      }
    }
    if (rows.length === 0) continue;
    if (printed > 0 && options.hasHeaders) session.print("\n");
    session.print(printColumns(rows));
    printed++;
  }
  if (printed === 0 && failed.length === 0 && !flags.is("ignore-not-found")) {
    const isClusterWide = flags.is("all-namespaces") || targets.every(({ resource }) => !resource.isNamespaced);
    session.warn(
      isClusterWide ? "No resources found\n" : `No resources found in ${call.target.namespace} namespace.\n`,
    );
  }
  return report(call, failed);
}

function tableOptions({ flags }: Call, resource: Resource, showsKind: boolean): TableOptions {
  return {
    hasHeaders: !flags.is("no-headers"),
    isWide: flags.text("output") === "wide",
    showsNamespace: flags.is("all-namespaces") && resource.isNamespaced,
    showsLabels: flags.is("show-labels"),
    labelColumns: flags.list("label-columns"),
    namePrefix: showsKind ? shownName(resource, "") : "",
  };
}

/** The rows in the order of `--sort-by`. Throws Failure. */
function sorted({ flags }: Call, table: JsonObject): JsonObject {
  const { rows } = table;
  if (!flags.has("sort-by") || !Array.isArray(rows)) return table;
  const keyOf = sortKey(flags.text("sort-by"));
  const keyed = rows.map((row) => ({ row, key: isJsonObject(row) ? keyOf(row["object"] ?? null) : undefined }));
  return { ...table, rows: keyed.sort((a, b) => compareValues(a.key, b.key)).map(({ row }) => row) };
}

function sortKey(text: string): (object: JsonValue) => JsonValue | undefined {
  const plain = text.replace(/^\{(.*)\}$/s, "$1");
  const path = readableJsonPath(plain.startsWith(".") ? plain : `.${plain}`);
  if (!path) throw new Failure(`error: couldn't parse the expression ${JSON.stringify(text)}`);
  return (object) => path(object)[0];
}

function compareValues(a: JsonValue | undefined, b: JsonValue | undefined): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [x, y] = [String(a ?? ""), String(b ?? "")];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** How often a watch asks for changes. */
const POLL_MS = 1_000;

/** Prints the table, and then each row again that has changed. The versions of the rows survive a restart. */
function* watchTable(call: Call, target: Target): Steps<number> {
  const { session, flags } = call;
  const options = tableOptions(call, target.resource, false);
  const seen = isJsonObject(session.resume) ? session.resume : undefined;
  const table = yield* fetchAll(call, target, AS_TABLE, "rows");
  const rows = objectsIn(table["rows"]);
  const versions = Object.fromEntries(rows.map((row) => [uidOf(row), versionOf(row)]));
  const isShown = (row: JsonObject) => (seen ? seen[uidOf(row)] !== versionOf(row) : !flags.is("watch-only"));
  const news = { ...table, rows: rows.filter(isShown) };
  const lines = tableRows(news, { ...options, hasHeaders: options.hasHeaders && !seen });
  if (news.rows.length > 0) session.print(printColumns(lines));
  yield { type: "sleep", ms: POLL_MS };
  yield { type: "restart", state: versions };
  return 0;
}

function metadataOfRow({ object }: JsonObject): JsonObject {
  const metadata = isJsonObject(object) ? object["metadata"] : undefined;
  return objectIn(metadata);
}

function uidOf(row: JsonObject): string {
  return String(metadataOfRow(row)["uid"] ?? metadataOfRow(row)["name"] ?? "");
}

function versionOf(row: JsonObject): string {
  return String(metadataOfRow(row)["resourceVersion"] ?? "");
}

function groupedByType(targets: readonly Target[]): Target[][] {
  const groups: Target[][] = [];
  for (const target of targets) {
    const last = groups.at(-1);
    if (last?.[0]?.resource === target.resource) last.push(target);
    else groups.push([target]);
  }
  return groups;
}
