/** `/series`, `/labels` and `/label/<name>/values`. */
import { keyOf } from "../promql/values.ts";
import { openView } from "../view.ts";
import { type ApiCall, ApiProblem, type Endpoint, matchersOf, sortedLabels, timeOf } from "./endpoint.ts";

/** Labels of the series with a sample in the time of the call. */
function labelsOf(call: ApiCall): Record<string, string>[] {
  const { process } = call;
  const matches = matchersOf(call);
  const [fromMs, untilMs] = [timeOf(call, "start", 0), timeOf(call, "end", process.nowMs)];
  const view = openView(process, matches.length > 0 ? matches : undefined);
  const found = new Map<string, Record<string, string>>();
  const select = view.database.runs[0] ? Math.max(fromMs, view.database.runs[0].fromMs - 1) : fromMs;
  for (const matchers of matches.length > 0 ? matches : [[]]) {
    for (const { labels } of view.source.select(matchers, select, untilMs))
      found.set(keyOf(labels), sortedLabels(labels));
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, labels]) => labels);
}

export const series: Endpoint = {
  path: /^\/series$/,
  methods: ["GET", "POST"],
  answer(call) {
    if (!call.parameters.has("match[]")) throw new ApiProblem("bad_data", "no match[] parameter provided");
    return labelsOf(call);
  },
};

export const labelNames: Endpoint = {
  path: /^\/labels$/,
  methods: ["GET", "POST"],
  answer: (call) => [...new Set(labelsOf(call).flatMap(Object.keys))].sort(),
};

export const labelValues: Endpoint = {
  path: /^\/label\/([^/]+)\/values$/,
  methods: ["GET"],
  answer(call) {
    const [name = ""] = call.groups;
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name))
      throw new ApiProblem("bad_data", `invalid label name: ${JSON.stringify(name)}`);
    return [...new Set(labelsOf(call).flatMap((labels) => labels[name] ?? []))].sort();
  },
};
