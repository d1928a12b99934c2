/**
 * Replicas that metrics ask for. The cases and values follow Kubernetes v1.36:
 * pkg/controller/podautoscaler/replica_calculator_test.go
 */
import { describe, expect, it } from "vitest";
import type { Readings } from "../../src/controllers/horizontal-pod-autoscaler/readings.ts";
import { countedValues } from "../../src/controllers/horizontal-pod-autoscaler/replica-calculator.ts";
import {
  averageReplicas,
  resourceReplicas,
} from "../../src/controllers/horizontal-pod-autoscaler/resource-replicas.ts";
import { wholeReplicas } from "../../src/controllers/horizontal-pod-autoscaler/whole-replicas.ts";
import { formatTime } from "../../src/lib/time.ts";
import type { MetricTarget, Pod } from "../../src/schema/index.ts";

const NOW_MS = Date.parse("2026-01-01T00:00:00Z");
const MINUTE_MS = 60_000;
const TOLERANCES = { scaleUp: 0.1, scaleDown: 0.1 };

interface Described {
  /** Absent: it was not measured. */
  level?: number;
  isReady?: boolean;
  phase?: "Running" | "Pending" | "Failed";
  isDeleted?: boolean;
  /** It started so lately that its use of CPU does not count yet. */
  isHot?: boolean;
  /** Milli-CPUs. */
  request?: number;
}

function podOf(described: Described, index: number): Pod {
  const { isReady = true, phase = "Running", isDeleted, isHot, request = 1000 } = described;
  const startTime = formatTime(NOW_MS - (isHot ? 0 : 6 * MINUTE_MS));
  const ready = { type: "Ready", status: isReady ? "True" : "False", lastTransitionTime: startTime };
  return {
    metadata: { name: `pod-${index}`, ...(isDeleted && { deletionTimestamp: formatTime(NOW_MS) }) },
    spec: { containers: [{ name: "c", resources: { requests: { cpu: `${request}m` } } }] },
    status: { phase, startTime, conditions: [ready] },
  } as unknown as Pod;
}

function measured(described: readonly Described[]): { pods: Pod[]; readings: Readings } {
  const readings: Readings = new Map();
  for (const [index, { level }] of described.entries()) {
    if (level !== undefined) readings.set(`pod-${index}`, { milliValue: level, atMs: NOW_MS, windowMs: MINUTE_MS });
  }
  return { pods: described.map(podOf), readings };
}

const at = (...levels: number[]): Described[] => levels.map((level) => ({ level }));
const unready = (level?: number): Described => ({ isReady: false, ...(level !== undefined && { level }) });
const hot = (level?: number): Described => ({ isHot: true, ...(level !== undefined && { level }) });
const MISSING: Described = {};

