/** `/targets`, `/scrape_pools` and `/metadata`. */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { urlOf } from "../discovery/discover.ts";
import { formatDuration } from "../promql/durations.ts";
import type { ScrapeResult } from "../scrape/scrape.ts";
import { loadedOf } from "../settings.ts";
import { openView, sinceOf } from "../view.ts";
import { type Endpoint, first, sortedLabels } from "./endpoint.ts";

const NEVER = "0001-01-01T00:00:00Z";

function targetJson(result: ScrapeResult, { nowMs, startedMs }: { nowMs: number; startedMs: number }): JsonObject {
  const { target } = result;
  const { intervalMs, timeoutMs, jobName } = target.job;
  const lastMs = Math.floor(nowMs / intervalMs) * intervalMs;
  const wasScraped = lastMs >= startedMs;
  return {
    discoveredLabels: sortedLabels(target.discovered),
    labels: sortedLabels(target.labels),
    scrapePool: jobName,
    scrapeUrl: urlOf(target),
    globalUrl: urlOf(target),
    lastError: wasScraped && "error" in result ? result.error : "",
    lastScrape: wasScraped ? new Date(lastMs).toISOString() : NEVER,
    lastScrapeDuration: wasScraped ? 0.002 : 0,
    health: wasScraped ? ("error" in result ? "down" : "up") : "unknown",
    scrapeInterval: formatDuration(intervalMs),
    scrapeTimeout: formatDuration(timeoutMs),
  };
}

export const targets: Endpoint = {
  path: /^\/targets$/,
  methods: ["GET"],
  answer(call) {
    const { process } = call;
    const [state = "any", pool] = [first(call, "state")?.toLowerCase(), first(call, "scrapePool")];
    const { discovery, results } = openView(process);
    const at = { nowMs: process.nowMs, startedMs: sinceOf(process).startedMs };
    const isShown = (job: string) => pool === undefined || job === pool;
    const counts: Record<string, number> = {};
    for (const { job } of discovery.dropped) counts[job] = (counts[job] ?? 0) + 1;
    return {
      activeTargets:
        state === "dropped"
          ? []
          : results.filter(({ target }) => isShown(target.job.jobName)).map((result) => targetJson(result, at)),
      droppedTargets:
        state === "active"
          ? []
          : discovery.dropped
              .filter(({ job }) => isShown(job))
              .map(({ job, discovered }) => ({ discoveredLabels: sortedLabels(discovered), scrapePool: job })),
      droppedTargetCounts: counts,
    };
  },
};

export const scrapePools: Endpoint = {
  path: /^\/scrape_pools$/,
  methods: ["GET"],
  answer: ({ process }) => ({
    scrapePools: loadedOf(process)
      .config.scrapeConfigs.map(({ jobName }) => jobName)
      .sort(),
  }),
};

export const metadata: Endpoint = {
  path: /^\/metadata$/,
  methods: ["GET"],
  answer(call) {
    const wanted = first(call, "metric");
    const { results } = openView(call.process);
    const found: Record<string, JsonValue> = {};
    for (const result of results) {
      if (!("page" in result)) continue;
      for (const { name, type, help } of result.page.families) {
        if (wanted === undefined || wanted === name)
          found[name] = [{ type: type === "untyped" ? "unknown" : type, help, unit: "" }];
      }
    }
    return found;
  },
};
