/**
 * Limits of one autoscaler's recommendations: stabilization windows and rates of change.
 * Kubernetes: pkg/controller/podautoscaler/horizontal.go (`stabilizeRecommendationWithBehaviors`,
 * `convertDesiredReplicasWithBehaviorRate`, `normalizeDesiredReplicas`)
 */
import type { HorizontalPodAutoscaler, HPAScalingRules } from "../../schema/index.ts";

/** Recommendations and changes of an autoscaler. A recommendation stands until the next one. */
export interface History {
  recommendations: readonly { atMs: number; replicas: number }[];
  changes: readonly { atMs: number; by: number }[];
}

export interface Condition {
  status: "True" | "False";
  reason: string;
  message: string;
}

export interface Limited {
  replicas: number;
  able: Condition;
  limited: Condition;
  history: History;
  /** The instant at which a limit that applied ends, ms. */
  endsAtMs?: number;
}

const DEFAULT_DOWN_WINDOW_S = 300;
const DEFAULT_TOLERANCE = 0.1;
const MAX_KEPT = 100;
const KEPT_MS = 3_600_000;

const READY: Condition = {
  status: "True",
  reason: "ReadyForNewScale",
  message: "recommended size matches current size",
};
const STABILIZED_DOWN: Condition = {
  status: "True",
  reason: "ScaleDownStabilized",
  message: "recent recommendations were higher than current one, applying the highest recent recommendation",
};
const STABILIZED_UP: Condition = {
  status: "True",
  reason: "ScaleUpStabilized",
  message: "recent recommendations were lower than current one, applying the lowest recent recommendation",
};

export function tolerancesOf({ spec }: HorizontalPodAutoscaler, parse: (quantity: string) => number) {
  const of = (rules: HPAScalingRules | undefined) =>
    rules?.tolerance === undefined ? DEFAULT_TOLERANCE : parse(rules.tolerance) / 1000;
  return { scaleUp: of(spec.behavior?.scaleUp), scaleDown: of(spec.behavior?.scaleDown) };
}

/** The replicas to which the target is scaled now. */
export function limit(
  autoscaler: HorizontalPodAutoscaler,
  { current, wanted, history, nowMs }: { current: number; wanted: number; history: History; nowMs: number },
): Limited {
  const { behavior, minReplicas = 1, maxReplicas } = autoscaler.spec;
  const known = history.recommendations.length > 0 ? history.recommendations : [{ atMs: nowMs, replicas: current }];
  const recommendations = [...known.filter(isKept(nowMs)), { atMs: nowMs, replicas: wanted }].slice(-MAX_KEPT);
  const changes = history.changes.filter(isKept(nowMs)).slice(-MAX_KEPT);
  const next: History = { recommendations: withoutRepetition(recommendations), changes };
  const upWindowMs = (behavior?.scaleUp?.stabilizationWindowSeconds ?? 0) * 1000;
  const downWindowMs = (behavior?.scaleDown?.stabilizationWindowSeconds ?? DEFAULT_DOWN_WINDOW_S) * 1000;
  const inUp = within(next.recommendations, nowMs, upWindowMs);
  const inDown = within(next.recommendations, nowMs, downWindowMs);
  const lowest = Math.min(wanted, ...inUp.map(({ replicas }) => replicas));
  const highest = Math.max(wanted, ...inDown.map(({ replicas }) => replicas));
  const stabilized = Math.min(Math.max(current, lowest), highest);
  const isStabilized = stabilized !== wanted;
  const able = !isStabilized ? READY : wanted < stabilized ? STABILIZED_DOWN : STABILIZED_UP;
  const rates = behavior
    ? {
        up: upLimit(behavior.scaleUp, current, changes, nowMs),
        down: downLimit(behavior.scaleDown, current, changes, nowMs),
      }
    : { up: Math.max(2 * current, 4), down: 0 };
  const result = bounded(stabilized, { current, minReplicas, maxReplicas, ...rates });
  const isRated = result.limited.reason === "ScaleUpLimit" || result.limited.reason === "ScaleDownLimit";
  const opposing = wanted < stabilized ? inDown : inUp;
  const standsUntil = opposing
    .filter(({ replicas }) => replicas !== wanted)
    .map(({ untilMs }) => untilMs + (wanted < stabilized ? downWindowMs : upWindowMs));
  const endsAtMs = isStabilized && standsUntil.length > 0 ? Math.min(...standsUntil) + 1 : undefined;
  return { ...result, able, history: next, ...(endsAtMs !== undefined && !isRated && { endsAtMs }) };
}

