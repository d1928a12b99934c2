/** Chooses a backend by weight: smooth weighted round robin, so any number of requests is spread evenly. */
import type { WeightedBackend } from "../../../lib/edge/gateway-rules.ts";
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";

/** `key` names the rule. Undefined if all weights are 0. */
export function chooseBackend(
  process: ProcessView,
  key: string,
  backends: readonly WeightedBackend[],
): WeightedBackend | undefined {
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return undefined;
  if (backends.length === 1) return backends[0];
  const all = (process.state["weights"] ?? {}) as JsonObject;
  const before = (all[key] ?? []) as number[];
  const current = backends.map(({ weight }, i) => (before.length === backends.length ? (before[i] ?? 0) : 0) + weight);
  const chosen = current.reduce((best, value, i) => (value > current[best]! ? i : best), 0);
  current[chosen]! -= total;
  process.state["weights"] = { ...all, [key]: current };
  return backends[chosen];
}