describe("the utilization of CPU", () => {
  it.each<[string, { pods: Described[]; target: number; from: number; to: number; utilization: number }]>([
    ["scales up", { pods: at(300, 500, 700), target: 30, from: 3, to: 5, utilization: 50 }],
    [
      "scales up less for a pod that is not ready",
      { pods: [unready(300), ...at(500, 700)], target: 30, from: 3, to: 4, utilization: 60 },
    ],
    [
      "scales up less for a pod that started lately",
      { pods: [hot(300), ...at(500, 700)], target: 30, from: 3, to: 4, utilization: 60 },
    ],
    [
      "keeps replicas where unready pods could decide",
      { pods: [...at(400), unready(500), unready(700)], target: 30, from: 3, to: 3, utilization: 40 },
    ],
    [
      "keeps replicas where lately started pods could decide",
      {
        pods: [...at(400), { ...hot(500), isReady: false }, { ...hot(700), isReady: false }],
        target: 30,
        from: 3,
        to: 3,
        utilization: 40,
      },
    ],
    [
      "ignores failed pods when it scales up",
      {
        pods: [...at(500, 700), { phase: "Failed", isReady: false }, { phase: "Failed", isReady: false }],
        target: 30,
        from: 2,
        to: 4,
        utilization: 60,
      },
    ],
    [
      "ignores pods that are deleted when it scales up",
      {
        pods: [...at(500, 700), { isDeleted: true, isReady: false }, { isDeleted: true, isReady: false }],
        target: 30,
        from: 2,
        to: 4,
        utilization: 60,
      },
    ],
    ["scales down", { pods: at(100, 300, 500, 250, 250), target: 50, from: 5, to: 3, utilization: 28 }],
    [
      "leaves out unready pods when it scales down",
      { pods: [...at(100, 300, 500), unready(250), unready(250)], target: 50, from: 5, to: 2, utilization: 30 },
    ],
    [
      "leaves out unscheduled pods when it scales down",
      {
        pods: [...at(100), ...Array(4).fill({ phase: "Pending", isReady: false })],
        target: 50,
        from: 5,
        to: 1,
        utilization: 10,
      },
    ],
    [
      "leaves out lately started pods when it scales down",
      { pods: [...at(100, 300, 500), hot(250), hot(250)], target: 50, from: 5, to: 2, utilization: 30 },
    ],
    [
      "ignores failed pods when it scales down",
      {
        pods: [
          ...at(100, 300, 500, 250, 250),
          { phase: "Failed", isReady: false },
          { phase: "Failed", isReady: false },
        ],
        target: 50,
        from: 5,
        to: 3,
        utilization: 28,
      },
    ],
    [
      "ignores pods that are deleted when it scales down",
      {
        pods: [
          ...at(100, 300, 500, 250, 250),
          { isDeleted: true, isReady: false },
          { isDeleted: true, isReady: false },
        ],
        target: 50,
        from: 5,
        to: 3,
        utilization: 28,
      },
    ],
    [
      "is tolerant",
      {
        pods: [{ level: 1010, request: 900 }, { level: 1030 }, { level: 1020, request: 1100 }],
        target: 100,
        from: 3,
        to: 3,
        utilization: 102,
      },
    ],
    ["may multiply the replicas", { pods: at(4000, 9500, 3000, 7000), target: 100, from: 4, to: 24, utilization: 587 }],
    [
      "takes missing pods for fully busy when it scales down",
      { pods: [...at(400, 95), MISSING, MISSING], target: 100, from: 4, to: 3, utilization: 24 },
    ],
    [
      "keeps replicas with a missing pod at the target",
      { pods: [...at(1000), MISSING], target: 100, from: 2, to: 2, utilization: 100 },
    ],
    [
      "takes a missing pod for idle when it scales up",
      { pods: [...at(1900), MISSING], target: 100, from: 2, to: 2, utilization: 190 },
    ],
    [
      "takes a missing pod for busy when it scales down",
      { pods: [...at(600), MISSING], target: 100, from: 2, to: 2, utilization: 60 },
    ],
    [
      "combines a missing and an unready pod",
      { pods: [unready(100), ...at(450), MISSING], target: 50, from: 3, to: 3, utilization: 45 },
    ],
    [
      "combines a missing and a lately started pod",
      { pods: [hot(100), ...at(450), MISSING], target: 50, from: 3, to: 3, utilization: 45 },
    ],
    [
      "scales up with a missing and an unready pod",
      { pods: [unready(100), ...at(2000), MISSING], target: 50, from: 3, to: 4, utilization: 200 },
    ],
    [
      "scales down with a missing and an unready pod",
      { pods: [unready(100), ...at(100, 100), MISSING], target: 50, from: 4, to: 3, utilization: 10 },
    ],
    [
      "keeps replicas while a rolling update has one pod more",
      { pods: [...at(100, 100), MISSING], target: 50, from: 2, to: 2, utilization: 10 },
    ],
  ])("%s", (_, { pods: described, target, from, to, utilization }) => {
    const { pods, readings } = measured(described);
    const scaled = { pods, current: from, tolerances: TOLERANCES, nowMs: NOW_MS };
    const goal: MetricTarget = { type: "Utilization", averageUtilization: target };
    expect(resourceReplicas(scaled, { name: "cpu", target: goal, readings })).toMatchObject({
      replicas: to,
      utilization,
    });
  });

  it("needs requests of all pods, and pods", () => {
    const { pods, readings } = measured(at(200));
    const target: MetricTarget = { type: "Utilization", averageUtilization: 100 };
    const scaled = { pods, current: 1, tolerances: TOLERANCES, nowMs: NOW_MS };
    pods[0]!.spec.containers[0]!.resources = {};
    expect(resourceReplicas(scaled, { name: "cpu", target, readings })).toEqual({
      problem: "missing request for cpu in container c of Pod pod-0",
    });
    expect(resourceReplicas({ ...scaled, pods: [] }, { name: "cpu", target, readings })).toEqual({
      problem: "no pods returned by selector while calculating replica count",
    });
  });

  it.each([
    // 10 pods use 1,500m of 3,000m: the ratio to the target is just beyond the tolerance, or just within it.
    [56, 9],
    [55, 10],
  ])("scales down 10 pods at a target of %s %% to %s", (percent, to) => {
    const jitter = [100, -100, 10, -10, 2, -2, 1, -1, 0, 0];
    const { pods, readings } = measured(jitter.map((by) => ({ level: 150, request: 300 + by })));
    const scaled = { pods, current: 10, tolerances: TOLERANCES, nowMs: NOW_MS };
    const target: MetricTarget = { type: "Utilization", averageUtilization: percent };
    expect(resourceReplicas(scaled, { name: "cpu", target, readings })).toMatchObject({ replicas: to });
  });
});