const isKept = (nowMs: number) => (entry: { atMs: number }) => entry.atMs > nowMs - KEPT_MS;

function withoutRepetition(entries: readonly { atMs: number; replicas: number }[]) {
  return entries.filter(({ replicas }, i) => i === 0 || entries[i - 1]!.replicas !== replicas);
}

/** Recommendations that stood at some time in the window. */
function within(entries: History["recommendations"], nowMs: number, windowMs: number) {
  return entries
    .map((entry, i) => ({ ...entry, untilMs: entries[i + 1]?.atMs ?? nowMs }))
    .filter(({ untilMs }) => untilMs > nowMs - windowMs);
}

interface Bounds {
  current: number;
  minReplicas: number;
  maxReplicas: number;
  up: number;
  down: number;
}

function bounded(
  wanted: number,
  { current, minReplicas, maxReplicas, up, down }: Bounds,
): { replicas: number; limited: Condition } {
  const is = (replicas: number, reason: string, message: string) => ({
    replicas,
    limited: { status: "True" as const, reason, message },
  });
  if (wanted > current && wanted > Math.min(up, maxReplicas)) {
    return maxReplicas > up
      ? is(up, "ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
      : is(maxReplicas, "TooManyReplicas", "the desired replica count is more than the maximum replica count");
  }
  if (wanted < current && wanted < Math.max(down, minReplicas)) {
    return minReplicas < down
      ? is(down, "ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")
      : is(minReplicas, "TooFewReplicas", "the desired replica count is less than the minimum replica count");
  }
  if (wanted > maxReplicas) {
    return is(maxReplicas, "TooManyReplicas", "the desired replica count is more than the maximum replica count");
  }
  if (wanted < minReplicas) {
    return is(minReplicas, "TooFewReplicas", "the desired replica count is less than the minimum replica count");
  }
  const message = "the desired count is within the acceptable range";
  return { replicas: wanted, limited: { status: "False", reason: "DesiredWithinRange", message } };
}

function upLimit(
  rules: HPAScalingRules | undefined,
  current: number,
  changes: History["changes"],
  nowMs: number,
): number {
  if (rules?.selectPolicy === "Disabled") return current;
  const policies = rules?.policies ?? [];
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const before = current - changedBy(changes, nowMs, periodSeconds, 1);
    return type === "Pods" ? before + value : Math.ceil(before * (1 + value / 100));
  });
  if (limits.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(current, rules?.selectPolicy === "Min" ? Math.min(...limits) : Math.max(...limits));
}

function downLimit(
  rules: HPAScalingRules | undefined,
  current: number,
  changes: History["changes"],
  nowMs: number,
): number {
  if (rules?.selectPolicy === "Disabled") return current;
  const policies = rules?.policies ?? [];
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const before = current + changedBy(changes, nowMs, periodSeconds, -1);
    return type === "Pods" ? before - value : Math.floor(before * (1 - value / 100));
  });
  if (limits.length === 0) return 0;
  return Math.min(current, rules?.selectPolicy === "Min" ? Math.max(...limits) : Math.min(...limits));
}

function changedBy(changes: History["changes"], nowMs: number, periodSeconds: number, sign: 1 | -1): number {
  let sum = 0;
  for (const { atMs, by } of changes) if (atMs > nowMs - periodSeconds * 1000 && by * sign > 0) sum += by * sign;
  return sum;
}
