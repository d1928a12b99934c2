/** Functions of single values, of the time, and between scalars and vectors. */

import { withoutName } from "../values.ts";
import { type Call, mapping, numberOf, type PromqlFunction, samplesOf, vectorOf } from "./function.ts";

function clamp(value: number, low: number, high: number): number {
  return Number.isNaN(low) || Number.isNaN(high) ? Number.NaN : Math.max(low, Math.min(high, value));
}

const bounded = (bound: (value: number, limit: number) => number) =>
  mapping((value, args) => bound(value, numberOf(args[1])), { parameters: ["vector", "scalar"] });

/** A part of a time in UTC; of the evaluation's instant if the vector is left out. */
function calendar(part: (date: Date) => number): PromqlFunction {
  return {
    parameters: ["vector"],
    optional: 1,
    returns: "vector",
    apply([vector], { atMs }: Call) {
      const samples = vector ? samplesOf(vector) : [{ labels: {}, value: atMs / 1000 }];
      return vectorOf(
        samples.map(({ labels, value }) => ({ labels: withoutName(labels), value: part(new Date(value * 1000)) })),
      );
    },
  };
}

const constant = (value: (call: Call) => number): PromqlFunction => ({
  parameters: [],
  returns: "scalar",
  apply: (_args, call) => ({ type: "scalar", value: value(call) }),
});

const daysInMonth = (date: Date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
const dayOfYear = (date: Date) =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / (24 * 3600_000)) + 1;

export const NUMBERS: Readonly<Record<string, PromqlFunction>> = {
  abs: mapping(Math.abs),
  ceil: mapping(Math.ceil),
  floor: mapping(Math.floor),
  exp: mapping(Math.exp),
  ln: mapping(Math.log),
  log2: mapping(Math.log2),
  log10: mapping(Math.log10),
  sqrt: mapping(Math.sqrt),
  sgn: mapping(Math.sign),
  round: mapping(
    (value, args) => {
      const inverse = 1 / numberOf(args[1], 1);
      return Math.floor(value * inverse + 0.5) / inverse;
    },
    { parameters: ["vector", "scalar"], optional: 1 },
  ),
  clamp: mapping((value, args) => clamp(value, numberOf(args[1]), numberOf(args[2])), {
    parameters: ["vector", "scalar", "scalar"],
  }),
  clamp_min: bounded(Math.max),
  clamp_max: bounded(Math.min),
  time: constant(({ atMs }) => atMs / 1000),
  pi: constant(() => Math.PI),
  timestamp: {
    parameters: ["vector"],
    returns: "vector",
    apply: ([vector], { atMs }) =>
      vectorOf(
        samplesOf(vector).map((each) => ({ labels: withoutName(each.labels), value: (each.atMs ?? atMs) / 1000 })),
      ),
  },
  vector: {
    parameters: ["scalar"],
    returns: "vector",
    apply: ([scalar]) => vectorOf([{ labels: {}, value: numberOf(scalar) }]),
  },
  scalar: {
    parameters: ["vector"],
    returns: "scalar",
    apply([vector]) {
      const samples = samplesOf(vector);
      return { type: "scalar", value: samples.length === 1 ? samples[0]!.value : Number.NaN };
    },
  },
  minute: calendar((date) => date.getUTCMinutes()),
  hour: calendar((date) => date.getUTCHours()),
  day_of_week: calendar((date) => date.getUTCDay()),
  day_of_month: calendar((date) => date.getUTCDate()),
  day_of_year: calendar(dayOfYear),
  days_in_month: calendar(daysInMonth),
  month: calendar((date) => date.getUTCMonth() + 1),
  year: calendar((date) => date.getUTCFullYear()),
};
