/**
 * Injected faults. The fault of a node is private state of the node, so it ends with the node at the latest. Faults of
 * registries belong to no object: they are private state of a key of their own.
 */
import { actingFaults, FAULT } from "./injected/state.ts";
import type { ObjectKey, PrivateReader } from "./kind.ts";

export { FAULT } from "./injected/state.ts";

/** The node's kubelet neither acts nor reports. Containers on the node keep running. */
export interface NodeFault {
  kind: "node-down";
  /** Cluster time. */
  sinceMs: number;
}

/** Pulls from the registry fail: it refuses connections. */
export interface RegistryFault {
  kind: "registry-down";
  /** Cluster time. */
  sinceMs: number;
}

/** A fault as the API shows it. The name is unique in its cluster. */
export type Fault = { name: string } & ((NodeFault & { node: string }) | (RegistryFault & { registry: string }));

/** The part of a cluster that a fault breaks. */
export type FaultTarget =
  | { kind: NodeFault["kind"]; node: string }
  /** The host of a registry, or `ALL_REGISTRIES`. */
  | { kind: RegistryFault["kind"]; registry: string };

export const ALL_REGISTRIES = "*";

export const REGISTRY_FAULTS_KEY: ObjectKey = "sandbar/faults//registries";

export function nodeKeyOf(node: string): ObjectKey {
  return `core/nodes//${node}`;
}

export function faultOf(reader: PrivateReader, node: string): NodeFault | undefined {
  return reader.privateState<NodeFault>(nodeKeyOf(node), FAULT);
}

/** Faults by registry. */
export function registryFaultsOf(reader: PrivateReader): Readonly<Record<string, RegistryFault>> {
  return reader.privateState<Record<string, RegistryFault>>(REGISTRY_FAULTS_KEY, FAULT) ?? {};
}

export function isRegistryDown(reader: PrivateReader, registry: string): boolean {
  const faults = registryFaultsOf(reader);
  return Object.hasOwn(faults, registry) || Object.hasOwn(faults, ALL_REGISTRIES);
}

/** The time that a slow registry adds to a pull, ms. */
export function registryDelayMs(reader: PrivateReader & { readonly nowMs: number }, registry: string): number {
  const slow = actingFaults(reader, "registry-slow").filter(({ spec }) => {
    return spec.registry === registry || spec.registry === ALL_REGISTRIES;
  });
  return slow.reduce((sum, { spec }) => sum + spec.delayMs, 0);
}

/** The faults of these nodes, in their order, then those of registries. */
export function faultsOf(reader: PrivateReader, nodes: readonly string[]): Fault[] {
  const ofNodes = nodes.flatMap((node) => {
    const fault = faultOf(reader, node);
    return fault ? [namedFault({ ...fault, node })] : [];
  });
  const ofRegistries = Object.entries(registryFaultsOf(reader)).map(([registry, fault]) => {
    return namedFault({ ...fault, registry });
  });
  return [...ofNodes, ...ofRegistries];
}

export function namedFault(fault: (NodeFault & { node: string }) | (RegistryFault & { registry: string })): Fault {
  if (fault.kind === "node-down") return { name: `${fault.kind}-${fault.node}`, ...fault };
  return { name: `${fault.kind}-${fault.registry === ALL_REGISTRIES ? "all" : fault.registry}`, ...fault };
}
