/** `/rules`, `/alerts` and `/alertmanagers`. */
import type { JsonObject } from "../../../lib/json.ts";
import type { Rule, RuleGroup } from "../config/rule-files.ts";
import { selectorsOf } from "../promql/evaluate.ts";
import { type Alert, problemOf } from "../rules/rules.ts";
import { loadedOf } from "../settings.ts";
import { openView, type View } from "../view.ts";
import { type ApiCall, type Endpoint, first, sortedLabels } from "./endpoint.ts";

/** All series that rules read. */
function viewOfRules({ process }: ApiCall): View {
  const { groups } = loadedOf(process);
  const expressions = groups.flatMap((group) => group.rules.map(({ expression }) => expression));
  return openView(
    process,
    expressions.flatMap(selectorsOf).map(({ matchers }) => matchers),
  );
}

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
    const view = viewOfRules(call);
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
    const { source, groups } = viewOfRules(call);
    const found = groups.flatMap((group) =>
      group.rules.flatMap((rule) => (rule.type === "alerting" ? source.alerts(rule, group, call.process.nowMs) : [])),
    );
    return { alerts: found.map(alertJson) };
  },
};

export const alertmanagers: Endpoint = {
  path: /^\/alertmanagers$/,
  methods: ["GET"],
  answer: () => ({ activeAlertmanagers: [], droppedAlertmanagers: [] }),
};
