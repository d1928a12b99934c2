/**
 * Objects whose status a controller writes. Without the subresource of the published definitions, it writes none.
 * Kubernetes: https://github.com/kubernetes-sigs/gateway-api/blob/main/apis/v1/gateway_types.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { type GatewayResource, gatewayKind } from "../../edge/gateway-store.ts";
import type { ObjectKey } from "../../kinds/kind.ts";
import type { KubernetesObject } from "../../schema/index.ts";

/** Undefined: the object is missing or being deleted, or its definition has no status. */
export function openedForStatus<T extends KubernetesObject>(
  tx: Transaction,
  key: ObjectKey,
  resource: GatewayResource<T>,
): { object: T } | undefined {
  const kind = gatewayKind(tx, resource);
  const object = kind?.subresources?.["status"] && tx.getByKey(key);
  return object && !object.metadata.deletionTimestamp ? { object: resource.read(object) } : undefined;
}

export function writeStatus<T extends KubernetesObject>(
  tx: Transaction,
  resource: GatewayResource<T>,
  object: T,
  status: object,
): void {
  const kind = gatewayKind(tx, resource);
  if (!kind) return;
  tx.updateStatus(kind, object, (draft) => {
    (draft as { status?: object }).status = status;
  });
}
