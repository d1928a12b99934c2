/** PromQL: results on fixed series, and errors in Prometheus' words. */
import { describe, expect, it } from "vitest";
import { evaluateAt, evaluateRange } from "../../../src/programs/prometheus/promql/evaluate.ts";
import { matcherTest } from "../../../src/programs/prometheus/promql/matchers.ts";
import { parsePromql } from "../../../src/programs/prometheus/promql/parser.ts";
import {
  printLabels,
  printValue,
  type SampleSource,
  type StoredSeries,
} from "../../../src/programs/prometheus/promql/values.ts";

const STEP_MS = 15_000;
const NOW_MS = 1_800_000;

/** A series with a sample every 15 seconds for half an hour: `value` at each step. */
function series(labels: Record<string, string>, value: (step: number) => number | null): StoredSeries {
  const points = Array.from({ length: 121 }, (_, i) => [i * STEP_MS, value(i)] as const);
  return { labels, points: points.filter(([, each], i) => each !== null || points[i - 1]?.[1] !== null) };
}

const SERIES: readonly StoredSeries[] = [
  series({ __name__: "up", job: "web", instance: "a" }, () => 1),
  series({ __name__: "up", job: "web", instance: "b" }, (i) => (i < 100 ? 1 : 0)),
  series({ __name__: "up", job: "db", instance: "c" }, () => 1),
  // Three requests a second, and one; the second counter begins again at step 110.
  series({ __name__: "http_requests_total", job: "web", instance: "a", code: "200" }, (i) => 45 * i),
  series(
    { __name__: "http_requests_total", job: "web", instance: "b", code: "200" },
    (i) => 15 * (i < 110 ? i : i - 110),
  ),
  series({ __name__: "http_requests_total", job: "web", instance: "b", code: "500" }, (i) => 3 * i),
  series({ __name__: "memory_bytes", job: "web", instance: "a" }, () => 100),
  series({ __name__: "memory_bytes", job: "web", instance: "b" }, () => 300),
  series({ __name__: "limit_bytes", job: "web", instance: "a" }, () => 400),
  series({ __name__: "limit_bytes", job: "web", instance: "b" }, () => 400),
  series({ __name__: "gone", job: "web" }, (i) => (i < 80 ? 7 : null)),
  ...[0.1, 0.5, 1].map((bound, i) =>
    series({ __name__: "latency_bucket", le: String(bound) }, (step) => step * [50, 90, 100][i]!),
  ),
  series({ __name__: "latency_bucket", le: "+Inf" }, (step) => step * 100),
];

const source: SampleSource = {
  select(matchers, fromMs, untilMs) {
    const fits = matcherTest(matchers);
    return SERIES.filter(({ labels }) => fits(labels)).map(({ labels, points }) => ({
      labels,
      points: points.filter(([atMs]) => atMs > fromMs && atMs <= untilMs),
    }));
  },
};

function result(query: string): string[] {
  const value = evaluateAt(parsePromql(query), source, NOW_MS);
  if (value.type === "scalar") return [printValue(value.value)];
  if (value.type === "string") return [value.value];
  if (value.type === "matrix")
    return value.series.map(({ labels, points }) => `${printLabels(labels)} ${points.length}`);
  return value.samples.map(
    ({ labels, value: number }) => `${printLabels(labels)} ${printValue(Math.round(number * 1e6) / 1e6)}`,
  );
}

