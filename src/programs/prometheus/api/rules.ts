/** `/rules`, `/alerts` and `/alertmanagers`. */
import type { JsonObject } from "../../../lib/json.ts";
import type { Rule, RuleGroup } from "../config/rule-files.ts";
import { type Alert, problemOf } from "../rules/rules.ts";
import { viewOfRules } from "../rules/view.ts";
import type { View } from "../view.ts";
import { type Endpoint, first, sortedLabels } from "./endpoint.ts";

function alertJson({ labels, annotations, state, activeAtMs, value }: Alert): JsonObject {
  return {
    labels: sortedLabels(labels),
    annotations: sortedLabels(annotations),
    state,
    activeAt: new Date(activeAtMs).toISOString(),
    value: goExponent(value),
  };
}

/** `1e+00`, as Go's `%e` with the shortest digits. */
function goExponent(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}

function ruleJson(rule: Rule, group: RuleGroup, { source }: View, nowMs: number): JsonObject {
  const { intervalMs } = group;
  const evaluatedMs = Math.floor(nowMs / intervalMs) * intervalMs;
  const problem = problemOf(rule, source, evaluatedMs);
  const common = {
    name: rule.name,
    query: rule.query,
    labels: sortedLabels(rule.labels),
    health: problem === undefined ? "ok" : "err",
    ...(problem !== undefined && { lastError: problem }),
    evaluationTime: 0.0002,
    lastEvaluation: new Date(evaluatedMs).toISOString(),
  };
  if (rule.type === "recording") return { ...common, type: "recording" };
  const alerts = source.alerts(rule, group, nowMs);
  const state = alerts.some((alert) => alert.state === "firing")
    ? "firing"
    : alerts.length > 0
      ? "pending"
      : "inactive";
  return {
    state,
    ...common,
    duration: rule.forMs / 1000,
    keepFiringFor: 0,
    annotations: sortedLabels(rule.annotations),
    alerts: alerts.map(alertJson),
    type: "alerting",
  };
}

export const rules: Endpoint = {
  path: /^\/rules$/,
  methods: ["GET"],
  answer(call) {
    const wanted = first(call, "type");
    const view = viewOfRules(call.process);
    const { nowMs } = call.process;
    const groups = view.groups.map((group) => ({
      name: group.name,
      file: group.file,
      rules: group.rules
        .filter(({ type }) => wanted === undefined || (wanted === "alert" ? type === "alerting" : type === "recording"))
        .map((rule) => ruleJson(rule, group, view, nowMs)),
      interval: group.intervalMs / 1000,
      limit: 0,
      evaluationTime: 0.0005,
      lastEvaluation: new Date(Math.floor(nowMs / group.intervalMs) * group.intervalMs).toISOString(),
    }));
    return { groups };
  },
};

export const alerts: Endpoint = {
  path: /^\/alerts$/,
  methods: ["GET"],
  answer(call) {
    const { source, groups } = viewOfRules(call.process);
    const found = groups.flatMap((group) =>
      group.rules.flatMap((rule) => (rule.type === "alerting" ? source.alerts(rule, group, call.process.nowMs) : [])),
    );
    return { alerts: found.map(alertJson) };
  },
};

export const alertmanagers: Endpoint = {
  path: /^\/alertmanagers$/,
  methods: ["GET"],
  answer({ process }) {
    const { alertmanagers: found } = process.state;
    const urls = Array.isArray(found) ? found.map(String) : [];
    return { activeAlertmanagers: urls.map((url) => ({ url })), droppedAlertmanagers: [] };
  },
};
