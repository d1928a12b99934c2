/**
 * Allocation of cluster IPs and node ports. The allocator has no state of its own: an address or port is taken if
 * another Service holds it or an IPAddress names it, so nothing can leak.
 *
 * Kubernetes: pkg/registry/core/service/ipallocator/ipallocator.go
 *   pkg/registry/core/service/portallocator/allocator.go
 *   pkg/registry/core/service/storage/alloc.go
 */
import { contains, formatAddress, parseAddress, parseRange, type Range } from "../../lib/ip-range.ts";
import type { Random } from "../../lib/prng.ts";
import type { Service, ServicePort, ServiceSpec } from "../../schema/index.ts";
import type { FieldError, Reader } from "../kind.ts";
import { ipAddressKind } from "../networking/ip-address.ts";
import { serviceCIDRKind } from "../networking/service-cidr.ts";
import { invalid } from "../validation/field-errors.ts";
import { needsClusterIP, needsHealthCheckPort, needsNodePort } from "./service.defaults.ts";

/** The default ranges of a cluster without ServiceCIDRs. */
const DEFAULT_RANGE = "10.96.0.0/16";
/** Larger ranges are used up to this size, so that counting stays cheap. */
const MAX_RANGE_SIZE = 1n << 24n;
const FIRST_NODE_PORT = 30_000;
const LAST_NODE_PORT = 32_767;
/** Likewise for node ports: min(max(16, size / 32), 128). */
const STATIC_NODE_PORTS = 86;

/** The answer to a dry run, which reserves nothing. */
const DRY_RUN_ADDRESS = "10.96.0.0";
const DRY_RUN_NODE_PORT = 32_769;

/** The ranges to allocate from, and the addresses and ports in use. */
export interface Allocations {
  /** Ranges from which addresses may be taken now. */
  ranges: readonly Range[];
  addresses: ReadonlySet<string>;
  /** `80/TCP`; two protocols may share a number. */
  nodePorts: ReadonlySet<string>;
}

/** Addresses and ports of all other Services. */
export function allocationsOf(reader: Reader, services: readonly Service[], except: Service): Allocations {
  const { name, namespace } = except.metadata;
  const addresses = new Set<string>();
  const nodePorts = new Set<string>();
  for (const { metadata, spec } of services) {
    if (metadata.name === name && metadata.namespace === namespace) continue;
    for (const address of spec.clusterIPs ?? []) if (address !== "None") addresses.add(address);
    for (const { nodePort, protocol } of spec.ports ?? []) if (nodePort) nodePorts.add(`${nodePort}/${protocol}`);
    if (spec.healthCheckNodePort) nodePorts.add(`${spec.healthCheckNodePort}/TCP`);
  }
  for (const { metadata, spec } of reader.list(ipAddressKind)) {
    const parent = spec?.parentRef;
    const isOwn = parent?.resource === "services" && parent.name === name && parent.namespace === namespace;
    if (!isOwn) addresses.add(metadata.name ?? "");
  }
  return { ranges: rangesOf(reader), addresses, nodePorts };
}

/** The IPv4 ranges of ServiceCIDRs that are ready and not about to go. */
function rangesOf(reader: Reader): Range[] {
  const all = reader.list(serviceCIDRKind);
  if (all.length === 0) return [parseRange(DEFAULT_RANGE)!];
  const ready = all.filter(({ metadata, status }) => {
    const condition = status?.conditions?.find(({ type }) => type === "Ready");
    return !metadata.deletionTimestamp && (condition === undefined || condition.status === "True");
  });
  return ready
    .flatMap(({ spec }) => spec?.cidrs ?? [])
    .map((text) => parseRange(text))
    .filter((range) => range?.family === "IPv4") as Range[];
}

/** Allocates the missing addresses and ports of a Service. Deterministic in `random`. */
export function allocate(spec: ServiceSpec, taken: Allocations, options: { random: Random; dryRun: boolean }): void {
  if (needsClusterIP(spec) && !spec.clusterIP && !spec.clusterIPs?.length) {
    const address = options.dryRun ? DRY_RUN_ADDRESS : freeAddress(taken, options.random);
    if (address) {
      spec.clusterIP = address;
      spec.clusterIPs = [address];
    }
  }
  if (needsNodePort(spec)) allocateNodePorts(spec, taken, options);
  if (needsHealthCheckPort(spec) && !spec.healthCheckNodePort) {
    spec.healthCheckNodePort = options.dryRun
      ? nextDryRunPort(spec.ports ?? [])
      : freeNodePort(heldBy(spec, taken), "TCP", options.random);
  }
}

/**
 * The first address or port that a Service asks for and that is out of range or in use. `isAllocated`: the missing
 * addresses were allocated, so a Service without one got none.
 */
