/**
 * `kubectl label` and `kubectl annotate`
 * Source: k8s.io/kubectl pkg/cmd/label/label.go, pkg/cmd/annotate/annotate.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import {
  ALL_NAMESPACES,
  type Call,
  type Command,
  DRY_RUN,
  FIELD_MANAGER,
  FIELD_SELECTOR,
  FILES,
  LOCAL,
  PRINT,
  SELECTOR,
} from "../core/command.ts";
import { pathOf, shownName } from "../core/discovery.ts";
import { metadataOf } from "../core/objects.ts";
import { objectIn } from "../core/parts.ts";
import { dryRunSuffix, forEachObject, isOffline, type Selected, writeQuery } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";
import { objectPrinter } from "../printers/print.ts";

const FLAGS = [
  ...FILES,
  ...PRINT,
  SELECTOR,
  FIELD_SELECTOR,
  ALL_NAMESPACES,
  DRY_RUN,
  FIELD_MANAGER,
  { name: "overwrite", type: "bool" },
  { name: "list", type: "bool" },
  { name: "all", type: "bool" },
  LOCAL,
  { name: "resource-version", type: "string" },
] as const;

type Field = "labels" | "annotations";

export const label: Command = { words: ["label"], flags: FLAGS, run: (call) => change(call, "labels") };
export const annotate: Command = { words: ["annotate"], flags: FLAGS, run: (call) => change(call, "annotations") };

interface Change {
  set: Record<string, string>;
  removed: readonly string[];
}

function* change(call: Call, field: Field): Steps<number> {
  const first = call.flags.has("filename") ? 0 : 1;
  const at = call.args.findIndex((arg, i) => i >= first && isPair(arg));
  const end = at < 0 ? call.args.length : at;
  const args = call.args.slice(0, end);
  const wanted = changeOf(call.args.slice(end), field);
  if (args.length === 0 && call.flags.list("filename").length === 0) {
    throw new Failure("error: one or more resources must be specified as <resource> <name> or <resource>/<name>");
  }
  if (Object.keys(wanted.set).length + wanted.removed.length === 0 && !call.flags.is("list")) {
    const what = field === "labels" ? "label" : "annotation";
    throw new Failure(`error: at least one ${what} update is required`);
  }
  let isSeveral =
    args.length > 2 || args.some((arg) => arg.includes(",")) || (args.length > 1 && args[0]!.includes("/"));
  isSeveral ||= args.length === 1 && !args[0]!.includes("/");
  return yield* forEachObject(call, { args }, function* (selected) {
    if (call.flags.is("list") && isSeveral && field === "labels") {
      const { kind, group } = selected.resource;
      call.session.print(`Listing labels for ${kind}.${group}/${selected.name}:\n`);
    }
    yield* changeOne(call, field, wanted, selected, call.flags.is("list") && isSeveral ? " " : "");
  });
}

/** `key=value`, or `key-` to remove it. */
function isPair(arg: string): boolean {
  return arg.includes("=") || (arg.endsWith("-") && !arg.includes("/-"));
}

function changeOf(pairs: readonly string[], field: Field): Change {
  const set: Record<string, string> = {};
  const removed: string[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (field === "labels" && equals > 0) checkValue(pair, pair.slice(equals + 1));
    if (equals > 0) set[pair.slice(0, equals)] = pair.slice(equals + 1);
    else if (equals < 0 && pair.endsWith("-")) removed.push(pair.slice(0, -1));
    else throw new Failure(`error: unknown ${field === "labels" ? "label" : "annotation"} spec: ${pair}`);
  }
  const both = removed.filter((key) => key in set);
  if (both.length > 0) {
    throw new Failure(
      `error: can not both modify and remove ${field === "labels" ? "a label" : "an annotation"} in the same command`,
    );
  }
  return { set, removed };
}

function* changeOne(
  call: Call,
  field: Field,
  { set, removed }: Change,
  selected: Selected,
  indent: string,
): Steps<void> {
  const { session, flags, client } = call;
  const { resource, name, namespace, live } = selected;
  const present = presentOf(live, field);
  if (flags.is("list")) {
    for (const key of Object.keys(present).sort()) session.print(`${indent}${key}=${String(present[key])}\n`);
    return;
  }
  const taken = Object.keys(set).filter((key) => key in present && present[key] !== set[key]);
  if (taken.length > 0 && !flags.is("overwrite")) {
    const [key = ""] = taken;
    throw new Failure(
      field === "labels"
        ? `error: '${key}' already has a value (${String(present[key])}), and --overwrite is false`
        : `error: --overwrite is false but found the following declared annotation(s): '${key}' already has a value (${String(present[key])})`,
    );
  }
  for (const key of removed.filter((one) => !(one in present)))
    session.print(`${field === "labels" ? "label" : "annotation"} ${JSON.stringify(key)} not found.\n`);
  const isSame = Object.keys(set).every((key) => present[key] === set[key]) && !removed.some((key) => key in present);
  let result = withValues(live, field, { set, removed });
  const version = call.flags.text("resource-version");
  if (!isOffline(call) && (!isSame || field === "annotations" || version !== "")) {
    const values = { ...set, ...Object.fromEntries(removed.map((key) => [key, null])) };
    result = yield* client.json(pathOf(resource, namespace, name), {
      method: "PATCH",
      contentType: "application/merge-patch+json",
      query: writeQuery(call, `kubectl-${field === "labels" ? "label" : "annotate"}`),
      body: { metadata: { [field]: values, ...(version !== "" && { resourceVersion: version }) } },
    });
  }
  const print = objectPrinter(flags, session);
  if (print) session.print(print(result));
  else if (flags.text("output") === "name") session.print(`${shownName(resource, name)}\n`);
  else
    session.print(`${shownName(resource, name)} ${messageOf(field, { set, removed }, isSame)}${dryRunSuffix(call)}\n`);
}

function withValues(live: JsonObject, field: Field, { set, removed }: Change): JsonObject {
  const values = Object.entries({ ...presentOf(live, field), ...set }).filter(([key]) => !removed.includes(key));
  return { ...live, metadata: { ...metadataOf(live), [field]: Object.fromEntries(values) } };
}

function messageOf(field: Field, { set, removed }: Change, isSame: boolean): string {
  if (field === "annotations") return "annotated";
  if (isSame) return "not labeled";
  if (Object.keys(set).length === 0) return "unlabeled";
  return removed.length > 0 ? "modified" : "labeled";
}

const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

function checkValue(pair: string, value: string): void {
  if (LABEL_VALUE.test(value) && value.length <= 63) return;
  throw new Failure(
    `error: invalid label value: ${JSON.stringify(pair)}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
  );
}

function presentOf(live: JsonObject, field: Field): JsonObject {
  const present = metadataOf(live)[field];
  return objectIn(present);
}
