import { describe, expect, it } from "vitest";
import { controllers } from "../../src/controllers/registry.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { podDisruptionBudgetKind } from "../../src/kinds/policy/pod-disruption-budget.ts";
import type { PodDisruptionBudget } from "../../src/schema/index.ts";
import { deployment, pod } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { evict } from "../support/evict.ts";
import { simpleKubelet } from "../support/simple-kubelet.ts";

function cluster(): TestCluster {
  return new TestCluster({ controllers: [...controllers, simpleKubelet()] });
}

function budget(name: string, spec: PodDisruptionBudget["spec"]): PodDisruptionBudget {
  return {
    kind: "PodDisruptionBudget",
    apiVersion: "policy/v1",
    metadata: { name, namespace: "default" },
    spec: { selector: { matchLabels: { app: "web" } }, ...spec },
    status: {} as PodDisruptionBudget["status"],
  };
}

const statusOf = (world: TestCluster, name = "b") => world.get(podDisruptionBudgetKind, name)?.status;
const activePods = (world: TestCluster) =>
  world.list(podKind, "default").filter(({ metadata }) => !metadata.deletionTimestamp);

function withWeb(spec: PodDisruptionBudget["spec"], replicas = 2): TestCluster {
  const world = cluster();
  world.create(deploymentKind, deployment("web", { replicas }));
  world.advance(10_000);
  world.create(podDisruptionBudgetKind, budget("b", spec));
  world.advance(1000);
  return world;
}

describe("a disruption budget", () => {
  it("counts the allowed disruptions", () => {
    const world = withWeb({ minAvailable: 1 });
    expect(statusOf(world)).toEqual({
      observedGeneration: 1,
      disruptionsAllowed: 1,
      currentHealthy: 2,
      desiredHealthy: 1,
      expectedPods: 2,
      conditions: [
        {
          type: "DisruptionAllowed",
          status: "True",
          observedGeneration: 1,
          lastTransitionTime: "2026-01-01T00:00:10Z",
          reason: "SufficientPods",
          message: "",
        },
      ],
    });
  });

  it.each([
    ["minAvailable as a number", { minAvailable: 3 }, { desiredHealthy: 3, disruptionsAllowed: 1 }],
    ["minAvailable as a share, rounded up", { minAvailable: "30%" }, { desiredHealthy: 2, disruptionsAllowed: 2 }],
    ["maxUnavailable as a number", { maxUnavailable: 1 }, { desiredHealthy: 3, disruptionsAllowed: 1 }],
    ["maxUnavailable as a share, rounded up", { maxUnavailable: "30%" }, { desiredHealthy: 2, disruptionsAllowed: 2 }],
    ["more than there are", { minAvailable: 9 }, { desiredHealthy: 9, disruptionsAllowed: 0 }],
  ])("counts %s", (_, spec, expected) => {
    expect(statusOf(withWeb(spec, 4))).toMatchObject({ ...expected, currentHealthy: 4, expectedPods: 4 });
  });

  it("finds no pods at first when it is created just after its Deployment", () => {
    const world = cluster();
    world.create(deploymentKind, deployment("web", { replicas: 2 }));
    world.advance(10);
    world.create(podDisruptionBudgetKind, budget("b", { minAvailable: 1 }));
    world.advance(5000);
    expect(world.events()).toContain("Normal NoPods PodDisruptionBudget/b x2: No matching pods found");
    expect(statusOf(world)).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 });
  });

  it("reports that it selects no pods, or pods without a controller", () => {
    const world = cluster();
    world.create(podDisruptionBudgetKind, budget("b", { minAvailable: 1 }));
    world.create(podDisruptionBudgetKind, budget("share", { maxUnavailable: 1 }));
    world.advance(1000);
    expect(world.events().join("\n")).toMatch(/Normal NoPods PodDisruptionBudget\/b x\d: No matching pods found/);
    world.create(podKind, pod("alone", { labels: { app: "web" } }));
    world.advance(5000);
    expect(statusOf(world)).toMatchObject({ currentHealthy: 1, expectedPods: 1, disruptionsAllowed: 0 });
    expect(statusOf(world, "share")).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0 });
    expect(world.events().join("\n")).toContain("Warning UnmanagedPods PodDisruptionBudget/share");
  });
});

describe("an eviction", () => {
  it("is granted while the budget allows it, and again once the replacement is ready", () => {
    const world = withWeb({ minAvailable: 1 });
    const [first, second] = activePods(world).map(({ metadata }) => metadata.name ?? "") as [string, string];
    expect(evict(world, first)).toMatchObject({ status: 201, body: { status: "Success" } });
    expect(world.get(podKind, first)?.status.conditions).toContainEqual(
      expect.objectContaining({ type: "DisruptionTarget", reason: "EvictionByEvictionAPI" }),
    );
    expect(evict(world, second)).toEqual({
      status: 429,
      body: {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: "Cannot evict pod as it would violate the pod's disruption budget.",
        reason: "TooManyRequests",
        details: {
          causes: [
            { reason: "DisruptionBudget", message: "The disruption budget b needs 1 healthy pods and has 2 currently" },
          ],
        },
        code: 429,
      },
    });
    world.advance(100);
    expect(evict(world, second).body.details.causes[0].message).toBe(
      "The disruption budget b needs 1 healthy pods and has 1 currently",
    );
    world.advance(10_000);
    expect(statusOf(world)?.disruptedPods).toBeUndefined();
    expect(evict(world, second).status).toBe(201);
  });

  it("of a dry run spends nothing", () => {
    const world = withWeb({ maxUnavailable: 1 });
    const name = activePods(world)[0]?.metadata.name ?? "";
    expect(evict(world, name, { dryRun: ["All"] }).status).toBe(201);
    expect(statusOf(world)?.disruptionsAllowed).toBe(1);
    expect(activePods(world)).toHaveLength(2);
  });

  it("is refused when two budgets apply, and when the budget was not computed yet", () => {
    const world = withWeb({ maxUnavailable: 1 });
    const name = activePods(world)[0]?.metadata.name ?? "";
    const found = world.get(podDisruptionBudgetKind, "b") as PodDisruptionBudget;
    world.update(podDisruptionBudgetKind, found, (draft) => {
      draft.spec.maxUnavailable = 2;
    });
    const early = evict(world, name);
    expect(early.status).toBe(429);
    expect(early.body.details.causes[0].message).toBe(
      "The disruption budget b is still being processed by the server.",
    );
    world.create(podDisruptionBudgetKind, budget("other", { minAvailable: 1 }));
    world.advance(1000);
    expect(evict(world, name)).toMatchObject({
      status: 500,
      body: {
        message: "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
      },
    });
  });

  it("removes pods that are not ready while enough others are healthy", () => {
    const world = cluster();
    world.create(deploymentKind, deployment("web", { replicas: 2 }));
    world.create(podKind, pod("sick", { labels: { app: "web" }, image: "nginx:1" }));
    world.advance(10_000);
    world.create(podDisruptionBudgetKind, budget("b", { minAvailable: 2 }));
    const sick = world.get(podKind, "sick");
    if (sick) {
      world.updateStatus(podKind, sick, (draft) => {
        draft.status.conditions = [{ type: "Ready", status: "False", lastTransitionTime: "2026-01-01T00:00:00Z" }];
      });
    }
    world.advance(1000);
    expect(statusOf(world)).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 0 });
    expect(evict(world, "sick").status).toBe(201);
  });
});
