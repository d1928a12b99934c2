/** Leader election of controllers: Leases are held without due work, and the next leader takes over. */
import { beforeEach, describe, expect, it } from "vitest";
import { installSigningKey } from "../../src/cluster/issuer/issuer.ts";
import { leaseKind } from "../../src/kinds/coordination/lease.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { objectKey } from "../../src/kinds/kind.ts";
import { clusterRoleBindingKind } from "../../src/kinds/rbac/cluster-role-binding.ts";
import { parseTime } from "../../src/lib/time.ts";
import type { Lease } from "../../src/schema/index.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";

let cluster: ReturnType<typeof clusterWith>;
const ROLLOUTS = "quay.io/argoproj/argo-rollouts:v1.8.3";
const LOCK = "argo-rollouts-controller-lock";

function start(name: string, image = ROLLOUTS, args: string[] = []): void {
  cluster.create(podKind, podWith(name, { image, args }));
  cluster.advance(10_000);
}

/** The Lease as a client reads it. */
function read(name = LOCK, namespace = "default"): Lease | undefined {
  return cluster.write((tx) => {
    const stored = tx.getByKey(objectKey(leaseKind, namespace, name)) as Lease | undefined;
    return stored && (leaseKind.presentAtRead?.(stored, tx.nowMs, tx) as Lease);
  });
}
const holderOf = (name?: string, namespace?: string) => read(name, namespace)?.spec.holderIdentity ?? "";
const ageMs = () => cluster.nowMs - parseTime(read()?.spec.renewTime ?? "");

beforeEach(() => {
  cluster = clusterWith({ latency: "instant" });
  cluster.write((tx) => installSigningKey(tx, { keyId: "test-key", privateKey: "1".padStart(64, "0") }));
  const subjects = [{ kind: "Group", name: "system:serviceaccounts", apiGroup: "rbac.authorization.k8s.io" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  cluster.create(clusterRoleBindingKind, { metadata: { name: "all" }, subjects, roleRef } as never);
});

describe("a controller with a leader election", () => {
  it("makes its Lease, tells so, and holds it without a revision", () => {
    start("a");
    expect(read()).toMatchObject({ spec: { leaseDurationSeconds: 15, leaseTransitions: 0 } });
    expect(holderOf()).toMatch(/^a_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(cluster.events().join("\n")).toContain(`${holderOf()} became leader`);
    cluster.advance(60_000);
    const { revision } = cluster.snapshot.meta;
    cluster.advance(24 * 3600_000);
    expect(cluster.snapshot.meta.revision).toBe(revision);
    expect(ageMs()).toBeLessThan(2000);
  });

  it("is followed by another one, as soon as the Lease of a killed leader expires", () => {
    start("a");
    start("b");
    const first = holderOf();
    cluster.advance(3600_000);
    expect(holderOf()).toBe(first);
    cluster.delete(podKind, cluster.get(podKind, "a")!);
    const endedAtMs = cluster.nowMs;
    cluster.advance(5000);
    expect(holderOf()).toBe(first);
    expect(ageMs()).toBeGreaterThan(2000);
    cluster.advance(20_000);
    expect(holderOf()).toMatch(/^b_/);
    expect(read()?.spec.leaseTransitions).toBe(1);
    expect(parseTime(read()?.spec.acquireTime ?? "") - endedAtMs).toBeGreaterThan(10_000);
  });

  it("makes the Lease again that a user deletes, and ends when another one has taken it", () => {
    start("a");
    cluster.delete(leaseKind, cluster.get(leaseKind, LOCK)!);
    cluster.advance(5000);
    expect(holderOf()).toMatch(/^a_/);
    cluster.update(leaseKind, cluster.get(leaseKind, LOCK)!, (lease) => {
      lease.spec.holderIdentity = "other";
      lease.spec.leaseDurationSeconds = 3600;
      lease.spec.renewTime = new Date(cluster.nowMs).toISOString().replace("Z", "000Z");
    });
    cluster.advance(5000);
    expect(cluster.get(podKind, "a")?.status.containerStatuses?.[0]?.restartCount).toBe(1);
    expect(holderOf()).toBe("other");
  });

  it("gives up the Lease when it stops, if it does so in life", () => {
    start("a", "quay.io/jetstack/cert-manager-controller:v1.19.2");
    expect(holderOf("cert-manager-controller", "kube-system")).toBe("a-external-cert-manager-controller");
    cluster.delete(podKind, cluster.get(podKind, "a")!);
    cluster.advance(5000);
    expect(read("cert-manager-controller", "kube-system")?.spec).toMatchObject({
      ...{ holderIdentity: "", leaseDurationSeconds: 1 },
    });
  });

  it("takes part in none if its flags say so", () => {
    start("a", ROLLOUTS, ["--leader-elect=false"]);
    expect(read()).toBeUndefined();
  });
});
