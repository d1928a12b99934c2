/**
 * `kubectl top`
 * Source: k8s.io/kubectl pkg/cmd/top, pkg/metricsutil/metrics_printer.go
 */
import { formatGoDuration } from "../../../lib/duration.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { quantityMilliValue, quantityValue } from "../../../lib/quantity.ts";
import { ALL_NAMESPACES, type Call, type Command, FIELD_SELECTOR, SELECTOR } from "../core/command.ts";
import { goSort } from "../core/go-sort.ts";
import { nameOf, namespaceOf } from "../core/objects.ts";
import { objectsIn } from "../core/parts.ts";
import { Failure, type Steps } from "../core/session.ts";
import { at, mapAt, objectsAt, textAt } from "../describe/fields.ts";
import { type Amounts, addAmounts } from "../describe/quantities.ts";
import { printColumns } from "../printers/table.ts";

const API = "/apis/metrics.k8s.io/v1beta1";
/** A pod that is older than this should have metrics. */
const CREATION_DELAY_MS = 120_000;
const MEBIBYTE = 1024 * 1024;
const FLAGS = [
  SELECTOR,
  { name: "sort-by", type: "string" },
  { name: "no-headers", type: "bool" },
  { name: "use-protocol-buffers", type: "bool", default: "true" },
  { name: "show-swap", type: "bool" },
] as const;

const topNode: Command = {
  words: ["top", "node"],
  aliases: ["nodes", "no"],
  flags: [...FLAGS, { name: "show-capacity", type: "bool" }],
  *run(call) {
    const { flags, session } = call;
    const name = checked(call, "node [NAME | -l label]");
    yield* requireMetrics(call);
    const metrics = yield* listed(call, `${API}/nodes`, name);
    if (metrics.length === 0) throw new Failure("error: metrics not available yet");
    const nodes = yield* listed(call, "/api/v1/nodes", name);
    const isCapacity = flags.is("show-capacity");
    const available = new Map(nodes.map((node) => [nameOf(node), availableOf(node, isCapacity)]));
    const resources = resourcesOf(call);
    const rows = sortedBy(metrics, call, (one) => mapAt(one, "usage"), nameOf).map((one) => {
      const total = available.get(nameOf(one));
      available.delete(nameOf(one));
      return [nameOf(one), ...resources.flatMap((resource) => nodeCells(mapAt(one, "usage"), total, resource))];
    });
    const missing = [...available.keys()].sort().map((node) => [node, ...resources.flatMap(() => [UNKNOWN, UNKNOWN])]);
    const header = ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"];
    if (flags.is("show-swap")) header.push("SWAP(bytes)", "SWAP(%)");
    session.print(tableOf(call, header, [...rows, ...missing]));
    return 0;
  },
};

const topPod: Command = {
  words: ["top", "pod"],
  aliases: ["pods", "po"],
  flags: [
    ...FLAGS,
    ALL_NAMESPACES,
    FIELD_SELECTOR,
    { name: "containers", type: "bool" },
    { name: "sum", type: "bool" },
  ],
  *run(call) {
    const { flags, session, target } = call;
    const name = checked(call, "pod [NAME | -l label]");
    yield* requireMetrics(call);
    const scope = flags.is("all-namespaces") ? "" : `/namespaces/${target.namespace}`;
    const metrics = yield* listed(call, `${API}${scope}/pods`, name);
    if (metrics.length > 0) {
      session.print(podTable(call, metrics));
      return 0;
    }
    const pods = yield* listed(call, `/api/v1/namespaces/${target.namespace}/pods`, name);
    if (pods.length > 0) throw missingMetrics(call, pods);
    session.warn(
      flags.is("all-namespaces") ? "No resources found\n" : `No resources found in ${target.namespace} namespace.\n`,
    );
    return 0;
  },
};

export const topCommands: readonly Command[] = [topNode, topPod];

const UNKNOWN = "<unknown>";

/** The name of the arguments. Throws Failure for flags that do not fit. */
function checked({ args, flags }: Call, usage: string): string | undefined {
  if (args.length > 1) {
    const [command = ""] = usage.split(" ");
    throw new Failure(`error: ${usage}\nSee 'kubectl top ${command} -h' for help and examples`);
  }
  const key = flags.text("sort-by");
  if (key !== "" && key !== "cpu" && key !== "memory") {
    throw new Failure("error: --sort-by accepts only cpu or memory");
  }
  if (args[0] !== undefined && (flags.text("selector") || flags.text("field-selector"))) {
    const selector = usage.startsWith("node") ? "--selector" : "selector";
    throw new Failure(`error: only one of NAME or ${selector} can be provided`);
  }
  return args[0];
}

function* requireMetrics({ client }: Call): Steps<void> {
  const groups = objectsIn((yield* client.json("/apis"))["groups"]);
  const metrics = groups.find((group) => group["name"] === "metrics.k8s.io");
  const isServed = objectsIn(metrics?.["versions"]).some(({ version }) => version === "v1beta1");
  if (!isServed) throw new Failure("error: Metrics API not available");
}

function* listed({ client, flags }: Call, path: string, name: string | undefined): Steps<JsonObject[]> {
  if (name !== undefined) return [yield* client.json(`${path}/${encodeURIComponent(name)}`)];
  const [labelSelector, fieldSelector] = [flags.text("selector"), flags.text("field-selector")];
  const query = { ...(labelSelector && { labelSelector }), ...(fieldSelector && { fieldSelector }) };
  return objectsIn((yield* client.json(path, { query }))["items"]);
}

