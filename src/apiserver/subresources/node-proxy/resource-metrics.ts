/**
 * `/metrics/resource`: CPU time and memory of the node, its pods and their containers as Prometheus' text. With the
 * parameter `window`, each counter is shown at the beginning of the window as well.
 * Kubernetes: pkg/kubelet/metrics/collectors/resource_metrics.go
 */
import { parseTime } from "../../../lib/time.ts";
import { measuredPods, nodeSum, type Sum, sumOf } from "./node-usage.ts";
import { type KubeletPage, textPage } from "./page.ts";

const MEASURE_PERIOD_MS = 15_000;

export const resourceMetrics: KubeletPage = ({ tx, request }, node) => {
  const { nowMs } = tx;
  const measured = measuredPods(tx, node);
  const atMs = Math.floor(nowMs / MEASURE_PERIOD_MS) * MEASURE_PERIOD_MS;
  const ageMs = atMs - parseTime(node.metadata.creationTimestamp ?? "1970-01-01T00:00:00Z");
  const windowMs = request.query.has("window") ? MEASURE_PERIOD_MS : 0;
  const offsetMs = request.offsetMs;
  const families = new Families(atMs - offsetMs, windowMs);
  for (const { pod, usage } of measured) {
    const labels = `namespace="${pod.metadata.namespace}",pod="${pod.metadata.name}"`;
    for (const each of usage.containers) families.add("container", `{container="${each.name}",${labels}}`, each);
    families.add("pod", `{${labels}}`, sumOf(usage.containers));
    for (const { name, startedAtMs } of usage.containers) {
      const line = `{container="${name}",${labels}} ${(startedAtMs - offsetMs) / 1000}`;
      families.line("container_start_time_seconds", "gauge", line);
    }
  }
  families.add("node", "", nodeSum(measured, ageMs));
  families.line("resource_scrape_error", "gauge", " 0");
  return textPage(families.text());
};

const HELP: Readonly<Record<string, string>> = {
  cpu_usage_seconds_total: "Cumulative cpu time consumed by the {} in core-seconds",
  memory_working_set_bytes: "Current working set of the {} in bytes",
};

class Families {
  readonly #lines = new Map<string, { type: string; lines: string[] }>();
  readonly #atMs: number;
  readonly #windowMs: number;

  constructor(atMs: number, windowMs: number) {
    this.#atMs = atMs;
    this.#windowMs = windowMs;
  }

  add(scope: string, labels: string, { cpuCores, cpuTimeMs, memoryBytes }: Sum): void {
    const cpu = `${scope}_cpu_usage_seconds_total`;
    const stamped = (ms: number, atMs: number) => `${labels} ${ms / 1000} ${atMs}`;
    const beforeMs = cpuTimeMs - cpuCores * this.#windowMs;
    if (this.#windowMs > 0) this.line(cpu, "counter", stamped(beforeMs, this.#atMs - this.#windowMs));
    this.line(cpu, "counter", stamped(cpuTimeMs, this.#atMs));
    this.line(`${scope}_memory_working_set_bytes`, "gauge", `${labels} ${memoryBytes} ${this.#atMs}`);
  }

  line(name: string, type: string, line: string): void {
    const family = this.#lines.get(name) ?? { type, lines: [] };
    family.lines.push(`${name}${line}`);
    this.#lines.set(name, family);
  }

  text(): string {
    const shown = [...this.#lines]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { type, lines }]) => {
        const [scope = "", ...rest] = name.split("_");
        const help = (HELP[rest.join("_")] ?? "").replace("{}", scope);
        return `# HELP ${name} [STABLE] ${help}\n# TYPE ${name} ${type}\n${lines.join("\n")}\n`;
      });
    return shown.join("");
  }
}
