/**
 * Hints for `service.kubernetes.io/topology-mode: Auto`: each zone gets a part of the endpoints that is proportional to
 * the CPUs of its nodes. Endpoints serve their own zone where possible; zones with too many give some to the others.
 *
 * Example: zones `a` and `b` have the same number of CPUs, and 3 of 4 endpoints are in `a`. One of these three gets the
 * hint `b`, so each zone has two. Hints of slices that do not change stay, as long as they leave room for the rest.
 *
 * Kubernetes: staging/src/k8s.io/endpointslice/topologycache/topologycache.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { quantityMilliValue } from "../../lib/quantity.ts";
import type { Endpoint, Node, Service } from "../../schema/index.ts";
import type { SliceContent, SlicePlan } from "./slice-plan.ts";

const ANNOTATIONS = ["service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode"];
const ZONE = "topology.kubernetes.io/zone";
const CONTROL_PLANE = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];
/** A zone may get so much less than its part of the endpoints. */
const OVERLOAD_THRESHOLD = 0.2;

/** The part of the cluster's CPUs that each zone has, in the order of their names. */
export type ZoneRatios = ReadonlyMap<string, number>;

/** Whether a Service asks for hints by zone. The older of the two annotations decides if both are there. */
export function wantsZoneHints({ metadata }: Service): boolean {
  const value = ANNOTATIONS.map((name) => metadata.annotations?.[name]).find((one) => one !== undefined);
  return value === "Auto" || value === "auto";
}

/** Undefined: a ready node has no zone or no CPUs, or all nodes are in one zone. */
export function zoneRatios(tx: Transaction): ZoneRatios | undefined {
  return tx.derived("endpoints/zone-ratios", [nodeKind], () => ({ ratios: ratiosOf(tx.list(nodeKind)) })).ratios;
}

function ratiosOf(nodes: readonly Node[]): ZoneRatios | undefined {
  const cpus = new Map<string, number>();
  let total = 0;
  for (const { metadata, status } of nodes) {
    const labels = metadata.labels ?? {};
    const isReady = status.conditions?.some((each) => each.type === "Ready" && each.status === "True") ?? false;
    if (!isReady || CONTROL_PLANE.some((label) => label in labels)) continue;
    const zone = labels[ZONE] ?? "";
    const milliCpus = quantityMilliValue(status.allocatable?.["cpu"] ?? "0");
    if (zone === "" || milliCpus === 0) return undefined;
    cpus.set(zone, (cpus.get(zone) ?? 0) + milliCpus);
    total += milliCpus;
  }
  if (cpus.size < 2) return undefined;
  return new Map([...cpus].sort(([a], [b]) => (a < b ? -1 : 1)).map(([zone, own]) => [zone, own / total]));
}

/** The number of endpoints with a hint for each zone. */
type ZoneCounts = Map<string, number>;

interface Allocation {
  maximum: number;
  desired: number;
}

/** The reason why there are no hints; undefined: the plan has hints now. */
export type HintsProblem = string | undefined;

/**
 * Adds hints to the endpoints of a plan, or removes all where zones cannot be served evenly. A slice whose hints change
 * moves from the unchanged to the changed ones.
 */
export function addZoneHints(plan: SlicePlan, ratios: ZoneRatios | undefined): HintsProblem {
  const allocations = allocationsOf(ratios, readyEndpoints(plan));
  if (typeof allocations === "string") {
    removeHints(plan);
    return allocations;
  }
  const counts = keepValidSlices(plan, allocations);
  const contents = writtenContents(plan);
  for (const content of contents) {
    for (const endpoint of content.endpoints) {
      if (!isReady(endpoint)) continue;
      if (endpoint.zone === undefined || endpoint.zone === "") {
        removeHints(plan);
        return "One or more endpoints do not have a zone specified";
      }
      counts.set(endpoint.zone, (counts.get(endpoint.zone) ?? 0) + 1);
    }
    content.endpoints = content.endpoints.map((endpoint) => withHint(endpoint, isReady(endpoint) && endpoint.zone));
  }
  redistribute(contents, transfersOf(allocations, counts));
  return undefined;
}

/** Whether a zone has too few endpoints for its part of the CPUs. `counts` are those of the present slices. */
export function isAnyZoneOverloaded(endpoints: readonly Endpoint[], ratios: ZoneRatios | undefined): boolean {
  const hinted = endpoints.flatMap(({ hints }) => hints?.forZones ?? []).map(({ name }) => name);
  if (hinted.length === 0) return false;
  if (!ratios) return true;
  return [...ratios].some(([zone, ratio]) => {
    const own = hinted.filter((name) => name === zone).length;
    return own < minimumOf(hinted.length * ratio) || own === 0;
  });
}

function minimumOf(desired: number): number {
  return Math.ceil(desired * (1 / (1 + OVERLOAD_THRESHOLD)));
}

