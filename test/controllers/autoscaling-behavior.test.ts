/**
 * Stabilization windows and rates of autoscalers, as Kubernetes v1.36 computes them:
 * pkg/controller/podautoscaler/horizontal.go
 */
import { describe, expect, it } from "vitest";
import { type History, limit } from "../../src/controllers/horizontal-pod-autoscaler/behavior.ts";
import type { HorizontalPodAutoscaler, HPAScalingRules } from "../../src/schema/index.ts";

const NOW_MS = Date.parse("2026-01-01T00:00:00Z");
const NONE: History = { recommendations: [], changes: [] };

interface Asked {
  current: number;
  wanted: number;
  min?: number;
  max?: number;
  up?: HPAScalingRules;
  down?: HPAScalingRules;
  history?: History;
}

function limited({ current, wanted, min = 1, max = 1000, up, down, history = NONE }: Asked) {
  const behavior = up || down ? { ...(up && { scaleUp: up }), ...(down && { scaleDown: down }) } : undefined;
  const spec = { minReplicas: min, maxReplicas: max, ...(behavior && { behavior }) };
  const autoscaler = { spec } as unknown as HorizontalPodAutoscaler;
  return limit(autoscaler, { current, wanted, history, nowMs: NOW_MS });
}

const ago = (seconds: number, replicas: number) => ({ atMs: NOW_MS - seconds * 1000, replicas });
const changed = (seconds: number, by: number) => ({ atMs: NOW_MS - seconds * 1000, by });
const pods = (value: number, periodSeconds = 60) => ({ type: "Pods", value, periodSeconds });
const percent = (value: number, periodSeconds = 60) => ({ type: "Percent", value, periodSeconds });
const at = (...changes: ReturnType<typeof changed>[]): History => ({ recommendations: [], changes });

describe("without a behaviour", () => {
  it.each<[string, Asked, number, string]>([
    ["small targets may grow to four", { current: 1, wanted: 9 }, 4, "ScaleUpLimit"],
    ["targets may double", { current: 3, wanted: 9 }, 6, "ScaleUpLimit"],
    ["within the limits the recommendation counts", { current: 3, wanted: 5 }, 5, "DesiredWithinRange"],
    ["maxReplicas ends the growth", { current: 3, wanted: 9, max: 5 }, 5, "TooManyReplicas"],
    [
      "minReplicas ends the shrinking",
      { current: 5, wanted: 1, min: 2, history: { recommendations: [ago(301, 1)], changes: [] } },
      2,
      "TooFewReplicas",
    ],
  ])("%s", (_, asked, replicas, reason) => {
    expect(limited(asked)).toMatchObject({ replicas, limited: { reason } });
  });

  it.each<[string, History["recommendations"], number, string]>([
    ["the highest recommendation of five minutes counts", [ago(200, 9), ago(100, 4)], 9, "ScaleDownStabilized"],
    ["an older one that stood until lately counts", [ago(400, 9), ago(250, 4)], 9, "ScaleDownStabilized"],
    ["one that ended before does not", [ago(600, 9), ago(301, 4)], 4, "ScaleDownStabilized"],
    ["an equal one changes nothing", [ago(600, 2)], 2, "ReadyForNewScale"],
  ])("scaling down: %s", (_, recommendations, replicas, reason) => {
    const answer = limited({ current: 9, wanted: 2, history: { recommendations, changes: [] } });
    expect(answer).toMatchObject({ replicas, able: { reason } });
  });
});

describe("rates of scaling up", () => {
  it.each<[string, Omit<Asked, "wanted">, number]>([
    ["pods", { current: 10, up: { policies: [pods(5)] } }, 15],
    ["percent, rounded up", { current: 11, up: { policies: [percent(50)] } }, 17],
    ["the larger of two", { current: 10, up: { policies: [pods(3), percent(100)] } }, 20],
    ["the smaller of two", { current: 10, up: { selectPolicy: "Min", policies: [pods(3), percent(100)] } }, 13],
    ["none", { current: 10, up: { selectPolicy: "Disabled", policies: [pods(3)] } }, 10],
    [
      "less what was added in the period",
      { current: 10, up: { policies: [pods(5)] }, history: at(changed(30, 2)) },
      13,
    ],
    ["not less what was added before", { current: 10, up: { policies: [pods(5)] }, history: at(changed(61, 2)) }, 15],
    [
      "nothing once the period is used up",
      { current: 10, up: { policies: [pods(5)] }, history: at(changed(10, 5)) },
      10,
    ],
    [
      "a percentage of the replicas before the period",
      { current: 15, up: { policies: [percent(100)] }, history: at(changed(10, 5)) },
      20,
    ],
    [
      "never below the present replicas",
      { current: 15, up: { policies: [percent(10)] }, history: at(changed(10, 10)) },
      15,
    ],
  ])("%s", (_, asked, replicas) => {
    expect(limited({ ...asked, wanted: 900 }).replicas).toBe(replicas);
  });
});

describe("rates of scaling down", () => {
  const down = (rules: HPAScalingRules) => ({ stabilizationWindowSeconds: 0, ...rules });

  it.each<[string, Omit<Asked, "wanted">, number]>([
    ["pods", { current: 100, down: down({ policies: [pods(8)] }) }, 92],
    ["percent, rounded down", { current: 99, down: down({ policies: [percent(10)] }) }, 89],
    ["the larger change of two", { current: 100, down: down({ policies: [pods(8), percent(50)] }) }, 50],
    [
      "the smaller change of two",
      { current: 100, down: down({ selectPolicy: "Min", policies: [pods(8), percent(50)] }) },
      92,
    ],
    ["none", { current: 100, down: down({ selectPolicy: "Disabled", policies: [pods(8)] }) }, 100],
    [
      "less what was removed in the period",
      { current: 100, down: down({ policies: [pods(8)] }), history: at(changed(30, -3)) },
      95,
    ],
    [
      "a percentage of the replicas before the period",
      { current: 90, down: down({ policies: [percent(20)] }), history: at(changed(30, -10)) },
      80,
    ],
    [
      "never above the present replicas",
      { current: 50, down: down({ policies: [pods(8)] }), history: at(changed(30, -20)) },
      50,
    ],
    ["at least minReplicas", { current: 10, min: 4, down: down({ policies: [percent(100)] }) }, 4],
  ])("%s", (_, asked, replicas) => {
    expect(limited({ ...asked, wanted: 1 }).replicas).toBe(replicas);
  });
});

describe("stabilization windows", () => {
  it("of scaling up take the lowest recommendation", () => {
    const up = { stabilizationWindowSeconds: 60, policies: [percent(1000)] };
    const history = { recommendations: [ago(90, 4), ago(30, 7)], changes: [] };
    const answer = limited({ current: 4, wanted: 9, up, history });
    expect(answer).toMatchObject({ replicas: 4, able: { reason: "ScaleUpStabilized" } });
    // The recommendation of 4 stood until 30 s ago, so it counts for 30 s more.
    expect(answer.endsAtMs).toBe(NOW_MS + 30_001);
  });

  it("of zero follow at once", () => {
    const down = { stabilizationWindowSeconds: 0, policies: [percent(100, 15)] };
    const history = { recommendations: [ago(15, 9)], changes: [] };
    expect(limited({ current: 9, wanted: 2, down, history })).toMatchObject({ replicas: 2 });
  });
});
