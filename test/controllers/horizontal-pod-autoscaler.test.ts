import { describe, expect, it } from "vitest";
import { controllers } from "../../src/controllers/registry.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { horizontalPodAutoscalerKind } from "../../src/kinds/autoscaling/horizontal-pod-autoscaler.ts";
import { eventKind } from "../../src/kinds/core/event.ts";
import type { MetricSpec } from "../../src/schema/index.ts";
import { deployment } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { simpleKubelet } from "../support/simple-kubelet.ts";

const API = "the server could not find the requested resource (get pods.metrics.k8s.io)";
const NO_CPU = `failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: ${API}`;
const CPU: MetricSpec = {
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } },
};

const cluster = () => new TestCluster({ controllers: [...controllers, simpleKubelet()] });

function scale(world: TestCluster, name: string, spec: { minReplicas?: number; maxReplicas: number; target?: string }) {
  const { target = "d", ...bounds } = spec;
  return world.create(horizontalPodAutoscalerKind, {
    kind: "HorizontalPodAutoscaler",
    apiVersion: "autoscaling/v2",
    metadata: { name, namespace: "default" },
    spec: { ...bounds, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: target }, metrics: [CPU] },
    status: { desiredReplicas: 0 },
  });
}

const status = (world: TestCluster, name = "h") => world.get(horizontalPodAutoscalerKind, name)?.status;
const replicas = (world: TestCluster) => world.get(deploymentKind, "d")?.spec.replicas;
const said = (world: TestCluster) => world.events().filter((line) => line.includes("HorizontalPodAutoscaler/"));

describe("a HorizontalPodAutoscaler without metrics", () => {
  it("scales up to minReplicas at the first sync, then reports missing metrics", () => {
    const world = cluster();
    world.create(deploymentKind, deployment("d", { replicas: 1 }));
    world.advance(5000);
    scale(world, "h", { minReplicas: 2, maxReplicas: 4 });
    world.advance(14_900);
    expect(replicas(world)).toBe(1);
    world.advance(1000);
    expect(replicas(world)).toBe(2);
    expect(status(world)).toEqual({
      lastScaleTime: "2026-01-01T00:00:20Z",
      currentReplicas: 1,
      desiredReplicas: 2,
      currentMetrics: null,
      conditions: [
        {
          type: "AbleToScale",
          status: "True",
          lastTransitionTime: "2026-01-01T00:00:20Z",
          reason: "SucceededRescale",
          message: "the HPA controller was able to update the target scale to 2",
        },
      ],
    });

    world.advance(15_000);
    expect(status(world)).toMatchObject({
      currentReplicas: 2,
      desiredReplicas: 2,
      currentMetrics: [{ type: "" }],
      conditions: [
        { type: "AbleToScale", status: "True", reason: "SucceededGetScale" },
        {
          type: "ScalingActive",
          status: "False",
          reason: "FailedGetResourceMetric",
          message: `the HPA was unable to compute the replica count: ${NO_CPU}`,
        },
      ],
    });
    const detail = `invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${NO_CPU}`;
    expect(said(world).sort()).toEqual([
      "Normal SuccessfulRescale HorizontalPodAutoscaler/h x1: New size: 2; reason: Current number of replicas below Spec.MinReplicas",
      `Warning FailedComputeMetricsReplicas HorizontalPodAutoscaler/h x1: ${detail}`,
      `Warning FailedGetResourceMetric HorizontalPodAutoscaler/h x1: ${NO_CPU}`,
    ]);
  });

  it("repeats its warnings every fifteen seconds for a while, and then has no due work", () => {
    const world = cluster();
    world.create(deploymentKind, deployment("d", { replicas: 2 }));
    scale(world, "h", { maxReplicas: 4 });
    world.advance(46_000);
    expect(said(world).at(-1)).toContain(" x3: ");
    world.advance(600_000);
    expect(said(world).at(-1)).toContain(" x5: ");
    const written = world.log.length;
    world.advance(600_000);
    expect(world.log.length).toBe(written);
  });

  it("scales down to maxReplicas, but does not scale a target at zero", () => {
    const world = cluster();
    world.create(deploymentKind, deployment("d", { replicas: 3 }));
    scale(world, "h", { maxReplicas: 4 });
    world.advance(300_000);
    const set = (count: number) =>
      world.update(deploymentKind, world.get(deploymentKind, "d")!, ({ spec }) => {
        spec.replicas = count;
      });
    set(9);
    world.advance(16_000);
    expect(replicas(world)).toBe(4);
    expect(said(world).at(-1)).toContain("New size: 4; reason: Current number of replicas above Spec.MaxReplicas");
    set(0);
    world.advance(60_000);
    expect(replicas(world)).toBe(0);
    expect(status(world)).toMatchObject({ desiredReplicas: 0 });
    expect(status(world)?.currentReplicas).toBeUndefined();
    expect(status(world)?.conditions?.[1]).toMatchObject({ type: "ScalingActive", reason: "ScalingDisabled" });
  });

  it("reports a missing target, and finds it once it exists", () => {
    const world = cluster();
    scale(world, "h", { maxReplicas: 4, target: "late" });
    world.advance(16_000);
    expect(said(world)).toEqual([
      'Warning FailedGetScale HorizontalPodAutoscaler/h x1: deployments.apps "late" not found',
    ]);
    expect(status(world)?.conditions?.[0]).toMatchObject({ type: "AbleToScale", status: "False" });
    world.advance(600_000);
    world.create(deploymentKind, deployment("late", { replicas: 1 }));
    world.advance(16_000);
    expect(status(world)?.conditions?.[0]).toMatchObject({ type: "AbleToScale", status: "True" });
  });

  it("refuses pods that another autoscaler selects", () => {
    const world = cluster();
    world.create(deploymentKind, deployment("d", { replicas: 1 }));
    scale(world, "a", { maxReplicas: 4 });
    scale(world, "b", { maxReplicas: 4 });
    world.advance(16_000);
    expect(status(world, "a")?.conditions?.[1]).toMatchObject({
      reason: "AmbiguousSelector",
      message: "pods by selector app=d are controlled by multiple HPAs: [default/a default/b]",
    });
    expect(world.list(eventKind, "default").some(({ reason }) => reason === "AmbiguousSelector")).toBe(true);
  });
});
