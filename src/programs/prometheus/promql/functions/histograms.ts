/** Functions of classic histograms: series with the label `le`. */
import { type Bucket, bucketQuantile } from "../statistics.ts";
import { keyOf, withoutLabels } from "../values.ts";
import { numberOf, type PromqlFunction, samplesOf, vectorOf } from "./function.ts";

export const HISTOGRAMS: Readonly<Record<string, PromqlFunction>> = {
  histogram_quantile: {
    parameters: ["scalar", "vector"],
    returns: "vector",
    apply([phi, vector]) {
      const groups = new Map<string, { labels: Record<string, string>; buckets: Bucket[] }>();
      for (const { labels, value } of samplesOf(vector)) {
        const upperBound = boundOf(labels["le"]);
        if (upperBound === undefined) continue;
        const own = withoutLabels(labels, ["le", "__name__"]);
        const key = keyOf(own);
        const group = groups.get(key) ?? { labels: own, buckets: [] };
        group.buckets.push({ upperBound, count: value });
        groups.set(key, group);
      }
      return vectorOf(
        [...groups.values()].map(({ labels, buckets }) => ({ labels, value: bucketQuantile(numberOf(phi), buckets) })),
      );
    },
  },
};

function boundOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === "+Inf" || text === "Inf") return Number.POSITIVE_INFINITY;
  const bound = Number(text);
  return text === "" || Number.isNaN(bound) ? undefined : bound;
}
