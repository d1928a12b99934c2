import { describe, expect, it } from "vitest";
import { leaseKind } from "../../src/kinds/coordination/lease.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { leaseAtRead, nodeAtRead } from "../../src/kinds/heartbeats.ts";
import type { Lease } from "../../src/schema/index.ts";
import { START_MS, TestCluster } from "../support/cluster.ts";

const cluster = new TestCluster({ controllers: [] });
const HOUR = 3_600_000;

function presented(lease: Lease): string | undefined {
  return leaseAtRead(lease, START_MS + HOUR + 7500).spec.renewTime as string | undefined;
}

describe("heartbeats are computed when read", () => {
  it("a node has reported within the last five minutes", () => {
    const node = cluster.get(nodeKind, "node-1")!;
    const conditions = nodeAtRead(node, START_MS + HOUR + 299_000).status.conditions ?? [];
    for (const { lastHeartbeatTime, lastTransitionTime } of conditions) {
      expect(lastHeartbeatTime).toBe("2026-01-01T01:00:00Z");
      expect(lastTransitionTime).toBe("2026-01-01T00:00:00Z");
    }
  });

  it("a condition with another writer keeps its time", () => {
    const node = structuredClone(cluster.get(nodeKind, "node-1")!);
    node.status.conditions = node.status.conditions?.map((condition) => ({ ...condition, reason: "Drill" }));
    expect(nodeAtRead(node, START_MS + HOUR)).toBe(node);
  });

  it("leases of nodes and leaders are renewed, others are not", () => {
    const lease = (namespace: string, name: string) => cluster.get(leaseKind, name, namespace)!;
    expect(presented(lease("kube-node-lease", "node-2"))).toBe("2026-01-01T01:00:00.000000Z");
    expect(presented(lease("kube-system", "kube-scheduler"))).toBe("2026-01-01T01:00:06.000000Z");
    const own = structuredClone(lease("kube-system", "kube-scheduler"));
    own.metadata.namespace = "default";
    expect(presented(own)).toBe(own.spec.renewTime);
  });
});