describe("PromQL", () => {
  it.each<[string, string[]]>([
    ["1 + 2 * 3 ^ 2", ["19"]],
    ["-2 ^ 2", ["-4"]],
    ["7 % 4 == bool 3", ["1"]],
    ['"text"', ["text"]],
    ["time()", ["1800"]],
    ["vector(5) > 4", ["{} 5"]],
    ['up{job="db"}', ['up{instance="c", job="db"} 1']],
    ['up{job=~"w.*",instance!="a"}', ['up{instance="b", job="web"} 0']],
    ['up{job!~"web|x"}', ['up{instance="c", job="db"} 1']],
    ["sum(up)", ["{} 2"]],
    ["count by (job) (up)", ['{job="web"} 2', '{job="db"} 1']],
    ["sum without (instance) (up)", ['{job="web"} 1', '{job="db"} 1']],
    ["avg(memory_bytes)", ["{} 200"]],
    ["max(memory_bytes) - min(memory_bytes)", ["{} 200"]],
    ["topk(1, memory_bytes)", ['memory_bytes{instance="b", job="web"} 300']],
    ["bottomk(1, memory_bytes)", ['memory_bytes{instance="a", job="web"} 100']],
    ["quantile(0.5, memory_bytes)", ["{} 200"]],
    ['count_values("value", up)', ['{value="1"} 2', '{value="0"} 1']],
    ["stddev(memory_bytes)", ["{} 100"]],
    [
      "sort_desc(memory_bytes)",
      ['memory_bytes{instance="b", job="web"} 300', 'memory_bytes{instance="a", job="web"} 100'],
    ],
    ['rate(http_requests_total{instance="a"}[5m])', ['{code="200", instance="a", job="web"} 3']],
    ['irate(http_requests_total{instance="a"}[5m])', ['{code="200", instance="a", job="web"} 3']],
    ["sum by (code) (rate(http_requests_total[2m]))", ['{code="200"} 4', '{code="500"} 0.2']],
    ['increase(http_requests_total{instance="a"}[1m])', ['{code="200", instance="a", job="web"} 180']],
    ['resets(http_requests_total{instance="b",code="200"}[5m])', ['{code="200", instance="b", job="web"} 1']],
    ['http_requests_total{instance="a"} offset 5m', ['http_requests_total{code="200", instance="a", job="web"} 4500']],
    ['http_requests_total{instance="a"} @ 150', ['http_requests_total{code="200", instance="a", job="web"} 450']],
    ["memory_bytes / limit_bytes", ['{instance="a", job="web"} 0.25', '{instance="b", job="web"} 0.75']],
    ["memory_bytes / on (instance) limit_bytes > 0.5", ['{instance="b"} 0.75']],
    ["memory_bytes > 200", ['memory_bytes{instance="b", job="web"} 300']],
    ["memory_bytes > bool 200", ['{instance="a", job="web"} 0', '{instance="b", job="web"} 1']],
    [
      'rate(http_requests_total{instance="b"}[1m]) / ignoring (code) group_left rate(http_requests_total{code="500"}[1m])',
      ['{code="200", instance="b", job="web"} 5', '{code="500", instance="b", job="web"} 1'],
    ],
    ["memory_bytes and on (instance) (up == 0)", ['memory_bytes{instance="b", job="web"} 300']],
    ["up unless on (instance) memory_bytes", ['up{instance="c", job="db"} 1']],
    ['up{job="db"} or up{job="nope"}', ['up{instance="c", job="db"} 1']],
    ["gone", []],
    ["gone offset 12m", ['gone{job="web"} 7']],
    ['absent(nope{job="x"})', ['{job="x"} 1']],
    ["absent(up)", []],
    ["histogram_quantile(0.5, latency_bucket)", ["{} 0.1"]],
    ["histogram_quantile(0.9, rate(latency_bucket[5m]))", ["{} 0.5"]],
    ["histogram_quantile(0.95, latency_bucket)", ["{} 0.75"]],
    ['label_replace(up{job="db"}, "pod", "$1-x", "instance", "(.*)")', ['up{instance="c", job="db", pod="c-x"} 1']],
    ['label_join(up{job="db"}, "both", "/", "job", "instance")', ['up{both="db/c", instance="c", job="db"} 1']],
    ['avg_over_time(up{instance="b"}[10m])', ['{instance="b", job="web"} 0.475']],
    ['max_over_time(rate(http_requests_total{instance="a"}[1m])[10m:1m])', ['{code="200", instance="a", job="web"} 3']],
    ['changes(up{instance="b"}[10m])', ['{instance="b", job="web"} 1']],
    ['predict_linear(http_requests_total{instance="a"}[5m], 60)', ['{code="200", instance="a", job="web"} 5580']],
    ["scalar(sum(up)) * 2", ["4"]],
    ["round(vector(2.6))", ["{} 3"]],
    ["clamp_max(memory_bytes, 150)", ['{instance="a", job="web"} 100', '{instance="b", job="web"} 150']],
    ["up[1m]", ['up{instance="a", job="web"} 4', 'up{instance="b", job="web"} 4', 'up{instance="c", job="db"} 4']],
    ["hour(vector(1764407000))", ["{} 9"]],
  ])("%s", (query, expected) => expect(result(query)).toEqual(expected));

  it("computes the steps of a range", () => {
    const range = { startMs: NOW_MS - 600_000, endMs: NOW_MS, stepMs: 300_000 };
    const [series] = evaluateRange(parsePromql("sum(up)"), source, range);
    expect(series?.points).toEqual([
      [1_200_000, 3],
      [1_500_000, 2],
      [1_800_000, 2],
    ]);
  });

  it.each([
    ["", "1:1: parse error: no expression found in input"],
    ["sum(", "1:5: parse error: unclosed left parenthesis"],
    ["up{", "1:4: parse error: unexpected end of input inside braces"],
    ["up[5m", "1:6: parse error: unclosed left bracket"],
    ["up)", "1:3: parse error: unexpected right parenthesis ')'"],
    ["a b", '1:3: parse error: unexpected identifier "b"'],
    ["rate(up)", '1:6: parse error: expected type range vector in call to function "rate", got instant vector'],
    ["rate(up[5m], 1)", '1:1: parse error: expected 1 argument(s) in call to "rate", got 2'],
    ["nope(up)", '1:1: parse error: unknown function with name "nope"'],
    ["sum(up[5m])", "1:5: parse error: expected type instant vector in aggregation expression, got range vector"],
    ['{job=""}', "1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ["1 > 2", "1:1: parse error: comparisons between scalars must use BOOL modifier"],
    ["up + bool 2", "1:1: parse error: bool modifier can only be used on comparison operators"],
    ["up and 1", '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
    ["sum(up)[5m]", "1:1: parse error: ranges only allowed for vector selectors"],
    ["up{job}", '1:7: parse error: unexpected "}" in label matching, expected label matching operator'],
    ["topk(up)", "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1"],
    ["up{job=web}", '1:8: parse error: unexpected identifier "web" in label matching, expected string'],
  ])("refuses %j", (query, message) => expect(() => parsePromql(query)).toThrow(message));

  it.each([
    [
      "up * on (job) up",
      'found duplicate series for the match group {job="web"} on the right hand-side of the operation',
    ],
    [
      "memory_bytes * on (job) group_left sum by (job) (up) + on (job) sum by (job) (up)",
      "many-to-one matching must be explicit",
    ],
  ])("cannot evaluate %s", (query, message) =>
    expect(() => evaluateAt(parsePromql(query), source, NOW_MS)).toThrow(message),
  );
});