describe("the mean of a metric of pods", () => {
  it.each<[string, { pods: Described[]; target: number; from: number; to: number; mean: number }]>([
    ["scales up", { pods: at(20_000, 10_000, 30_000), target: 15_000, from: 3, to: 4, mean: 20_000 }],
    [
      "counts pods that started lately or are not ready",
      {
        pods: [...at(50_000, 10_000), { ...hot(30_000), isReady: false }],
        target: 15_000,
        from: 3,
        to: 6,
        mean: 30_000,
      },
    ],
    [
      "counts them where the others would scale down",
      { pods: [unready(50_000), ...at(15_000), unready(30_000)], target: 15_000, from: 3, to: 7, mean: 31_666 },
    ],
    ["scales down", { pods: at(12_000, 12_000, 12_000, 12_000, 12_000), target: 20_000, from: 5, to: 3, mean: 12_000 }],
    ["is tolerant", { pods: at(20_000, 21_000, 21_000), target: 20_000, from: 3, to: 3, mean: 20_666 }],
  ])("%s", (_, { pods: described, target, from, to, mean }) => {
    const counted = countedValues({ ...measured(described), resource: "", nowMs: NOW_MS });
    const answer = averageReplicas({ current: from, tolerances: TOLERANCES }, counted, target);
    expect(answer).toEqual({ replicas: to, averageMilliValue: mean });
  });
});

describe("one value", () => {
  it.each<
    [string, { pods: Described[]; value: number; target: MetricTarget; from: number; to: number; shown: object }]
  >([
    [
      "scales up",
      {
        pods: at(1, 1, 1),
        value: 20_000,
        target: { type: "Value", value: "15" },
        from: 3,
        to: 4,
        shown: { value: "20" },
      },
    ],
    [
      "counts ready pods only",
      {
        pods: [unready(), ...at(1), unready()],
        value: 50_000,
        target: { type: "Value", value: "10" },
        from: 3,
        to: 5,
        shown: { value: "50" },
      },
    ],
    [
      "may scale down because of unready pods",
      {
        pods: [unready(), ...at(1), unready()],
        value: 8600,
        target: { type: "Value", value: "4400m" },
        from: 3,
        to: 2,
        shown: { value: "8600m" },
      },
    ],
    [
      "scales down",
      {
        pods: at(1, 1, 1, 1, 1),
        value: 12_000,
        target: { type: "Value", value: "20" },
        from: 5,
        to: 3,
        shown: { value: "12" },
      },
    ],
    [
      "is tolerant",
      {
        pods: at(1, 1, 1),
        value: 20_666,
        target: { type: "Value", value: "20" },
        from: 3,
        to: 3,
        shown: { value: "20666m" },
      },
    ],
    [
      "starts a target without replicas",
      { pods: [], value: 30_000, target: { type: "Value", value: "15" }, from: 0, to: 2, shown: { value: "30" } },
    ],
    [
      "is divided among replicas and scales up",
      {
        pods: at(1, 1, 1),
        value: 20_000,
        target: { type: "AverageValue", averageValue: "5" },
        from: 3,
        to: 4,
        shown: { averageValue: "6667m" },
      },
    ],
    [
      "is divided among replicas and scales down",
      {
        pods: at(1, 1, 1, 1, 1),
        value: 6000,
        target: { type: "AverageValue", averageValue: "2" },
        from: 5,
        to: 3,
        shown: { averageValue: "1200m" },
      },
    ],
    [
      "is divided among replicas and is tolerant",
      {
        pods: at(1, 1, 1, 1),
        value: 20_166,
        target: { type: "AverageValue", averageValue: "5" },
        from: 4,
        to: 4,
        shown: { averageValue: "5042m" },
      },
    ],
    [
      "of an external source is divided",
      {
        pods: at(1, 1, 1),
        value: 8600,
        target: { type: "AverageValue", averageValue: "2150m" },
        from: 3,
        to: 4,
        shown: { averageValue: "2867m" },
      },
    ],
  ])("%s", (_, { pods: described, value, target, from, to, shown }) => {
    const { pods } = measured(described);
    const scaled = { pods, current: from, statusReplicas: from, tolerances: TOLERANCES, nowMs: NOW_MS };
    expect(wholeReplicas(scaled, target, value)).toEqual({ replicas: to, shown });
  });
});
