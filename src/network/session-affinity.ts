/**
 * `sessionAffinity: ClientIP`: a client stays with its endpoint while it calls again within the time-out.
 * Kubernetes: pkg/proxy/iptables/proxier.go (`-m recent --rcheck --seconds`)
 */
import type { Transaction } from "../cluster/transaction.ts";
import { serviceKind } from "../kinds/core/service.ts";
import { objectKey } from "../kinds/kind.ts";
import { MAX_AFFINE_CLIENTS } from "../lib/container-limits.ts";
import type { Service, ServicePort } from "../schema/index.ts";

export interface Target {
  address: string;
  port: number;
}

/** Owner of the clients of a Service, its private state. */
const OWNER = "network-affinity";
const DEFAULT_TIMEOUT_SECONDS = 10_800;

/** By the port's name and the client's address. */
type Clients = Record<string, { endpoint: string; atMs: number }>;

/** The endpoint of the client's last call, if it is still one of the targets; else another one. */
export function affineTarget(
  tx: Transaction,
  { service, port, client }: { service: Service; port: ServicePort; client: string },
  targets: readonly Target[],
  chooseNew: () => Target,
): Target {
  const { metadata, spec } = service;
  const key = objectKey(serviceKind, metadata.namespace ?? "", metadata.name ?? "");
  const timeoutMs = (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
  const id = `${port.name || port.port}/${client}`;
  const clients = tx.privateState<Clients>(key, OWNER) ?? {};
  const known = clients[id];
  const isRecent = known !== undefined && tx.nowMs - known.atMs < timeoutMs;
  const target = (isRecent ? targets.find(({ address }) => address === known.endpoint) : undefined) ?? chooseNew();
  const others = Object.entries(clients).filter(([other, { atMs }]) => other !== id && tx.nowMs - atMs < timeoutMs);
  const kept = others.slice(-(MAX_AFFINE_CLIENTS - 1));
  tx.setPrivateState(key, OWNER, { ...Object.fromEntries(kept), [id]: { endpoint: target.address, atMs: tx.nowMs } });
  return target;
}