function missingMetrics({ session }: Call, pods: readonly JsonObject[]): Failure {
  const ageOf = (pod: JsonObject) => session.nowMs - Date.parse(textAt(pod, "metadata.creationTimestamp"));
  const old = pods.find((pod) => ageOf(pod) > CREATION_DELAY_MS);
  if (!old) return new Failure("error: metrics not available yet");
  const age = formatGoDuration(ageOf(old));
  return new Failure(`error: Metrics not available for pod ${namespaceOf(old)}/${nameOf(old)}, age: ${age}`);
}

function resourcesOf({ flags }: Call): string[] {
  return flags.is("show-swap") ? ["cpu", "memory", "swap"] : ["cpu", "memory"];
}

function availableOf(node: JsonObject, isCapacity: boolean): Amounts {
  const amounts = { ...mapAt(node, isCapacity ? "status.capacity" : "status.allocatable") };
  const swap = at(node, "status.nodeInfo.swap.capacity");
  if (swap !== undefined) amounts["swap"] = String(swap);
  return amounts;
}

function nodeCells(usage: Readonly<Amounts>, total: Readonly<Amounts> | undefined, resource: string): string[] {
  if (resource === "swap" && total?.["swap"] === undefined) return [UNKNOWN, UNKNOWN];
  const whole = total?.[resource];
  if (whole === undefined) return [usageText(usage, resource)];
  const capacity = quantityMilliValue(whole);
  const percent = capacity === 0 ? 0 : Math.trunc((quantityMilliValue(usage[resource] ?? "0") / capacity) * 100);
  return [usageText(usage, resource), `${percent}%`];
}

function usageText(usage: Readonly<Amounts>, resource: string): string {
  const amount = usage[resource] ?? "0";
  return resource === "cpu" ? `${quantityMilliValue(amount)}m` : `${Math.trunc(quantityValue(amount) / MEBIBYTE)}Mi`;
}

/** By name, or the largest first. */
function sortedBy(
  list: readonly JsonObject[],
  { flags }: Call,
  usageOf: (one: JsonObject) => Amounts,
  keyOf: (one: JsonObject) => string,
): JsonObject[] {
  const resource = flags.text("sort-by");
  if (resource === "") return goSort([...list], (a, b) => keyOf(a) < keyOf(b));
  const amountOf = (one: JsonObject) => {
    const amount = usageOf(one)[resource] ?? "0";
    return resource === "cpu" ? quantityMilliValue(amount) : quantityValue(amount);
  };
  return goSort([...list], (a, b) => amountOf(a) > amountOf(b));
}

function podUsage(metrics: JsonObject): Amounts {
  const usage: Amounts = {};
  for (const container of objectsAt(metrics, "containers")) addAmounts(usage, mapAt(container, "usage"));
  return usage;
}

function podTable(call: Call, metrics: readonly JsonObject[]): string {
  const { flags } = call;
  const [hasNamespace, hasContainers] = [flags.is("all-namespaces"), flags.is("containers")];
  const resources = resourcesOf(call);
  const keyOf = (one: JsonObject) => `${hasNamespace ? `${namespaceOf(one)}\u0000` : ""}${nameOf(one)}`;
  const rows = sortedBy(metrics, call, podUsage, keyOf).flatMap((pod) => {
    const head = [...(hasNamespace ? [namespaceOf(pod)] : []), nameOf(pod)];
    if (!hasContainers) return [[...head, ...resources.map((resource) => usageText(podUsage(pod), resource))]];
    const containers = objectsAt(pod, "containers");
    return sortedBy(
      containers,
      call,
      (one) => mapAt(one, "usage"),
      (one) => textAt(one, "name"),
    ).map((one) => [
      ...head,
      textAt(one, "name"),
      ...resources.map((resource) => usageText(mapAt(one, "usage"), resource)),
    ]);
  });
  const columns = ["NAME", "CPU(cores)", "MEMORY(bytes)", ...(flags.is("show-swap") ? ["SWAP(bytes)"] : [])];
  const header = [...(hasNamespace ? ["NAMESPACE"] : []), ...(hasContainers ? ["POD"] : []), ...columns];
  return tableOf(call, header, flags.is("sum") ? [...rows, ...sumRows(call, metrics, columns)] : rows);
}

/** The line of a sum, and the rule above it. Columns in front of the name are counted only with headers. */
function sumRows(call: Call, metrics: readonly JsonObject[], columns: readonly string[]): string[][] {
  const { flags } = call;
  const isWide = (name: string) => !flags.is("no-headers") && flags.is(name);
  const width = columns.length + Number(isWide("all-namespaces")) + Number(isWide("containers"));
  const total: Amounts = {};
  for (const one of metrics) addAmounts(total, podUsage(one));
  const blanks = (count: number) => Array.from({ length: Math.max(0, count) }, () => "");
  const sums = resourcesOf(call).map((resource) => usageText(total, resource));
  return [
    [...blanks(width - 2), "________", "________"],
    [...blanks(width - 3), "", ...sums],
  ];
}

/** All cells are padded, the last one of a line too. */
function tableOf({ flags }: Call, header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = flags.is("no-headers") ? rows : [header, ...rows];
  return printColumns(all.map((row) => [...row, ""]));
}
