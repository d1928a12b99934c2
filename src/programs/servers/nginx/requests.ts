/** The counter of requests, which `stub_status` shows. */
import type { CounterFacts } from "../../base/metrics/counters.ts";

export const REQUESTS: CounterFacts = { name: "nginx_http_requests_total", help: "Total http requests" };