export function allocationProblems(
  spec: ServiceSpec,
  taken: Allocations,
  options: { dryRun: boolean; isAllocated: boolean },
): FieldError[] {
  const addresses = needsClusterIP(spec) ? (spec.clusterIPs ?? []) : [];
  for (const address of addresses) {
    if (address === "None" || (options.dryRun && address === DRY_RUN_ADDRESS)) continue;
    const problem = addressProblem(address, taken);
    if (problem) return [invalid("spec.clusterIPs", addresses, `failed to allocate IP ${address}: ${problem}`)];
  }
  if (options.isAllocated && needsClusterIP(spec) && addresses.length === 0) {
    return [invalid("spec.clusterIPs", [], "failed to allocate a serviceIP: range is full")];
  }
  if (!needsNodePort(spec)) return [];
  for (const [i, { nodePort, protocol }] of (spec.ports ?? []).entries()) {
    if (!nodePort || (options.dryRun && nodePort >= DRY_RUN_NODE_PORT)) continue;
    const problem = nodePortProblem(nodePort, protocol ?? "TCP", taken);
    if (problem) return [invalid(`spec.ports[${i}].nodePort`, nodePort, problem)];
  }
  return [];
}

function allocateNodePorts(spec: ServiceSpec, taken: Allocations, options: { random: Random; dryRun: boolean }): void {
  for (const [i, port] of (spec.ports ?? []).entries()) {
    if (port.nodePort) continue;
    // A port number with two protocols gets one node port, as DNS needs it.
    const twin = spec.ports?.find((other) => other !== port && other.nodePort && other.port === port.port);
    if (twin?.nodePort && twin.protocol !== port.protocol) port.nodePort = twin.nodePort;
    else if (options.dryRun) port.nodePort = nextDryRunPort(spec.ports?.slice(0, i) ?? []);
    else port.nodePort = freeNodePort(heldBy(spec, taken), port.protocol ?? "TCP", options.random);
  }
}

/** A dry run reserves nothing: ports count up from the Service's own, or from the end of the range. */
function nextDryRunPort(ports: readonly ServicePort[]): number {
  const highest = Math.max(...ports.map(({ nodePort }) => nodePort ?? 0));
  return highest > 0 ? highest + 1 : DRY_RUN_NODE_PORT;
}

/** The ports in use, with the Service's own. */
function heldBy(spec: ServiceSpec, taken: Allocations): ReadonlySet<string> {
  const held = new Set(taken.nodePorts);
  for (const { nodePort, protocol } of spec.ports ?? []) if (nodePort) held.add(`${nodePort}/${protocol}`);
  return held;
}

function freeAddress(taken: Allocations, random: Random): string | undefined {
  for (const range of taken.ranges) {
    const address = freeAddressIn(range, taken, random);
    if (address !== undefined) return address;
  }
  return undefined;
}

/** The first addresses of a range are kept for explicit requests (KEP-3070), as long as others are free. */
function freeAddressIn(range: Range, taken: Allocations, random: Random): string | undefined {
  const total = Number(range.size > MAX_RANGE_SIZE ? MAX_RANGE_SIZE : range.size);
  // The first and the last address are the network's and its broadcast address.
  if (total < 4) return undefined;
  const reserved = total < 32 ? 1 : Math.min(Math.max(16, Math.floor(total / 16)), 256);
  const at = (offset: number) => formatAddress({ family: range.family, value: range.first + BigInt(offset) });
  const isTaken = (offset: number) => taken.addresses.has(at(offset));
  const offset = firstFree(total - reserved - 1, random, (n) => isTaken(reserved + n));
  if (offset !== undefined) return at(reserved + offset);
  const reserve = reserved > 1 ? firstFree(reserved - 1, random, (n) => isTaken(1 + n)) : undefined;
  return reserve === undefined ? undefined : at(1 + reserve);
}

function freeNodePort(held: ReadonlySet<string>, protocol: string, random: Random): number | undefined {
  const dynamic = LAST_NODE_PORT - FIRST_NODE_PORT + 1 - STATIC_NODE_PORTS;
  const first = FIRST_NODE_PORT + STATIC_NODE_PORTS;
  const offset = firstFree(dynamic, random, (n) => held.has(`${first + n}/${protocol}`));
  if (offset !== undefined) return first + offset;
  const reserve = firstFree(STATIC_NODE_PORTS, random, (n) => held.has(`${FIRST_NODE_PORT + n}/${protocol}`));
  return reserve === undefined ? undefined : FIRST_NODE_PORT + reserve;
}

/** A free number in [0, size): the first one from a random start upwards, wrapping around. */
function firstFree(size: number, random: Random, isTaken: (n: number) => boolean): number | undefined {
  const start = random.below(size);
  for (let i = 0; i < size; i++) {
    const n = (start + i) % size;
    if (!isTaken(n)) return n;
  }
  return undefined;
}

function addressProblem(text: string, taken: Allocations): string | undefined {
  const address = parseAddress(text);
  const range = address && taken.ranges.find((candidate) => contains(candidate, address));
  const isOfNetwork =
    range && (address.value === range.first || (range.size > 2n && address.value === range.first + range.size - 1n));
  if (!range || isOfNetwork) return "the provided network does not match the current range";
  return taken.addresses.has(text) ? "provided IP is already allocated" : undefined;
}

function nodePortProblem(port: number, protocol: string, taken: Allocations): string | undefined {
  if (port < FIRST_NODE_PORT || port > LAST_NODE_PORT) {
    const range = `${FIRST_NODE_PORT}-${LAST_NODE_PORT}`;
    return `provided port is not in the valid range. The range of valid ports is ${range}`;
  }
  return taken.nodePorts.has(`${port}/${protocol}`) ? "provided port is already allocated" : undefined;
}
