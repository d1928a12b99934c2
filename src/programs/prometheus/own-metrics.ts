/** `/metrics` of the Prometheus server itself. */
import type { ProcessView } from "../../shell/program.ts";
import { goProcessFamilies } from "../base/metrics/go-process.ts";
import { constant, counter, gauge, type MetricPage } from "../base/metrics/page.ts";
import { loadedOf, VERSION } from "./settings.ts";

export function ownMetrics(process: ProcessView): MetricPage {
  const { state } = process;
  const { config, groups } = loadedOf(process);
  const startedMs = Number(state["startedMs"] ?? process.nowMs);
  const build = {
    version: VERSION,
    revision: "d1b56d5fb1ad4b6cf8b14cd6a8b8ce4ab2f71d4d",
    branch: "HEAD",
    goversion: "go1.25.5",
  };
  const rules = groups.reduce((sum, group) => sum + group.rules.length, 0);
  return {
    families: [
      ...goProcessFamilies(process, { startedMs, memoryBytes: 90_000_000, cpus: 0.004, goVersion: "go1.25.5" }),
      gauge(
        "prometheus_build_info",
        "A metric with a constant '1' value labeled by version, revision, branch, goversion from which prometheus was built, and the goos and goarch for the build.",
        constant(1, build, startedMs),
      ),
      gauge(
        "prometheus_config_last_reload_successful",
        "Whether the last configuration reload attempt was successful.",
        constant(state["reloadFailed"] === true ? 0 : 1),
      ),
      gauge(
        "prometheus_config_last_reload_success_timestamp_seconds",
        "Timestamp of the last successful configuration reload.",
        constant(Number(state["loadedMs"] ?? startedMs) / 1000),
      ),
      gauge(
        "prometheus_ready",
        "Whether Prometheus startup was fully completed and the server is ready for normal operation.",
        constant(1, {}, startedMs),
      ),
      gauge("prometheus_rule_group_rules", "The number of rules.", constant(rules)),
      counter(
        "prometheus_target_scrape_pools_total",
        "Total number of scrape pool creation attempts.",
        constant(config.scrapeConfigs.length),
      ),
    ],
    changesWith: [],
  };
}
