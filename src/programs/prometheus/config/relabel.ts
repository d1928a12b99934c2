/**
 * Rules that change the labels of targets and of samples.
 * Source: github.com/prometheus/prometheus model/relabel/relabel.go
 */
import { md5 } from "@noble/hashes/legacy.js";
import { anchored, anchoredGroups, expandTemplate } from "../promql/matchers.ts";
import type { Labels } from "../promql/syntax.ts";
import { ConfigError, type Value } from "./reader.ts";

export interface RelabelRule {
  action: string;
  sourceLabels: readonly string[];
  separator: string;
  regex: string;
  modulus: number;
  targetLabel: string;
  replacement: string;
}

const FIELDS = ["source_labels", "separator", "regex", "modulus", "target_label", "replacement", "action"];
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Throws ConfigError. */
export function readRelabelRule(value: Value): RelabelRule {
  const fields = value.fields("relabel.plain", FIELDS);
  const rule: RelabelRule = {
    action: fields["action"]?.text().toLowerCase() || "replace",
    sourceLabels: fields["source_labels"]?.texts() ?? [],
    separator: fields["separator"]?.text() ?? ";",
    regex: fields["regex"]?.text() ?? "(.*)",
    modulus: fields["modulus"]?.number() ?? 0,
    targetLabel: fields["target_label"]?.text() ?? "",
    replacement: fields["replacement"]?.text() ?? "$1",
  };
  const { action, targetLabel, modulus } = rule;
  if (!ACTIONS[action]) throw new ConfigError(`unknown relabel action ${JSON.stringify(action)}`);
  const needsTarget = ["replace", "hashmod", "lowercase", "uppercase", "keepequal", "dropequal"].includes(action);
  if (needsTarget && targetLabel === "") {
    throw new ConfigError(`relabel configuration for ${action} action requires 'target_label' value`);
  }
  if (action === "hashmod" && modulus === 0) {
    throw new ConfigError("relabel configuration for hashmod requires non-zero modulus");
  }
  try {
    anchored(rule.regex);
  } catch (error) {
    throw new ConfigError((error as Error).message);
  }
  return rule;
}

/** The labels after all rules; undefined if one of them drops the target or sample. */
export function relabel(labels: Labels, rules: readonly RelabelRule[]): Labels | undefined {
  let current: Labels | undefined = labels;
  for (const rule of rules) {
    if (!current) return undefined;
    const source = rule.sourceLabels.map((name) => current?.[name] ?? "").join(rule.separator);
    current = ACTIONS[rule.action]!(current, source, rule);
  }
  return current;
}

type Action = (labels: Labels, source: string, rule: RelabelRule) => Labels | undefined;

const ACTIONS: Readonly<Record<string, Action>> = {
  replace(labels, source, { regex, targetLabel, replacement }) {
    const groups = anchoredGroups(regex)(source);
    if (!groups) return labels;
    const name = expandTemplate(targetLabel, groups);
    return NAME.test(name) ? withLabel(labels, name, expandTemplate(replacement, groups)) : labels;
  },
  keep: (labels, source, { regex }) => (anchored(regex)(source) ? labels : undefined),
  drop: (labels, source, { regex }) => (anchored(regex)(source) ? undefined : labels),
  keepequal: (labels, source, { targetLabel }) => ((labels[targetLabel] ?? "") === source ? labels : undefined),
  dropequal: (labels, source, { targetLabel }) => ((labels[targetLabel] ?? "") === source ? undefined : labels),
  lowercase: (labels, source, { targetLabel }) => withLabel(labels, targetLabel, source.toLowerCase()),
  uppercase: (labels, source, { targetLabel }) => withLabel(labels, targetLabel, source.toUpperCase()),
  hashmod(labels, source, { targetLabel, modulus }) {
    const digest = md5(new TextEncoder().encode(source));
    const value = new DataView(digest.buffer, digest.byteOffset + 8, 8).getBigUint64(0);
    return withLabel(labels, targetLabel, String(value % BigInt(modulus)));
  },
  labelmap(labels, _source, { regex, replacement }) {
    const groupsOf = anchoredGroups(regex);
    const mapped = Object.entries(labels).flatMap(([name, value]): [string, string][] => {
      const groups = groupsOf(name);
      return groups ? [[expandTemplate(replacement, groups), value]] : [];
    });
    return { ...labels, ...Object.fromEntries(mapped) };
  },
  labeldrop: (labels, _source, { regex }) => filtered(labels, (name) => !anchored(regex)(name)),
  labelkeep: (labels, _source, { regex }) => filtered(labels, (name) => anchored(regex)(name)),
};

function withLabel(labels: Labels, name: string, value: string): Labels {
  return value === "" ? filtered(labels, (each) => each !== name) : { ...labels, [name]: value };
}

function filtered(labels: Labels, keeps: (name: string) => boolean): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => keeps(name)));
}
