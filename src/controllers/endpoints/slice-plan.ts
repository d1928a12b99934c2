/**
 * Distributes endpoints over slices of at most 100, so that few slices change. In this order:
 *
 * 1. Endpoints that are in a slice stay in it; a slice that loses all of them is surplus.
 * 2. Slices that change anyway are filled up with the remaining endpoints, the fullest first.
 * 3. The fullest unchanged slice that has room for all remaining endpoints takes them.
 * 4. New slices take the rest. A surplus slice is rewritten instead of deleting it and creating a new one.
 *
 * Example: slice a has 90 endpoints, slice b 40. One pod of b is removed and 30 are added: b changes anyway and gets
 * 39 + 30 = 69; a is not written. If 30 are added and no pod is removed, a has no room (120) and b takes them (70). If
 * 70 are added, neither has room for all of them (160, 110), and a new slice with 70 is created.
 * Kubernetes: staging/src/k8s.io/endpointslice/reconciler.go (reconcileByPortMapping)
 */
import { equalJson } from "../../lib/json.ts";
import { MAX_ENDPOINTS_PER_SLICE } from "../../lib/limits.ts";
import type { DiscoveryV1EndpointPort, Endpoint, EndpointSlice } from "../../schema/index.ts";

export interface SliceContent {
  ports: DiscoveryV1EndpointPort[];
  endpoints: Endpoint[];
}

/** All endpoints that serve the same ports. */
export type PortGroup = SliceContent;

export interface SlicePlan {
  unchanged: EndpointSlice[];
  changed: { slice: EndpointSlice; content: SliceContent }[];
  missing: SliceContent[];
  surplus: EndpointSlice[];
}

export function planSlices(existing: readonly EndpointSlice[], groups: readonly PortGroup[]): SlicePlan {
  const plan: SlicePlan = { unchanged: [], changed: [], missing: [], surplus: [] };
  const ungrouped = new Set(existing);
  for (const group of groups) {
    const mine = existing.filter((slice) => equalJson(slice.ports ?? [], group.ports));
    for (const slice of mine) ungrouped.delete(slice);
    planGroup(plan, mine, group);
  }
  plan.surplus.push(...ungrouped);
  // A Service has at least one slice; it is empty if there are no endpoints.
  const remaining = plan.unchanged.length + plan.changed.length + plan.missing.length;
  if (remaining === 0) plan.missing.push({ ports: [], endpoints: [] });
  reuse(plan);
  return plan;
}

/** The group with the hints that its endpoints have in these slices, so that equal endpoints are not written again. */
export function withPresentHints({ ports, endpoints }: PortGroup, existing: readonly EndpointSlice[]): PortGroup {
  const held = existing.flatMap((slice) => slice.endpoints ?? []);
  const known = new Map(held.map((endpoint) => [identityOf(endpoint), endpoint.hints]));
  return {
    ports,
    endpoints: endpoints.map((endpoint) => {
      const hints = known.get(identityOf(endpoint));
      return hints ? { ...endpoint, hints } : endpoint;
    }),
  };
}

function planGroup(plan: SlicePlan, slices: readonly EndpointSlice[], group: PortGroup): void {
  const wanted = new Map(group.endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
  const unchanged: EndpointSlice[] = [];
  const changed: SlicePlan["changed"] = [];
  for (const slice of slices) {
    const kept: Endpoint[] = [];
    for (const endpoint of slice.endpoints ?? []) {
      const id = identityOf(endpoint);
      const found = wanted.get(id);
      if (found) kept.push(found);
      wanted.delete(id);
    }
    if (kept.length === 0) plan.surplus.push(slice);
    else if (equalJson(kept, slice.endpoints ?? [])) unchanged.push(slice);
    else changed.push({ slice, content: { ports: group.ports, endpoints: kept } });
  }
  place([...wanted.values()], group, { unchanged, changed, missing: plan.missing });
  plan.unchanged.push(...unchanged);
  plan.changed.push(...changed);
}

function place(
  rest: Endpoint[],
  group: PortGroup,
  { unchanged, changed, missing }: Pick<SlicePlan, "unchanged" | "changed" | "missing">,
): void {
  // Slices that are written anyway are filled up, the fullest first.
  const open = [...changed].sort((a, b) => b.content.endpoints.length - a.content.endpoints.length);
  for (const { content } of open) {
    content.endpoints.push(...rest.splice(0, MAX_ENDPOINTS_PER_SLICE - content.endpoints.length));
  }
  while (rest.length > 0) {
    const roomy = unchanged
      .filter((slice) => (slice.endpoints?.length ?? 0) + rest.length <= MAX_ENDPOINTS_PER_SLICE)
      .sort((a, b) => (b.endpoints?.length ?? 0) - (a.endpoints?.length ?? 0))[0];
    if (roomy) {
      unchanged.splice(unchanged.indexOf(roomy), 1);
      const endpoints = [...(roomy.endpoints ?? []), ...rest.splice(0)];
      changed.push({ slice: roomy, content: { ports: group.ports, endpoints } });
    } else {
      missing.push({ ports: group.ports, endpoints: rest.splice(0, MAX_ENDPOINTS_PER_SLICE) });
    }
  }
}

function reuse(plan: SlicePlan): void {
  while (plan.surplus.length > 0 && plan.missing.length > 0) {
    const slice = plan.surplus.shift() as EndpointSlice;
    const content = plan.missing.pop() as SliceContent;
    const isSame = equalJson(slice.endpoints ?? [], content.endpoints) && equalJson(slice.ports ?? [], content.ports);
    if (isSame) plan.unchanged.push(slice);
    else plan.changed.push({ slice, content });
  }
}

/** Endpoints are the same if addresses, hostname and pod are equal. */
function identityOf({ addresses, hostname, targetRef }: Endpoint): string {
  return JSON.stringify([addresses, hostname ?? "", targetRef?.namespace ?? "", targetRef?.name ?? ""]);
}
