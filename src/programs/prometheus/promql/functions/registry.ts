/**
 * All functions of PromQL that are written, by name.
 * Source: github.com/prometheus/prometheus promql/parser/functions.go
 */
import type { PromqlFunction } from "./function.ts";
import { HISTOGRAMS } from "./histograms.ts";
import { LABEL_FUNCTIONS } from "./labels.ts";
import { NUMBERS } from "./numbers.ts";
import { OVER_TIME } from "./over-time.ts";
import { RATES } from "./rates.ts";

export const FUNCTIONS: ReadonlyMap<string, PromqlFunction> = new Map(
  Object.entries({ ...RATES, ...OVER_TIME, ...HISTOGRAMS, ...LABEL_FUNCTIONS, ...NUMBERS }),
);
