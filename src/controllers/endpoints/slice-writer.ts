/**
 * Writes a plan of slices, for both controllers of EndpointSlices.
 * Kubernetes: staging/src/k8s.io/endpointslice/reconciler.go (finalize)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { endpointSliceKind } from "../../kinds/discovery/endpoint-slice.ts";
import type { KindDefinition } from "../../kinds/kind.ts";
import type { EndpointSlice, KubernetesObject } from "../../schema/index.ts";
import { controllerReference } from "../lib/pods.ts";
import type { SliceContent, SlicePlan } from "./slice-plan.ts";

/** The owner of the slices, and the family of their addresses. */
export interface SlicesOf {
  owner: KubernetesObject;
  ownerKind: KindDefinition<never>;
  addressType: string;
}

/** Sets labels and annotations. */
type Fill = (slice: EndpointSlice) => void;

/** Updates, deletes and creates slices. Unchanged slices are written only if `isStale` returns true. */
export function writeSlices(
  tx: Transaction,
  plan: SlicePlan,
  { owner, ownerKind, addressType }: SlicesOf,
  { fill, isStale }: { fill: Fill; isStale(slice: EndpointSlice): boolean },
): void {
  for (const slice of plan.unchanged) {
    const content = { ports: slice.ports ?? [], endpoints: slice.endpoints ?? [] };
    if (isStale(slice)) tx.update(endpointSliceKind, slice, (draft) => write(draft, content, fill));
  }
  for (const { slice, content } of plan.changed) {
    tx.update(endpointSliceKind, slice, (draft) => write(draft, content, fill));
  }
  for (const slice of plan.surplus) tx.delete(endpointSliceKind, slice);
  for (const content of plan.missing) {
    const slice: EndpointSlice = {
      kind: "EndpointSlice",
      apiVersion: "discovery.k8s.io/v1",
      metadata: {
        generateName: `${owner.metadata.name}-`,
        namespace: owner.metadata.namespace ?? "",
        ownerReferences: [controllerReference(ownerKind, owner)],
      },
      addressType,
    };
    write(slice, content, fill);
    tx.create(endpointSliceKind, slice);
  }
}

/** Empty lists become null, as Go encodes them. */
function write(slice: EndpointSlice, content: SliceContent, fill: Fill): void {
  fill(slice);
  slice.endpoints = content.endpoints.length > 0 ? content.endpoints : null;
  slice.ports = content.ports.length > 0 ? content.ports : null;
}