function allocationsOf(ratios: ZoneRatios | undefined, endpoints: number): Map<string, Allocation> | string {
  if (!ratios) return "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes";
  const counted = `(${endpoints} endpoints, ${ratios.size} zones)`;
  if (ratios.size > endpoints) return `Insufficient number of endpoints ${counted}`;
  const minima = new Map([...ratios].map(([zone, ratio]) => [zone, minimumOf(ratio * endpoints)]));
  const spare = endpoints - [...minima.values()].reduce((sum, each) => sum + each, 0);
  if (spare < 0)
    return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counted}`;
  return new Map(
    [...ratios].map(([zone, ratio]) => {
      const minimum = minima.get(zone) ?? 0;
      return [zone, { maximum: minimum + spare, desired: Math.max(ratio * endpoints, minimum) }];
    }),
  );
}

/** Moves slices with wrong hints to the changed ones, and counts the hints of all others. */
function keepValidSlices(plan: SlicePlan, allocations: ReadonlyMap<string, Allocation>): ZoneCounts {
  const counts: ZoneCounts = new Map();
  for (const slice of plan.unchanged.splice(0)) {
    const own = hintsOf(slice.endpoints ?? []);
    const isValid =
      own !== undefined &&
      [...own].every(([zone, count]) => (counts.get(zone) ?? 0) + count <= (allocations.get(zone)?.maximum ?? -1));
    if (!isValid) {
      plan.changed.push({ slice, content: { ports: slice.ports ?? [], endpoints: [...(slice.endpoints ?? [])] } });
      continue;
    }
    plan.unchanged.push(slice);
    for (const [zone, count] of own) counts.set(zone, (counts.get(zone) ?? 0) + count);
  }
  return counts;
}

/** Undefined: a ready endpoint has no hint. */
function hintsOf(endpoints: readonly Endpoint[]): ZoneCounts | undefined {
  const counts: ZoneCounts = new Map();
  for (const { hints } of endpoints.filter(isReady)) {
    const zones = hints?.forZones ?? [];
    if (zones.length === 0) return undefined;
    for (const { name } of zones) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

interface Transfers {
  giving: ZoneCounts;
  receiving: ZoneCounts;
}

/** How many endpoints each zone gives to others, and receives. */
function transfersOf(allocations: ReadonlyMap<string, Allocation>, counts: ZoneCounts): Transfers {
  const surplus = new Map<string, number>();
  const lack = new Map<string, number>();
  for (const [zone, { desired }] of allocations) {
    const difference = (counts.get(zone) ?? 0) - desired;
    if (difference > 0) surplus.set(zone, difference);
    else if (difference < 0) lack.set(zone, -difference);
  }
  const transfers: Transfers = { giving: new Map(), receiving: new Map() };
  for (;;) {
    const [giver, given] = largest(surplus);
    const [receiver, received] = largest(lack);
    if (given < 0.5 || received < 0.5 || (given < 1 && received < 1)) return transfers;
    transfers.giving.set(giver, (transfers.giving.get(giver) ?? 0) + 1);
    transfers.receiving.set(receiver, (transfers.receiving.get(receiver) ?? 0) + 1);
    surplus.set(giver, given - 1);
    lack.set(receiver, received - 1);
  }
}

function largest(amounts: ReadonlyMap<string, number>): [zone: string, amount: number] {
  let most: [string, number] = ["", 0];
  for (const each of amounts) if (each[1] > most[1]) most = each;
  return most;
}

function redistribute(contents: readonly SliceContent[], { giving, receiving }: Transfers): void {
  for (const content of contents) {
    content.endpoints = content.endpoints.map((endpoint) => {
      const left = giving.get(endpoint.zone ?? "") ?? 0;
      const receiver = [...receiving].find(([, count]) => count > 0);
      if (!isReady(endpoint) || left === 0 || !receiver) return endpoint;
      giving.set(endpoint.zone ?? "", left - 1);
      receiving.set(receiver[0], receiver[1] - 1);
      return withHint(endpoint, receiver[0]);
    });
  }
}

function removeHints(plan: SlicePlan): void {
  for (const content of writtenContents(plan))
    content.endpoints = content.endpoints.map((each) => withHint(each, false));
  for (const slice of plan.unchanged.splice(0)) {
    const endpoints = slice.endpoints ?? [];
    if (!endpoints.some(({ hints }) => hints)) {
      plan.unchanged.push(slice);
      continue;
    }
    const plain = endpoints.map((each) => withHint(each, false));
    plan.changed.push({ slice, content: { ports: slice.ports ?? [], endpoints: plain } });
  }
}

function withHint({ hints: _old, ...endpoint }: Endpoint, zone: string | false | undefined): Endpoint {
  return zone ? { ...endpoint, hints: { forZones: [{ name: zone }] } } : endpoint;
}

function writtenContents({ changed, missing }: SlicePlan): SliceContent[] {
  return [...missing, ...changed.map(({ content }) => content)];
}

function readyEndpoints(plan: SlicePlan): number {
  const all = [
    ...writtenContents(plan).flatMap(({ endpoints }) => endpoints),
    ...plan.unchanged.flatMap(({ endpoints }) => endpoints ?? []),
  ];
  return all.filter(isReady).length;
}

function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready === true;
}
