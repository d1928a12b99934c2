/** The counter of requests, which `stub_status` shows. */
import type { CounterFacts } from "../../base/metrics/counters.ts";

export const REQUESTS: CounterFacts = { name: "nginx_http_requests_total", help: "Total http requests" };

/** Probes do not count: their rounds are skipped only where they leave no history. */
export function isCounted(headers: Readonly<Record<string, string>>): boolean {
  return !headers["user-agent"]?.startsWith("kube-probe/");
}
