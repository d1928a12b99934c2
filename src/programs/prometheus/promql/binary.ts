/**
 * Binary operators between scalars and vectors, with the matching of their labels.
 * Source: github.com/prometheus/prometheus promql/engine.go (`VectorBinop`, `VectorAnd`, `VectorOr`, `VectorUnless`)
 */
import { COMPARISONS, EvaluationError, type Labels, type VectorMatching } from "./syntax.ts";
import { keyOf, onlyLabels, printLabels, type Sample, withoutLabels, withoutName } from "./values.ts";

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "^": (a, b) => a ** b,
  atan2: Math.atan2,
};

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
};

export interface BinaryOperation {
  operator: string;
  returnsBool: boolean;
  matching: VectorMatching;
}

export function scalarOperation(operator: string, left: number, right: number): number {
  const compare = COMPARE[operator];
  return compare ? Number(compare(left, right)) : ARITHMETIC[operator]!(left, right);
}

/** `isSwapped`: the scalar stands on the left. A comparison without `bool` filters the vector. */
export function vectorWithScalar(
  samples: readonly Sample[],
  scalar: number,
  { operator, returnsBool }: BinaryOperation,
  isSwapped: boolean,
): Sample[] {
  const isFilter = COMPARISONS.has(operator) && !returnsBool;
  return samples.flatMap(({ labels, value }) => {
    const result = isSwapped ? scalarOperation(operator, scalar, value) : scalarOperation(operator, value, scalar);
    if (isFilter) return result === 1 ? [{ labels, value }] : [];
    return [{ labels: withoutName(labels), value: result }];
  });
}

export function vectorWithVector(
  left: readonly Sample[],
  right: readonly Sample[],
  operation: BinaryOperation,
): Sample[] {
  const { operator, matching } = operation;
  const signature = ({ labels }: Sample) => keyOf(matched(labels, matching));
  const known = (samples: readonly Sample[]) => new Set(samples.map(signature));
  switch (operator) {
    case "and": {
      const kept = known(right);
      return left.filter((sample) => kept.has(signature(sample)));
    }
    case "unless": {
      const dropped = known(right);
      return left.filter((sample) => !dropped.has(signature(sample)));
    }
    case "or": {
      const taken = known(left);
      return [...left, ...right.filter((sample) => !taken.has(signature(sample)))];
    }
    default:
      return matchedPairs(left, right, operation, signature);
  }
}

function matched(labels: Labels, { mode, labels: names }: VectorMatching): Labels {
  return mode === "on" ? onlyLabels(labels, names) : withoutLabels(labels, [...names, "__name__"]);
}

function matchedPairs(
  left: readonly Sample[],
  right: readonly Sample[],
  { operator, returnsBool, matching }: BinaryOperation,
  signature: (sample: Sample) => string,
): Sample[] {
  const isSwapped = matching.card === "one-to-many";
  const [many, one] = isSwapped ? [right, left] : [left, right];
  const ones = uniqueByKey(one, signature, isSwapped ? "left" : "right", matching);
  const isFilter = COMPARISONS.has(operator) && !returnsBool;
  const seen = new Set<string>();
  return many.flatMap((sample) => {
    const key = signature(sample);
    const partner = ones.get(key);
    if (!partner) return [];
    const [a, b] = isSwapped ? [partner.value, sample.value] : [sample.value, partner.value];
    const result = scalarOperation(operator, a, b);
    if (isFilter && result !== 1) return [];
    const labels = resultLabels(sample.labels, partner.labels, matching, isFilter);
    const identity = matching.card === "one-to-one" ? key : keyOf(labels);
    if (seen.has(identity)) {
      throw new EvaluationError(
        matching.card === "one-to-one"
          ? "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
          : "multiple matches for labels: grouping labels must ensure unique matches",
      );
    }
    seen.add(identity);
    return [{ labels, value: isFilter ? a : result }];
  });
}

function uniqueByKey(
  samples: readonly Sample[],
  signature: (sample: Sample) => string,
  side: string,
  matching: VectorMatching,
): Map<string, Sample> {
  const found = new Map<string, Sample>();
  for (const sample of samples) {
    const key = signature(sample);
    const other = found.get(key);
    if (other) {
      const group = printLabels(matched(sample.labels, matching));
      const both = [sample, other].map(({ labels }) => printLabels(labels)).join(", ");
      throw new EvaluationError(
        `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: [${both}];` +
          "many-to-many matching not allowed: matching labels must be unique on one side",
      );
    }
    found.set(key, sample);
  }
  return found;
}

function resultLabels(many: Labels, one: Labels, matching: VectorMatching, keepsName: boolean): Labels {
  const { card, mode, labels: names, include } = matching;
  const base = keepsName ? many : withoutName(many);
  if (card === "one-to-one") return mode === "on" ? onlyLabels(base, names) : withoutLabels(base, names);
  const copied = include.map((name): [string, string] => [name, one[name] ?? ""]);
  const all = { ...base, ...Object.fromEntries(copied) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}
