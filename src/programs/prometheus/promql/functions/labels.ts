/** Functions that change or sort labels, or report missing series. */
import { anchoredGroups, expandTemplate } from "../matchers.ts";
import { EvaluationError, type Labels } from "../syntax.ts";
import { type Sample, withoutLabels } from "../values.ts";
import { absentLabels } from "./absent.ts";
import { type PromqlFunction, samplesOf, textOf, vectorOf } from "./function.ts";

const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

function withLabel(labels: Labels, name: string, value: string): Labels {
  return value === "" ? withoutLabels(labels, [name]) : { ...labels, [name]: value };
}

/** Runs of digits are compared as numbers. */
function naturalOrder(a: string, b: string): number {
  const runs = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];
  const [left, right] = [runs(a), runs(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i]!, right[i]!];
    const areNumbers = /^\d/.test(x) && /^\d/.test(y);
    if (areNumbers && Number(x) !== Number(y)) return Number(x) - Number(y);
    if (x !== y && !areNumbers) return x < y ? -1 : 1;
  }
  return left.length - right.length;
}

function byLabel(order: 1 | -1): PromqlFunction {
  return {
    parameters: ["vector", "string"],
    optional: "any",
    returns: "vector",
    apply([vector, ...names]) {
      const compare = (a: Sample, b: Sample) => {
        for (const name of names.map(textOf)) {
          const [left, right] = [a.labels[name] ?? "", b.labels[name] ?? ""];
          const difference = naturalOrder(left, right);
          if (difference !== 0) return order * difference;
        }
        return 0;
      };
      return vectorOf([...samplesOf(vector)].sort(compare));
    },
  };
}

function sorted(order: 1 | -1): PromqlFunction {
  return {
    parameters: ["vector"],
    returns: "vector",
    apply: ([vector]) => vectorOf([...samplesOf(vector)].sort((a, b) => order * (a.value - b.value))),
  };
}

export const LABEL_FUNCTIONS: Readonly<Record<string, PromqlFunction>> = {
  label_replace: {
    parameters: ["vector", "string", "string", "string", "string"],
    returns: "vector",
    apply([vector, ...texts]) {
      const [target = "", replacement = "", source = "", pattern = ""] = texts.map(textOf);
      if (!NAME.test(target)) {
        throw new EvaluationError(`invalid destination label name in label_replace(): ${target}`);
      }
      const groupsOf = anchoredGroups(pattern);
      return vectorOf(
        samplesOf(vector).map(({ labels, value }) => {
          const groups = groupsOf(labels[source] ?? "");
          return { labels: groups ? withLabel(labels, target, expandTemplate(replacement, groups)) : labels, value };
        }),
      );
    },
  },
  label_join: {
    parameters: ["vector", "string", "string", "string"],
    optional: "any",
    returns: "vector",
    apply([vector, ...texts]) {
      const [target = "", separator = "", ...sources] = texts.map(textOf);
      if (!NAME.test(target)) throw new EvaluationError(`invalid destination label name in label_join(): ${target}`);
      return vectorOf(
        samplesOf(vector).map(({ labels, value }) => ({
          labels: withLabel(labels, target, sources.map((name) => labels[name] ?? "").join(separator)),
          value,
        })),
      );
    },
  },
  absent: {
    parameters: ["vector"],
    returns: "vector",
    apply: ([vector], { args }) =>
      vectorOf(samplesOf(vector).length > 0 ? [] : [{ labels: absentLabels(args[0]), value: 1 }]),
  },
  sort: sorted(1),
  sort_desc: sorted(-1),
  sort_by_label: byLabel(1),
  sort_by_label_desc: byLabel(-1),
};
